"""What a change brings, for a terminal: new packages with their facts, the rest a line each, the closure's gains."""

from collections.abc import Iterator, Sequence

from customhouse.model.audit import Audit
from customhouse.model.closure import Changes
from customhouse.report import changes as said
from customhouse.report.plain import Style
from customhouse.report.text import visible

#: New packages with their facts, and other changes, before "and N more" (all of them when verbose).
_NEW, _REST = 40, 40
_WIDTH = 12


def changes_lines(audit: Audit, style: Style) -> Iterator[str]:
    """Write the section; nothing without a base."""
    changes = audit.changes
    if changes is None:
        return
    yield from style.lines(visible(f"changes since {said.base_name(changes)}: {said.headline(changes)}"), 0)
    for move in said.lock_moves(changes.locks):
        yield from style.lines(visible(move), 2)
    found = said.told(audit)
    new = [one for one in found if said.is_new(one.change)]
    yield from _listed(new, _NEW, changes, style)
    yield from _listed([one for one in found if not said.is_new(one.change)], _REST, changes, style)
    if command := said.approve_all(audit):
        yield from style.lines(visible(f"hint: all that is new at once: {command}"), 2)
    yield from _gains(changes, style)


def _listed(found: Sequence[said.Told], limit: int, changes: Changes, style: Style) -> Iterator[str]:
    shown = len(found) if style.verbose else limit
    for one in found[:shown]:
        yield from _change(one, changes, style)
    if len(found) > shown:
        yield f"  … and {len(found) - shown} more (--verbose lists all)"


def _change(one: said.Told, changes: Changes, style: Style) -> Iterator[str]:
    change = one.change
    word = f"{said.kind_word(change):<{_WIDTH}}"
    word = style.paint(word, one.decision) if one.decision else word
    entry = change.after or change.before
    where = f"{change.path}:{entry.line}" if entry is not None and entry.line else change.path
    how = f"{entry.dependency}, {entry.scope}, " if entry is not None else ""
    yield f"  {word}  {style.paint(visible(said.what(change)), 'strong')}  ({visible(how + where)})"
    for remark in said.remarks(change):
        yield from style.lines(visible(remark), _WIDTH + 4)
    review = one.reviewed.review
    if said.is_new(change) or style.verbose:
        told = said.facts(one.reviewed, changes.compared)
    else:  # of an upgrade, what it gained: the rest is known to whoever uses it
        told = said.does(review) if review is not None else iter(())
    for line in told:
        yield from style.lines(visible(line), _WIDTH + 4, "faint")


def _gains(changes: Changes, style: Style) -> Iterator[str]:
    found = list(said.gains(changes))
    if not found:
        return
    yield "the closure gained"
    for heading, several in found:
        names = [
            f"{one.what} ({said.few([purl.display for purl in one.by], 3)})" if one.by else one.what for one in several
        ]
        shown = said.few(names, len(names) if style.verbose else 8)
        yield from style.lines(visible(f"{heading}: {shown}"), 2)
    for text in said.unknowns(changes):
        yield from style.lines(visible(text), 2)
