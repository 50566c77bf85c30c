"""Installing or loading the package installs other packages, past the manifest and the lock.

## What it looks for

`npm install NAME` and the like (pnpm, yarn, bun, npx of an address), `pip install NAME` (uv, pipx), gem, cargo, brew,
apt and others, started by lifecycle scripts, or by code that runs at install or when the package is loaded. A bare
`npm install`, a requirements file and the package's own path are not meant, nor is npx of a name.

| What is installed | New | Nothing to compare | As before |
|---|---|---|---|
| an address (git, URL, archive) in place of a name | high, high | high, high | high, medium |
| a name, globally or with a system's package manager, by the manifest | high, high | high, medium | medium, medium |
| a name, by the manifest, or on load | medium, high | medium, medium | low |
| a name, by code at install | medium, medium | low | low |
| the package's own parts (`@esbuild/linux-x64` for esbuild) | low | low | low |

## Why attackers do it

What a script installs stands in no manifest, so lockfiles, audits and cooldowns never see it. cline 2.3.0 (2026-02) was
published with a stolen token and one change: `postinstall: npm install -g openclaw@latest`. The package that arrives
may be anything, and another thing tomorrow.

## Known evasions

Fetching the archive and unpacking it without a client: install-time-download-and-run. A dependency in the manifest:
new-dependency and risky-new-dependency.

## Known false positives

esbuild and its like ask npm for their own platform package when the optional dependency is missing. Tools that install
a language model or a plug-in when they are first loaded.

## What to do now

Install with scripts off. If the other package is needed, add it to your own manifest, where the lock holds it.

## References

- [CWE-829: Inclusion of Functionality from Untrusted Control Sphere](https://cwe.mitre.org/data/definitions/829.html)
- [MITRE ATT&CK T1195.001: Compromise Software Dependencies](https://attack.mitre.org/techniques/T1195/001/)
"""

import re
from collections.abc import Iterator

import msgspec

from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.novelty import Novelty
from customhouse.rules.shared.phase import spoken
from customhouse.rules.shared.started import Started, started

_Grade = tuple[Severity, Confidence]
_Grades = dict[Novelty, _Grade]

_ADDRESS: _Grades = {"new": ("high", "high"), "unknown": ("high", "high"), "old": ("high", "medium")}
_SYSTEM: _Grades = {"new": ("high", "high"), "unknown": ("high", "medium"), "old": ("medium", "medium")}
_NAMED: _Grades = {"new": ("medium", "high"), "unknown": ("medium", "medium"), "old": ("low", "medium")}
_BY_CODE: _Grades = {"new": ("medium", "medium"), "unknown": ("low", "medium"), "old": ("low", "medium")}
_OWN: _Grades = {"new": ("low", "medium"), "unknown": ("low", "medium"), "old": ("low", "medium")}

#: Clients and the words that make them install what follows.
_VERBS: dict[str, frozenset[str]] = {
    "npm": frozenset({"install", "i", "in", "ins", "inst", "isntall", "add"}),
    "pnpm": frozenset({"add", "install", "i"}),
    "yarn": frozenset({"add"}),
    "bun": frozenset({"add", "install", "i"}),
    "pip": frozenset({"install"}),
    "pipx": frozenset({"install", "run"}),
    "uv": frozenset({"install", "add"}),
    "poetry": frozenset({"add"}),
    "conda": frozenset({"install"}),
    "easy_install": frozenset({""}),
    "uvx": frozenset({""}),
    "npx": frozenset({""}),
    "bunx": frozenset({""}),
}
_SYSTEMS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("gem", "cargo", "go", "brew", "apt", "apt-get", "yum", "dnf", "zypper"), frozenset({"install"})),
    **dict.fromkeys(("choco", "winget", "scoop", "snap", "port"), frozenset({"install"})),
    "apk": frozenset({"add"}),
    "pacman": frozenset({"-S", "-Sy", "-Syu"}),
}
#: npx of a name runs what the project has, most often; only an address is told.
_RUN_ONCE = frozenset({"npx", "bunx", "uvx"})
_GLOBAL = frozenset({"-g", "--global", "--location=global", "global"})
#: Options whose value is no package.
_VALUED = frozenset(
    {"--prefix", "--registry", "-C", "--cwd", "--loglevel", "--cache", "--tag", "-r", "--requirement", "-e", "-t"}
    | {"--editable", "--target", "-i", "--index-url", "--extra-index-url", "-f", "--find-links", "-c", "--constraint"}
    | {"-w", "--workspace", "--root", "-p", "--python", "--timeout", "--retries", "--trusted-host", "--userconfig"}
)
_IS_ADDRESS = lazy_regex(
    r"^(?:[\w.@/+-]+@)?(?:git(?:\+\w+)?:|https?:|ssh:|git@|github:|gitlab:|bitbucket:|gist:)|\.(?:tgz|tar\.gz|whl|zip)$",
    re.IGNORECASE,
)
_LOCAL = lazy_regex(r"^(?:\.{0,2}/|\.{1,2}(?:\[|$)|file:|[A-Za-z]:[\\/]|~/)")


