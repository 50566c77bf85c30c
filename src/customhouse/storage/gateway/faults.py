"""Which of the errors say what the database's drivers report, and in which words. No password stands in any of them."""

import sqlite3
from collections.abc import Iterable

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFreeError

from customhouse.storage.gateway.errors import StateFullError, StateUnavailableError

# SQLSTATE classes: connection exceptions, insufficient resources, operator intervention, system errors, rollbacks;
# and what a server says whose tables, rights or role (a standby) are not as they were.
_ELSEWHERE_CLASSES = ("08", "53", "57", "58", "40")
_ELSEWHERE = frozenset({"25006", "28000", "28P01", "3D000", "3F000", "42501", "42P01", "55P03"})
_DISK_FULL = "53100"


def explain(error: SQLAlchemyError, address: str, secrets: Iterable[str] = ()) -> StateUnavailableError | None:
    """Return the error to raise instead; None for one that is our own mistake and should be seen as it is.

    `address` names the database, `secrets` are struck out wherever a driver repeats them.
    """
    if isinstance(error, NoConnectionFreeError):
        return StateUnavailableError(
            f"every connection to {address} is in use", hint="ask again; if it goes on, the database is too slow"
        )
    if not isinstance(error, DBAPIError):
        return None
    original = error.orig
    words = _words(original, secrets)
    if isinstance(original, sqlite3.Error):
        return _sqlite(original, address, words)
    state = str(getattr(original, "sqlstate", None) or "")
    if state == _DISK_FULL:
        return StateFullError(f"the disk of {address} is full: {words}", hint="make room there, and ask again")
    if not state or state.startswith(_ELSEWHERE_CLASSES) or state in _ELSEWHERE:
        # Without a state it is libpq that speaks: no server answered, or the connection broke.
        ours = not state and not error.connection_invalidated and not _is_operational(original)
        if ours and "connection option" not in words:
            return None
        return StateUnavailableError(f"{address} cannot be asked: {words}", hint=_hint(state, words))
    return None


def _is_operational(original: BaseException | None) -> bool:
    return any(kind.__name__ in {"OperationalError", "InterfaceError"} for kind in type(original).__mro__)


def _hint(state: str, words: str) -> str:
    if "connection option" in words:
        return "look at what stands after the question mark of its address"
    if state == "3D000" or ('database "' in words and "does not exist" in words):
        return "make the database first: createdb --encoding UTF8 NAME"
    if state == "25006":
        return "this server only reads (a standby?): name the one that writes"
    if state in {"42501", "28000", "28P01"} or any(word in words for word in ("authentication", "denied", 'role "')):
        return "look at the user, the password and the rights of that user in its database"
    return "look whether the server runs and can be reached from here: pg_isready --dbname ADDRESS"


def _sqlite(original: sqlite3.Error, address: str, words: str) -> StateUnavailableError | None:
    # The low byte is the primary code (https://www.sqlite.org/rescode.html).
    match getattr(original, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return StateFullError(f"there is no room left for {address}", hint="make room on its disk, and ask again")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StateUnavailableError(
                f"{address} is locked by another process", hint="one process writes there: for more, use PostgreSQL"
            )
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return StateUnavailableError(
                f"{address} is damaged, or no database: {words}", hint="put it aside and start from a backup"
            )
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_IOERR:
            return StateUnavailableError(
                f"{address} cannot be written: {words}", hint="look at its folder's rights, owner and disk"
            )
    return None


def _words(original: BaseException | None, secrets: Iterable[str]) -> str:
    lines = str(original or "").strip().splitlines() or [type(original).__name__]
    words = lines[0].strip().rstrip(".")
    for secret in secrets:
        words = words.replace(secret, "***")
    return words
