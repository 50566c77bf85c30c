"""Which streams there are: files, what folders hold, and what archives hold, each opened when it is its turn."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from customhouse.archives.interface import Limits
from customhouse.archives.stream import open_archive
from customhouse.hunt.notes import Notes
from customhouse.hunt.streams.interface import CutError, Stream
from customhouse.hunt.streams.unpacking import unpacked
from customhouse.model.hunt import Area, Unexamined

#: Bytes that are read at a time; see `blocks.BLOCK`.
_CHUNK = 1 << 18
_MIB = 1 << 20
#: An archive is held in memory while its members are read, one at a time.
_LARGEST_ARCHIVE = 1024 * _MIB
_LIMITS = Limits(max_unpacked=64 * 1024 * _MIB, max_member=512 * _MIB, max_ratio=400)
#: Files of one folder, and how deep.
_MOST_FILES = 1_000_000
_DEEPEST = 64
#: How an archive in an archive in an archive may honestly come about: a build's logs, zipped with others, by a person.
_NESTED = 3
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
#: Issues of an archive that mean bytes which nobody saw.
_LOSING = frozenset({"truncated", "corrupt", "encrypted", "unsupported"})
_TAR_AT, _TAR = 257, b"ustar"


def streams(paths: Iterable[Path], area: Area, notes: Notes) -> Iterator[Stream]:
    """Give every stream under the paths, folders in the order of names; links in folders are not followed."""
    for path in paths:
        for file in _files(path, area, notes):
            yield from _in_file(file, area, notes)


def _files(path: Path, area: Area, notes: Notes) -> Iterator[Path]:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        notes.unexamined(Unexamined(area, str(path), f"cannot be opened: {_reason(error)}"))
        return
    if not stat.S_ISDIR(mode):
        yield from _regular(path, mode, area, notes)
        return
    count = 0
    waiting = [(path, 0)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            with os.scandir(folder) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError as error:
            notes.unexamined(Unexamined(area, str(folder), f"cannot be listed: {_reason(error)}"))
            continue
        folders = []
        for entry in entries:
            count += 1
            if count > _MOST_FILES:
                notes.unexamined(Unexamined(area, str(path), f"holds more than {_MOST_FILES:,} files"))
                return
            try:
                mode = entry.stat(follow_symlinks=False).st_mode
            except OSError as error:
                notes.unexamined(Unexamined(area, entry.path, f"cannot be opened: {_reason(error)}"))
                continue
            if not stat.S_ISDIR(mode):
                yield from _regular(Path(entry.path), mode, area, notes)
            elif depth < _DEEPEST:
                folders.append((Path(entry.path), depth + 1))
            else:
                notes.unexamined(Unexamined(area, entry.path, f"lies more than {_DEEPEST} folders deep"))
        waiting += reversed(folders)


def _regular(path: Path, mode: int, area: Area, notes: Notes) -> Iterator[Path]:
    if stat.S_ISREG(mode):
        yield path
    else:
        kind = "a link" if stat.S_ISLNK(mode) else "no regular file"
        notes.unexamined(Unexamined(area, str(path), f"is {kind}", serious=False))


def _in_file(path: Path, area: Area, notes: Notes) -> Iterator[Stream]:
    def chunks() -> Iterator[bytes]:
        return unpacked(_read(path))

    yield from _in_stream(Stream(str(path), "", chunks), area, notes, 0)


def _in_stream(stream: Stream, area: Area, notes: Notes, depth: int) -> Iterator[Stream]:
    """Give the stream itself, or its members where it is an archive."""
    head = _head(stream, area, notes)
    if head is None:
        return
    if not (head.startswith(_ZIP) or head[_TAR_AT:].startswith(_TAR)):
        yield stream
        return
    if depth >= _NESTED:
        notes.unexamined(Unexamined(area, _shown(stream), "is an archive in too many archives"))
        return
    try:
        data = _whole(stream.chunks())
    except CutError as error:
        notes.unexamined(Unexamined(area, _shown(stream), str(error)))
        return
    yield from _members(stream, data, area, notes, depth)


def _members(stream: Stream, data: bytes, area: Area, notes: Notes, depth: int) -> Iterator[Stream]:
    # A name that promises nothing: no leading folder goes, and what the bytes are decides.
    archive = open_archive(data, "log", _LIMITS)
    for member in archive:
        name = f"{stream.member}/{member.path}" if stream.member else member.path
        if member.withheld:
            reason = f"has {member.size:,} bytes, too many to be read from an archive, or cannot be unpacked"
            notes.unexamined(Unexamined(area, f"{stream.path}!{name}", reason))
        elif member.kind == "file":
            yield from _in_stream(Stream(stream.path, name, _held(member.data)), area, notes, depth + 1)
    for issue in archive.issues:
        if issue.fatal or issue.kind in _LOSING:
            where = f"{_shown(stream)}!{issue.member}" if issue.member else _shown(stream)
            notes.unexamined(Unexamined(area, where, issue.detail))


def _head(stream: Stream, area: Area, notes: Notes) -> bytes | None:
    """Read what tells an archive; None where not even that can be read."""
    head = b""
    try:
        for chunk in stream.chunks():
            head += chunk
            if len(head) > _TAR_AT + len(_TAR):
                break
    except CutError as error:
        if not head:
            notes.unexamined(Unexamined(area, _shown(stream), str(error)))
            return None
    return head


def _read(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb", buffering=0) as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except (OSError, ValueError) as error:
        raise CutError(f"cannot be read: {_reason(error)}") from None


def _held(data: bytes) -> Callable[[], Iterator[bytes]]:
    def chunks() -> Iterator[bytes]:
        return unpacked(data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK))

    return chunks


def _whole(chunks: Iterator[bytes]) -> bytes:
    parts, size = [], 0
    for chunk in chunks:
        size += len(chunk)
        if size > _LARGEST_ARCHIVE:
            raise CutError(f"is an archive of more than {_LARGEST_ARCHIVE // _MIB:,} MiB: unpack it first")
        parts.append(chunk)
    return b"".join(parts)


def _shown(stream: Stream) -> str:
    return f"{stream.path}!{stream.member}" if stream.member else stream.path


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or str(error)
