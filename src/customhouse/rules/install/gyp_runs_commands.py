"""A binding.gyp runs commands that building native code does not explain.

## What it looks for

The commands in a binding.gyp that an install builds, and in the gyp files that it includes: `<!(…)`, `<!@(…)` and
`<!pymod_do_main(…)`, which run while the file is read; actions, rules and build events, which run while building; and
programs put in the compiler's place. One finding for each binding.gyp, about its gravest command.

| Case | Finding |
|---|---|
| the file is no literal: gyp evaluates it as Python | critical, high confidence |
| a command runs what it fetches (curl into sh) | critical, high confidence |
| a program is run and its output thrown away, where output is all that an expansion is for | high, high confidence |
| commands, and no native source in the whole archive | high, high confidence |
| inline code that reaches the network, new | high, high confidence |
| a command fetches; inline code that starts programs, new | high, medium confidence |
| all of these but the first two, as in the release before | medium, medium confidence |
| a file of the package is run, which the release before did not do; a compiler of its own | medium, medium confidence |
| a file of the package is run; another program | low |
| no commands, and no native source either | low |

Questions that every native package asks are not reported at all: `node -p "require('node-addon-api').include"`,
pkg-config and the like, uname, which, ls, echo.

## Why attackers do it

npm runs `node-gyp rebuild` for every package with a binding.gyp, with no script in package.json that a reader or a
scanner would find. In the "Phantom Gyp" campaign (2026, 57 packages) a 157-byte binding.gyp had one target whose
sources were `<!(node index.js > /dev/null 2>&1 && echo stub.c)`; @7nohe/openapi-react-query-codegen (2026-08-28)
brought a binding.gyp beside its preinstall script.

## Known evasions

A true native package whose own build script was changed: the script is read as code that runs at install, and
install-time-download-and-run and encoded-code-executed judge it. Native code itself is not read.

## Known false positives

Packages that ship a binding.gyp and left its sources out (low unless it runs commands).

## What to do now

Install with scripts off, which also turns node-gyp off. Read the file; its commands are few.

## References

- [GYP: command expansions](https://gyp.gsrc.io/docs/InputFormatReference.md#command-expansions)
- [npm scripts: npm install](https://github.com/npm/cli/blob/latest/docs/lib/content/using-npm/scripts.md)
- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
"""

import re
from collections.abc import Iterator

from customhouse.model.command_words import SimpleCommand, simple_commands
from customhouse.model.content import ContentFacts, GypCommand, GypFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import SEVERITIES, Confidence, Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.command_line import download
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.novelty import Novelty, novelty
from customhouse.rules.shared.phase import capabilities

_Said = tuple[Severity, Confidence, str]

#: Programs that only tell something. What they are piped into is a command of its own.
_ASKING = frozenset(
    {"echo", "printf", "uname", "which", "where", "command", "type", "ls", "find", "dir", "pwd", "test", "[", "[["}
    | {"printenv", "hostname", "arch", "nproc", "getconf", "sysctl", "sw_vers", "xcrun", "xcode-select", "ldconfig"}
    | {"pkg-config", "pkgconf", "brew", "dirname", "basename", "realpath", "readlink", "cat", "head", "tail", "sed"}
    | {"grep", "egrep", "awk", "tr", "cut", "sort", "uniq", "wc", "expr", "true", "false", "exit", "cd", "rpm", "dpkg"}
    | {
        "gcc",
        "g++",
        "cc",
        "c++",
        "clang",
        "clang++",
        "ld",
        "cl",
        "nasm",
        "ar",
        "node-gyp",
        "gyp",
        "if",
        "set",
        "export",
    }
    | {"readelf", "objdump", "nm", "otool", "file", "ldd", "c++filt", "git", "rustup", "vcpkg", "conan"}
    | {"touch", "mkdir", "cp", "copy", "mv", "rm", "ln", "install_name_tool", "strip", "codesign", "lipo", "libtool"}
    | {"tar", "unzip", "patch", "make", "cmake", "ninja", "cargo", "rustc", "go", "protoc", "flex", "bison", "xxd", ""}
)
_CONFIG = lazy_regex(r"^[\w.+-]*[-_]config(?:-[\w.-]+)?$")
#: An expansion whose output goes nowhere.
_SILENCED = lazy_regex(r"(?:^|[^0-9&2])1?>\s*(?:/dev/null|nul)\b|&>\s*(?:/dev/null|nul)\b", re.IGNORECASE)
_SHOWN = 200


