"""One database, opened: connections that read, transactions that write, and errors with names."""

import contextlib
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Table, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from customhouse.storage.gateway.addresses import Address, read_address
from customhouse.storage.gateway.errors import StateUnavailableError
from customhouse.storage.gateway.faults import explain
from customhouse.storage.gateway.migrating import migrate

#: Seconds that a writer waits for its turn, and anybody for a free connection.
PATIENCE = 10.0


def open_database(url: str, *, connections: int = 10) -> "Database":
    """Open `sqlite:///path` or `postgresql://…`, make or migrate its tables, and keep up to so many connections.

    Raises CustomhouseError for an address that cannot be used, StateVersionError for a database that is newer than
    this program or not the gateway's, StateUnavailableError where it cannot be reached or written.
    """
    database = Database(read_address(url), connections)
    try:
        database.migrate()
    except BaseException:
        database.close()
        raise
    return database


class Database:
    """Shared by any number of threads, and by no other process. The rooms beside this one read and write through it."""

    def __init__(self, address: Address, connections: int) -> None:
        """Use `open_database`."""
        self.address = address
        self._engine = address.engine(connections, PATIENCE)
        self._reader, self._quick, self._durable = address.roles(self._engine)
        self._lone = None if address.path else address.lone_engine()
        # SQLite lets writers wait by asking again and again, which starves some; here they wait in turn.
        self._turn = threading.Lock() if address.path else None
        self._identity: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        """The address as messages may tell it: no user, no password."""
        return self.address.name

    @property
    def is_postgresql(self) -> bool:
        """Whether other instances may share it."""
        return self.address.path is None

    def migrate(self) -> None:
        """Bring the tables to this program's version."""
        with self.explained():
            migrate(self._engine, self._reader, self._durable, self.address)
        if self.address.path:
            self._identity = _identity(self.address.path)

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """Read; each statement sees what is committed when it begins. Raises StateUnavailableError."""
        with self.explained():
            self._require_file()
            with self._reader.connect() as connection:
                yield connection

    @contextlib.contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Connection]:
        """Write in one transaction, which is undone when the block raises.

        What is committed survives the death of the process; `durable` asks that it survive a power cut in SQLite too
        (PostgreSQL's always does). Raises StateUnavailableError, StateFullError.
        """
        with self.explained(), self._in_turn():
            self._require_file()
            with (self._durable if durable else self._quick).begin() as connection:
                yield connection

    @contextlib.contextmanager
    def alone(self) -> Iterator[Connection]:
        """Hold a connection of its own, outside the pool and outside transactions (PostgreSQL). Closed at the end."""
        if self._lone is None:
            raise TypeError("SQLite has one process, and no use for it")
        with self.explained(), self._lone.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def explained(self) -> Iterator[None]:
        """Turn what drivers raise into errors with names."""
        try:
            yield
        except SQLAlchemyError as error:
            explained = explain(error, self.name, self.address.secrets)
            if explained is None:
                raise
            raise explained from None

    def insert(self, table: Table) -> "sqlite.Insert | postgresql.Insert":
        """Begin an INSERT that may say what to do on a conflict."""
        return postgresql.insert(table) if self.is_postgresql else sqlite.insert(table)

    def insert_many(
        self, connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, new_only: bool = False
    ) -> None:
        """Insert rows of the same columns in one statement; with `new_only`, those whose key is not there yet."""
        if not rows:
            return
        statement = self.insert(table)
        if not self.is_postgresql:
            connection.execute(statement.on_conflict_do_nothing() if new_only else statement, rows)
            return
        # One array a column: a fraction of the parameters, and of the time, of a row each.
        columns = [table.c[name] for name in rows[0]]
        arrays = (literal([row[each.name] for row in rows], postgresql.ARRAY(each.type)) for each in columns)
        values = func.unnest(*arrays).table_valued(*(each.name for each in columns)).render_derived()
        statement = statement.from_select([each.name for each in columns], select(values))
        connection.execute(statement.on_conflict_do_nothing() if new_only else statement)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        """Use as a context manager."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close, whatever happened."""
        self.close()

    @contextlib.contextmanager
    def _in_turn(self) -> Iterator[None]:
        if self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=PATIENCE):
            raise StateUnavailableError(f"{self.name} is busy writing", hint="ask again")
        try:
            yield
        finally:
            self._turn.release()

    def _require_file(self) -> None:
        # SQLite goes on with a file that was removed or replaced, and everything written then is lost.
        if self._identity is not None and self.address.path and _identity(self.address.path) != self._identity:
            raise StateUnavailableError(
                f"{self.name} was removed or replaced while it was in use",
                hint="put the file back, or start the gateway anew",
            )


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - asked before each statement, and Path costs as much again
    except OSError:
        return None
    return found.st_dev, found.st_ino
