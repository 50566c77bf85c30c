"""The chain of the ledger's entries: how each is written down, what its hash covers, what breaks it, what still holds.

No I/O: the same for a database and for an exported copy. An entry is one line of JSON, its keys sorted, without spaces,
in ASCII, its time as `2026-11-30T09:00:00.000000Z`; `hash` is the sha256 of that line without the key `hash`. The first
entry has the number 1 and an empty `previous`.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, Literal

import msgspec

from customhouse.model.errors import CustomhouseError
from customhouse.model.gateway import LedgerEntry


class Head(msgspec.Struct, frozen=True):
    """The end of a chain, to be kept elsewhere. An empty ledger's has the number 0 and no hash."""

    number: int = 0
    hash: str = ""


class Problem(msgspec.Struct, frozen=True):
    """What does not hold together. `number` is the entry's where it shows.

    `changed`: its hash is not that of its fields. `broken`: it does not continue the one before it. `missing`: the
    numbers before it are not there. `misplaced`: its number was there already, or a later one. `cut`: the remembered
    head is not there. `rewritten`: the remembered head's number has another hash.
    """

    number: int
    kind: Literal["changed", "broken", "missing", "misplaced", "cut", "rewritten"]
    message: str


def digest(entry: LedgerEntry) -> str:
    """Return the hash that an entry must have."""
    return hashlib.sha256(_canonical(_fields(entry, hashed=False))).hexdigest()


def sealed(entry: LedgerEntry) -> LedgerEntry:
    """Return the entry with its hash."""
    return msgspec.structs.replace(entry, hash=digest(entry))


def line(entry: LedgerEntry) -> bytes:
    """Write an entry down, without a line's end."""
    return _canonical(_fields(entry, hashed=True))


def read_export(lines: Iterable[bytes]) -> tuple[LedgerEntry, ...]:
    """Read what `Ledger.export` wrote. Raises CustomhouseError at a line that it did not write; empty ones are none.

    Whether the entries belong together is `verify`'s to say.
    """
    entries = []
    for number, raw in enumerate(lines, 1):
        text = raw.rstrip(b"\r\n")
        if text:
            entry = _read(text)
            if entry is None or line(entry) != text:
                raise CustomhouseError(
                    f"line {number} is no entry of a ledger, or not as the gateway writes them",
                    hint="export it again: customhouse ledger export",
                )
            entries.append(entry)
    return tuple(entries)


def verify(entries: Iterable[LedgerEntry], head: Head | None = None) -> tuple[Problem, ...]:
    """Return what is wrong with a whole chain; `head` is one remembered from before, and shows a cut tail.

    Whoever can write everything can write a new chain: only a head that was kept elsewhere tells it from the old one.
    """
    problems: list[Problem] = []
    last = Head()
    highest = 0
    remembered = None
    for entry in entries:
        number = entry.number
        if head and number == head.number:
            remembered = entry.hash
        if digest(entry) != entry.hash:
            problems.append(Problem(number, "changed", f"entry {number} is not as it was when it was written"))
        if number <= highest:
            problems.append(Problem(number, "misplaced", f"entry {number} stands after entry {last.number}"))
        elif number > highest + 1:
            gone = f"entry {highest + 1}" if number == highest + 2 else f"entries {highest + 1} to {number - 1}"
            problems.append(Problem(number, "missing", f"before entry {number}, {gone} cannot be found"))
        if entry.previous != last.hash:
            after = f"entry {last.number}" if last.number else "the beginning"
            problems.append(Problem(number, "broken", f"entry {number} was not written after {after}"))
        last, highest = Head(number, entry.hash), max(highest, number)
    if head and head.number and remembered is None:
        problems.append(Problem(head.number, "cut", f"entry {head.number}, which was there, cannot be found"))
    elif head and head.number and remembered != head.hash:
        problems.append(Problem(head.number, "rewritten", f"entry {head.number} has not the hash that it had"))
    return tuple(problems)


def holding(entries: Iterable[LedgerEntry], now: datetime) -> tuple[LedgerEntry, ...]:
    """Return the approvals and blocks that hold now, in the order of the chain; the entries come in that order.

    One holds through the day (UTC) that it names as its last. A `release` ends the newest one of exactly its purl that
    held when it was said; one that ends nothing says nothing.
    """
    standing: dict[str, list[LedgerEntry]] = {}
    for entry in entries:
        held = standing.setdefault(entry.purl, [])
        match entry.act:
            case "approve" | "block":
                held.append(entry)
            case "release":
                newest = next((each for each in reversed(held) if _holds(each, entry.at)), None)
                if newest:
                    held.remove(newest)
            case _:
                pass
    found = (each for held in standing.values() for each in held if _holds(each, now))
    return tuple(sorted(found, key=lambda each: each.number))


def _holds(entry: LedgerEntry, moment: datetime) -> bool:
    return entry.expires is None or moment.astimezone(UTC).date() <= entry.expires


def _fields(entry: LedgerEntry, *, hashed: bool) -> dict[str, Any]:
    fields = {name: getattr(entry, name) for name in entry.__struct_fields__ if hashed or name != "hash"}
    fields["at"] = entry.at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    fields["expires"] = entry.expires.isoformat() if entry.expires else None
    return fields


def _canonical(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def _read(text: bytes) -> LedgerEntry | None:
    try:
        fields = json.loads(text)
        if not isinstance(fields, dict) or set(fields) != set(LedgerEntry.__struct_fields__):
            return None
        entry = msgspec.convert(fields, LedgerEntry)
    except (ValueError, RecursionError, msgspec.ValidationError):
        return None
    # datetime and date are read leniently; a day with a time, say, is then not written as it was.
    return entry if entry.at.tzinfo and (entry.expires is None or type(entry.expires) is date) else None
