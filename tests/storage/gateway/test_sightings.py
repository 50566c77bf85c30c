"""A version is first seen once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from customhouse.storage.gateway.database import open_database
from customhouse.storage.gateway.errors import StateFullError
from customhouse.storage.gateway.sightings import Sightings

NOW = datetime(2026, 11, 30, 9, 30, 15, 123456, tzinfo=UTC)


@pytest.fixture
def sightings(database):
    return Sightings(database)


def test_new_versions_are_seen_now_and_known_ones_when_they_were(sightings):
    later = NOW + timedelta(days=2)
    assert sightings.seen("npm", "axios", ["1.0.0"], NOW) == {"1.0.0": NOW}
    assert sightings.seen("npm", "axios", ["1.0.0", "1.1.0"], later) == {"1.0.0": NOW, "1.1.0": later}
    assert sightings.seen("pypi", "axios", ["1.0.0"], later) == {"1.0.0": later}
    assert sightings.seen("npm", "axios", [], later) == {}


def test_a_clock_that_steps_back_changes_nothing_that_was_recorded(sightings):
    before = NOW - timedelta(days=400)
    sightings.seen("npm", "axios", ["1.0.0"], NOW)
    assert sightings.seen("npm", "axios", ["1.0.0", "2.0.0"], before) == {"1.0.0": NOW, "2.0.0": before}
    assert sightings.seen("npm", "axios", ["2.0.0", "1.0.0"], NOW) == {"1.0.0": NOW, "2.0.0": before}


def test_a_moment_is_told_in_utc_whatever_zone_it_came_in(sightings):
    abroad = NOW.astimezone(datetime.strptime("+0545", "%z").tzinfo)
    sightings.seen("npm", "axios", ["1.0.0"], abroad)
    seen = sightings.seen("npm", "axios", ["1.0.0"], NOW)["1.0.0"]
    assert (seen, seen.utcoffset()) == (NOW, timedelta())
    with pytest.raises(Exception, match="time zone"):
        sightings.seen("npm", "axios", ["2.0.0"], NOW.replace(tzinfo=None))


def test_hostile_versions_are_kept_apart(sightings):
    versions = ["1", "1\x00", "1\\0000", "1\ud800", "1\\d800", "", " ", "１", "1\U0001f600", "1'; --"]
    for day, version in enumerate(versions):
        sightings.seen("npm", "a\x00", [version], NOW + timedelta(days=day))
    seen = sightings.seen("npm", "a\x00", versions, NOW + timedelta(days=99))
    assert seen == {version: NOW + timedelta(days=day) for day, version in enumerate(versions)}
    assert sightings.seen("npm", "a", ["1"], NOW + timedelta(days=99)) == {"1": NOW + timedelta(days=99)}


def test_what_is_too_long_to_be_kept_never_comes_of_age_and_disturbs_no_other(sightings):
    later = NOW + timedelta(days=30)
    long = "1" * 100_000
    sightings.seen("npm", "axios", [long, "1.0.0"], NOW)
    assert sightings.seen("npm", "axios", [long, "1.0.0"], later) == {long: later, "1.0.0": NOW}
    sightings.seen("npm", long, ["1.0.0"], NOW)
    assert sightings.seen("npm", long, ["1.0.0"], later) == {"1.0.0": later}


def test_instances_that_see_at_once_agree(url):
    with open_database(url) as one, open_database(url) as other, ThreadPoolExecutor(4) as pool:

        def look(number):
            versions = [f"1.0.{each}" for each in range(number * 100, number * 100 + 400)]
            return Sightings((one, other)[number % 2]).seen("npm", "axios", versions, NOW + timedelta(days=number))

        told = list(pool.map(look, range(8)))
        everything = {version for each in told for version in each}
        kept = Sightings(one).seen("npm", "axios", everything, NOW + timedelta(days=99))
    assert all(kept[version] == moment for each in told for version, moment in each.items())
    assert max(kept.values()) < NOW + timedelta(days=99)


def test_a_large_package_costs_one_insert(sightings, database):
    statements = []

    def remember(_connection, _cursor, statement, *_):
        statements.append(statement.split()[0])

    event.listen(database._engine, "before_cursor_execute", remember)
    versions = [f"1.0.{number}" for number in range(2000)]
    sightings.seen("npm", "large", versions, NOW)
    assert statements.count("INSERT") == 1
    assert len(statements) <= 5
    statements.clear()
    assert set(sightings.seen("npm", "large", versions, NOW + timedelta(1)).values()) == {NOW}
    assert statements == ["SELECT"]


def test_a_full_disk_hides_what_is_new_and_nothing_else(database, monkeypatch):
    sightings = Sightings(database)
    before = NOW - timedelta(days=1)
    sightings.seen("npm", "left-pad", ["1.0.0"], before)

    def full(*_arguments, **_named):
        raise StateFullError("there is no room left", hint="make room")

    monkeypatch.setattr(Sightings, "_record", full)
    seen = sightings.seen("npm", "left-pad", ["1.0.0", "1.1.0"], NOW)
    assert seen == {"1.0.0": before, "1.1.0": NOW}
