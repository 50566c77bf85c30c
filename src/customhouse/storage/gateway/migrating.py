"""Bringing the tables to this program's version, by one process at a time and in one transaction.

A process that dies in between leaves the database as it was, in SQLite and in PostgreSQL alike.
"""

import threading
import time
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError

from customhouse.storage.gateway.addresses import Address, make_file
from customhouse.storage.gateway.errors import StateVersionError

#: The newest migration: databases at it need no look at the others. A test holds it against them.
HEAD = "0001"
VERSION_TABLE = "gateway_version"
#: Any number will do that nothing else locks in PostgreSQL's space of two numbers; the ledger's is beside it.
LOCK_SPACE = 0x43484757  # "CHGW"
_MIGRATING = 1
_SCRIPTS = Path(__file__).parent / "migrations"
_ALEMBIC = threading.Lock()  # what its scripts speak to is one for the whole process


def migrate(engine: Engine, reader: Engine, writer: Engine, address: Address) -> None:
    """Make the tables, or bring them up to date. Raises StateVersionError, and what drivers raise."""
    if address.path is not None:
        make_file(address.path)
    with reader.connect() as connection:
        if _version(connection, address) == HEAD:
            return
    if address.path is not None:
        _use_wal(engine)
    with writer.begin() as connection:
        if address.path is None:
            # Others may wait for as long as a migration takes, which is longer than any other statement.
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL lock_timeout = '10min'"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK_SPACE}, {_MIGRATING})"))
        if _version(connection, address) != HEAD:
            _upgrade(connection, address)


def _version(connection: Connection, address: Address) -> str:
    tables = inspect(connection)
    if tables.has_table(VERSION_TABLE):
        return str(connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one())  # noqa: S608
    if address.path is not None and tables.get_table_names():
        raise StateVersionError(f"{address.name} is another program's database", hint="name a file of its own")
    return ""


def _upgrade(connection: Connection, address: Address) -> None:
    # Here and not above: alembic takes longer to import than everything else, and most starts need none of it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    with _ALEMBIC:
        config = Config()
        config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        present = _version(connection, address)
        if present and present not in {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}:
            raise StateVersionError(
                f"{address.name} is at version {present}, and this program knows versions up to {HEAD}",
                hint="run the newer customhouse that made it, or start from a backup of before",
            )
        command.upgrade(config, "head")


def _use_wal(engine: Engine) -> None:
    # Kept in the file. Two processes that start at once get in each other's way here, and SQLite does not wait for it.
    for attempt in range(50):
        with engine.connect() as connection:
            try:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            except OperationalError as error:
                if attempt == 49 or "locked" not in str(error.orig):  # noqa: PLR2004 - the last one
                    raise
            else:
                return
        time.sleep(0.1)
