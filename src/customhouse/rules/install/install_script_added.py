"""The release runs code at install and the one before it did not.

## What it looks for

Install hooks that the earlier version of the same release line lacks: npm lifecycle scripts, a binding.gyp, a Python
build backend inside the sdist, a setup.py.

| Case | Finding |
|---|---|
| npm script or binding.gyp, new in a patch or minor release | medium, high confidence: held |
| the same in a major release, or in one older than 90 days | medium, medium confidence: reported |
| a script that runs only from git or from a folder (prepare, prepack) | medium, medium confidence |
| a Python build backend or setup.py | low |
| a script that does nothing but print, exit or insist on a client (`npx only-allow pnpm`) | low |

## Why attackers do it

It is what an attacker adds most often, and it is easy to see: in a project that never ran anything at install, a
patch release suddenly does. eslint-config-prettier 8.10.1 (2025) gained an install.js, the nx versions of August 2025
a `postinstall` of telemetry.js, and each worm of the Shai-Hulud family adds one to every package that it can publish.

## Known evasions

Taking over a package that already has a script (install-script-changed), or adding a dependency that has one
(risky-new-dependency): the axios attackers did the latter.

## Known false positives

A package that begins to ship native code needs such a script. It seldom begins in a patch release.

## What to do now

Read the script and the file it starts; the comparison that the hint names shows both. If you do not need it, install
with scripts off.

## References

- [GHSA-cxm3-wv7p-598c: nx](https://github.com/advisories/GHSA-cxm3-wv7p-598c)
- [npm scripts: life cycle](https://github.com/npm/cli/blob/latest/docs/lib/content/using-npm/scripts.md)
"""

from collections.abc import Iterator

from customhouse.model.command_words import LIFECYCLE
from customhouse.model.content import InstallHook
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.install.install_script import describe
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import circumstantial
from customhouse.rules.shared.hints import compare
from customhouse.rules.shared.places import manifest_file
from customhouse.rules.shared.step import before, step

_DOES_NOTHING = lazy_regex(
    r"^\s*(?:true|:|exit 0|echo\b[^;&|<>`$]*|npx (?:(?:-y|--yes) )?only-allow (?:npm|pnpm|yarn|bun|cnpm))\s*$"
)


def does_nothing(hook: InstallHook) -> bool:
    """Whether the hook is a script that only prints, or ends."""
    return hook.kind == "lifecycle-script" and _DOES_NOTHING.match(hook.command) is not None


def _grade(case: Case, hook: InstallHook) -> tuple[Severity, Confidence]:
    if hook.kind in ("setup-py", "build-backend"):
        return "low", "medium"
    if does_nothing(hook):
        return "low", "high"
    if hook.kind == "lifecycle-script" and hook.name not in LIFECYCLE:
        return "medium", "medium"
    if step(case) in ("patch", "minor"):
        return "medium", circumstantial(case, "high")
    return "medium", "medium"


def judge(case: Case) -> Iterator[Finding]:
    """Report each added hook; `.pth` files and startup modules have a rule of their own."""
    if case.change is None:
        return
    for hook in case.change.added_hooks:
        if hook.kind in ("pth", "startup-module"):
            continue
        severity, confidence = _grade(case, hook)
        manifest = manifest_file(case)
        places = (manifest, Location(hook.path)) if hook.path and hook.path != manifest.path else (manifest,)
        yield RULE.finding(
            case,
            f"{case.purl.display} {describe(hook)}; {before(case)} had no such hook",
            at=places,
            hint=f"read what it starts: {compare(case)}",
            severity=severity,
            confidence=confidence,
            phase="install",
        )


RULE = Rule(
    id="install-script-added",
    title="Install script added",
    severity="medium",
    confidence="high",
    needs=("content", "change"),
    judge=judge,
    page=__doc__,
)
