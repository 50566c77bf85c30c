"""Processes that die, servers that go away, disks that fill: what was said to be kept is there, and nothing by halves."""

import contextlib
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, text

from customhouse.model.gateway import Admission, Downgrade, Fetch, Pin
from customhouse.model.purl import Purl
from customhouse.storage.gateway import database as room
from customhouse.storage.gateway.admissions import Admissions
from customhouse.storage.gateway.chain import verify
from customhouse.storage.gateway.claims import Claims
from customhouse.storage.gateway.database import open_database
from customhouse.storage.gateway.downgrades import Downgrades
from customhouse.storage.gateway.errors import ClaimTimeoutError, StateFullError, StateUnavailableError
from customhouse.storage.gateway.fetches import Fetches
from customhouse.storage.gateway.ledger import Ledger
from customhouse.storage.gateway.pins import Pins
from customhouse.storage.gateway.revisions import Revisions
from customhouse.storage.gateway.sightings import Sightings
from customhouse.storage.gateway.tokens import Tokens

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
AXIOS = Purl("npm", "axios", "1.14.1")
_WRITER = """
database = open_database(arguments[0])
for turn in range(arguments[1], 10**9):
    files = [Admission(Purl("npm", f"p{turn}", "1"), f"{each}", "a" * 64, 1, "allow", NOW, "p") for each in range(20)]
    Admissions(database).put(*files)
    Fetches(database).record([Fetch(NOW, Purl("npm", "axios", "1"), "f", "", 200, f"c{turn}")] * 200)
    Ledger(database).append("block", f"pkg:npm/p{turn}", reason="r", owner="o", actor="a", now=NOW)
    say(turn)
"""


def test_a_writer_that_is_killed_leaves_everything_it_said_and_nothing_by_halves(child, url):
    done = 0
    for round_number, wait in enumerate((0.0, 0.004, 0.011)):
        begun = done + 1
        with child(_WRITER, url, begun) as writer:
            for _ in range(4 + round_number):
                done = writer.hear()
            time.sleep(wait)
            writer.kill()
            done = max([done, *iter(writer.hear, None)])
        with open_database(url) as database:
            entries = tuple(Ledger(database).entries())
            admitted = Counter(each.purl.name for each in Admissions(database).all(limit=100_000))
            fetched = Counter(each.client for each in Fetches(database).of(Purl("npm", "axios")))
            revision, changed = Revisions(database).changed(0)
        assert verify(entries) == ()
        assert set(admitted.values()) == {20}
        assert set(fetched.values()) == {200}
        blocked = {each.purl.removeprefix("pkg:npm/") for each in entries}
        for turn in range(begun, done + 1):
            assert f"p{turn}" in admitted
            assert f"c{turn}" in fetched
            assert f"p{turn}" in blocked
        assert {each.name for each in changed} == admitted.keys() | blocked
        assert revision >= len(admitted) + len(blocked)
        done += 1  # the turn that it died in may be there


_MIGRATION = """
def statements_until_death(last):
    seen = 0
    def count(*_):
        nonlocal seen
        seen += 1
        if seen == last:
            os.kill(os.getpid(), signal.SIGKILL)
    sqlalchemy.event.listen(sqlalchemy.engine.Engine, "after_cursor_execute", count)
    sqlalchemy.event.listen(sqlalchemy.engine.Engine, "commit", count)

for number in range(1, 1000, arguments[1]):
    process = os.fork()
    if not process:
        statements_until_death(number)
        open_database(arguments[0]).close()
        os._exit(0)
    if os.waitpid(process, 0)[1] == 0:
        break
    say(number)
    if number % 5 == 0:
        # The next start, in a process of its own, so that this one keeps no connection over a fork.
        process = os.fork()
        if not process:
            database = open_database(arguments[0])
            Ledger(database).append("block", "pkg:npm/axios", reason="r", owner="o", actor="a", now=NOW)
            with database.write() as connection:
                for table in sqlalchemy.inspect(connection).get_table_names():
                    connection.execute(sqlalchemy.text(f"DROP TABLE {table} " + "CASCADE" * database.is_postgresql))
                if database.is_postgresql:
                    connection.execute(sqlalchemy.text("DROP FUNCTION gateway_ledger_next, gateway_ledger_kept"))
            database.close()
            os._exit(0)
        assert os.waitpid(process, 0)[1] == 0
say("done")
"""


def test_a_migration_that_is_killed_at_any_statement_begins_anew_at_the_next_start(child, url):
    step = 4 if url.startswith("postgresql") else 2
    with child(_MIGRATION, url, step) as process:
        said = list(iter(process.hear, None))
    assert said[-1] == "done"
    assert len(said) > 30 / step, "each table, index, trigger and the commit is a place to die at"
    with open_database(url) as database:
        assert Revisions(database).revision() == 0
        assert Ledger(database).append("block", "pkg:npm/a", reason="", owner="", actor="", now=NOW).number == 1


_APPENDER = """
database = open_database(arguments[0])
for number in range(40):
    Ledger(database).append("block", f"pkg:npm/{arguments[1]}@{number}", reason="r", owner="o", actor="a", now=NOW)
"""


