"""What the release runs at install is not what the one before it ran.

## What it looks for

An install hook of the same name whose command line differs, or whose command is the same while the file it starts has
changed.

| Case | Finding |
|---|---|
| a patch release that starts another file than before | medium, high confidence: held |
| another command | medium, medium confidence: reported |
| the same command, the started file changed | low |

Differences in white space or a leading `./` are none. Nor is a version number alone: scripts that download a binary
carry their own.

## Why attackers do it

Where a script is already expected, a changed one draws no attention, and whoever has allowed the package's scripts
once runs the new one without being asked. The first Shai-Hulud worm (September 2025) put `node bundle.js` in place
of, or behind, whatever postinstall a package had.

## Known evasions

Leaving command and started file alone and changing a module that the file loads. capability-gained looks at those.

## Known false positives

Install scripts are maintained like other code. Most changes are honest, hence the low grades.

## What to do now

Read the difference. What matters is whether it talks to a new host, starts a new program or hides something.

## References

- [npm scripts: life cycle](https://github.com/npm/cli/blob/latest/docs/lib/content/using-npm/scripts.md)
- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
"""

from collections.abc import Iterator

from customhouse.model.change import HookChange
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import circumstantial
from customhouse.rules.shared.command_line import plain_command
from customhouse.rules.shared.hints import compare
from customhouse.rules.shared.places import manifest_file
from customhouse.rules.shared.step import before, step


def _path(path: str) -> str:
    return path.removeprefix("./")


def _grade(case: Case, change: HookChange) -> tuple[Severity, Confidence, str] | None:
    name, old, new = change.after.name, change.before.command, change.after.command
    if plain_command(old) != plain_command(new):
        said = f"{name} runs `{new}`, in {before(case)} it ran `{old}`"
        elsewhere = bool(change.after.path) and _path(change.after.path) != _path(change.before.path)
        if elsewhere and step(case) == "patch":
            return "medium", circumstantial(case, "high"), said
        return "medium", "medium", said
    if change.file_changed:
        return (
            "low",
            "medium",
            f"{change.after.path or name}, which {name} starts, is not the file it was in {before(case)}",
        )
    return None


def judge(case: Case) -> Iterator[Finding]:
    """Report each changed hook once; `.pth` files have a rule of their own."""
    if case.change is None:
        return
    for change in case.change.changed_hooks:
        if change.after.kind in ("pth", "startup-module") or (graded := _grade(case, change)) is None:
            continue
        severity, confidence, message = graded
        manifest = manifest_file(case)
        path = change.after.path
        yield RULE.finding(
            case,
            message,
            at=(Location(path), manifest) if path and path != manifest.path else (manifest,),
            hint=f"read the difference: {compare(case)}",
            severity=severity,
            confidence=confidence,
            phase="install",
        )


RULE = Rule(
    id="install-script-changed",
    title="Install script changed",
    severity="medium",
    confidence="medium",
    needs=("content", "change"),
    judge=judge,
    page=__doc__,
)