def _asks(command: SimpleCommand) -> bool:
    """Whether a command only tells something about the machine or about a dependency, or is the build itself."""
    if command.code:
        return True  # what it does is known from reading it
    return not command.files and (command.program in _ASKING or _CONFIG.match(command.program) is not None)


def _weighed(said: _Said, fresh: Novelty) -> _Said:
    """What only novelty makes grave: the release before did it too, and is trusted for it."""
    return ("medium", "medium", said[2]) if fresh == "old" and said[0] == "high" else said


def _command(command: GypCommand, fresh: Novelty, *, sources: bool) -> _Said | None:
    """What one command is by itself."""
    shown = f"`{command.command[:_SHOWN]}`"
    if command.kind == "code":
        return "critical", "high", f"is no data but code, which gyp evaluates as Python: {shown}"
    if command.kind == "tool":
        return "medium", "medium", f"puts a program in the compiler's place: {shown}"
    when = "when it is read" if command.kind == "expansion" else "when it is built"
    found = download(command.command)
    if found == "runs":
        return "critical", "high", f"fetches and runs something {when}: {shown}"
    if found == "fetches":
        return _weighed(("high", "medium", f"fetches something {when}: {shown}"), fresh)
    unexplained = [it for it in simple_commands(command.command) if not _asks(it)]
    if not unexplained:
        return None
    if command.kind == "expansion" and _SILENCED.search(command.command):
        return _weighed(("high", "high", f"runs a program {when} and throws its output away: {shown}"), fresh)
    own = any(it.files for it in unexplained)
    said = f"runs {'a file of the package' if own else unexplained[0].program} {when}: {shown}"
    if not sources:
        said += ", and the archive has no native source that would be built"
        return _weighed(("high", "high", said), fresh)
    return ("medium" if own and fresh == "new" else "low"), "medium", said


def _inline(case: Case, content: ContentFacts, gyp: GypFacts) -> _Said | None:
    """Inline code of its commands, which was read as code that runs at install."""
    paths = {gyp.path, *(command.path for command in gyp.commands)}
    for code in content.code:
        if code.path not in paths:
            continue
        said = "gives an interpreter code that"
        fresh = novelty(case, code.path, "network", "process", "dynamic-code")
        if reached := capabilities(code, "network"):
            confidence: Confidence = "high" if fresh == "new" else "medium"
            return _weighed(("high", confidence, f"{said} reaches the network ({reached[0].detail})"), fresh)
        if started := capabilities(code, "process"):
            weight: Severity = "high" if fresh == "new" else "medium" if fresh == "unknown" else "low"
            return weight, "medium", f"{said} starts programs ({started[0].detail})"
    return None


def _fresh(case: Case, command: GypCommand) -> Novelty:
    """Whether the release before had this very command in a gyp file."""
    whole = novelty(case, command.path)
    if case.change is not None and command.command in case.change.added_gyp_commands:
        return "new"
    return whole


def _said(case: Case, content: ContentFacts, gyp: GypFacts) -> list[tuple[_Said, Location]]:
    found = []
    for command in gyp.commands:
        said = _command(command, _fresh(case, command), sources=gyp.native_sources > 0)
        if said is not None:
            found.append((said, Location(command.path, command.line)))
    inline = _inline(case, content, gyp)
    if inline is not None:
        found.append((inline, Location(gyp.path)))
    if not found and not gyp.native_sources:
        found.append((("low", "medium", "has no native source that would be built"), Location(gyp.path)))
    return sorted(found, key=lambda it: (SEVERITIES.index(it[0][0]), it[0][1] != "high"))


def judge(case: Case) -> Iterator[Finding]:
    """Tell the gravest command of each binding.gyp, with the places of the others."""
    for content in case.contents:
        for gyp in content.gyp:
            found = _said(case, content, gyp)
            if not found:
                continue
            severity, confidence, said = found[0][0]
            yield RULE.finding(
                case,
                f"{gyp.path} {said}",
                at=tuple(dict.fromkeys(place for _, place in found))[:5],
                hint=f"install with `npm ci --ignore-scripts`, or {stay(case)}. {explain(case)}",
                severity=severity,
                confidence=confidence,
                phase="install",
            )


RULE = Rule(
    id="gyp-runs-commands",
    title="Commands in a binding.gyp",
    severity="high",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
    ecosystems=("npm",),
)
