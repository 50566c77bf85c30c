"""Who fetched what is told by release, by package and by bytes, for as long as it is kept."""

from datetime import UTC, datetime, timedelta

import pytest

from customhouse.model.gateway import Fetch
from customhouse.model.purl import Purl
from customhouse.storage.gateway import fetches as room
from customhouse.storage.gateway.fetches import Fetches

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


def fetch(minute=0, name="axios", version="1.14.1", **fields):
    defaults = {"sha256": "a" * 64, "status": 200, "client": "ci", "agent": "npm/11", "project": "shop"}
    at = NOW + timedelta(minutes=minute)
    return Fetch(at, Purl("npm", name, version), f"{name}-{version}.tgz", **{**defaults, **fields})


@pytest.fixture
def fetches(database):
    return Fetches(database)


def test_fetches_are_told_newest_first(fetches):
    first, second, third = fetch(1), fetch(2, version="1.14.0", status=403, sha256=""), fetch(3, client="192.0.2.7")
    fetches.record([second, third])
    fetches.record([first, fetch(name="other", sha256="b" * 64)])
    fetches.record([])
    assert fetches.of(Purl("npm", "axios")) == (third, second, first)
    assert fetches.of(Purl("npm", "axios", "1.14.1")) == (third, first)
    assert fetches.of(Purl("npm", "axios"), NOW + timedelta(minutes=2)) == (third, second)
    assert fetches.of(Purl("npm", "axios"), limit=1) == (third,)
    assert fetches.by_digest("a" * 64) == (third, first)
    assert fetches.by_digest("a" * 64, NOW + timedelta(minutes=3), limit=5) == (third,)
    assert fetches.of(Purl("pypi", "axios")) == ()


def test_whatever_a_client_says_of_itself_is_kept_or_cut_and_never_loses_the_batch(fetches):
    said = fetch(agent="npm\x00\ud800\\ é", project="'; DROP TABLE gateway_fetch; --")
    long = fetch(1, name="n" * 5000, version="1" * 5000, agent="\x00" * 5000, project="é" * 300)
    fetches.record([said, long])
    assert fetches.of(said.purl) == (said,)
    assert fetches.by_digest("\x00\ud800") == ()
    (kept,) = fetches.of(long.purl)
    assert (kept.purl.name, kept.agent, kept.project) == ("n" * 512, "\x00" * 102, "é" * 256)


def test_thousands_at_once(fetches):
    batch = [fetch(number, client=f"c{number}") for number in range(3000)]
    fetches.record(batch)
    assert fetches.of(Purl("npm", "axios")) == tuple(reversed(batch))


def test_what_is_older_is_forgotten_in_pieces(fetches, monkeypatch):
    monkeypatch.setattr(room, "_FORGOTTEN_AT_ONCE", 10)
    fetches.record([fetch(minute) for minute in range(40)])
    assert fetches.forget_before(NOW + timedelta(minutes=30)) == 30
    assert len(fetches.of(Purl("npm", "axios"))) == 10
    assert min(each.at for each in fetches.of(Purl("npm", "axios"))) == NOW + timedelta(minutes=30)
    assert fetches.forget_before(NOW + timedelta(minutes=30)) == 0
