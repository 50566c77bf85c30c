"""When this gateway first saw each version: the clock that no registry can set."""

import contextlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from customhouse.model.purl import Ecosystem
from customhouse.storage.gateway.columns import keepable
from customhouse.storage.gateway.database import Database
from customhouse.storage.gateway.errors import StateFullError
from customhouse.storage.gateway.schema import SIGHTING


class Sightings:
    """Raises StateUnavailableError. While the disk is full what was never seen stays so."""

    def __init__(self, database: Database) -> None:
        """Read from and write to this database."""
        self._database = database

    def seen(self, ecosystem: Ecosystem, name: str, versions: Iterable[str], now: datetime) -> dict[str, datetime]:
        """Return when each of these versions was first seen; those that never were are seen now, and recorded.

        What was recorded stays, wherever the clock goes. A version whose name is too long to be kept is seen for the
        first time whenever it is asked about, so that it never comes of age.
        """
        wanted = dict.fromkeys(versions, now)
        if not wanted:
            return wanted
        query = (
            select(SIGHTING.c.version, SIGHTING.c.first_seen)
            .where(SIGHTING.c.ecosystem == ecosystem, SIGHTING.c.name == name)
        )  # fmt: skip
        with self._database.read() as connection:
            known = _times(connection, query)
        unknown = [each for each in wanted if each not in known and keepable(each)] if keepable(name) else []
        if unknown:
            with contextlib.suppress(StateFullError):  # what was seen before is still known, and is all that is needed
                known = self._record(ecosystem, name, unknown, now, query)
        return {version: known.get(version, now) for version in wanted}

    def _record(
        self, ecosystem: Ecosystem, name: str, unknown: list[str], now: datetime, query: Select[str, datetime]
    ) -> dict[str, datetime]:
        rows = [{"ecosystem": ecosystem, "name": name, "version": each, "first_seen": now} for each in sorted(unknown)]
        with self._database.write() as connection:
            self._database.insert_many(connection, SIGHTING, rows, new_only=True)
            # Another instance may have been first with some.
            return _times(connection, query)


def _times(connection: Connection, query: Select[str, datetime]) -> dict[str, datetime]:
    rows: Sequence[Any] = connection.execute(query).all()
    return dict(rows)
