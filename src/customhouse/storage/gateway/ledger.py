"""The ledger of decisions: entries are appended, one after the other, and never changed."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import IO, Any, cast

from msgspec.structs import replace
from sqlalchemy import Connection, Select, and_, or_, select, text

from customhouse.model.gateway import Act, LedgerEntry
from customhouse.model.purl import Ecosystem, Purl, parse_purl
from customhouse.storage.gateway.chain import Head, Problem, holding, line, sealed, verify
from customhouse.storage.gateway.columns import require_keepable
from customhouse.storage.gateway.database import Database
from customhouse.storage.gateway.migrating import LOCK_SPACE
from customhouse.storage.gateway.revisions import bump
from customhouse.storage.gateway.schema import LEDGER

_APPENDING = 2
_PAGE = 1000


class Ledger:
    """Instances take turns to append. Every method may raise StateUnavailableError."""

    def __init__(self, database: Database) -> None:
        """Read from and write to this database."""
        self._database = database

    def append(
        self,
        act: Act,
        purl: str,
        *,
        reason: str,
        owner: str,
        actor: str,
        now: datetime,
        digests: Iterable[str] = (),
        expires: date | None = None,
    ) -> LedgerEntry:
        """Append a decision and return it as it stands in the chain.

        `purl` is written in its canonical form; a token's entry may have none (empty). Raises CustomhouseError for
        another text, NotKeepableError, StateFullError.
        """
        package = parse_purl(purl) if purl or act != "token" else None
        if package:
            require_keepable(package, as_text=True)
        entry = LedgerEntry(
            0, now.astimezone(UTC), act, str(package or ""), reason, owner, actor, tuple(digests), expires
        )
        with self._database.write(durable=True) as connection:
            if self._database.is_postgresql:
                # Until the end of the transaction, so that the next one sees this one.
                connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK_SPACE}, {_APPENDING})"))
            head = _head(connection)
            entry = sealed(replace(entry, number=head.number + 1, previous=head.hash))
            connection.execute(LEDGER.insert().values(_row(entry)))
            bump(self._database, connection, (package,) if package else ())
        return entry

    def head(self) -> Head:
        """Return the end of the chain, to be kept elsewhere."""
        with self._database.read() as connection:
            return _head(connection)

    def entries(self, after: int = 0) -> Iterator[LedgerEntry]:
        """Yield the entries after a number, in their order, read a thousand at a time."""
        while True:
            page = self._select(select(LEDGER).where(LEDGER.c.number > after).limit(_PAGE))
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].number

    def of(self, purl: Purl) -> tuple[LedgerEntry, ...]:
        """Return the entries of exactly this purl; without a version, of the package and all its versions."""
        return self._select(_about(purl))

    def in_force(self, ecosystem: Ecosystem, name: str, now: datetime) -> tuple[LedgerEntry, ...]:
        """Return the approvals and blocks of a package and its versions that hold now, in the order they were said.

        What ends them is said at `chain.holding`. Where several are of one purl, the last is the newest word.
        """
        about = _about(Purl(ecosystem, name)).where(LEDGER.c.act.in_(("approve", "block", "release")))
        return holding(self._select(about), now)

    def verify(self, head: Head | None = None) -> tuple[Problem, ...]:
        """Return what is wrong with the whole chain; see `chain.verify`."""
        return verify(self.entries(), head)

    def export(self, file: IO[bytes], after: int = 0) -> Head:
        """Write the entries after a number, one line of JSON each, and return the last one's head."""
        last = Head()
        for entry in self.entries(after):
            file.write(line(entry) + b"\n")
            last = Head(entry.number, entry.hash)
        return last

    def _select(self, query: Select[Any]) -> tuple[LedgerEntry, ...]:
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(LEDGER.c.number)).all()
        return tuple(_entry(row) for row in rows)


def _about(purl: Purl) -> Select[Any]:
    # By the purl's own text, which the hash covers; a column beside it could be changed and nobody would see it. In a
    # purl the first `@` begins the version, and `A` comes after `@`.
    if purl.version:
        return select(LEDGER).where(LEDGER.c.purl == str(purl))
    package = str(purl)
    versions = and_(LEDGER.c.purl >= f"{package}@", LEDGER.c.purl < f"{package}A")
    return select(LEDGER).where(or_(LEDGER.c.purl == package, versions))


def _head(connection: Connection) -> Head:
    found = connection.execute(select(LEDGER.c.number, LEDGER.c.hash).order_by(LEDGER.c.number.desc()).limit(1)).first()
    return Head(*found) if found else Head()


def _row(entry: LedgerEntry) -> dict[str, Any]:
    fields = {name: getattr(entry, name) for name in entry.__struct_fields__}
    return {**fields, "digests": json.dumps(entry.digests)}


def _entry(row: Sequence[Any]) -> LedgerEntry:
    number, at, act, purl, reason, owner, actor, digests, expires, previous, hashed = row
    return LedgerEntry(
        number,
        at,
        cast("Act", act),
        purl,
        reason,
        owner,
        actor,
        tuple(json.loads(digests)),
        expires,
        previous,
        hashed,
    )
