"""A database is opened by its address, made or brought up to date, and what is wrong with it is told by name."""

import contextlib
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from customhouse.model.errors import CustomhouseError
from customhouse.model.purl import Purl
from customhouse.storage.gateway import database as room
from customhouse.storage.gateway import migrating
from customhouse.storage.gateway.addresses import read_address
from customhouse.storage.gateway.database import open_database
from customhouse.storage.gateway.errors import StateUnavailableError, StateVersionError
from customhouse.storage.gateway.ledger import Ledger
from customhouse.storage.gateway.revisions import Revisions
from customhouse.storage.gateway.schema import METADATA
from postgresql.places import reachable_folder

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


def block(database, name="axios"):
    return Ledger(database).append("block", f"pkg:npm/{name}", reason="r", owner="o", actor="a", now=NOW)


def test_what_was_written_is_there_when_it_is_opened_again(url):
    with open_database(url) as database:
        entry = block(database)
    with open_database(url) as database:
        assert tuple(Ledger(database).entries()) == (entry,)


def test_the_migrations_leave_the_tables_that_the_rooms_speak_of(database):
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": migrating.VERSION_TABLE})
        assert compare_metadata(context, METADATA) == []
        if database.is_postgresql:
            collations = connection.execute(
                text("SELECT DISTINCT collation_name FROM information_schema.columns WHERE table_name LIKE 'gateway_%' "
                     "AND column_name IN ('ecosystem', 'name', 'version', 'filename', 'purl', 'policy')")
            )  # fmt: skip
            assert collations.scalars().all() == ["C"], "both databases put rows in the same order"
        else:
            schema = connection.execute(text("SELECT sql FROM sqlite_schema WHERE name = 'gateway_sighting'"))
            assert "WITHOUT ROWID" in schema.scalar_one()


def test_the_head_that_is_looked_for_is_the_newest_migration():
    config = Config()
    config.set_main_option("script_location", str(migrating._SCRIPTS))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [migrating.HEAD]


def test_a_database_that_is_up_to_date_is_opened_without_alembic(url):
    open_database(url).close()
    code = (
        "import sys; from customhouse.storage.gateway.database import open_database; open_database(sys.argv[1]).close(); "
        "assert not [name for name in sys.modules if name.startswith('alembic')]"
    )
    subprocess.run([sys.executable, "-c", code, url], check=True, env=_environment(), timeout=60)


def test_processes_that_start_at_once_make_one_database(child, url):
    with contextlib.ExitStack() as stack:
        started = [stack.enter_context(child("open_database(arguments[0]).close()", url)) for _ in range(6)]
        assert [process.finish() for process in started] == [0] * 6
    with open_database(url) as database:
        assert Revisions(database).revision() == 0


@pytest.mark.parametrize(
    "address",
    [
        "", "state.sqlite", "sqlite://", "sqlite:///:memory:", "sqlite:///a?mode=ro", "sqlite://host/a", "mysql://h/d",
        "postgresql+asyncpg://h/d", "postgresql://h:port/d", "postgresql://[::1/d", "https://h/d",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_used_is_an_error_with_a_hint(address, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CustomhouseError) as caught:
        open_database(address)
    assert "sqlite:///" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:s3cr%40t-w0rd@127.0.0.1:1/d",
        "postgresql://me:s3cr%40t-w0rd@nowhere.invalid/d",
        "postgresql://127.0.0.1:1/d?user=me&password=s3cr%40t-w0rd",
        "postgresql://me:s3cr%40t-w0rd@127.0.0.1:1/d?nosuchoption=1",
        "postgresql://me:s3cr%40t-w0rd@127.0.0.1:1/d?sslmode=s3cr%40t-w0rd",
        "postgresql://me:s3cr%40t-w0rd@h:port/d",
        "mysql://me:s3cr%40t-w0rd@h/d",
        "sqlite://me:s3cr%40t-w0rd@h/d",
    ],
)
def test_no_error_repeats_a_password(address):
    with pytest.raises(CustomhouseError) as caught:
        open_database(address)
    told = "".join(traceback.format_exception(caught.value)) + caught.value.message + caught.value.hint
    assert not re.search("s3cr(@|%40)t-w0rd", told)


def test_nor_does_an_address_that_somebody_logs():
    address = read_address("postgresql://me:s3cr3t@h/d?sslpassword=s3cr4t")
    assert repr(address) == "Address('postgresql://h/d')"
    assert address.secrets == ("s3cr3t", "s3cr4t")


def test_a_server_that_refuses_says_so(postgresql_server):
    address = f"postgresql://stranger:s3cr3t-w0rd@/postgres?host={postgresql_server.home}"
    with pytest.raises(StateUnavailableError, match="stranger") as caught:
        open_database(address)
    assert "user" in caught.value.hint
    assert "s3cr3t" not in caught.value.message
    with pytest.raises(StateUnavailableError, match="does not exist") as caught:
        open_database(postgresql_server.url("absent"))
    assert "createdb" in caught.value.hint