class _Installed(msgspec.Struct, frozen=True):
    """What one command installs."""

    packages: tuple[str, ...]
    #: Globally, or for the whole system.
    widely: bool


def _installed(words: tuple[str, ...], program: str) -> _Installed | None:
    """Read a command that installs packages by name; None for all others."""
    rest = list(words[1:])
    if program == "python" and rest[:2] == ["-m", "pip"]:
        program, rest = "pip", rest[2:]
    elif program == "pip3":
        program = "pip"
    verbs = _VERBS.get(program) or _SYSTEMS.get(program)
    if verbs is None:
        return None
    widely = program in _SYSTEMS or any(word in _GLOBAL for word in rest)
    if "" not in verbs:
        at = next((at for at, word in enumerate(rest) if word in verbs), None)
        if at is None:
            return None
        rest = rest[at + 1 :]
    packages: list[str] = []
    skip = False
    for word in rest:
        if skip or word.startswith("-") or word in _GLOBAL:
            skip = not skip and word in _VALUED
        elif not _LOCAL.match(word):
            packages.append(word)
            if program in _RUN_ONCE:
                break
    return _Installed(tuple(packages), widely) if packages else None


def _own(case: Case, package: str) -> bool:
    """Whether it is a part of the package itself: its name with something added, or a name in its scope."""
    name = case.purl.name
    stem = name.rpartition("/")[2]
    scope = name.partition("/")[0] if name.startswith("@") else f"@{stem}"
    bare = package.lower()
    return bare.startswith((f"{scope}/", name, f"{stem}-", f"{stem}_", f"{stem}[", f"{stem}=")) or bare == stem


def _grades(case: Case, it: Started, found: _Installed) -> tuple[_Grades, tuple[str, ...]] | None:
    if addresses := tuple(package for package in found.packages if _IS_ADDRESS.search(package)):
        return _ADDRESS, addresses
    if it.command.program in _RUN_ONCE:
        return None
    if all(_own(case, package) for package in found.packages):
        return _OWN, found.packages
    if it.by_manifest:
        return (_SYSTEM if found.widely else _NAMED), found.packages
    return (_NAMED if it.phase == "import" else _BY_CODE), found.packages


def judge(case: Case) -> Iterator[Finding]:
    """Tell each such command once for each place that starts it."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for it in started(case):
        found = _installed(it.command.words, it.command.program)
        graded = _grades(case, it, found) if found is not None else None
        if found is None or graded is None or (it.by, it.command.words) in seen:
            continue
        seen.add((it.by, it.command.words))
        grades, packages = graded
        severity, confidence = grades[it.novelty]
        named = ", ".join(dict.fromkeys("a computed name" if "{}" in each else each for each in packages[:4]))
        yield RULE.finding(
            case,
            f"{it.by} installs {named} {spoken(it.phase)}: `{' '.join(it.command.words)[:160]}`",
            at=(it.place,),
            hint=f"install with scripts off, or {stay(case)}; no lock holds what it installs. {explain(case)}",
            severity=severity,
            confidence=confidence,
            phase=it.phase,
        )


RULE = Rule(
    id="script-installs-packages",
    title="Packages installed by a script",
    severity="medium",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
