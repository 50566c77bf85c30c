"""The bytes that a file name stands for since it was first seen, and others that were met under it."""

import json
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, and_, delete, select

from customhouse.model.gateway import Pin
from customhouse.model.purl import Ecosystem, Purl
from customhouse.storage.gateway.columns import require_keepable
from customhouse.storage.gateway.database import Database
from customhouse.storage.gateway.revisions import bump
from customhouse.storage.gateway.schema import PIN, REPLACEMENT


class Pins:
    """The first write wins, whoever writes. Every method may raise StateUnavailableError."""

    def __init__(self, database: Database) -> None:
        """Read from and write to this database."""
        self._database = database

    def pin(self, pin: Pin) -> Pin:
        """Pin a file's bytes, and return the pin in force: this one, or the one that was there before.

        Where that one names other bytes, these are kept as a replacement, and the revision moves the first time they
        are met. Raises NotKeepableError, StateFullError.
        """
        require_keepable(pin.purl, pin.filename)
        held = self._held(pin)
        if held and _same(held, pin):
            return held
        with self._database.write(durable=True) as connection:
            connection.execute(self._database.insert(PIN).values(_row(pin)).on_conflict_do_nothing())
            held = _pin(connection.execute(select(PIN).where(_is(PIN, pin.purl, pin.filename))).one())
            if not _same(held, pin):
                statement = self._database.insert(REPLACEMENT).values(_row(pin)).on_conflict_do_nothing()
                if connection.execute(statement.returning(REPLACEMENT.c.sha256)).first():
                    bump(self._database, connection, (pin.purl,))
        return held

    def of(self, purl: Purl) -> tuple[Pin, ...]:
        """Return the pins of all files of all versions of a package; with a version, of that one."""
        return self._select(PIN, _of(PIN, purl))

    def by_digest(self, sha256: str) -> tuple[Pin, ...]:
        """Return the names that stand for these bytes."""
        return self._select(PIN, PIN.c.sha256 == sha256)

    def replacements(self, purl: Purl) -> tuple[Pin, ...]:
        """Return the other bytes that were met under a package's pinned names, and when first."""
        return self._select(REPLACEMENT, _of(REPLACEMENT, purl))

    def settle(self, purl: Purl, filename: str) -> bool:
        """Forget the other bytes that were met under a name; the pin stays. False when there were none."""
        with self._database.write(durable=True) as connection:
            settled = connection.execute(delete(REPLACEMENT).where(_is(REPLACEMENT, purl, filename))).rowcount > 0
            if settled:
                bump(self._database, connection, (purl,))
        return settled

    def _held(self, pin: Pin) -> Pin | None:
        found = self._select(PIN, _is(PIN, pin.purl, pin.filename))
        return found[0] if found else None

    def _select(self, table: Table, condition: ColumnElement[bool]) -> tuple[Pin, ...]:
        query = select(table).where(condition).order_by(*table.primary_key)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return tuple(_pin(row) for row in rows)


def _same(one: Pin, other: Pin) -> bool:
    return (one.sha256, one.size) == (other.sha256, other.size)


def _of(table: Table, purl: Purl) -> ColumnElement[bool]:
    package = and_(table.c.ecosystem == purl.ecosystem, table.c.name == purl.name)
    return and_(package, table.c.version == purl.version) if purl.version else package


def _is(table: Table, purl: Purl, filename: str) -> ColumnElement[bool]:
    return and_(
        table.c.ecosystem == purl.ecosystem,
        table.c.name == purl.name,
        table.c.version == (purl.version or ""),
        table.c.filename == filename,
    )


def _row(pin: Pin) -> dict[str, Any]:
    return {
        "ecosystem": pin.purl.ecosystem,
        "name": pin.purl.name,
        "version": pin.purl.version or "",
        "filename": pin.filename,
        "sha256": pin.sha256,
        "size": pin.size,
        "first_seen": pin.first_seen,
        "promised": json.dumps(pin.promised),
    }


def _pin(row: Sequence[Any]) -> Pin:
    ecosystem, name, version, filename, sha256, size, first_seen, promised = row
    purl = Purl(cast("Ecosystem", ecosystem), name, version or None)
    return Pin(purl, filename, sha256, size, first_seen, tuple(json.loads(promised)))
