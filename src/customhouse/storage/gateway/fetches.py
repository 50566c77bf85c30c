"""Who was handed which file, or refused it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, delete, select

from customhouse.model.gateway import Fetch
from customhouse.model.purl import Ecosystem, Purl
from customhouse.storage.gateway.columns import cut
from customhouse.storage.gateway.database import Database
from customhouse.storage.gateway.schema import FETCH

_FORGOTTEN_AT_ONCE = 10_000  # rows: other writers wait for one such piece at most


class Fetches:
    """Every method may raise StateUnavailableError, and `record` StateFullError."""

    def __init__(self, database: Database) -> None:
        """Read from and write to this database."""
        self._database = database

    def record(self, batch: Sequence[Fetch]) -> None:
        """Keep a batch, whole or not at all. What a client says of itself, and names no registry has, are cut short."""
        rows = [_row(each) for each in batch]
        if rows:
            with self._database.write() as connection:
                self._database.insert_many(connection, FETCH, rows)

    def of(self, purl: Purl, since: datetime | None = None, *, limit: int | None = None) -> tuple[Fetch, ...]:
        """Return the fetches of a release, or of every release of a package, newest first."""
        condition = and_(FETCH.c.ecosystem == purl.ecosystem, FETCH.c.name == cut(purl.name))
        if purl.version:
            condition = and_(condition, FETCH.c.version == cut(purl.version))
        return self._select(condition, since, limit)

    def by_digest(self, sha256: str, since: datetime | None = None, *, limit: int | None = None) -> tuple[Fetch, ...]:
        """Return the fetches of these bytes, under whatever names, newest first."""
        return self._select(FETCH.c.sha256 == sha256, since, limit)

    def forget_before(self, moment: datetime) -> int:
        """Forget what was fetched before a moment, piece by piece; return how many fetches that were."""
        oldest = select(FETCH.c.id).where(FETCH.c.at < moment).order_by(FETCH.c.at).limit(_FORGOTTEN_AT_ONCE)
        forgotten = 0
        while True:
            with self._database.write() as connection:
                count = connection.execute(delete(FETCH).where(FETCH.c.id.in_(oldest))).rowcount
            forgotten += count
            if count < _FORGOTTEN_AT_ONCE:
                return forgotten

    def _select(self, condition: ColumnElement[bool], since: datetime | None, limit: int | None) -> tuple[Fetch, ...]:
        columns = [each for each in FETCH.c if each is not FETCH.c.id]
        query = select(*columns).where(condition).order_by(FETCH.c.at.desc(), FETCH.c.id.desc()).limit(limit)
        if since:
            query = query.where(FETCH.c.at >= since)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return tuple(_fetch(row) for row in rows)


def _row(fetch: Fetch) -> dict[str, Any]:
    return {
        "at": fetch.at,
        "ecosystem": fetch.purl.ecosystem,
        "name": cut(fetch.purl.name),
        "version": cut(fetch.purl.version or ""),
        "filename": cut(fetch.filename),
        "sha256": fetch.sha256,
        "status": fetch.status,
        "client": cut(fetch.client),
        "agent": cut(fetch.agent),
        "project": cut(fetch.project),
    }


def _fetch(row: Sequence[Any]) -> Fetch:
    at, ecosystem, name, version, filename, sha256, status, client, agent, project = row
    purl = Purl(cast("Ecosystem", ecosystem), name, version or None)
    return Fetch(at, purl, filename, sha256, status, client, agent, project)
