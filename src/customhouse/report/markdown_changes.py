"""The part of a pull request's comment that says what the change brings: new packages first, each with its facts."""

from collections.abc import Iterator, Sequence

from customhouse.model.audit import Audit
from customhouse.model.closure import Changes, Gained
from customhouse.model.verdict import Decision
from customhouse.report import changes as said
from customhouse.report.markdown import code, escape, html
from customhouse.report.text import counted

_MARKS: dict[Decision | None, str] = {"block": "🛑", "hold": "✋", "allow": "✅", None: "▫️"}
#: Shares of the room: facts of what is new, the table of everything else, what the closure gained.
_SHARES = (0.5, 0.25, 0.2)


def changes_section(audit: Audit, room: int) -> list[str]:
    """Write what changed in at most `room` characters, and say how much is left out; empty without a base."""
    changes = audit.changes
    if changes is None:
        return []
    found = said.told(audit)
    new = [one for one in found if said.is_new(one.change)]
    rest = [one for one in found if not said.is_new(one.change)]
    lines = ["", f"### Changes since {code(said.base_name(changes), table=False)}", "", f"{said.headline(changes)}."]
    lines += [f"- {escape(move)}" for move in said.lock_moves(changes.locks)][:20]
    lines += ["", *_fit([_block(one, changes) for one in new], int(room * _SHARES[0]), "new package")]
    if command := said.approve_all(audit):
        lines += ["", f"All that is new at once: {code(command, table=False)}"]
    lines += _table(rest, int(room * _SHARES[1]))
    lines += _gains(changes, int(room * _SHARES[2]))
    return lines


def _block(one: said.Told, changes: Changes) -> str:
    """A new release with its facts, folded."""
    change = one.change
    entry = change.after or change.before
    where = f"{change.path}:{entry.line}" if entry is not None and entry.line else change.path
    how = f"{entry.dependency}, {entry.scope}, " if entry is not None else ""
    summary = f"{_MARKS[one.decision]} <b>{html(said.what(change))}</b> ({html(how + where)})"
    lines = [f"<details><summary>{summary}</summary>", ""]
    lines += [f"- {escape(line)}" for line in (*said.remarks(change), *said.facts(one.reviewed, changes.compared))]
    return "\n".join([*lines, "", "</details>"])


def _table(rest: Sequence[said.Told], room: int) -> list[str]:
    if not rest:
        return []
    rows = []
    for one in rest:
        gained = [*said.remarks(one.change), *_gained_by(one)]
        cells = (
            _MARKS[one.decision],
            said.kind_word(one.change),
            code(said.what(one.change)),
            "<br>".join(escape(text) for text in gained),
            code(one.change.path),
        )
        rows.append(f"| {' | '.join(cells)} |")
    lines = ["", f"<details><summary>{counted(len(rest), 'other change')}</summary>", ""]
    lines += ["| | How | Package | What it gained | Lock |", "|---|---|---|---|---|"]
    return [*lines, *_fit(rows, room, "change"), "", "</details>"]


def _gained_by(one: said.Told) -> Iterator[str]:
    review = one.reviewed.review
    if review is None or not review.compared_with:
        return
    for hook in review.gained_hooks:
        yield f"runs at install: {hook.command or hook.name}"
    for found in review.gained_capabilities:
        yield f"{found.kind} at {found.phase} ({found.path}:{found.line})"
    if review.gained_hosts:
        yield f"names hosts: {said.few(review.gained_hosts)}"


def _gains(changes: Changes, room: int) -> list[str]:
    rows = [f"- {heading}: {_named(found)}" for heading, found in said.gains(changes)]
    rows += [f"- {escape(text)}" for text in said.unknowns(changes)]
    return ["", "**The closure gained**", "", *_fit(rows, room, "line")] if rows else []


def _named(found: Sequence[Gained]) -> str:
    names = []
    for one in found[:20]:
        by = f" ({escape(said.few([purl.display for purl in one.by], 3))})" if one.by else ""
        names.append(f"{code(one.what, table=False)}{by}")
    more = f" and {len(found) - 20} more" if len(found) > 20 else ""  # noqa: PLR2004 - as many as were just named
    return ", ".join(names) + more


def _fit(rows: Sequence[str], room: int, noun: str) -> Iterator[str]:
    """Give as many as there is room for, and say how many are left out."""
    for index, row in enumerate(rows):
        room -= len(row) + 1
        if room < 0:
            yield ""
            yield f"… and {counted(len(rows) - index, f'more {noun}')}: the JSON report has them all."
            return
        yield row
