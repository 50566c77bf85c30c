"""What `customhouse db status` and `db update` say."""

from datetime import UTC, datetime
from typing import Literal

import msgspec

from customhouse.model.advisory import IndexState, SourceState
from customhouse.report.text import visible

Condition = Literal["fresh", "stale", "missing", "damaged"]


class SourceStatusDocument(msgspec.Struct, frozen=True):
    """One source of the index. Times are RFC 3339 UTC; `age_seconds` counts from `checked`."""

    location: str
    checked: str
    changed: str
    age_seconds: int
    stale: bool
    ecosystems: tuple[str, ...]
    records: int
    npm: int
    pypi: int
    malicious: int
    withdrawn: int
    unreadable: int
    first_unreadable: tuple[str, ...]
    #: The newest `modified` among its records, as written there.
    newest: str


class DatabaseStatusDocument(msgspec.Struct, frozen=True):
    """What `customhouse db status --format json` writes. `max_age` is the policy's, as written."""

    schema: Literal["customhouse/db-status/1"]
    condition: Condition
    path: str
    bytes: int
    records: int
    max_age: str
    sources: tuple[SourceStatusDocument, ...]
    problem: str
    hint: str


def status_document(
    path: str,
    state: IndexState | None,
    *,
    now: float,
    max_age: str,
    max_age_seconds: float,
    problem: str = "",
    hint: str = "",
) -> DatabaseStatusDocument:
    """Shape the status. `state` is None when the index is missing, or damaged (then `problem` says how)."""
    sources = tuple(_source(each, now, max_age_seconds) for each in state.sources) if state else ()
    condition: Condition = "damaged" if problem else "missing" if not sources else "fresh"
    if condition == "fresh" and any(each.stale for each in sources):
        condition = "stale"
    return DatabaseStatusDocument(
        schema="customhouse/db-status/1",
        condition=condition,
        path=path,
        bytes=state.bytes if state else 0,
        records=state.records if state else 0,
        max_age=max_age,
        sources=sources,
        problem=problem,
        hint=hint if problem else "" if condition == "fresh" else "customhouse db update",
    )


def _source(state: SourceState, now: float, max_age: float) -> SourceStatusDocument:
    age = now - state.checked
    return SourceStatusDocument(
        location=state.location,
        checked=_time(state.checked),
        changed=_time(state.changed),
        age_seconds=int(age),
        stale=age > max_age,
        ecosystems=state.ecosystems,
        records=state.records,
        npm=state.npm,
        pypi=state.pypi,
        malicious=state.malicious,
        withdrawn=state.withdrawn,
        unreadable=state.unreadable,
        first_unreadable=state.first_unreadable,
        newest=state.newest,
    )


def render_status(document: DatabaseStatusDocument) -> str:
    """Write the status for people."""
    lines = [f"advisory index: {document.condition}", f"  {visible(document.path)}"]
    if document.problem:
        lines.append(f"  {visible(document.problem)}")
    elif document.condition != "missing":
        lines.append(f"  {document.records:,} records, {document.bytes / 1e6:,.1f} MB, stale after {document.max_age}")
    for each in document.sources:
        lines += [
            "",
            f"{visible(each.location)}{'  STALE' if each.stale else ''}",
            (
                f"  {each.records:,} records: {each.npm:,} npm, {each.pypi:,} PyPI; "
                f"{each.malicious:,} malicious, {each.withdrawn:,} withdrawn"
            ),
            (
                f"  checked {told_age(each.age_seconds)} ago ({each.checked}), "
                f"newest record of {visible(each.newest) or '?'}"
            ),
        ]
        if each.unreadable:
            lines.append(f"  {each.unreadable:,} could not be read, first {visible(each.first_unreadable[0])}")
    if document.hint:
        lines += ["", f"hint: {visible(document.hint)}"]
    return "\n".join(lines)


def told_age(seconds: float) -> str:
    """Write an age in its largest whole unit."""
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{int(seconds // size)} {unit}"
    return f"{max(int(seconds), 0)} seconds"


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
