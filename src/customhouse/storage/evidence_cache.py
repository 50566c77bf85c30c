"""Evidence kept by what it is about: artifact digest or release, collector, and the collector's version.

One SQLite file in write-ahead mode: several runs may share it, and a killed run leaves every finished row. The cache
is never needed for a right answer, so a cache that cannot be written only costs time; it says so once, in `warnings`.
Spoken to through `sqlite3` itself rather than SQLAlchemy: see docs/adr/0002.
"""

import contextlib
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self, TypeVar

import msgspec

from customhouse.model.digest import Digest

Record = TypeVar("Record")

_SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS evidence (
    kind TEXT NOT NULL, subject TEXT NOT NULL, version TEXT NOT NULL, collected REAL NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (kind, subject, version)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS artifact (
    digest TEXT PRIMARY KEY, sha256 TEXT NOT NULL, purl TEXT NOT NULL, filename TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS artifact_purl ON artifact (purl);
"""
#: Seconds to wait for another run's write.
_BUSY = 10.0
#: Bodies above this many bytes are deflated; below, the time costs more than the space.
_DEFLATE_ABOVE = 2048
_EVIDENCE = "SELECT collected, body FROM evidence WHERE kind=? AND subject=? AND version=?"
#: The set travels as one JSON parameter.
_ARTIFACTS = "SELECT digest, sha256 FROM artifact WHERE digest IN (SELECT value FROM json_each(?))"
_ARCHIVES_OF = "SELECT DISTINCT filename, sha256 FROM artifact WHERE purl=? ORDER BY filename, sha256"
#: The newest record of each subject; SQLite gives the other columns of the row that has the greatest `collected`.
_NEWEST = "SELECT subject, version, max(collected) FROM evidence WHERE kind=? GROUP BY subject ORDER BY subject"
_NEWEST_BODY = (
    "SELECT version, collected, body FROM evidence WHERE kind=? AND subject=? ORDER BY collected DESC LIMIT 1"
)
_NAMES = "SELECT sha256, min(purl), filename FROM artifact GROUP BY sha256"
_PLAIN, _DEFLATED = b"\x00", b"\x01"


class EvidenceCache:
    """A store of msgpack records. Every method is safe to call when the file is missing, read-only or full."""

    def __init__(self, directory: Path | None) -> None:
        """Open (or create) the cache in `directory`; None keeps everything in memory for this run."""
        self.directory = directory
        self.warnings: list[str] = []
        self._pending: list[tuple[str, str, str, float, bytes]] = []
        self._pending_artifacts: list[tuple[str, str, str, str]] = []
        #: Asked in turn; the second one, where there is one, holds what the first could not take, or cannot be written.
        self._connections: list[sqlite3.Connection] = []
        self._writer = self._open()
        self._connections.insert(0, self._writer)

    def _open(self) -> sqlite3.Connection:
        if self.directory is None:
            return self._prepare(":memory:")
        path = self.directory / "evidence.sqlite"
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            return self._prepare(str(path))
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                return self._open_read_only(path, error)
            return self._replace_damaged(path, error)
        except OSError as error:
            return self._open_read_only(path, error)

    def _prepare(self, path: str) -> sqlite3.Connection:
        connection = sqlite3.connect(path, timeout=_BUSY, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            found = connection.execute("PRAGMA user_version").fetchone()[0]
            if found != _SCHEMA_VERSION:
                connection.executescript(
                    "BEGIN IMMEDIATE; DROP TABLE IF EXISTS evidence; DROP TABLE IF EXISTS artifact;"
                    f"{_SCHEMA} PRAGMA user_version={_SCHEMA_VERSION}; COMMIT;"
                    if found
                    else f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version={_SCHEMA_VERSION}; COMMIT;"
                )
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _open_read_only(self, path: Path, error: Exception) -> sqlite3.Connection:
        self.warnings.append(f"the evidence cache cannot be written ({error}); what this run learns is not kept")
        for flags in ("mode=ro", "mode=ro&immutable=1"):
            with contextlib.suppress(sqlite3.Error):
                connection = sqlite3.connect(f"{path.absolute().as_uri()}?{flags}", uri=True, check_same_thread=False)
                connection.execute("SELECT 1 FROM evidence LIMIT 1")
                self._connections.append(connection)
                break
        return self._prepare(":memory:")

    def _replace_damaged(self, path: Path, error: Exception) -> sqlite3.Connection:
        aside = path.with_name(f"evidence.damaged-{int(time.time())}.sqlite")
        self.warnings.append(f"the evidence cache was damaged ({error}); it was set aside as {aside.name}")
        try:
            for suffix in ("-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            path.replace(aside)
            return self._prepare(str(path))
        except (OSError, sqlite3.Error) as again:
            self.warnings.append(f"a new evidence cache could not be made ({again}); what this run learns is not kept")
            return self._prepare(":memory:")

    def get(self, kind: str, subject: str, version: str, record: type[Record]) -> tuple[Record, float] | None:
        """Return one record and when it was collected (Unix seconds); one that no longer decodes is absent."""
        body: bytes | None = None
        collected = 0.0
        for pending in reversed(self._pending):
            if pending[:3] == (kind, subject, version):
                collected, body = pending[3:]
                break
        else:
            for row in self._read(_EVIDENCE, (kind, subject, version)):
                collected, body = row
        if body is None:
            return None
        try:
            return msgspec.msgpack.decode(_inflate(body), type=record), collected
        except (msgspec.MsgspecError, zlib.error, ValueError):
            return None

    def subjects(self, kind: str) -> dict[str, tuple[str, float]]:
        """Return each subject of a kind with the version and time (Unix seconds) of its newest record."""
        self.flush()
        return {subject: (version, collected) for subject, version, collected in self._read(_NEWEST, (kind,))}

    def newest_encoded(self, kind: str, subject: str) -> tuple[str, float, bytes] | None:
        """Return version, time and msgpack of a subject's newest record, by whatever version of its collector."""
        for version, collected, body in self._read(_NEWEST_BODY, (kind, subject)):
            try:
                return version, collected, _inflate(body)
            except zlib.error:
                return None
        return None

    def archives(self) -> dict[str, tuple[str, str]]:
        """Return (purl, file name) of every archive that was opened, by sha256; the first purl where several had it."""
        self.flush()
        return {sha256: (purl, filename) for sha256, purl, filename in self._read(_NAMES, ())}

    def put(self, kind: str, subject: str, version: str, record: object, collected: float) -> None:
        """Keep one record; written at the next `flush`, at the latest after 64 of them."""
        self.put_encoded(kind, subject, version, msgspec.msgpack.encode(record), collected)

    def put_encoded(self, kind: str, subject: str, version: str, body: bytes, collected: float) -> None:
        """Keep a record that is msgpack already."""
        self._pending.append((kind, subject, version, collected, _deflate(body)))
        if len(self._pending) >= 64:  # noqa: PLR2004 - see the docstring
            self.flush()

    def name_artifact(self, digests: Iterable[Digest], sha256: str, purl: str, filename: str) -> None:
        """Remember which archive the strong digests name, so that a lock's sha512 finds evidence kept by sha256."""
        rows = ((str(digest), sha256, purl, filename) for digest in digests if digest.strong)
        self._pending_artifacts.extend(rows)

    def archives_named(self, digests: Iterable[Digest]) -> dict[Digest, str]:
        """Return the sha256 of the archives that these digests name, where known."""
        wanted = {str(digest): digest for digest in digests if digest.strong}
        found: dict[Digest, str] = {}
        for digest, sha256 in self._read(_ARTIFACTS, (_json(wanted),)):
            found[wanted[digest]] = sha256
        for digest, sha256, _, _ in self._pending_artifacts:
            if digest in wanted:
                found[wanted[digest]] = sha256
        return found

    def archives_of(self, purl: str) -> tuple[tuple[str, str], ...]:
        """Return (file name, `sha256:…`) of every archive inspected under this purl."""
        return tuple((filename, f"sha256:{sha256}") for filename, sha256 in self._read(_ARCHIVES_OF, (purl,)))

    def flush(self) -> None:
        """Write what is pending in one transaction; a full or locked disk turns writing off and warns once."""
        rows, artifacts = self._pending, self._pending_artifacts
        if not rows and not artifacts:
            return
        self._pending, self._pending_artifacts = [], []
        try:
            self._write(rows, artifacts)
        except sqlite3.Error as error:
            self.warnings.append(f"the evidence cache cannot be written ({error}); the rest of this run is not kept")
            self._writer = self._prepare(":memory:")
            self._connections.append(self._writer)
            self._write(rows, artifacts)

    def _write(
        self, rows: list[tuple[str, str, str, float, bytes]], artifacts: list[tuple[str, str, str, str]]
    ) -> None:
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            self._writer.executemany("INSERT OR REPLACE INTO evidence VALUES (?,?,?,?,?)", rows)
            self._writer.executemany("INSERT OR REPLACE INTO artifact VALUES (?,?,?,?)", artifacts)
            self._writer.execute("COMMIT")
        except sqlite3.Error:
            with contextlib.suppress(sqlite3.Error):
                self._writer.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Write what is pending and close the file."""
        self.flush()
        for connection in self._connections:
            connection.close()

    def __enter__(self) -> Self:
        """Use as a context manager."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close, whatever happened."""
        self.close()

    def _read(self, query: str, parameters: Iterable[str]) -> Iterator[tuple[Any, ...]]:
        values = tuple(parameters)
        for connection in self._connections:
            try:
                yield from connection.execute(query, values).fetchall()
            except sqlite3.Error as error:
                self.warnings.append(f"the evidence cache cannot be read ({error}); evidence is collected anew")


def _json(items: Iterable[str]) -> str:
    return msgspec.json.encode(list(items)).decode()


def _deflate(body: bytes) -> bytes:
    return _DEFLATED + zlib.compress(body, 1) if len(body) > _DEFLATE_ABOVE else _PLAIN + body


def _inflate(body: bytes) -> bytes:
    return zlib.decompress(body[1:]) if body[:1] == _DEFLATED else body[1:]
