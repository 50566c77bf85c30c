"""What is installed in a Python environment, whether its files are still those of the release, and what of it ran."""

import base64
import csv
import hashlib
import os
from pathlib import Path

import msgspec

from customhouse.ecosystems.pypi.environment import read_environment
from customhouse.hunt.installs.findings import Findings
from customhouse.hunt.installs.pth import read_startup
from customhouse.hunt.installs.reading import FILES, UnreadError, entries, file_time, read_file
from customhouse.model.hunt import Grade, Place
from customhouse.model.locked import LockedPackage

_MAX_RECORD = 64 * 1024 * 1024
_MAX_FILE = 512 * 1024 * 1024
#: Bytes of one environment's files that are hashed; the largest ones (CUDA) have about ten times as many.
_BUDGET = 8 << 30
_NAMED = 3
#: Folders that RECORD climbs out of site-packages: `../../../bin/x`.
_MAX_UP = 4
#: Files whose loss tells something; documentation and tests are often thrown away to make images small.
_CODE = (".py", ".pth", ".so", ".pyd")


class Record(msgspec.Struct):
    """What became of comparing a distribution's files with its RECORD."""

    changed: list[str] = []
    missing: list[str] = []
    #: Every path that it lists.
    listed: frozenset[str] = frozenset()
    hashed: int = 0
    #: How many of the files that are there cannot be read.
    unread: int = 0


def read_python_environment(folder: Path, findings: Findings) -> None:
    """Read one site-packages. Never raises."""
    source = read_environment(folder, FILES)
    asset = str(_environment(folder))
    startup = read_startup(folder, asset, findings)
    budget = _BUDGET
    files = 0
    for package in source.packages:
        info = folder / package.key
        record = _compared(folder, info, budget) if package.key.endswith(".dist-info") else Record()
        budget -= record.hashed
        files += len(record.listed)
        if record.unread:
            findings.unexamined(info, f"{record.unread} files that its RECORD lists cannot be read")
        _tell(package, info, record, startup, asset, findings)
    if budget <= 0:
        findings.unexamined(folder, f"after {_BUDGET >> 30} GiB no more of its files were compared with their RECORD")
    if source.status == "failed":
        findings.unexamined(folder, source.reason)
    findings.looked(folder, "Python environment", asset, entries=len(source.packages), files=files, note=source.reason)


def _environment(folder: Path) -> Path:
    """Return the virtual environment that a site-packages is of; itself where it is of none."""
    return next((one for one in list(folder.parents)[:4] if (one / "pyvenv.cfg").is_file()), folder)


def _tell(
    package: LockedPackage,
    info: Path,
    record: Record,
    startup: tuple[str, ...],
    asset: str,
    findings: Findings,
) -> None:
    version = package.version or ""
    affected = findings.affected("pypi", package.name, version)
    odd = _oddities(record)
    if not affected:
        if record.changed:
            message = f"{package.name}=={version} is no longer what was installed: {odd}"
            findings.odd("tree-changed", str(package.purl), message, Place(str(info)), asset)
        return
    grade: Grade = "fetched"
    why = "it is installed"
    runs = {each.runs for _, each in affected}
    own_pth = [name for name in startup if not record.listed or name in record.listed]
    loaded = _loaded(info, record, findings)
    if "start" in runs and own_pth:
        grade, why = "script-ran", f"{own_pth[0]} runs with every interpreter, and is there"
    elif loaded:
        grade, why = "script-ran", f"it was imported: {loaded} is what that leaves"
    installer = _text(info / "INSTALLER")
    by = f", installed by {installer}" if installer else ""
    origin = f", from {package.resolved}" if package.resolved else ""
    message = f"{package.name}=={version} in {asset}{by}{origin}: {why}" + (f"; {odd}" if odd else "")
    findings.release(
        "pypi",
        package.name,
        version,
        grade,
        message,
        Place(str(info)),
        asset,
        when=file_time(info),
        anomaly="tree-changed" if odd else "",
    )


def _oddities(record: Record) -> str:
    found = []
    if record.changed:
        found.append(f"{_several(record.changed)} differ from RECORD")
    if record.missing:
        found.append(f"RECORD names {_several(record.missing)}, which are gone")
    return "; ".join(found)


def _compared(folder: Path, info: Path, budget: int) -> Record:
    """Hash what RECORD lists, up to `budget` bytes."""
    record = Record()
    try:
        text = read_file(info / "RECORD", _MAX_RECORD).decode("utf-8", "replace")
        rows = [row for row in csv.reader(text.splitlines()) if row and row[0]]
    except (UnreadError, csv.Error):
        return record
    record.listed = frozenset(row[0] for row in rows)
    for row in rows:
        digest = row[1] if len(row) > 1 else ""
        if os.path.isabs(row[0]) or row[0].split("/").count("..") > _MAX_UP:  # noqa: PTH117 - as it stands there
            continue  # an installer writes no such row, and what it leads to is not the environment's
        path = os.path.join(folder, row[0])  # noqa: PTH118 - scripts lie outside, by `..`, and are the release's too
        if not os.path.lexists(path):
            if row[0].endswith(_CODE) and "tests/" not in row[0]:
                record.missing.append(row[0])
        elif digest.startswith("sha256=") and record.hashed < budget:
            try:
                data = read_file(path, _MAX_FILE)
            except UnreadError:
                record.unread += 1
                continue
            record.hashed += len(data)
            if base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=") != digest[7:].rstrip("="):
                record.changed.append(row[0])
    return record


def _loaded(info: Path, record: Record, findings: Findings) -> str:
    """Return a compiled file that an import of the distribution left; empty where an installer may have compiled it.

    pip lists what it compiles in RECORD. uv (with --compile-bytecode) compiles every module, and lists none; an import
    compiles what it needs. So a compiled file that RECORD does not list tells of an import where not all modules are
    compiled.
    """
    modules = [path for path in sorted(record.listed) if path.endswith(".py") and _is_module(path)]
    folders = {path.rpartition("/")[0] for path in modules}
    compiled: dict[str, str] = {}
    for folder in sorted(folders):
        for name in entries(info.parent / folder / "__pycache__", findings)[1]:
            if name.endswith(".pyc"):
                compiled.setdefault(f"{folder}/{name.partition('.')[0]}.py", f"{folder}/__pycache__/{name}")
    if len(modules) > 1 and all(path in compiled for path in modules):
        return ""
    return next((own for own in compiled.values() if own not in record.listed), "")


def _is_module(path: str) -> bool:
    top = path.partition("/")[0]
    return "/" in path and top != ".." and not top.endswith((".dist-info", ".data"))


def _text(path: Path) -> str:
    try:
        return read_file(path, 1 << 10).decode("utf-8", "replace").strip()[:40]
    except UnreadError:
        return ""


def _several(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
