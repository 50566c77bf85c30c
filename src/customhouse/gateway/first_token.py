"""The first token: without it nobody could issue another. Its secret lies in a file that its owner alone can read."""

import os
from datetime import UTC, datetime
from pathlib import Path

from customhouse.gateway.management.token_desk import works
from customhouse.gateway.places import TOKEN_FILE
from customhouse.model.errors import CustomhouseError
from customhouse.storage.gateway.errors import TokenNameError
from customhouse.storage.gateway.ledger import Ledger
from customhouse.storage.gateway.tokens import Tokens

NAME = "admin"
#: Written first and then renamed. Found at a start, it says that an earlier start ended between the two.
_UNFINISHED = f"{TOKEN_FILE}.new"


def ensure_first_token(tokens: Tokens, ledger: Ledger, folder: Path) -> Path | None:
    """Issue a token that may administer, if there is none; return the file that holds its secret. Blocks.

    Raises CustomhouseError where the file cannot be written; then there is no such token either.
    """
    now = datetime.now(UTC)
    unfinished = folder / _UNFINISHED
    if unfinished.exists() and tokens.revoke(NAME, now):  # nobody was told its secret
        _note(ledger, f"revoked the token {NAME}, whose secret was not kept")
    if any(each.role == "admin" and works(each, now) for each in tokens.all()):
        unfinished.unlink(missing_ok=True)
        return None
    try:
        descriptor = os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    except OSError as error:
        raise _unwritable(unfinished, error) from None
    try:
        with os.fdopen(descriptor, "w") as file:
            secret = _issue(tokens, now)
            if secret is None:  # another instance was first
                unfinished.unlink()
                return None
            file.write(f"{secret}\n")
            file.flush()
            os.fsync(descriptor)
        unfinished.replace(folder / TOKEN_FILE)
    except OSError as error:
        tokens.revoke(NAME, datetime.now(UTC))
        raise _unwritable(unfinished, error) from None
    _note(ledger, f"issued the token {NAME} (admin), the first one")
    return folder / TOKEN_FILE


def _issue(tokens: Tokens, now: datetime) -> str | None:
    try:
        return tokens.issue(NAME, "admin", now)[1]
    except TokenNameError:
        if any(each.role == "admin" and works(each, now) for each in tokens.all()):
            return None
        raise CustomhouseError(
            f"no token may administer, and the name {NAME} belongs to one that may not",
            hint="revoke it in the database: UPDATE gateway_token SET revoked = created WHERE name = 'admin'",
        ) from None


def _note(ledger: Ledger, reason: str) -> None:
    ledger.append("token", "", reason=reason, owner="system", actor="system", now=datetime.now(UTC))


def _unwritable(path: Path, error: OSError) -> CustomhouseError:
    return CustomhouseError(
        f"{path} cannot be written: {error.strerror}", hint="the first token is kept there: see to the folder's rights"
    )
