"""A token is known by its secret, of which only the digest is kept."""

import contextlib
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from customhouse.model.gateway import Token
from customhouse.storage.gateway.database import open_database
from customhouse.storage.gateway.errors import TokenNameError
from customhouse.storage.gateway.revisions import Revisions
from customhouse.storage.gateway.tokens import Tokens

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def tokens(database):
    return Tokens(database)


def test_a_secret_finds_its_token_and_nothing_else_does(tokens):
    token, secret = tokens.issue("ci", "reader", NOW, NOW + DAY)
    _, other = tokens.issue("me@example.org", "admin", NOW)
    assert token == Token("ci", "reader", NOW, NOW + DAY)
    assert secret.startswith("cht_")
    assert len(secret) == 47
    assert secret != other
    assert tokens.find(secret, NOW) == token
    for wrong in ("", "cht_", secret[:-1], secret + "A", secret.upper(), "cht_" + "A" * 43, "é" * 47, "\ud800" * 47):
        assert tokens.find(wrong, NOW) is None


def test_a_token_ends_at_its_moment(tokens):
    _, secret = tokens.issue("ci", "reader", NOW, NOW + DAY)
    assert tokens.find(secret, NOW + DAY - timedelta(microseconds=1))
    assert tokens.find(secret, NOW + DAY) is None


def test_a_revoked_token_is_none_and_stays_listed(tokens, database):
    _, secret = tokens.issue("ci", "approver", NOW)
    before = Revisions(database).revision()
    assert tokens.revoke("ci", NOW + DAY)
    assert Revisions(database).revision() > before
    assert tokens.find(secret, NOW) is None, "also for a clock that steps back"
    assert not tokens.revoke("ci", NOW)
    assert not tokens.revoke("nobody", NOW)
    assert tokens.all() == (Token("ci", "approver", NOW, None, NOW + DAY),)


def test_of_one_name_one_token_is_valid(tokens):
    _, first = tokens.issue("ci", "reader", NOW, NOW + DAY)
    with pytest.raises(TokenNameError, match="ci"):
        tokens.issue("ci", "admin", NOW)
    assert tokens.find(first, NOW)
    _, second = tokens.issue("ci", "admin", NOW + DAY)
    assert tokens.find(second, NOW + DAY).role == "admin"
    assert tokens.find(first, NOW) is None
    tokens.revoke("ci", NOW + DAY)
    tokens.issue("ci", "reader", NOW + DAY)
    assert [each.role for each in tokens.all()] == ["reader", "admin", "reader"]


@pytest.mark.parametrize("name", ["", " ci", "10.0.0.1", "::1", "fe80::1", "a" * 101, "a\n", "a\x00", "é", "-rf"])
def test_no_token_is_called_like_an_address(tokens, name):
    with pytest.raises(TokenNameError):
        tokens.issue(name, "reader", NOW)
    assert tokens.all() == ()


def test_the_secret_is_nowhere_in_the_file(tmp_path):
    with open_database(f"sqlite:///{tmp_path}/state.sqlite") as database:
        _, secret = Tokens(database).issue("ci", "reader", NOW)
        everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert secret[4:].encode() not in everything
    with contextlib.closing(sqlite3.connect(tmp_path / "state.sqlite")) as connection:
        assert connection.execute("SELECT length(digest) FROM gateway_token").fetchone() == (64,)
