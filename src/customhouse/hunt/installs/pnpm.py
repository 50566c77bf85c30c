"""What pnpm leaves: `.pnpm` and `.modules.yaml` in node_modules, and the store that every project's files come from."""

import os
import re
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec

from customhouse.ecosystems.discovery import read_lockfile
from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.yaml_documents import yaml_documents
from customhouse.hunt.installs.findings import Findings
from customhouse.hunt.installs.reading import FILES, UnreadError, entries, file_time, inside, read_file
from customhouse.model.hunt import Grade, Place
from customhouse.model.intelligence import Confidence
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.locked import LockedPackage

_MAX_RECORD = 16 * 1024 * 1024
_MAX_INDEX = 2 << 30
_MAX_ROWS = 10_000_000
#: For reading one index; millions of rows take some.
_SECONDS = 120.0
#: `axios@1.14.1`, `@scope+name@1.0.0_peer@2`, and pnpm 5's `axios@1.14.1_hash`.
_FOLDER = lazy_regex(r"((?:@[^@+/]+\+)?[^@+/]+)@(\d[^_(@]*)")
#: `<the rest of the digest>-axios@1.14.1.json`, of stores from v10 on.
_INDEX = lazy_regex(r"[0-9a-f]{60,}-((?:@[^@+/]+\+)?[^@+/]+)@(\d[^_(@]*)\.(?:json|mpk)")
_CLIENT = lazy_regex(r"pnpm@(\d{1,4})\.")
#: From this version on no dependency's script runs that the project did not allow.
_ASKS_FIRST = 10


class _IndexFile(msgspec.Struct, frozen=True):
    name: str = ""
    version: str = ""


_INDEX_FILE = msgspec.json.Decoder(_IndexFile)


def read_pnpm_tree(modules: Path, findings: Findings) -> bool:
    """Read a node_modules that pnpm made; return whether it is one. Never raises."""
    virtual = modules / ".pnpm"
    if not virtual.is_dir():
        return False
    asset = str(modules.parent)
    settings = _settings(modules / ".modules.yaml", findings)
    seen: set[tuple[str, str]] = set()
    lock = virtual / "lock.yaml"
    packages: tuple[LockedPackage, ...] = ()
    if FILES.is_file(lock):
        for source in read_lockfile(lock, FILES):
            packages += source.packages
            if source.status == "failed":
                findings.unexamined(lock, source.reason)
    for package in packages:
        if package.version is not None and package.source != "workspace":
            seen.add((package.name, package.version))
            _tell(package.name, package.version, Place(str(lock), package.line), lock, settings, asset, findings)
    folders = entries(virtual, findings)[0]
    for name in folders:
        match = _FOLDER.match(name)
        if match is None:
            continue
        release = (match[1].replace("+", "/"), match[2])
        if release not in seen:
            seen.add(release)
            _tell(*release, Place(str(virtual / name)), virtual / name, settings, asset, findings)
    findings.looked(virtual, "pnpm's node_modules", asset, entries=len(packages), folders=len(folders))
    return True


def _settings(path: Path, findings: Findings) -> dict[str, object]:
    """Read `.modules.yaml`, which newer versions write as JSON."""
    try:
        data = read_file(path, _MAX_RECORD)
    except UnreadError:
        return {}
    try:
        documents = list(yaml_documents(data))
    except (UnreadableError, ValueError) as error:
        findings.unexamined(path, str(error))
        return {}
    first = documents[0].value if documents else {}
    return first if isinstance(first, dict) else {}


def _tell(
    name: str, version: str, place: Place, dated: Path, settings: dict[str, object], asset: str, findings: Findings
) -> None:
    affected = findings.affected("npm", name, version)
    if not affected:
        return
    grade: Grade = "fetched"
    why = ""
    if any(each.runs == "install" for _, each in affected):
        ran, why = _script_ran(name, version, settings)
        grade = "script-ran" if ran else "fetched"
    message = f"pnpm installed {name}@{version}{why}"
    confidence: Confidence = "high" if grade == "fetched" else "medium"
    findings.release("npm", name, version, grade, message, place, asset, when=file_time(dated), confidence=confidence)


