"""Files of OSV records: a folder, a single .json, or a .zip, one member at a time and bounded."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from customhouse.evidence.osv_record import MAX_RECORD
from customhouse.model.errors import CustomhouseError

#: Records of one file. The whole of OSV, every ecosystem together, has about half a million.
MAX_MEMBERS = 3_000_000
#: Bytes of all records of one file together.
MAX_TOTAL = 16 * 2**30
_HINT = "give a folder, a .json file or a .zip of OSV records"


class Member(msgspec.Struct, frozen=True):
    """One file of records. `checksum` (CRC-32) and `size` tell whether it is the one that was read before."""

    name: str
    checksum: int
    size: int
    #: Raises MemberError when it cannot be read.
    read: Callable[[], bytes]


class MemberError(ValueError):
    """One member cannot be read; the message says why."""


def members(path: Path) -> Iterator[Member]:
    """Give every .json file at `path`, in no promised order.

    Raises CustomhouseError when it is missing, is no such file at all, or is beyond its bounds.
    """
    try:
        if path.is_dir():
            yield from _of_folder(path)
        elif zipfile.is_zipfile(path):
            yield from _of_zip(path)
        elif path.suffix == ".json" or not path.exists():
            yield _of_file(path, str(path))
        else:
            raise CustomhouseError(
                f"advisories cannot be read from {path}: it is neither JSON nor a whole zip", hint=_HINT
            )
    except (OSError, zipfile.BadZipFile, RuntimeError, ValueError, NotImplementedError) as error:
        if isinstance(error, MemberError):
            raise
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise CustomhouseError(f"advisories cannot be read from {path}: {reason}", hint=_HINT) from error


def _of_folder(path: Path) -> Iterator[Member]:
    for each in sorted(path.rglob("*")):
        name = str(each.relative_to(path))
        if each.suffix == ".json" and each.is_file():
            yield _of_file(each, name)
        elif each.suffix == ".zip" and each.is_file():
            for member in _of_zip(each):
                yield msgspec.structs.replace(member, name=f"{name}!{member.name}")


def _of_file(path: Path, name: str) -> Member:
    size = path.stat().st_size
    if size > MAX_RECORD:
        return Member(name, 0, size, lambda: _refuse(size))
    with path.open("rb") as file:
        data = file.read(MAX_RECORD)
    return Member(name, zlib.crc32(data), len(data), lambda: data)


def _of_zip(path: Path) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        total = sum(info.file_size for info in infos)
        if len(infos) > MAX_MEMBERS or total > MAX_TOTAL:
            raise CustomhouseError(
                f"advisories cannot be read from {path}: {len(infos):,} members of {total:,} bytes are beyond the "
                f"bounds of {MAX_MEMBERS:,} and {MAX_TOTAL:,}",
                hint="a database of advisories is far smaller: ask whoever made this file",
            )
        # In the order in which they lie in the file.
        for info in infos:
            if info.filename.endswith(".json") and not info.is_dir():
                yield Member(info.filename, info.CRC, info.file_size, lambda info=info: _zipped(archive, info))  # type: ignore[misc]


def _zipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if info.file_size > MAX_RECORD:
        return _refuse(info.file_size)
    try:
        return archive.read(info)  # stops at the stated size, and checks the CRC
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise MemberError(f"cannot be unpacked: {error}") from None


def _refuse(size: int) -> bytes:
    raise MemberError(f"{size:,} bytes are beyond the bound of {MAX_RECORD:,} for one record")
