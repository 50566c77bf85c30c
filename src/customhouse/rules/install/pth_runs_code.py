"""The package installs code that runs whenever Python starts.

## What it looks for

Lines of `.pth` files that begin with `import` (the interpreter executes them, at every start, whether the package is
used or not), functions that a `.start` file names (called at every start, from Python 3.15 on), and modules named
sitecustomize or usercustomize at the top of the archive. What a wheel's `.data/data` puts into site-packages counts
alike.

| What the line does | Finding |
|---|---|
| executes text, decodes, starts programs or reaches the network | critical, high confidence |
| any other code | high, high confidence |
| loads one module by name and nothing more; any line of a `.start` file; a sitecustomize | high, medium confidence |
| any of these deep in an sdist (tests), where only a build that copies it starts it | low |
| a line known letter for letter from setuptools, coverage, pytest-cov, virtualenv, pywin32 | low |

## Why attackers do it

No import is needed and no install script runs: `--ignore-scripts`, wheels only and even never using the package help
nothing. litellm 1.82.8 (2026-03-24) brought litellm_init.pth, 34,628 bytes, into an ordinary wheel: every Python
started in that environment, the editor's and the test runner's included, ran it. elementary-data 0.23.3 did the same.

## Known evasions

A line that is known here, and a changed module behind it: the module's code is read like any other, as code that runs
at install.

## Known false positives

Debuggers, coverage tools and import hooks that need to be early. There are few; each line is worth reading once and
excepting by digest.

## What to do now

Do not install it, and do not start Python in an environment that has it: look at the file with `cat`, delete it, then
rebuild the environment. If Python has been started there, rotate that user's credentials.

## References

- [Python: the site module and .pth files](https://docs.python.org/3/library/site.html)
- [PEP 829: package startup configuration files](https://peps.python.org/pep-0829/)
- [MITRE ATT&CK T1546.018: Python Startup Hooks](https://attack.mitre.org/techniques/T1546/018/)
- [MAL-2026-2144: litellm](https://github.com/ossf/malicious-packages)
"""

import re
from collections.abc import Iterator

from customhouse.model.content import ContentFacts, InstallHook
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.known_pth import known_line

_ACTS = lazy_regex(
    r"\b(?:exec|eval|compile|subprocess|popen|system|spawn\w*|base64|b64decode|b85decode|a85decode|unhexlify|fromhex|zlib|bz2"
    r"|lzma|marshal|pickle|codecs|urllib|urlopen|requests|httpx|socket|http\.client|ctypes|chr|getattr|globals|builtins"
    r"|__builtins__)\b",
    re.IGNORECASE,
)
_CODE = lazy_regex(r"^import[ \t]")
_ONE_MODULE = lazy_regex(r"^import[ \t]+[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*;?$")


_ENTRY = lazy_regex(r"^[A-Za-z_][\w.]*:[A-Za-z_][\w.]*$")


def _lines(hook: InstallHook) -> tuple[str, ...]:
    """What Python executes of it: the lines that begin with `import`; a hook that shows none is one unknown line."""
    return tuple(line for line in hook.command.splitlines() if _CODE.match(line)) or (hook.command,)


def _grade(hook: InstallHook, line: str) -> tuple[Severity, Confidence, str]:
    """Severity, confidence and what the line is, as the end of a sentence."""
    if hook.kind == "startup-module":
        return "high", "medium", "which Python loads whenever it starts"
    line = line.strip()
    if who := known_line(line):
        return "low", "high", f"whose line is known: {who}"
    shown = line if len(line) <= 160 else f"{line[:160]}… ({len(line)} characters)"  # noqa: PLR2004 - two lines of a terminal
    if hook.name.endswith(".start"):
        if not _ENTRY.match(line):
            return "low", "medium", f"whose line `{shown}` names no function and is passed over"
        return "high", "medium", f"which calls `{shown}` whenever Python 3.15 or later starts"
    if _ONE_MODULE.match(line):
        return "high", "medium", f"which runs `{shown}` whenever Python starts"
    if _ACTS.search(line):
        return "critical", "high", f"which executes code whenever Python starts: `{shown}`"
    return "high", "high", f"which runs code whenever Python starts: `{shown}`"


def _aside(content: ContentFacts, path: str) -> str:
    """What to add for a file deep in an sdist, among tests for the most part: only a build that copies it starts it."""
    deep = path.rpartition("/")[0] not in ("", "src")
    return ", if the build installs it" if deep and not content.filename.endswith(".whl") else ""


def judge(case: Case) -> Iterator[Finding]:
    """Report each line that Python would execute; other lines of a `.pth` file are search paths."""
    for content in case.contents:
        for hook in content.hooks:
            if hook.kind not in ("pth", "startup-module"):
                continue
            path = hook.name if hook.kind == "pth" else (hook.path or hook.name)
            aside = _aside(content, path)
            for line in _lines(hook):
                severity, confidence, said = _grade(hook, line)
                if aside and severity != "low":
                    severity, confidence = "low", "medium"
                yield RULE.finding(
                    case,
                    f"{case.purl.display} {'has' if aside else 'installs'} {path}, {said}{aside}",
                    at=(Location(path),),
                    hint=f"{stay(case)}; read it with `cat`, never by starting Python beside it. {explain(case)}"
                    if severity != "low"
                    else f"nothing to do; the line is compared letter for letter. {explain(case)}",
                    severity=severity,
                    confidence=confidence,
                    phase="install",
                )


RULE = Rule(
    id="pth-runs-code",
    title="Code in a .pth file",
    severity="high",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
    ecosystems=("pypi",),
)
