"""Both databases, for every test that asks for one."""

import pytest

from customhouse.storage.gateway.database import open_database
from postgresql.fixtures import postgresql_server, postgresql_url  # noqa: F401 - fixtures


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """Return the address of an empty database, of each kind in turn."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql_url")
    return f"sqlite:///{tmp_path}/state.sqlite"


@pytest.fixture
def database(url):
    with open_database(url) as opened:
        yield opened
