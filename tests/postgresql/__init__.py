"""A PostgreSQL server of one's own: real, in a temporary folder, reached through a socket, gone with the tests.

    from postgresql.fixtures import postgresql_server, postgresql_url  # in a conftest.py

`postgresql_url` is the address of a new, empty database.
"""

from postgresql.server import PostgresqlServer, binaries

__all__ = ["PostgresqlServer", "binaries"]
