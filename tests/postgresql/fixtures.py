"""Fixtures, to be named in a conftest.py."""

import pytest

from postgresql.server import PostgresqlServer, binaries


@pytest.fixture(scope="session")
def postgresql_server():
    """One running server for all tests; whoever stops it starts it again."""
    folder = binaries()
    if folder is None:
        pytest.skip("no PostgreSQL server is installed here (Debian: apt-get install postgresql)")
    server = PostgresqlServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def postgresql_url(postgresql_server):
    """Return the address of an empty database, which is dropped afterwards."""
    name = postgresql_server.new_database()
    yield postgresql_server.url(name)
    postgresql_server.execute(f"DROP DATABASE {name} WITH (FORCE)")
