"""A release of PyPI whose version is written in two ways: no way of writing it leads round what was decided of it."""

import sqlite3
from datetime import UTC, datetime, timedelta

from managed_gateway import ManagedGateway

OLD = datetime.now(UTC) - timedelta(days=400)


def test_a_block_holds_when_another_file_of_the_release_comes_first(registry, tmp_path):
    """Whoever publishes the package chooses what its files are called, and so how the listing writes the version."""
    registry.pypi.publish("demo", "1.0", published=OLD)
    with ManagedGateway(tmp_path, registry) as gateway:
        assert gateway.decide("block", "pkg:pypi/demo@1.0").status_code == 201
        page = gateway.ask("GET", "/pypi/simple/demo/").text
        assert ".whl" not in page
        (name,) = [each.filename for each in registry.pypi._projects["demo"]]
    registry.pypi.publish("demo", "1.0.0", source={"demo/__init__.py": "1"}, published=OLD)
    registry.pypi._projects["demo"].reverse()
    with reopened(tmp_path, registry) as gateway:
        assert {each["version"] for each in gateway.explain("pkg:pypi/demo")["hidden"]} == {"1.0.0"}
        assert ".whl" not in gateway.ask("GET", "/pypi/simple/demo/").text
        host = registry.pypi.files_url.partition("://")[2]
        file = next(each for each in registry.pypi._projects["demo"] if each.filename == name)
        answer = gateway.ask("GET", f"/pypi/files/http/{host}{file.path}")
        assert answer.status_code == 403
        assert gateway.decide("release", "pkg:pypi/demo@1.0.0").status_code == 201
        assert gateway.ask("GET", f"/pypi/files/http/{host}{file.path}").content == file.data


def reopened(folder, registry):
    """The state of before, in a gateway that remembers nothing else of it; it issues the usual tokens anew."""
    with sqlite3.connect(folder / "state.sqlite") as connection:
        connection.execute("UPDATE gateway_token SET revoked = created")
    return ManagedGateway(folder, registry)
