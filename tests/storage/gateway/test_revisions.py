"""The number moves with what clients may see, and never before it."""

import threading
from datetime import UTC, datetime

from customhouse.model.gateway import Admission, Downgrade, Fetch, Pin
from customhouse.model.purl import Purl
from customhouse.storage.gateway.admissions import Admissions
from customhouse.storage.gateway.database import open_database
from customhouse.storage.gateway.downgrades import Downgrades
from customhouse.storage.gateway.fetches import Fetches
from customhouse.storage.gateway.ledger import Ledger
from customhouse.storage.gateway.pins import Pins
from customhouse.storage.gateway.revisions import Revisions
from customhouse.storage.gateway.sightings import Sightings

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
AXIOS = Purl("npm", "axios", "1.14.1")


def test_what_no_client_sees_moves_nothing(database):
    Fetches(database).record([Fetch(NOW, AXIOS, "f", "", 200, "ci")])
    Downgrades(database).count([Downgrade(NOW.date(), "npm", "axios", "2", "1", "cooldown")])
    Sightings(database).seen("npm", "axios", ["1"], NOW)
    Pins(database).pin(Pin(AXIOS, "f", "a" * 64, 1, NOW))
    assert Revisions(database).changed(0) == (0, frozenset())


def test_a_decision_moves_it(database):
    Ledger(database).append("block", str(AXIOS), reason="r", owner="o", actor="a", now=NOW)
    assert Revisions(database).changed(0) == (1, {Purl("npm", "axios")})
    Ledger(database).append("token", "", reason="r", owner="o", actor="a", now=NOW)
    assert Revisions(database).changed(1) == (2, frozenset())


def test_whoever_sees_the_number_sees_the_change_and_no_number_is_skipped(url):
    """Two instances write; a third watches, and what it was not told of must not be there."""
    failures = []

    def write(start):
        with open_database(url) as database:
            for number in range(start, 60, 2):
                purl = Purl("npm", f"p{number}", "1")
                Admissions(database).put(Admission(purl, "f", "a" * 64, 1, "allow", NOW, "p"))

    with open_database(url) as database:
        writers = [threading.Thread(target=write, args=(start,)) for start in range(2)]
        for each in writers:
            each.start()
        told, revision = set(), 0
        while any(each.is_alive() for each in writers):
            there = {each.purl.name for each in Admissions(database).all(verdicts=False)}
            now, packages = Revisions(database).changed(revision)
            if now < revision:
                failures.append((revision, now))
            revision = now
            told |= {each.name for each in packages}
            failures.extend(there - told)
        for each in writers:
            each.join()
        told |= {each.name for each in Revisions(database).changed(revision)[1]}
        assert Revisions(database).revision() == 60
    assert failures == []
    assert told == {f"p{number}" for number in range(60)}
