"""Silent downgrades: what stands in the place of the newest, how often that was told, and the line of the day."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from customhouse.gateway.downgrades import Downgrades, downgraded, newest_version
from customhouse.gateway.interface import Call, Client, Downgraded, Reply
from customhouse.model.gateway import Downgrade, Listing, Standing
from customhouse.model.purl import Purl
from managed_gateway import ManagedGateway
from simulator import RegistrySimulator

NPM, PYPI = Purl("npm", "left-pad"), Purl("pypi", "plain")
TOLD = Downgraded(NPM, "2.0.0", "1.9.0", "cooldown")


def listing(purl, versions):
    """`1.0` is shown, `-2.0` hidden."""
    standings = {}
    for each in versions.split():
        hidden, version = each.startswith("-"), each.removeprefix("-")
        standings[version] = Standing(version, "hold" if hidden else "allow", "cooldown" if hidden else "admitted")
    return Listing(purl, standings, datetime.now(UTC))


@pytest.mark.parametrize(
    ("purl", "versions", "tags", "newest", "shown"),
    [
        (NPM, "1.0.0 1.9.0 -2.0.0", {"latest": "2.0.0"}, "2.0.0", "1.9.0"),
        (NPM, "1.0.0 1.10.0 1.9.0 -2.0.0", {"latest": "2.0.0"}, "2.0.0", "1.10.0"),
        (NPM, "1.0.0 -1.1.0 2.0.0", {"latest": "1.1.0"}, "1.1.0", "1.0.0"),  # never above upstream's own
        (NPM, "1.0.0 2.0.0-rc.1 -2.0.0", {"latest": "2.0.0"}, "2.0.0", "1.0.0"),
        (NPM, "2.0.0-rc.1 -2.0.0", {"latest": "2.0.0"}, "2.0.0", "2.0.0-rc.1"),
        (NPM, "-1.0.0 -2.0.0", {"latest": "2.0.0"}, "2.0.0", ""),
        (NPM, "1.0.0 2.0.0", {"latest": "2.0.0"}, "2.0.0", None),
        (NPM, "1.0.0 -2.0.0", {"latest": "1.0.0"}, "1.0.0", None),
        (NPM, "1.0.0", {"latest": "9.9.9"}, None, None),
        (NPM, "1.0.0", {}, None, None),
        (PYPI, "1.0 1.9 -1.10", {}, "1.10", "1.9"),
        (PYPI, "1.0 -2.0rc1", {}, "1.0", None),
        (PYPI, "-1.0 -2.0", {}, "2.0", ""),
        (PYPI, "1.0rc1", {}, None, None),
        (PYPI, "", {}, None, None),
    ],
)
def test_what_stands_in_the_place_of_the_newest(purl, versions, tags, newest, shown):
    told = listing(purl, versions)
    assert newest_version(told, tags) == newest
    assert downgraded(told, tags) == (None if shown is None else Downgraded(purl, newest, shown, "cooldown"))


class Store:
    def __init__(self):
        self.kept, self.broken = [], False

    def write(self, batch):
        if self.broken:
            raise OSError("away")
        self.kept += batch

    def of(self, day):
        return [each for each in self.kept if each.day == day]


def count(downgrades, *, reply=None, method="GET", status=200):
    call = Call(method, "/left-pad", {}, Client("192.0.2.1"), "http://gateway.example/npm/")
    downgrades.answered(call, reply or Reply(200, downgrade=TOLD), status, 10, 0.1)


def test_counted_once_for_each_list_that_was_told_and_written_together():
    store = Store()
    downgrades = Downgrades(store.write, store.of)
    for status in (200, 304, 200):
        count(downgrades, status=status)
    count(downgrades, method="HEAD")
    count(downgrades, status=503)
    count(downgrades, reply=Reply(200))
    asyncio.run(downgrades.flush())
    today = datetime.now(UTC).date()
    assert store.kept == [Downgrade(today, "npm", "left-pad", "2.0.0", "1.9.0", "cooldown", 3)]
    asyncio.run(downgrades.flush())
    assert len(store.kept) == 1


def test_what_cannot_be_written_is_written_later_and_never_twice():
    store = Store()
    downgrades = Downgrades(store.write, store.of)
    count(downgrades)
    store.broken = True
    with pytest.raises(OSError, match="away"):
        asyncio.run(downgrades.flush())
    count(downgrades)
    store.broken = False
    asyncio.run(downgrades.flush())
    assert [each.count for each in store.kept] == [2]


def test_what_waits_is_bounded(monkeypatch):
    monkeypatch.setattr("customhouse.gateway.downgrades._MOST", 3)
    store = Store()
    downgrades = Downgrades(store.write, store.of)
    for number in range(10):
        for _ in range(2):
            count(downgrades, reply=Reply(200, downgrade=Downgraded(NPM, f"{number}.0.0", "", "cooldown")))
    asyncio.run(downgrades.flush())
    assert [(each.newest, each.count) for each in store.kept] == [("0.0.0", 2), ("1.0.0", 2), ("2.0.0", 2)]


def test_a_line_a_day():
    store = Store()
    downgrades = Downgrades(store.write, store.of)
    today = datetime.now(UTC).date()
    store.kept = [
        Downgrade(today, "npm", "left-pad", "2.0.0", "1.9.0", "cooldown", 7),
        Downgrade(today, "npm", "left-pad", "2.0.1", "", "verdict", 2),
    ]
    with structlog.testing.capture_logs() as lines:
        for day in (today, today + timedelta(days=1), today + timedelta(days=1), today + timedelta(days=2)):
            asyncio.run(downgrades.turn(day))
    (line,) = lines
    assert (line["event"], line["day"], line["packages"], line["times"]) == ("downgrades", str(today), 1, 9)
    assert line["most"] == ["left-pad 2.0.0 → 1.9.0 (7)", "left-pad 2.0.1 → none (2)"]


def test_a_stop_writes_what_is_left():
    store = Store()

    async def run():
        downgrades = Downgrades(store.write, store.of)
        await downgrades.start()
        count(downgrades)
        await downgrades.stop()

    asyncio.run(run())
    assert sum(each.count for each in store.kept) == 1


def test_a_list_that_is_kept_in_memory_counts_as_well(tmp_path):
    with RegistrySimulator() as registry:
        registry.npm.publish("left-pad", "1.0.0", published=datetime.now(UTC) - timedelta(days=90))
        registry.npm.publish("left-pad", "1.1.0", published=datetime.now(UTC))
        registry.pypi.publish("plain", "1.0.0", published=datetime.now(UTC) - timedelta(days=90))
        with ManagedGateway(tmp_path, registry) as gateway:
            asked = len(registry.requests)
            etag = gateway.ask("GET", "/npm/left-pad").headers["etag"]
            for _ in range(3):
                assert list(gateway.ask("GET", "/npm/left-pad").json()["versions"]) == ["1.0.0"]
            unchanged = gateway.ask("GET", "/npm/left-pad", headers={"if-none-match": etag})
            assert unchanged.status_code == 304
            assert len(registry.requests) == asked + 1
            assert gateway.ask("GET", "/pypi/simple/plain/").status_code == 200  # nothing of it is hidden
            gateway.run(gateway.downgrades.flush())
            today = datetime.now(UTC).date().isoformat()
            found = gateway.ask("GET", f"/-/customhouse/downgrades?day={today}").json()
    assert found["downgrades"] == [
        {"ecosystem": "npm", "name": "left-pad", "newest": "1.1.0", "shown": "1.0.0", "ground": "cooldown", "count": 5}
    ]