def test_an_encoding_that_cannot_hold_every_name_is_refused(postgresql_server):
    postgresql_server.execute("CREATE DATABASE narrow TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
    with pytest.raises(CustomhouseError, match="SQL_ASCII") as caught:
        open_database(postgresql_server.url("narrow"))
    assert "UTF8" in caught.value.hint


def test_a_newer_database_is_refused_and_left_as_it_is(url):
    with open_database(url) as database:
        block(database)
        with database.write() as connection:
            connection.execute(text("UPDATE gateway_version SET version_num = '9999'"))
        with pytest.raises(StateVersionError, match="9999") as caught:
            open_database(url)
        assert "newer" in caught.value.hint
        assert Ledger(database).head().number == 1


def test_a_database_of_another_program_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "other.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    before = path.read_bytes()
    with pytest.raises(StateVersionError, match="another program"):
        open_database(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_beside_others_in_postgresql_there_is_room(postgresql_url):
    with open_database(postgresql_url) as database:
        with database.write() as connection:
            connection.execute(text("CREATE TABLE alembic_version (version_num text)"))
            connection.execute(text("CREATE TABLE token (a text)"))
        with database.read() as connection:
            ours = set(inspect(connection).get_table_names()) - {"alembic_version", "token"}
    assert all(name.startswith("gateway_") for name in ours)
    open_database(postgresql_url).close()


def test_what_is_no_database_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_bytes(b"not a database, but long enough to be taken for one " * 50)
    with pytest.raises(StateUnavailableError, match="no database"):
        open_database(f"sqlite:///{path}")
    assert path.stat().st_size == 2600


def test_the_file_and_its_folder_are_made_for_their_owner_alone(tmp_path):
    path = tmp_path / "new" / "100% sure" / "state.sqlite"
    with open_database(f"sqlite:///{path}") as database:
        block(database)
        modes = {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_relative_address_is_of_the_folder_where_it_was_opened(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with open_database("sqlite:///state.sqlite") as database:
        monkeypatch.chdir("/")
        block(database)
        assert database.name == f"sqlite:///{tmp_path}/state.sqlite"
    assert (tmp_path / "state.sqlite").exists()


@pytest.fixture
def unprivileged_folder():
    """A folder that we may use and not own, as somebody whom rights do bind."""
    folder = reachable_folder("state-")
    folder.chmod(0o755)
    was_root = os.geteuid() == 0
    try:
        yield folder, lambda: os.seteuid(65534) if was_root else folder.chmod(0o555)
    finally:
        if was_root:
            os.seteuid(0)
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_a_folder_that_cannot_be_written_is_told(unprivileged_folder):
    folder, bind = unprivileged_folder
    bind()
    with pytest.raises(StateUnavailableError, match="cannot be written") as caught:
        open_database(f"sqlite:///{folder}/state.sqlite")
    assert "rights" in caught.value.hint
    assert list(folder.iterdir()) == []


def test_a_file_that_cannot_be_written_is_told(unprivileged_folder):
    folder, bind = unprivileged_folder
    open_database(f"sqlite:///{folder}/state.sqlite").close()
    (folder / "state.sqlite").chmod(0o444)
    bind()
    with pytest.raises(StateUnavailableError, match="cannot be written"):
        open_database(f"sqlite:///{folder}/state.sqlite")


@pytest.mark.parametrize("name", ["", "file/state.sqlite", "null\x00"])
def test_a_path_that_leads_nowhere_is_told(tmp_path, name):
    (tmp_path / "file").write_text("")
    with pytest.raises(CustomhouseError):
        open_database(f"sqlite:///{tmp_path}/{name}")


def test_a_file_that_goes_away_while_it_is_used_is_noticed_and_used_again_when_it_is_back(tmp_path):
    path, aside = tmp_path / "state.sqlite", tmp_path / "aside"
    with open_database(f"sqlite:///{path}") as database:
        block(database)
        path.rename(aside)
        for replaced in (False, True):
            if replaced:
                path.write_bytes(b"")
            with pytest.raises(StateUnavailableError, match="removed or replaced"):
                Revisions(database).revision()
            with pytest.raises(StateUnavailableError, match="removed or replaced"):
                block(database)
        aside.rename(path)
        assert Revisions(database).revision() == 1
        assert block(database).number == 2


def test_writers_in_many_threads_all_get_their_turn(database):
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: block(database, f"p{number}"), range(64)))
    assert [each.number for each in Ledger(database).entries()] == list(range(1, 65))
    assert Revisions(database).changed(0)[1] == {Purl("npm", f"p{number}") for number in range(64)}


def test_more_callers_than_connections_wait_and_are_told_when_it_takes_too_long(url, monkeypatch):
    monkeypatch.setattr(room, "PATIENCE", 0.3)
    with open_database(url, connections=2) as database:
        with database.read(), database.read(), pytest.raises(StateUnavailableError, match="in use"):
            Revisions(database).revision()
        assert Revisions(database).revision() == 0


def _environment():
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
