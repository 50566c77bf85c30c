"""Both databases, for every test that asks for one."""

import contextlib
import multiprocessing

import pytest

from customhouse.storage.gateway.database import open_database
from customhouse.storage.gateway.schema import METADATA
from postgresql import fixtures

postgresql_server = fixtures.postgresql_server
postgresql_url = fixtures.postgresql_url


_IMPORTS = """
import os, signal
from datetime import UTC, datetime
import sqlalchemy
from alembic import command
from customhouse.model.gateway import Admission, Fetch
from customhouse.model.purl import Purl
from customhouse.storage.gateway.admissions import Admissions
from customhouse.storage.gateway.claims import Claims
from customhouse.storage.gateway.database import open_database
from customhouse.storage.gateway.fetches import Fetches
from customhouse.storage.gateway.ledger import Ledger
NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
"""


class Child:
    """Another process, which runs a text of Python and says things with `say`."""

    def __init__(self, context, code, arguments):
        self._hears, says = context.Pipe(duplex=False)
        names = {"say": says.send, "arguments": arguments}
        self.process = context.Process(target=exec, args=(_IMPORTS + code, names))
        self.process.start()
        says.close()  # so that its end is heard

    def hear(self):
        """Return the next thing that it said; None when it has ended."""
        try:
            return self._hears.recv()
        except (EOFError, OSError):
            return None

    def kill(self):
        self.process.kill()

    def finish(self):
        """Wait until it ends by itself, and return its exit code."""
        self.process.join(60)
        return self.process.exitcode

    def close(self):
        self.kill()
        self.process.join()
        self.process.close()
        self._hears.close()


@pytest.fixture(scope="session")
def child():
    """Start a process as a context manager: `child(code, *arguments)`. They share their imports, which take longest."""
    context = multiprocessing.get_context("forkserver")
    # Others' packages only: the server does not look where pytest looks, and might find another copy of ours.
    context.set_forkserver_preload(["pytest", "alembic.command", "sqlalchemy.dialects.postgresql.psycopg", "msgspec"])
    return lambda code, *arguments: contextlib.closing(Child(context, code, arguments))


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request):
    return request.param


@pytest.fixture
def url(kind, request, tmp_path):
    """Return the address of an empty database, of each kind in turn."""
    if kind == "postgresql":
        return request.getfixturevalue("postgresql_url")
    return f"sqlite:///{tmp_path}/state.sqlite"


@pytest.fixture(scope="session")
def shared_database(postgresql_server):
    """Make a database with our tables for all tests that leave the tables themselves alone."""
    name = postgresql_server.new_database()
    open_database(postgresql_server.url(name)).close()
    return name


@pytest.fixture
def database(kind, request, tmp_path):
    """An open database with our tables and nothing in them. Whoever changes the tables opens `url` instead."""
    if kind == "postgresql":
        name, server = request.getfixturevalue("shared_database"), request.getfixturevalue("postgresql_server")
        with open_database(server.url(name)) as opened:
            yield opened
        statements = [str(table.delete()) for table in reversed(METADATA.sorted_tables)]
        statements += ["INSERT INTO gateway_revision VALUES (0)"]
        # As a replica, which asks no trigger.
        server.execute(";".join(["SET session_replication_role = replica", *statements]), name)
        return
    with open_database(f"sqlite:///{tmp_path}/state.sqlite") as opened:
        yield opened
