"""What `customhouse harden` prints: a unified diff and what it leaves open, or the same as JSON."""

import difflib
import json
from typing import Any

import msgspec

from customhouse.model.hardening import FileChange, Hardening, Impossible, Setting
from customhouse.report.text import visible, visible_lines

_PROTECTS = {
    "scripts": "install scripts",
    "cooldown": "minimum age",
    "frozen": "keeping to the lock",
    "exact": "exact versions",
}


class HardeningChange(msgspec.Struct, frozen=True):
    """A file that would be, or was, changed. `diff` is a unified diff."""

    path: str
    diff: str
    settings: tuple[Setting, ...]


class HardeningDocument(msgspec.Struct, frozen=True, rename={"schema_": "schema"}):
    """The JSON of `customhouse harden`. `written` is whether the files hold it now."""

    schema_: str
    written: bool
    clients: tuple[str, ...]
    changes: tuple[HardeningChange, ...]
    impossible: tuple[Impossible, ...]


def unified(change: FileChange) -> str:
    """The change of one file as `git apply` reads it; line ends are the file's own."""
    old = "a/" + change.path if change.before else "/dev/null"
    lines = difflib.unified_diff(_lines(change.before), _lines(change.after), old, "b/" + change.path, lineterm="\n")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    """Cut at line feeds alone, as diff does."""
    parts = text.split("\n")
    return [part + "\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def hardening_json(hardening: Hardening, *, written: bool) -> str:
    """The plan as JSON, `customhouse/harden/1`."""
    changes = tuple(HardeningChange(one.path, unified(one), one.settings) for one in hardening.changes)
    document: Any = msgspec.to_builtins(
        HardeningDocument("customhouse/harden/1", written, hardening.clients, changes, hardening.impossible)
    )
    return json.dumps(document, indent=2, ensure_ascii=True)


def hardening_diff(hardening: Hardening) -> str:
    """Every change as one unified diff."""
    return "".join(_safe(line) for one in hardening.changes for line in _lines(unified(one)))


def _safe(line: str) -> str:
    """Make one line harmless, and leave its end as it is, so that a diff of CRLF lines can be applied."""
    text = line.removesuffix("\n")
    end = line[len(text) :]
    return visible(text.removesuffix("\r")) + ("\r" if text.endswith("\r") else "") + end


def hardening_notes(hardening: Hardening, *, written: bool) -> str:
    """What the diff means, what must be run then, and what could not be set: for standard error."""
    lines: list[str] = []
    if not hardening.clients:
        lines.append("no package client is in use here")
    elif not hardening.changes:
        word = "nothing that a file could set" if hardening.impossible else "nothing to set"
        lines.append(f"{word} for {len(hardening.clients)} client(s): " + "; ".join(hardening.clients))
    for change in hardening.changes:
        lines.append(f"{'wrote' if written else 'would write'} {change.path}")
        lines += [f"  {'.'.join(one.key)}: {one.why}" for one in change.settings]
    then = dict.fromkeys(one.after for change in hardening.changes for one in change.settings if one.after)
    if then:
        lines.append("then make the locks anew, which keep these settings: " + ", ".join(f"`{one}`" for one in then))
    for one in hardening.impossible:
        lines.append(f"not set: {one.client} in {one.folder}: {_PROTECTS[one.protects]}: {one.reason}")
        lines.append(f"  hint: {one.hint}")
    return visible_lines("\n".join(lines))
