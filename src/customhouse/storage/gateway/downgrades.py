"""How often clients were shown an older version than upstream's newest, day by day."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import cast

from sqlalchemy import delete, select

from customhouse.model.gateway import Downgrade, Ground
from customhouse.model.purl import Ecosystem
from customhouse.storage.gateway.columns import cut
from customhouse.storage.gateway.database import Database
from customhouse.storage.gateway.schema import DOWNGRADE


class Downgrades:
    """Every method may raise StateUnavailableError, and `count` StateFullError."""

    def __init__(self, database: Database) -> None:
        """Read from and write to this database."""
        self._database = database

    def count(self, batch: Iterable[Downgrade]) -> None:
        """Add the counts of a batch to what was counted before, all or none."""
        counts: Counter[tuple[date, str, str, str, str, str]] = Counter()
        for each in batch:
            key = (each.day, each.ecosystem, cut(each.name), cut(each.newest), cut(each.shown), each.ground)
            counts[key] += each.count
        if not counts:
            return
        names = [each.name for each in DOWNGRADE.c]
        rows = [dict(zip(names, (*key, counts[key]), strict=True)) for key in sorted(counts)]
        statement = self._database.insert(DOWNGRADE)
        statement = statement.on_conflict_do_update(
            index_elements=list(DOWNGRADE.primary_key),
            set_={"count": DOWNGRADE.c.count + statement.excluded["count"]},
        )
        with self._database.write() as connection:
            connection.execute(statement, rows)

    def of(self, day: date) -> tuple[Downgrade, ...]:
        """Return a day's (UTC), the most frequent first."""
        order = (DOWNGRADE.c.count.desc(), *DOWNGRADE.primary_key)
        with self._database.read() as connection:
            rows = connection.execute(select(DOWNGRADE).where(DOWNGRADE.c.day == day).order_by(*order)).all()
        return tuple(
            Downgrade(found, cast("Ecosystem", ecosystem), name, newest, shown, cast("Ground", ground), count)
            for found, ecosystem, name, newest, shown, ground, count in rows
        )

    def forget_before(self, day: date) -> int:
        """Forget the days before one; return how many counts that were."""
        with self._database.write() as connection:
            return connection.execute(delete(DOWNGRADE).where(DOWNGRADE.c.day < day)).rowcount
