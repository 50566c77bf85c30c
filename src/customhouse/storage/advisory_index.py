"""The local index of advisories: one SQLite file, written beside itself and renamed into place, read as it stands.

A reader never sees a file that is being written, needs no lock, and works on a read-only disk. The writer starts from
a copy of the present file, so that what did not change is not written again; the rename at the end is what makes an
update whole. See docs/adr/0015.
"""

import contextlib
import os
import shutil
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from customhouse.model.advisory import AdvisoryRecord, IndexState, SourceState
from customhouse.model.errors import CustomhouseError
from customhouse.model.purl import Ecosystem

FILE_NAME = "advisories.sqlite"
_VERSION = 1
_APPLICATION = 0x43484144  # "CHAD": what SQLite's own header calls the application that a file belongs to
_SCHEMA = f"""
PRAGMA application_id={_APPLICATION};
PRAGMA user_version={_VERSION};
CREATE TABLE source (key INTEGER PRIMARY KEY, location TEXT NOT NULL UNIQUE, state BLOB NOT NULL);
CREATE TABLE member (
    key INTEGER PRIMARY KEY, source INTEGER NOT NULL, name TEXT NOT NULL, checksum INTEGER NOT NULL,
    size INTEGER NOT NULL, flags INTEGER NOT NULL, modified TEXT NOT NULL
);
CREATE UNIQUE INDEX member_name ON member (source, name);
CREATE TABLE advisory (
    name TEXT NOT NULL, ecosystem TEXT NOT NULL, member INTEGER NOT NULL, checksum INTEGER NOT NULL,
    body BLOB NOT NULL, PRIMARY KEY (name, ecosystem, member)
) WITHOUT ROWID;
CREATE INDEX advisory_member ON advisory (member);
"""
#: What a member is; a member of no flag speaks of other ecosystems.
NPM, PYPI, MALICIOUS, WITHDRAWN = 1, 2, 4, 8
_DEFLATE_ABOVE = 400
_PLAIN, _DEFLATED = b"\x00", b"\x01"
#: KiB of SQLite's page cache while writing.
_WRITE_CACHE = 48 * 1024
_MEMBER = "INSERT OR REPLACE INTO member VALUES (?,?,?,?,?,?,?)"
_NEW_MEMBER = "INSERT OR IGNORE INTO member VALUES (?,?,?,?,?,?,?)"
_UPDATE = "customhouse db update"
_Rows = list[tuple[str, str, int, int, bytes]]


class DamagedIndexError(CustomhouseError):
    """The index is there and cannot be trusted: no SQLite file, of another version, cut short, or a row altered."""


def _damaged(path: Path, reason: object) -> DamagedIndexError:
    return DamagedIndexError(
        f"the advisory index {path} is damaged: {reason}", hint=f"build it anew: rm {path} && {_UPDATE}"
    )


