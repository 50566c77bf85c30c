"""A name stands for the bytes that it had first, whoever asks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from customhouse.model.gateway import Pin
from customhouse.model.purl import Purl
from customhouse.storage.gateway.database import open_database
from customhouse.storage.gateway.errors import NotKeepableError
from customhouse.storage.gateway.pins import Pins
from customhouse.storage.gateway.revisions import Revisions

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
FIRST = Pin(Purl("pypi", "requests", "2.32.3"), "requests-2.32.3.tar.gz", "a" * 64, 131_218, NOW)
OTHER = replace(FIRST, sha256="b" * 64, first_seen=NOW + timedelta(days=1))


@pytest.fixture
def pins(database):
    return Pins(database)


def test_the_first_write_wins(pins):
    assert pins.pin(FIRST) == FIRST
    assert pins.pin(replace(FIRST, first_seen=NOW - timedelta(days=1))) == FIRST
    assert pins.pin(OTHER) == FIRST
    assert pins.of(Purl("pypi", "requests")) == (FIRST,)
    assert pins.by_digest("a" * 64) == (FIRST,)
    assert pins.by_digest("b" * 64) == ()


def test_other_bytes_are_remembered_and_move_the_revision_once(pins, database):
    revisions = Revisions(database)
    pins.pin(FIRST)
    pinned = revisions.revision()
    pins.pin(OTHER)
    moved = revisions.revision()
    assert moved > pinned
    assert revisions.changed(pinned)[1] == {Purl("pypi", "requests")}
    pins.pin(replace(OTHER, first_seen=NOW + timedelta(days=9)))
    assert revisions.revision() == moved
    assert pins.replacements(Purl("pypi", "requests")) == (OTHER,)


def test_the_same_digest_of_another_size_is_a_replacement(pins):
    pins.pin(FIRST)
    assert pins.pin(replace(FIRST, size=1)) == FIRST
    assert pins.replacements(FIRST.purl) == (replace(FIRST, size=1),)


def test_what_was_settled_is_forgotten_and_the_pin_stays(pins, database):
    pins.pin(FIRST)
    pins.pin(OTHER)
    before = Revisions(database).revision()
    assert pins.settle(FIRST.purl, FIRST.filename)
    assert Revisions(database).revision() > before
    assert not pins.settle(FIRST.purl, FIRST.filename)
    assert pins.replacements(Purl("pypi", "requests")) == ()
    assert pins.pin(OTHER) == FIRST


def test_an_overlong_name_is_refused(pins):
    with pytest.raises(NotKeepableError):
        pins.pin(replace(FIRST, filename="a" * 513))


def test_instances_that_pin_at_once_agree(url):
    with open_database(url) as one, open_database(url) as other, ThreadPoolExecutor(8) as pool:
        for name in range(10):
            rivals = [
                replace(FIRST, filename=str(name), sha256=f"{number:064x}", first_seen=NOW + timedelta(hours=number))
                for number in range(8)
            ]
            held = set(pool.map(lambda pin: Pins((one, other)[pin.first_seen.hour % 2]).pin(pin), rivals))
            assert len(held) == 1
            assert held <= set(rivals)
            replaced = [each for each in Pins(one).replacements(FIRST.purl) if each.filename == str(name)]
            assert {*replaced, *held} == set(rivals), "every other claim to the name is remembered"
