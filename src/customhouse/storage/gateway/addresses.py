"""The address of a database, read, and the engines that it gives."""

import os
import sqlite3
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool, QueuePool

from customhouse.model.errors import CustomhouseError
from customhouse.storage.gateway.errors import StateUnavailableError

_HINT = "write it as sqlite:///state.sqlite, sqlite:////absolute/state.sqlite or postgresql://user@host/database"
#: The option of an engine that says how its transactions begin in SQLite.
_BEGINS = "gateway_begins"
# A server that hangs must not hang its clients, and the locks of a machine that lost its power must not stay: a server
# notices after a minute.
_SESSION = (
    "SET timezone = 'UTC'; "
    # What a lock guards is read after it was waited for: stricter levels would read it as it was before.
    "SET default_transaction_isolation = 'read committed'; "
    "SET statement_timeout = '30s'; SET tcp_keepalives_idle = 30; "
    "SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"
)
_CONNECT = {
    "connect_timeout": 5,
    "application_name": "customhouse",
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}


class Address(msgspec.Struct, frozen=True):
    """Where the state lies. `path` is None for PostgreSQL; `name` is what messages may tell."""

    url: URL
    name: str
    path: Path | None = None
    secrets: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"Address({self.name!r})"

    def engine(self, connections: int, patience: float) -> Engine:
        """Make the engine, which connects when it is first used. Raises CustomhouseError without the driver."""
        pool = {"pool_size": connections, "max_overflow": 0, "pool_timeout": patience, "hide_parameters": True}
        if self.path is None:
            return self._postgresql(pool_pre_ping=True, **pool)
        engine = sqlalchemy.create_engine(
            self.url, poolclass=QueuePool, connect_args={"timeout": patience, "check_same_thread": False}, **pool
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    def lone_engine(self) -> Engine:
        """Make an engine whose every connection is new, and outside transactions (PostgreSQL)."""
        return self._postgresql(poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True)

    def roles(self, engine: Engine) -> tuple[Engine, Engine, Engine]:
        """Return the same engine as it reads, as it writes, and as it writes what must survive a power cut."""
        if self.path is None:
            return engine.execution_options(isolation_level="AUTOCOMMIT"), engine, engine
        return (
            engine,
            engine.execution_options(**{_BEGINS: "NORMAL"}),
            engine.execution_options(**{_BEGINS: "FULL"}),
        )

    def _postgresql(self, **arguments: Any) -> Engine:
        stated = {name: value for name, value in _CONNECT.items() if name not in self.url.query}
        try:
            engine = sqlalchemy.create_engine(self.url, connect_args=stated, **arguments)
        except ModuleNotFoundError as error:
            raise CustomhouseError(
                f"PostgreSQL needs a driver that is not installed ({error.name})",
                hint="pip install 'customhouse[postgresql]'",
            ) from None
        event.listen(engine, "connect", _prepare_postgresql, insert=True)  # before SQLAlchemy asks what it cannot read
        return engine


def read_address(text: str) -> Address:
    """Read `sqlite:///path` or `postgresql://…`. Raises CustomhouseError, which never repeats a password."""
    try:
        url = sqlalchemy.make_url(text)
        backend = url.get_backend_name()
    except (ArgumentError, ValueError):
        raise CustomhouseError("the database's address cannot be read", hint=_HINT) from None
    if backend == "sqlite":
        return _file(url)
    if backend in {"postgresql", "postgres"} and url.get_driver_name() in {"psycopg", "psycopg2", ""}:
        return _server(url.set(drivername="postgresql+psycopg"))
    raise CustomhouseError(f"no state is kept in {url.drivername}", hint=_HINT)


def _file(url: URL) -> Address:
    if not url.database or url.database == ":memory:" or "\0" in url.database or url.query or url.host:
        raise CustomhouseError("SQLite's address names no file, or more than a file", hint=_HINT)
    path = Path(url.database).absolute()
    name = f"sqlite:///{path}"
    return Address(URL.create("sqlite", database=str(path)), name, path)


def _server(url: URL) -> Address:
    def stated(name: str) -> str:
        value = url.query.get(name, "")
        return value if isinstance(value, str) else ",".join(value)

    host = url.host or stated("host") or "localhost"
    port = f":{url.port}" if url.port else ""
    secrets = tuple(value for value in (url.password, stated("password"), stated("sslpassword")) if value)
    return Address(url, f"postgresql://{host}{port}/{url.database or stated('dbname')}", None, secrets)


def make_file(path: Path) -> None:
    """Make the file of a database and its folder, for its owner alone: who fetched what is nobody else's concern."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StateUnavailableError(
            f"sqlite:///{path} cannot be written: {error.strerror}", hint="look at its folder's rights, owner and disk"
        ) from None


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # transactions begin where we say so, tables included
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA recursive_triggers=ON")  # else INSERT OR REPLACE deletes past a trigger
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA synchronous=NORMAL")


def _begin_sqlite(connection: Connection) -> None:
    synchronous = connection.get_execution_options().get(_BEGINS)
    if synchronous:
        connection.exec_driver_sql(f"PRAGMA synchronous={synchronous}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _prepare_postgresql(connection: Any, _: object) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        connection.close()
        raise CustomhouseError(
            f"the database's encoding is {encoding}, which cannot hold every name",
            hint="make one that can: createdb --encoding UTF8 --template template0 NAME",
        )
    before = connection.autocommit
    connection.autocommit = True
    connection.execute(_SESSION)
    connection.autocommit = before