def test_processes_that_append_at_once_make_one_chain(child, url):
    open_database(url).close()
    with child(_APPENDER, url, "one") as one, child(_APPENDER, url, "other") as other:
        assert (one.finish(), other.finish()) == (0, 0)
    with open_database(url) as database:
        entries = tuple(Ledger(database).entries())
        assert verify(entries, Ledger(database).head()) == ()
        assert Revisions(database).revision() == 80
    assert [each.number for each in entries] == list(range(1, 81))
    for name in ("one", "other"):
        versions = [each.purl.partition("@")[2] for each in entries if each.purl.startswith(f"pkg:npm/{name}@")]
        assert versions == [str(number) for number in range(40)]


_HOLDER = """
with Claims(open_database(arguments[0])).claim("a"):
    say("held")
    signal.pause()
"""


def test_a_claim_ends_with_the_process_that_held_it(child, postgresql_url):
    with open_database(postgresql_url) as database, child(_HOLDER, postgresql_url) as holder:
        assert holder.hear() == "held"
        with pytest.raises(ClaimTimeoutError), Claims(database).claim("a", timeout=0.1):
            pytest.fail("held twice")
        holder.kill()
        begun = time.monotonic()
        with Claims(database).claim("a", timeout=20):
            assert time.monotonic() - begun < 5


def every_call(database):
    """One call of each method that speaks to the database."""
    admission = Admission(AXIOS, "f", "a" * 64, 1, "allow", NOW, "p")
    ledger, tokens, pins = Ledger(database), Tokens(database), Pins(database)
    admissions, fetches, downgrades = Admissions(database), Fetches(database), Downgrades(database)
    return [
        lambda: admissions.put(admission),
        lambda: admissions.of(AXIOS),
        lambda: admissions.one(AXIOS, "f"),
        lambda: admissions.withdraw(AXIOS),
        lambda: admissions.due(NOW),
        lambda: admissions.stale("p", 1),
        lambda: admissions.by_digest("a"),
        admissions.all,
        lambda: pins.pin(Pin(AXIOS, "f", "a" * 64, 1, NOW)),
        lambda: pins.of(AXIOS),
        lambda: pins.by_digest("a"),
        lambda: pins.replacements(AXIOS),
        lambda: pins.settle(AXIOS, "f"),
        lambda: Sightings(database).seen("npm", "axios", ["1"], NOW),
        lambda: ledger.append("block", str(AXIOS), reason="r", owner="o", actor="a", now=NOW),
        lambda: list(ledger.entries()),
        lambda: ledger.of(AXIOS),
        lambda: ledger.in_force("npm", "axios", NOW),
        ledger.head,
        lambda: tokens.issue(f"t{time.monotonic_ns()}", "reader", NOW),
        lambda: tokens.find("cht_" + "A" * 43, NOW),
        lambda: tokens.revoke("t", NOW),
        tokens.all,
        lambda: fetches.record([Fetch(NOW, AXIOS, "f", "", 200, "c")]),
        lambda: fetches.of(AXIOS),
        lambda: fetches.by_digest("a"),
        lambda: fetches.forget_before(NOW),
        lambda: downgrades.count([Downgrade(NOW.date(), "npm", "axios", "2", "1", "cooldown")]),
        lambda: downgrades.of(NOW.date()),
        lambda: downgrades.forget_before(NOW.date()),
        Revisions(database).revision,
        lambda: Revisions(database).changed(0),
        lambda: Claims(database).claim("a").__enter__(),
    ]


def test_a_server_that_goes_away_is_told_by_name_and_used_again_when_it_is_back(postgresql_server, postgresql_url):
    with open_database(postgresql_url) as database:
        calls = every_call(database)
        with ThreadPoolExecutor(8) as pool:  # every connection of the pool has been used, and breaks
            list(pool.map(lambda _: Revisions(database).revision(), range(50)))
        before = Ledger(database).append("block", str(AXIOS), reason="r", owner="o", actor="a", now=NOW)
        postgresql_server.stop()
        try:
            for call in calls:
                with pytest.raises(StateUnavailableError) as caught:
                    call()
                assert caught.value.hint
        finally:
            postgresql_server.start()
        assert tuple(Ledger(database).entries()) == (before,)
        for call in calls[:-1]:
            call()
        with Claims(database).claim("a", timeout=0):
            assert verify(Ledger(database).entries()) == ()


def test_a_server_that_goes_away_in_the_middle_leaves_nothing_by_halves(postgresql_server, postgresql_url):
    with open_database(postgresql_url) as database:
        Fetches(database).record([Fetch(NOW, AXIOS, "f", "", 200, "c")])
        with pytest.raises(StateUnavailableError), Claims(database).claim("a"):
            _forget_everything_while_it_restarts(database, postgresql_server)
        assert len(Fetches(database).of(AXIOS)) == 1
        with Claims(database).claim("a", timeout=0):
            pass


