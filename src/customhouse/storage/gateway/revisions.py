"""How often what clients may see has changed: the number that every instance reads twice a second.

It moves in the transaction of the change itself, and last in it, so that whoever sees the number sees the change, and
numbers become visible in their order.
"""

from collections.abc import Iterable
from typing import cast

from sqlalchemy import Connection, select, update

from customhouse.model.purl import Ecosystem, Purl
from customhouse.storage.gateway.database import Database
from customhouse.storage.gateway.schema import CHANGE, REVISION


class Revisions:
    """Reads it."""

    def __init__(self, database: Database) -> None:
        """Read from this database."""
        self._database = database

    def revision(self) -> int:
        """Return the present number; it never goes back. Raises StateUnavailableError."""
        with self._database.read() as connection:
            return _present(connection)

    def changed(self, after: int) -> tuple[int, frozenset[Purl]]:
        """Return the present number, and the packages (purls without version) that changed since the number `after`.

        A package may be told twice, and is never left out. A change of tokens moves the number and names no package.
        """
        with self._database.read() as connection:
            # The number first: what changes between the two is then told once more the next time.
            present = _present(connection)
            query = select(CHANGE.c.ecosystem, CHANGE.c.name).where(CHANGE.c.revision > after)
            found = connection.execute(query).all() if present > after else ()
        return present, frozenset(Purl(cast("Ecosystem", ecosystem), name) for ecosystem, name in found)


def bump(database: Database, connection: Connection, packages: Iterable[Purl] = ()) -> None:
    """Move the number, as the last thing of a transaction."""
    moved = update(REVISION).values(value=REVISION.c.value + 1).returning(REVISION.c.value)
    revision = connection.execute(moved).scalar_one()
    keys = sorted({(each.ecosystem, each.name) for each in packages})
    if keys:
        statement = database.insert(CHANGE)
        statement = statement.on_conflict_do_update(
            index_elements=[CHANGE.c.ecosystem, CHANGE.c.name], set_={"revision": statement.excluded.revision}
        )
        rows = [{"ecosystem": ecosystem, "name": name, "revision": revision} for ecosystem, name in keys]
        connection.execute(statement, rows)


def _present(connection: Connection) -> int:
    return int(connection.execute(select(REVISION.c.value)).scalar_one())
