"""The first token: there is one, its owner alone can read it, and no way of dying leaves a gateway without."""

import stat
from datetime import UTC, datetime, timedelta

import pytest

from customhouse.gateway.first_token import ensure_first_token
from customhouse.model.errors import CustomhouseError
from customhouse.storage.gateway.database import open_database
from customhouse.storage.gateway.ledger import Ledger
from customhouse.storage.gateway.tokens import Tokens

NOW = datetime.now(UTC)


@pytest.fixture
def state(tmp_path):
    with open_database(f"sqlite:///{tmp_path}/state.sqlite") as database:
        yield Tokens(database), Ledger(database), tmp_path


def test_one_is_made_and_one_is_enough(state):
    tokens, _, folder = state
    file = ensure_first_token(*state)
    assert file == folder / "admin-token"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    found = tokens.find(file.read_text().strip(), datetime.now(UTC))
    assert (found.name, found.role) == ("admin", "admin")
    assert ensure_first_token(*state) is None
    assert len(tokens.all()) == 1
    assert sorted(each.name for each in folder.iterdir() if "token" in each.name) == ["admin-token"]


def test_any_admin_will_do_and_one_that_has_ended_will_not(state):
    tokens, _, folder = state
    tokens.issue("somebody", "admin", NOW)
    assert ensure_first_token(*state) is None
    assert not (folder / "admin-token").exists()
    tokens.revoke("somebody", NOW)
    tokens.issue("nobody", "admin", NOW - timedelta(days=2), NOW - timedelta(days=1))
    assert ensure_first_token(*state) is not None


def test_a_start_that_died_before_the_secret_was_kept_is_made_good(state):
    tokens, _, folder = state
    (folder / "admin-token.new").touch()
    lost = tokens.issue("admin", "admin", NOW)[1]
    file = ensure_first_token(*state)
    assert tokens.find(lost, datetime.now(UTC)) is None
    assert tokens.find(file.read_text().strip(), datetime.now(UTC)).role == "admin"
    assert not (folder / "admin-token.new").exists()


def test_a_start_that_died_before_it_issued_anything(state):
    (state[2] / "admin-token.new").touch(mode=0o600)
    assert ensure_first_token(*state) is not None


def test_no_token_without_a_place_for_its_secret(state):
    tokens, ledger, folder = state
    with pytest.raises(CustomhouseError, match="cannot be written"):
        ensure_first_token(tokens, ledger, folder / "nowhere")
    assert tokens.all() == ()
    (folder / "admin-token").mkdir()  # a folder is in the way: known only once the token is issued
    with pytest.raises(CustomhouseError, match="cannot be written"):
        ensure_first_token(*state)
    assert [each.revoked is not None for each in tokens.all()] == [True]


def test_the_name_is_taken_by_somebody_who_may_not(state):
    tokens, _, folder = state
    tokens.issue("admin", "reader", NOW)
    with pytest.raises(CustomhouseError, match="no token may administer"):
        ensure_first_token(*state)
    assert not (folder / "admin-token").exists()


def test_another_instance_was_first(state, monkeypatch):
    tokens, ledger, folder = state
    real = Tokens.all
    answers = iter([(), None])
    monkeypatch.setattr(Tokens, "all", lambda self: () if next(answers, None) == () else real(self))
    tokens.issue("admin", "admin", NOW)
    assert ensure_first_token(tokens, ledger, folder) is None
    assert not (folder / "admin-token").exists()
    assert not (folder / "admin-token.new").exists()
