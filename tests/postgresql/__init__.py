"""A PostgreSQL server of one's own: real, in a temporary folder, reached through a socket, gone with the tests.

    from postgresql import fixtures  # in a conftest.py

    postgresql_server = fixtures.postgresql_server
    postgresql_url = fixtures.postgresql_url

`postgresql_url` is the address of a new, empty database.
"""

from postgresql.server import PostgresqlServer, binaries

__all__ = ["PostgresqlServer", "binaries"]
