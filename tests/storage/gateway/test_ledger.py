"""The ledger in its database: appended in turn, never changed, found by package, exported whole."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from customhouse.model.errors import CustomhouseError
from customhouse.model.purl import Purl, parse_purl
from customhouse.storage.gateway import ledger as room
from customhouse.storage.gateway.chain import Head, holding, read_export, verify
from customhouse.storage.gateway.database import open_database
from customhouse.storage.gateway.errors import NotKeepableError
from customhouse.storage.gateway.ledger import Ledger

_REFUSED = r"append-only|goes on by one"
NOW = datetime(2026, 11, 30, 9, 30, 15, 123456, tzinfo=UTC)


@pytest.fixture
def ledger(database):
    return Ledger(database)


def say(ledger, act="block", purl="pkg:npm/axios@1.14.1", now=NOW, **fields):
    return ledger.append(act, purl, **{"reason": "r", "owner": "ann", "actor": "ci", "now": now, **fields})


def test_entries_come_back_as_they_were_appended(ledger):
    first = say(
        ledger, "approve", reason='"\x00\ud800\\é\n', digests=("sha256:aa", "sha256:bb"), expires=date(2027, 1, 1)
    )
    second = say(ledger, "withdraw", "pkg:npm/%40babel/core", now=NOW - timedelta(days=3), actor="system")
    third = say(ledger, "token", "")
    assert (first.number, first.previous, second.previous, third.previous) == (1, "", first.hash, second.hash)
    assert tuple(ledger.entries()) == (first, second, third)
    assert tuple(ledger.entries(after=2)) == (third,)
    assert ledger.verify(ledger.head()) == ()
    assert ledger.head() == Head(3, third.hash)


def test_a_purl_is_written_in_its_one_form(ledger):
    entry = say(ledger, purl="pkg:pypi/Typing_Extensions@4.0?x=y")
    assert entry.purl == "pkg:pypi/typing-extensions@4.0"
    assert ledger.of(Purl("pypi", "typing-extensions", "4.0")) == (entry,)
    for wrong in ("", "axios", "pkg:gem/rails@1"):
        with pytest.raises(CustomhouseError):
            say(ledger, purl=wrong)
    with pytest.raises(NotKeepableError):
        say(ledger, purl="pkg:npm/" + "a" * 600)
    assert ledger.head().number == 1


def test_a_package_has_its_versions_and_no_neighbours(ledger):
    for purl in (
        "axios",
        "axios@1.0.0",
        "axios-retry@1",
        "axio",
        "axios.js@1",
        "axios%40x",
        "%40axios/axios@1",
        "Axios",
    ):
        say(ledger, purl=f"pkg:npm/{purl}")
    say(ledger, purl="pkg:pypi/axios")
    assert [each.purl for each in ledger.of(Purl("npm", "axios"))] == ["pkg:npm/axios", "pkg:npm/axios@1.0.0"]
    assert [each.purl for each in ledger.of(Purl("npm", "@axios/axios"))] == ["pkg:npm/%40axios/axios@1"]


def test_what_is_in_force(ledger):
    block = say(ledger, "block", "pkg:npm/axios")
    approved = say(ledger, "approve", digests=("sha256:aa",), expires=date(2026, 12, 1))
    say(ledger, "alarm")
    say(ledger, "block", "pkg:npm/other")
    assert ledger.in_force("npm", "axios", NOW) == (block, approved)
    assert ledger.in_force("npm", "axios", NOW + timedelta(days=2)) == (block,)
    say(ledger, "release", "pkg:npm/axios")
    assert ledger.in_force("npm", "axios", NOW) == (approved,)
    assert ledger.in_force("pypi", "axios", NOW) == ()


_PURLS = ("pkg:npm/axios", "pkg:npm/axios@1", "pkg:npm/axios@2", "pkg:npm/axios-retry@1", "pkg:npm/%40axios/axios",
          "pkg:pypi/axios@1")  # fmt: skip
_SAYINGS = st.tuples(
    st.sampled_from(["approve", "block", "release", "release", "withdraw", "alarm"]),
    st.sampled_from(_PURLS),
    st.none() | st.integers(-1, 5),
    st.integers(-1, 2),
)


@given(st.lists(_SAYINGS, min_size=1, max_size=8), st.integers(0, 6))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_in_force_is_what_the_whole_ledger_says_of_the_package(ledger, sayings, later):
    for act, purl, days, passed in sayings:  # the clock steps back at times
        moment = NOW + timedelta(days=passed)
        say(ledger, act, purl, moment, expires=None if days is None else moment.date() + timedelta(days=days))
    moment = NOW + timedelta(days=later)
    everything = holding(ledger.entries(), moment)
    for package in {Purl(purl.ecosystem, purl.name) for purl in map(parse_purl, _PURLS)}:
        ours = [each for each in everything if parse_purl(each.purl).name == package.name]
        ours = [each for each in ours if parse_purl(each.purl).ecosystem == package.ecosystem]
        assert ledger.in_force(package.ecosystem, package.name, moment) == tuple(ours)
    assert ledger.verify(ledger.head()) == ()


def test_more_than_a_page_is_exported_and_read_back(ledger, monkeypatch):
    monkeypatch.setattr(room, "_PAGE", 3)
    entries = [say(ledger, reason=f"{number} \ud800") for number in range(7)]
    file = io.BytesIO()
    head = ledger.export(file)
    assert head == ledger.head() == Head(7, entries[-1].hash)
    assert read_export(io.BytesIO(file.getvalue())) == tuple(entries) == tuple(ledger.entries())
    rest = io.BytesIO()
    ledger.export(rest, after=5)
    assert file.getvalue().endswith(rest.getvalue())
    assert len(rest.getvalue().splitlines()) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE gateway_ledger SET reason = 'nothing'",
        "UPDATE gateway_ledger SET number = 5 WHERE number = 2",
        "DELETE FROM gateway_ledger",
        "DELETE FROM gateway_ledger WHERE number = 2",
        "INSERT INTO gateway_ledger SELECT number + 5, at, act, purl, '', '', '', '[]', expires, '', '' FROM gateway_ledger",
        "INSERT INTO gateway_ledger SELECT * FROM gateway_ledger WHERE number = 2",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_written(ledger, database, statement):
    entries = (say(ledger), say(ledger))
    with pytest.raises(SQLAlchemyError, match=_REFUSED), database.write() as connection:
        connection.execute(text(statement))
    assert tuple(ledger.entries()) == entries


def test_nor_by_the_ways_that_one_of_them_has(ledger, database):
    replace = "INSERT OR REPLACE INTO gateway_ledger SELECT * FROM gateway_ledger WHERE number = 2"
    entries = (say(ledger), say(ledger))
    with pytest.raises(SQLAlchemyError, match=_REFUSED), database.write() as connection:
        connection.execute(text("TRUNCATE gateway_ledger" if database.is_postgresql else replace))
    assert tuple(ledger.entries()) == entries


def test_whoever_removes_the_guards_is_found_out(url):
    with open_database(url) as database:
        _remove_the_guards(database)


def _remove_the_guards(database):
    ledger = Ledger(database)
    for number in range(4):
        say(ledger, reason=str(number))
    head = ledger.head()
    guards = {
        True: ["ALTER TABLE gateway_ledger DISABLE TRIGGER USER"],
        False: ["DROP TRIGGER gateway_ledger_update", "DROP TRIGGER gateway_ledger_delete"],
    }
    with database.write() as connection:
        for statement in guards[database.is_postgresql]:
            connection.execute(text(statement))
        connection.execute(text("UPDATE gateway_ledger SET owner = 'bob' WHERE number = 2"))
    assert [(each.number, each.kind) for each in verify(ledger.entries(), head)] == [(2, "changed")]
    with database.write() as connection:
        connection.execute(text("DELETE FROM gateway_ledger WHERE number IN (2, 4)"))
    found = {(each.number, each.kind) for each in verify(ledger.entries(), head)}
    assert found == {(3, "missing"), (3, "broken"), (4, "cut")}