class AdvisoryIndexReader:
    """Reads the index. One connection, for any thread, one at a time."""

    def __init__(self, directory: Path) -> None:
        """Open the index in a directory. Raises FileNotFoundError when there is none, DamagedIndexError."""
        self.path = directory / FILE_NAME
        try:
            self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            raise FileNotFoundError(self.path) from None
        except OSError as error:
            raise _damaged(self.path, error.strerror) from None
        self._decoder = msgspec.msgpack.Decoder(AdvisoryRecord)
        try:
            self._connection = sqlite3.connect(
                f"{self.path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise _damaged(self.path, error) from None
        try:
            self._check()
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise _damaged(self.path, error) from None
        except DamagedIndexError:
            self.close()
            raise

    def _check(self) -> None:
        def pragma(name: str) -> int:
            return int(self._connection.execute(f"PRAGMA {name}").fetchone()[0])

        found = pragma("application_id"), pragma("user_version")
        if found[0] != _APPLICATION:
            raise _damaged(self.path, "it is not an advisory index")
        if found[1] != _VERSION:
            raise _damaged(self.path, f"it is of version {found[1]}, and this program reads version {_VERSION}")
        stated, size = pragma("page_count") * pragma("page_size"), self.path.stat().st_size
        if stated != size:
            raise _damaged(self.path, f"{size:,} bytes long where its header says {stated:,}")

    def records(
        self, names: Iterable[tuple[Ecosystem, str]]
    ) -> Mapping[tuple[Ecosystem, str], tuple[AdvisoryRecord, ...]]:
        """Return the records about each package in one query. Raises DamagedIndexError."""
        wanted: dict[str, set[Ecosystem]] = {}
        for ecosystem, name in names:
            wanted.setdefault(name, set()).add(ecosystem)
        found: dict[tuple[Ecosystem, str], list[AdvisoryRecord]] = {}
        query = "SELECT name, ecosystem, checksum, body FROM advisory WHERE name IN (SELECT value FROM json_each(?))"
        try:
            # A name out of a hostile lock may hold a lone surrogate, which no record can have.
            texts = [name for name in wanted if name.isprintable()]
            for name, ecosystem, checksum, body in self._connection.execute(
                query, (msgspec.json.encode(texts).decode(),)
            ):
                if ecosystem in wanted.get(name, ()):
                    if zlib.crc32(body) != checksum:
                        raise _damaged(self.path, f"the entry of {name} does not have its checksum")
                    found.setdefault((ecosystem, name), []).append(self._decoder.decode(_inflated(body)))
        except (sqlite3.Error, msgspec.MsgspecError, zlib.error, UnicodeError) as error:
            raise _damaged(self.path, error) from None
        return {key: tuple(value) for key, value in found.items()}

    def state(self) -> IndexState:
        """Return what the index holds, source by source. Raises DamagedIndexError."""
        return IndexState(str(self.path), self.path.stat().st_size, tuple(self._sources().values()))

    def _sources(self) -> dict[int, SourceState]:
        try:
            rows = self._connection.execute("SELECT key, state FROM source ORDER BY location").fetchall()
            return {key: msgspec.msgpack.decode(state, type=SourceState) for key, state in rows}
        except (sqlite3.Error, msgspec.MsgspecError) as error:
            raise _damaged(self.path, error) from None

    def verify(self) -> None:
        """Read the whole file: every page, and every entry's checksum. Raises DamagedIndexError."""
        try:
            problem = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if problem != "ok":
                raise _damaged(self.path, problem)
            for name, checksum, body in self._connection.execute("SELECT name, checksum, body FROM advisory"):
                if zlib.crc32(body) != checksum:
                    raise _damaged(self.path, f"the entry of {name} does not have its checksum")
        except (sqlite3.Error, UnicodeError) as error:
            raise _damaged(self.path, error) from None

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class AdvisoryIndexWriter:
    """Writes the next index beside the present one. Nothing is seen of it before `publish`."""

    def __init__(self, directory: Path) -> None:
        """Start from the present index, or from nothing where there is none or it is damaged.

        The caller holds the lock of the directory (`locked`). Raises OSError or sqlite3.Error.
        """
        directory.mkdir(parents=True, exist_ok=True)
        self._path = directory / FILE_NAME
        self._beside = directory / f"{FILE_NAME}.new"
        _remove(self._beside)
        #: Why the present index could not be built upon; empty when it could.
        self.started_anew = ""
        try:
            AdvisoryIndexReader(directory).close()
            shutil.copyfile(self._path, self._beside)
        except FileNotFoundError:
            pass
        except DamagedIndexError as error:
            self.started_anew = error.message
        self._connection = sqlite3.connect(self._beside, isolation_level=None)
        # The file is nobody's before it is renamed, so only a failing source must be undone, not a failing machine.
        self._connection.execute("PRAGMA journal_mode=TRUNCATE")
        self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.execute(f"PRAGMA cache_size=-{_WRITE_CACHE}")
        if not self._connection.execute("PRAGMA user_version").fetchone()[0]:
            self._connection.executescript(_SCHEMA)
        self._encoder = msgspec.msgpack.Encoder()

    def source(self, location: str) -> SourceState | None:
        """Return what is known of a source; None when it is new."""
        row = self._connection.execute("SELECT state FROM source WHERE location=?", (location,)).fetchone()
        return msgspec.msgpack.decode(row[0], type=SourceState) if row else None

    def begin(self, location: str) -> "SourceWriter":
        """Start to write one source; end it with its `finish` or `abandon`."""
        return SourceWriter(self._connection, self._encoder, location)

    def touch(self, state: SourceState) -> None:
        """Keep a source's records and replace what is said of it."""
        self._connection.execute(
            "UPDATE source SET state=? WHERE location=?", (self._encoder.encode(state), state.location)
        )

    def forget(self, location: str) -> bool:
        """Remove a source with all its records; False when there is no such source."""
        row = self._connection.execute("SELECT key FROM source WHERE location=?", (location,)).fetchone()
        if row is None:
            return False
        self._connection.execute("BEGIN")
        _delete_members(self._connection, row[0])
        self._connection.execute("DELETE FROM source WHERE key=?", row)
        self._connection.execute("COMMIT")
        return True

    def publish(self) -> None:
        """Put the new index in the place of the old one, in one step. Raises OSError or sqlite3.Error."""
        free = self._connection.execute("PRAGMA freelist_count").fetchone()[0]
        pages = self._connection.execute("PRAGMA page_count").fetchone()[0]
        if free * 4 > pages:
            self._connection.execute("VACUUM")
        self._connection.close()
        with self._beside.open("rb+") as file:
            os.fsync(file.fileno())
        self._beside.replace(self._path)
        with contextlib.suppress(OSError):  # some file systems cannot; the rename is then as durable as they make it
            folder = os.open(self._path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def __enter__(self) -> Self:
        """Use as a context manager: what was not published is removed."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close, and remove what was not published."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()
        _remove(self._beside)


class SourceWriter:
    """One source's records, as they are now: what is not said again is removed at the end."""

    def __init__(self, connection: sqlite3.Connection, encoder: msgspec.msgpack.Encoder, location: str) -> None:
        """Use `AdvisoryIndexWriter.begin`."""
        self._connection = connection
        self._encoder = encoder
        self._location = location
        connection.execute("BEGIN")
        state = encoder.encode(SourceState(location, 0.0, 0.0))
        connection.execute("INSERT OR IGNORE INTO source (location, state) VALUES (?, ?)", (location, state))
        self._source = connection.execute("SELECT key FROM source WHERE location=?", (location,)).fetchone()[0]
        #: Keys above this one were given by this writer.
        self._last = self._newest_key()
        #: Nothing is known of it yet, so there is nothing to look up before writing.
        self._new = not connection.execute("SELECT 1 FROM member WHERE source=?", (self._source,)).fetchone()
        #: One bit for each member that was there before: set when it is still.
        self._seen = bytearray(self._last // 8 + 1)
        self.added = self.changed = self.unchanged = self.removed = 0

    def known(self, name: str, checksum: int, size: int) -> bool:
        """Say whether this member is there already, byte for byte, and keep it."""
        if self._new:
            return False
        row = self._connection.execute(
            "SELECT key, checksum, size FROM member WHERE source=? AND name=?", (self._source, name)
        ).fetchone()
        if row is None or row[1:] != (checksum, size) or row[0] > self._last:
            return False
        self._mark(row[0])
        self.unchanged += 1
        return True

    def put(self, name: str, checksum: int, size: int, record: AdvisoryRecord) -> bool:
        """Add a member, or replace it. False when this source already said another member of that name."""
        key = None if self._new else self._key_of(name)
        if key is not None:
            if key > self._last or self._marked(key):
                return False
            self._mark(key)
            self._connection.execute("DELETE FROM advisory WHERE member=?", (key,))
            self.changed += 1
        flags = _flags(record)
        # In a new source a name that is there already was given by this very writer.
        cursor = self._connection.execute(
            _NEW_MEMBER if self._new else _MEMBER,
            (key, self._source, name, checksum, size, flags, record.modified[:40] if flags else ""),
        )
        if not cursor.rowcount:
            return False
        if key is None:
            key = cursor.lastrowid or 0
            self.added += 1
        rows: _Rows = []
        for ecosystem, package in dict.fromkeys((each.ecosystem, each.name) for each in record.affected):
            mine = tuple(each for each in record.affected if (each.ecosystem, each.name) == (ecosystem, package))
            whole = record if len(mine) == len(record.affected) else msgspec.structs.replace(record, affected=mine)
            body = _deflated(self._encoder.encode(whole))
            rows.append((package, ecosystem, key, zlib.crc32(body), body))
        self._connection.executemany("INSERT OR REPLACE INTO advisory VALUES (?,?,?,?,?)", rows)
        return True

    def keep(self, name: str) -> None:
        """Keep what is there under a name that could not be read this time: old knowledge is better than none."""
        key = self._key_of(name)
        if key is not None and key <= self._last:
            self._mark(key)

    def finish(self, state: SourceState) -> SourceState:
        """Remove what was not said again, count, and commit. Returns the state with its counts filled in."""
        rows = self._connection.execute("SELECT key FROM member WHERE source=? AND key<=?", (self._source, self._last))
        gone = [(key,) for (key,) in rows if not self._marked(key)]
        self._connection.executemany("DELETE FROM advisory WHERE member=?", gone)
        self._connection.executemany("DELETE FROM member WHERE key=?", gone)
        self.removed = len(gone)
        counts = self._connection.execute(
            "SELECT total(flags<>0), total(flags&1), total(flags&2)/2, total(flags&4)/4, total(flags&8)/8, "
            "total(flags=0), coalesce(max(modified), '') FROM member WHERE source=?",
            (self._source,),
        ).fetchone()
        records, npm, pypi, malicious, withdrawn, foreign = (int(count) for count in counts[:6])
        state = msgspec.structs.replace(
            state,
            records=records,
            npm=npm,
            pypi=pypi,
            malicious=malicious,
            withdrawn=withdrawn,
            foreign=foreign,
            newest=counts[6],
        )
        self._connection.execute("UPDATE source SET state=? WHERE key=?", (self._encoder.encode(state), self._source))
        self._connection.execute("COMMIT")
        return state

    def abandon(self) -> None:
        """Leave the source as it was."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.execute("ROLLBACK")

    def clear(self) -> None:
        """Forget every member, because they were read under another setting."""
        _delete_members(self._connection, self._source)
        self._last = self._newest_key()

    def _key_of(self, name: str) -> int | None:
        row = self._connection.execute(
            "SELECT key FROM member WHERE source=? AND name=?", (self._source, name)
        ).fetchone()
        return int(row[0]) if row else None

    def _newest_key(self) -> int:
        return int(self._connection.execute("SELECT coalesce(max(key), 0) FROM member").fetchone()[0])

    def _mark(self, key: int) -> None:
        self._seen[key >> 3] |= 1 << (key & 7)

    def _marked(self, key: int) -> bool:
        return bool(self._seen[key >> 3] >> (key & 7) & 1)


@contextlib.contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold the directory's write lock; it ends with the process, however that ends.

    Raises CustomhouseError when another update holds it, OSError when the directory cannot be written.
    """
    import fcntl  # noqa: PLC0415 - only an update needs it

    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "advisories.lock").open("a+b") as file:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CustomhouseError(
                f"another `{_UPDATE}` is at work in {directory}",
                hint="wait for it to end, then: customhouse db status",
            ) from None
        yield


def _delete_members(connection: sqlite3.Connection, source: int) -> None:
    connection.execute("DELETE FROM advisory WHERE member IN (SELECT key FROM member WHERE source=?)", (source,))
    connection.execute("DELETE FROM member WHERE source=?", (source,))


def _flags(record: AdvisoryRecord) -> int:
    flags = 0
    for each in record.affected:
        flags |= NPM if each.ecosystem == "npm" else PYPI
    if flags and record.kind == "malicious":
        flags |= MALICIOUS
    return flags | WITHDRAWN if flags and record.withdrawn else flags


def _remove(path: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        with contextlib.suppress(OSError):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


def _deflated(body: bytes) -> bytes:
    return _DEFLATED + zlib.compress(body, 1) if len(body) > _DEFLATE_ABOVE else _PLAIN + body


def _inflated(body: bytes) -> bytes:
    return zlib.decompress(body[1:]) if body[:1] == _DEFLATED else body[1:]