def _forget_everything_while_it_restarts(database, server):
    with database.write() as connection:
        connection.execute(text("DELETE FROM gateway_fetch"))
        server.stop()
        try:
            connection.execute(text("SELECT 1"))
        finally:
            server.start()


def test_connections_that_the_server_ends_are_replaced_unnoticed(postgresql_server, postgresql_url):
    with open_database(postgresql_url) as database:
        block = {"reason": "r", "owner": "o", "actor": "a", "now": NOW}
        Ledger(database).append("block", str(AXIOS), **block)
        postgresql_server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL"
        )
        assert Ledger(database).append("block", str(AXIOS), **block).number == 2


def test_a_standby_that_only_reads_is_told(postgresql_server, postgresql_url):
    name = postgresql_url.partition("@/")[2].partition("?")[0]
    open_database(postgresql_url).close()
    postgresql_server.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with open_database(postgresql_url) as database:
        assert Revisions(database).revision() == 0
        with pytest.raises(StateUnavailableError, match="read-only") as caught:
            Ledger(database).append("block", str(AXIOS), reason="r", owner="o", actor="a", now=NOW)
        assert "standby" in caught.value.hint


def test_another_process_that_keeps_sqlite_locked_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "PATIENCE", 0.2)
    with open_database(f"sqlite:///{tmp_path}/state.sqlite") as database:
        with contextlib.closing(sqlite3.connect(tmp_path / "state.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StateUnavailableError, match="locked"):
                Tokens(database).revoke("a", NOW)
            assert Revisions(database).revision() == 0, "reading goes on"
        assert not Tokens(database).revoke("a", NOW)


def test_threads_that_wait_too_long_for_their_turn_are_told(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "PATIENCE", 0.2)
    with open_database(f"sqlite:///{tmp_path}/state.sqlite") as database:
        told = []

        def wait():
            try:
                Tokens(database).revoke("a", NOW)
            except StateUnavailableError as error:
                told.append(error.message)

        with database.write():
            waiter = threading.Thread(target=wait)
            waiter.start()
            waiter.join(10)
        assert len(told) == 1
        assert "busy" in told[0]


def fill(database):
    """Write until there is no more room; return what was kept."""
    kept = []
    for number in range(1000):
        batch = [Admission(AXIOS, f"{number}-{each}", "a" * 64, 1, "allow", NOW, "p") for each in range(200)]
        try:
            Admissions(database).put(*batch)
        except StateFullError:
            return kept
        kept.append(batch)
    pytest.fail("it never became full")


def assert_whole(database, kept):
    names = {each.filename for each in Admissions(database).of(AXIOS)}
    assert names == {each.filename for batch in kept for each in batch}
    assert Revisions(database).revision() == len(kept)
    assert verify(Ledger(database).entries()) == ()


def test_a_full_database_keeps_what_it_has_and_nothing_by_halves(tmp_path):
    path = tmp_path / "state.sqlite"
    with open_database(f"sqlite:///{path}") as database:
        limits = [150]

        def limit(connection, *_):
            connection.execute(f"PRAGMA max_page_count={limits[0]}")

        event.listen(database._engine, "checkout", limit)
        kept = fill(database)
        assert kept
        assert_whole(database, kept)
        limits[0] = 100_000
        Ledger(database).append("block", str(AXIOS), reason="r", owner="o", actor="a", now=NOW)
    with open_database(f"sqlite:///{path}") as database:
        assert len(Admissions(database).of(AXIOS)) == 200 * len(kept)


def test_a_full_disk_keeps_what_it_has_and_nothing_by_halves(tmp_path):
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "state", tmp_path], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root can make a disk of a megabyte")
    try:
        with open_database(f"sqlite:///{tmp_path}/state.sqlite") as database:
            ballast = tmp_path / "ballast"
            ballast.write_bytes(bytes(300_000))
            kept = fill(database)
            assert kept
            assert_whole(database, kept)
            ballast.unlink()
            assert_whole(database, kept)
            Tokens(database).issue("ci", "reader", NOW)
        with open_database(f"sqlite:///{tmp_path}/state.sqlite") as database:
            assert len(Admissions(database).of(AXIOS)) == 200 * len(kept)
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def test_a_server_whose_disk_is_full_is_told_by_name(postgresql_url):
    with open_database(postgresql_url) as database:
        with database.write() as connection:
            # The server's own error, at the last row of a batch, without filling a disk.
            connection.execute(
                text("""
                CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF NEW.filename = '199' THEN RAISE 'could not extend file: No space left' USING ERRCODE = '53100';
                    END IF; RETURN NEW;
                END $$""")
            )
            connection.execute(text("CREATE TRIGGER full_disk BEFORE INSERT ON gateway_admission FOR EACH ROW "
                                    "EXECUTE FUNCTION full_disk()"))  # fmt: skip
        batch = [Admission(AXIOS, f"{each}", "a" * 64, 1, "allow", NOW, "p") for each in range(200)]
        with pytest.raises(StateFullError, match="No space left"):
            Admissions(database).put(*batch)
        assert_whole(database, [])
