"""Tokens of clients and people. Of the secret only its digest is kept."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, select, update

from customhouse.model.gateway import Role, Token
from customhouse.storage.gateway.database import Database
from customhouse.storage.gateway.errors import TokenNameError
from customhouse.storage.gateway.revisions import bump
from customhouse.storage.gateway.schema import TOKEN

_PREFIX = "cht_"  # so that scanners of repositories can find a leaked one
_RANDOM_BYTES = 32
_LENGTH = len(_PREFIX) + 43  # 32 bytes in base64 without padding
# It begins with a letter and has no colon, so that no name of a token can pass for an address in the list of fetches.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._@/+-]{0,99}")


class Tokens:
    """Every method may raise StateUnavailableError."""

    def __init__(self, database: Database) -> None:
        """Read from and write to this database."""
        self._database = database

    def issue(self, name: str, role: Role, now: datetime, expires: datetime | None = None) -> tuple[Token, str]:
        """Issue a token and return it with its secret, which nobody can tell again.

        Of one name only one token is valid at a time. Raises TokenNameError, StateFullError.
        """
        if not _NAME.fullmatch(name):
            raise TokenNameError(
                f"{name[:120]!r} cannot be the name of a token",
                hint="begin with a letter, and use letters, digits and ._@/+- (at most 100)",
            )
        secret = _PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
        token = Token(name, role, now, expires)
        row = {"name": name, "role": role, "created": now, "expires": expires, "digest": _digest(secret)}
        named = (TOKEN.c.name == name) & TOKEN.c.revoked.is_(None)
        with self._database.write(durable=True) as connection:
            # One that has ended by itself makes room for its successor.
            connection.execute(update(TOKEN).where(named, TOKEN.c.expires <= now).values(revoked=TOKEN.c.expires))
            statement = self._database.insert(TOKEN).values(row).on_conflict_do_nothing().returning(TOKEN.c.id)
            if connection.execute(statement).first() is None:
                raise TokenNameError(
                    f"there is a valid token of the name {name}", hint="revoke that one first, or choose another name"
                )
            bump(self._database, connection)
        return token, secret

    def find(self, secret: str, now: datetime) -> Token | None:
        """Return the token of a secret; None when there is none, or it has ended or was revoked.

        The secret is looked up by its digest: how long that takes says nothing about any secret.
        """
        if len(secret) != _LENGTH or not secret.startswith(_PREFIX) or not secret.isascii():
            return None
        found = self._select(TOKEN.c.digest == _digest(secret))
        if not found or found[0].revoked is not None or (found[0].expires is not None and found[0].expires <= now):
            return None
        return found[0]

    def revoke(self, name: str, now: datetime) -> bool:
        """Revoke the token of a name; False when there is none that was not revoked."""
        named = (TOKEN.c.name == name) & TOKEN.c.revoked.is_(None)
        with self._database.write(durable=True) as connection:
            revoked = connection.execute(update(TOKEN).where(named).values(revoked=now)).rowcount > 0
            if revoked:
                bump(self._database, connection)
        return revoked

    def all(self) -> tuple[Token, ...]:
        """Return every token that was ever issued, in that order."""
        return self._select(TOKEN.c.id > 0)

    def _select(self, condition: ColumnElement[bool]) -> tuple[Token, ...]:
        columns = (TOKEN.c.name, TOKEN.c.role, TOKEN.c.created, TOKEN.c.expires, TOKEN.c.revoked)
        with self._database.read() as connection:
            rows = connection.execute(select(*columns).where(condition).order_by(TOKEN.c.id)).all()
        return tuple(_token(row) for row in rows)


def _digest(secret: str) -> str:
    # Without a salt or a slow function: nobody guesses 256 random bits.
    return hashlib.sha256(secret.encode()).hexdigest()


def _token(row: Sequence[Any]) -> Token:
    name, role, created, expires, revoked = row
    return Token(name, cast("Role", role), created, expires, revoked)