def _script_ran(name: str, version: str, settings: dict[str, object]) -> tuple[bool, str]:
    """Say whether pnpm ran a release's install script, as far as its record tells."""
    for key in ("pendingBuilds", "ignoredBuilds"):
        rows = settings.get(key)
        texts = [row for row in rows if isinstance(row, str)] if isinstance(rows, list) else []
        if any(row.startswith((name, f"/{name}")) and row.strip("/") in _named(name, version) for row in texts):
            return False, f", and did not run its install script ({key})"
    client = _CLIENT.match(str(settings.get("packageManager", "")))
    if client is None:
        return False, "; whether its install script ran is not recorded"
    if int(client[1]) >= _ASKS_FIRST:
        return False, f"; pnpm {client[1]} runs install scripts only where the project allows it"
    return True, f"; pnpm {client[1]} runs install scripts, and its record does not say that this one did not"


def _named(name: str, version: str) -> tuple[str, ...]:
    return (name, f"{name}@{version}", f"{name}/{version}")


def read_pnpm_store(store: Path, findings: Findings) -> None:
    """Read a store: `v3` to `v11`, whose index is a file for each archive, and from v11 on a database. Never raises."""
    count = 0
    where = str(store)
    for path, name, version in _index_files(store, findings):
        count += 1
        message = f"pnpm's store has the files of {name}@{version}"
        findings.release("npm", name, version, "fetched", message, Place(str(path)), where, when=file_time(path))
    database = store / "index.db"
    if database.exists():
        for name, version in _database(database, findings):
            count += 1
            message = f"pnpm's store has the files of {name}@{version}"
            findings.release("npm", name, version, "fetched", message, Place(str(database)), where)
    findings.looked(store, "pnpm store", where, entries=count)


def _index_files(store: Path, findings: Findings) -> Iterator[tuple[Path, str, str]]:
    for part in ("index", "files"):
        for shard in entries(store / part, findings)[0]:
            folder = store / part / shard
            for name in entries(folder, findings)[1]:
                match = _INDEX.fullmatch(name)
                if match:
                    yield folder / name, match[1].replace("+", "/"), match[2]
                elif name.endswith("-index.json"):
                    try:
                        row = _INDEX_FILE.decode(read_file(folder / name, _MAX_RECORD))
                    except UnreadError as error:
                        findings.unexamined(folder / name, str(error))
                    except (msgspec.DecodeError, RecursionError):
                        findings.unexamined(folder / name, "it is not what pnpm writes")
                    else:
                        yield folder / name, row.name, row.version


def _database(path: Path, findings: Findings) -> Iterator[tuple[str, str]]:
    """Give what the index names. It is read from a copy, so that no journal is written beside what may be evidence."""
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "index.db")  # noqa: PTH118
        try:
            for ending in ("", "-wal"):
                own = Path(f"{path}{ending}")
                if FILES.is_file(own):
                    own = Path(inside(own))
                    if own.stat().st_size > _MAX_INDEX:
                        findings.unexamined(own, f"it is larger than {_MAX_INDEX >> 20} MiB")
                        return
                    shutil.copyfile(own, f"{copy}{ending}")
            with closing(sqlite3.connect(copy)) as database:
                deadline = time.monotonic() + _SECONDS
                database.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
                database.execute("PRAGMA trusted_schema = OFF")
                kind = database.execute("SELECT type FROM sqlite_schema WHERE name = 'package_index'").fetchone()
                if kind != ("table",):  # a view may be a question without an end
                    findings.unexamined(path, "it has no table of packages")
                    return
                rows = database.execute("SELECT key FROM package_index LIMIT ?", (_MAX_ROWS,))
                for (key,) in rows:
                    match = re.fullmatch(r"[^\t]*\t((?:@[^@/]+/)?[^@/]+)@(\d.*)", key) if isinstance(key, str) else None
                    if match:
                        yield match[1], match[2]
        except (sqlite3.Error, OSError) as error:
            findings.unexamined(path, f"cannot be read: {error}")
