"""One holder at a time for a key, across the instances that share a database.

In PostgreSQL a claim is a session's advisory lock on a connection of its own, so that it ends with the process that
holds it, or a minute after the machine. (A pooler between the two must pool sessions, not transactions.) When the
server itself goes away claims end too, and two may hold the same one for a while: what must be done once for other
reasons than economy is guarded by its own row (see Pins). SQLite serves one process, and there claims are its own.
"""

import contextlib
import hashlib
import threading
import time
from collections.abc import Iterator

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from customhouse.storage.gateway.database import Database
from customhouse.storage.gateway.errors import ClaimTimeoutError

_LOCK_NOT_AVAILABLE = "55P03"


class Claims:
    """Shared by any number of threads."""

    def __init__(self, database: Database) -> None:
        """Claim among those who share this database."""
        self._database = database
        self._guard = threading.Lock()
        self._locks: dict[str, tuple[threading.Lock, int]] = {}

    @contextlib.contextmanager
    def claim(self, key: str, *, timeout: float = 60.0) -> Iterator[None]:
        """Hold a key for as long as the block runs, waiting up to `timeout` seconds for it (0: not at all).

        It may be ended in another thread than it was begun in; holding a key twice waits for oneself. Raises
        ClaimTimeoutError, StateUnavailableError.
        """
        end = time.monotonic() + timeout
        with self._here(key, timeout):
            if not self._database.is_postgresql:
                yield
                return
            with contextlib.ExitStack() as stack:
                connection = stack.enter_context(self._database.alone())
                with self._database.explained():
                    taken = _lock(connection, key, end - time.monotonic())
                if not taken:
                    raise _refused(key, timeout)
                try:
                    yield
                finally:
                    with contextlib.suppress(SQLAlchemyError):  # it went with its connection then
                        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _number(key)})

    @contextlib.contextmanager
    def _here(self, key: str, timeout: float) -> Iterator[None]:
        # First among this process's own threads, so that those who wait do not hold a connection each.
        with self._guard:
            lock, users = self._locks.get(key, (threading.Lock(), 0))
            self._locks[key] = (lock, users + 1)
        try:
            if not lock.acquire(timeout=max(timeout, 0)):
                raise _refused(key, timeout)
            try:
                yield
            finally:
                lock.release()
        finally:
            with self._guard:
                lock, users = self._locks[key]
                if users == 1:
                    del self._locks[key]
                else:
                    self._locks[key] = (lock, users - 1)


def _lock(connection: Connection, key: str, seconds: float) -> bool:
    number = {"key": _number(key)}
    # Neither holding nor waiting ends because it takes long: the timeout alone decides.
    connection.execute(text("SET statement_timeout = 0; SET idle_session_timeout = 0"))
    if connection.execute(text("SELECT pg_try_advisory_lock(:key)"), number).scalar_one():
        return True
    milliseconds = int(seconds * 1000)
    if milliseconds <= 0:
        return False
    connection.execute(text(f"SET lock_timeout = {milliseconds}"))
    try:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), number)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") == _LOCK_NOT_AVAILABLE:
            return False
        raise
    return True


def _number(key: str) -> int:
    whole = hashlib.sha256(f"customhouse gateway {key}".encode(errors="surrogatepass")).digest()
    return int.from_bytes(whole[:8], signed=True)


def _refused(key: str, timeout: float) -> ClaimTimeoutError:
    return ClaimTimeoutError(
        f"{key} was held by somebody else for {timeout:g} seconds", hint="ask again: what they do may be done by then"
    )
