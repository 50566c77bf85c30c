"""The directory of a zip, read twice: as its end says (central) and as its entries say (local).

Installers that stream and installers that seek see different archives where the two differ, so every difference is an
issue. Field names and numbers are APPNOTE.TXT 6.3.10's; Python's zipfile is followed where readers differ, as pip does.
"""

import struct

import msgspec

from customhouse.archives.buffers import Buffer, begins, last_place
from customhouse.archives.interface import Limits
from customhouse.archives.issues import IssueLog
from customhouse.model.content import ArchiveIssueKind

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_END_MAGIC, _END64_MAGIC, _LOCATOR64_MAGIC = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_CENTRAL_MAGIC, _LOCAL_MAGIC, _DESCRIPTOR_MAGIC = b"PK\x01\x02", b"PK\x03\x04", b"PK\x07\x08"
_MAX_16, _MAX_32 = 0xFFFF, 0xFFFF_FFFF
_FLAG_ENCRYPTED, _FLAG_DESCRIPTOR, _FLAG_STRONG, _FLAG_UTF8, _FLAG_MASKED = 0x1, 0x8, 0x40, 0x800, 0x2000
#: Compression methods that every installer reads.
STORED, DEFLATED = 0, 8
#: What zipfile reads, in tenths: 6.3.
_MAX_VERSION = 63
_FLAG_PATCHED = 0x20
ENCRYPTED = _FLAG_ENCRYPTED | _FLAG_STRONG | _FLAG_MASKED
#: The flags that change what a reader does: encryption, descriptor, patched data, strong encryption, UTF-8, masking.
_DECIDING_FLAGS = 0x2869
_DISAGREE: ArchiveIssueKind = "central-local-disagreement"


class Entry(msgspec.Struct):
    """One member as the central directory has it, with where its compressed bytes are."""

    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    #: Offset of the local header, prepended data counted in.
    offset: int
    #: Unix mode, 0 when the writer gave none.
    mode: int
    #: Offset of the compressed bytes; -1 when the local header cannot be read.
    start: int = -1
    #: Name of the Info-ZIP Unicode Path extra field (0x7075), when it stands for this name.
    unicode_name: bytes = b""

    @property
    def shown(self) -> str:
        """The name for an issue."""
        return self.raw_name.decode(errors="backslashreplace")


class _End(msgspec.Struct):
    """Where the central directory is. `shift` is the length of what was put before the archive."""

    start: int
    size: int
    count: int
    shift: int
    #: Offset of the first end record (the zip64 one where there is one).
    position: int


def read_directory(data: Buffer, limits: Limits, log: IssueLog) -> list[Entry]:
    """Read the central directory, and every local header against it.

    Raises:
        Halted: there is no usable directory, or entries overlap.

    """
    end = _find_end(data, log)
    entries = _central(data, end, limits, log)
    for entry in entries:
        _local(data, entry, log)
    _layout(data, entries, end, log)
    return entries


def _find_end(data: Buffer, log: IssueLog) -> _End:
    """Find the central directory where zipfile finds it: by the last end record, and what lies before that."""
    position = at = _last_end(data, log)
    _, disk, central_disk, here, count, size, offset, _ = _END.unpack_from(data, at)
    locator = at - _LOCATOR64.size
    if locator >= 0 and begins(data, _LOCATOR64_MAGIC, locator):
        old = (here, count, size, offset)
        position, here, count, size, offset = _end64(data, locator, log)
        for was, field, top in zip(old, (here, count, size, offset), (_MAX_16, _MAX_16, _MAX_32, _MAX_32), strict=True):
            if was not in (field, top):
                log.add(_DISAGREE, "", f"the end record and its zip64 form differ: {was:,} and {field:,}")
    if disk or central_disk or here != count:
        log.add("unsupported", "", "the zip says it is split over several files")
    shift = position - size - offset
    if shift < 0:
        raise log.halt("corrupt", "", "the end record places the central directory beyond itself")
    if shift:
        log.add(_DISAGREE, "", f"the central directory is {shift:,} bytes from where the end record says")
    return _End(position - size, size, count, shift, position)


def _last_end(data: Buffer, log: IssueLog) -> int:
    """Return the offset of the end record, noting what other readers may take for one."""
    at = len(data) - _END.size
    if at < 0 or not begins(data, _END_MAGIC, at) or bytes(data[at + 20 :]) != b"\0\0":
        at = last_place(data, _END_MAGIC, max(0, len(data) - _END.size - _MAX_16), len(data))
    if at < 0 or at + _END.size > len(data):
        raise log.halt("truncated", "", "the zip has no end record: it is cut, or no zip")
    comment = int.from_bytes(data[at + 20 : at + 22], "little")
    after = len(data) - at - _END.size
    if comment != after:
        log.add("trailing-data", "", f"{after:,} bytes follow the end record, which announces {comment:,}")
    other = last_place(data, _END_MAGIC, max(0, at - _END.size - _MAX_16), at)
    if other >= 0:
        claimed = int.from_bytes(data[other + 20 : other + 22], "little")
        if other + _END.size + claimed == len(data):
            log.add(_DISAGREE, "", "two end records, one inside the other's comment: readers choose either")
    return at


def _end64(data: Buffer, locator: int, log: IssueLog) -> tuple[int, int, int, int, int]:
    """Read the zip64 end record: its place, entries here, entries, directory size, directory offset."""
    _, _, stated, _ = _LOCATOR64.unpack_from(data, locator)
    at = locator - _END64.size
    if at < 0 or not begins(data, _END64_MAGIC, at):
        raise log.halt("corrupt", "", "a zip64 locator without the zip64 end record before it")
    _, length, _, _, _, _, here, count, size, offset = _END64.unpack_from(data, at)
    if length != _END64.size - 12:
        log.add(_DISAGREE, "", "the zip64 end record has an extension that readers skip differently")
    if stated != at:
        log.add(_DISAGREE, "", f"the zip64 locator points to {stated:,}, its record is at {at:,}")
    return at, here, count, size, offset


def _central(data: Buffer, end: _End, limits: Limits, log: IssueLog) -> list[Entry]:
    """Read every central header between the directory's start and its end, as zipfile does, whatever the count says."""
    entries: list[Entry] = []
    at, stop = end.start, end.start + end.size
    while at < stop:
        if at + _CENTRAL.size > stop or not begins(data, _CENTRAL_MAGIC, at):
            raise log.halt("corrupt", "", f"the central directory is damaged at byte {at:,}")
        if len(entries) >= limits.max_members:
            raise log.halt("too-many-members", "", f"more than {limits.max_members:,} members")
        values = _CENTRAL.unpack_from(data, at)
        _, _, needs, flags, method, _, _, crc, packed, size, names, extras, comments, disk, _, external, offset = values
        body = at + _CENTRAL.size
        at = body + names + extras + comments
        if at > stop:
            raise log.halt("corrupt", "", "the central directory ends inside an entry")
        name = bytes(data[body : body + names])
        entry = Entry(name, flags, method, crc, packed, size, offset, external >> 16)
        if needs & 0xFF > _MAX_VERSION or flags & _FLAG_PATCHED:
            log.add("unsupported", entry.shown, "needs a newer or another zip reader than Python's, which gives up")
        if disk not in (0, _MAX_16):
            log.add("unsupported", entry.shown, "is said to be in another file of a split zip")
        _extras(bytes(data[body + names : body + names + extras]), entry, log)
        if max(entry.offset, entry.packed, entry.size) >= 1 << 62:
            raise log.halt("corrupt", entry.shown, "a size or place beyond any archive")
        entry.offset += end.shift
        entries.append(entry)
    if len(entries) & _MAX_16 != end.count & _MAX_16 or (end.count > _MAX_16 and len(entries) != end.count):
        log.add(_DISAGREE, "", f"the directory holds {len(entries):,} entries, the end record says {end.count:,}")
    return entries


def _extras(extra: bytes, entry: Entry, log: IssueLog) -> None:
    """Take zip64 sizes and the Unicode name from a central extra field."""
    at, seen = 0, set[int]()
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        field = extra[at + 4 : at + 4 + length]
        at += 4 + length
        if at > len(extra):
            log.add(_DISAGREE, entry.shown, "an extra field runs past its end")
            return
        if kind not in (0x0001, 0x7075):
            continue
        if kind in seen:
            log.add(_DISAGREE, entry.shown, "an extra field that may stand once stands twice")
            continue
        seen.add(kind)
        if kind == 0x7075:  # noqa: PLR2004 - Info-ZIP Unicode Path
            _unicode_path(field, entry, log)
        elif not _zip64(field, entry):
            log.add(_DISAGREE, entry.shown, "its zip64 field is shorter than the sizes it stands for")


def _zip64(field: bytes, entry: Entry) -> bool:
    """Replace the sizes and the offset that were too large for 32 bits; False when the field is too short."""
    at = 0
    for name in ("size", "packed", "offset"):
        if getattr(entry, name) == _MAX_32:
            if at + 8 > len(field):
                return False
            setattr(entry, name, int.from_bytes(field[at : at + 8], "little"))
            at += 8
    return True


def _unicode_path(field: bytes, entry: Entry, log: IssueLog) -> None:
    """Info-ZIP's second name: some readers prefer it, so it has to be the same name."""
    entry.unicode_name = field[5:]
    plain = entry.raw_name
    told = entry.flags & _FLAG_UTF8 or plain.isascii()
    # A plain name in some code page cannot be compared; there the second name must only be what it says, UTF-8.
    if not (field[5:] == plain if told else _is_utf8(field[5:])):
        log.add(_DISAGREE, entry.shown, f"has a second name: {field[5:].decode(errors='backslashreplace')[:200]}")


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _local(data: Buffer, entry: Entry, log: IssueLog) -> None:
    """Read the entry's local header and note every field that says otherwise."""
    at = entry.offset
    if at + _LOCAL.size > len(data) or not begins(data, _LOCAL_MAGIC, at):
        log.halt("corrupt", entry.shown, f"no local header at byte {at:,}, where the directory says")
        return
    _, _, flags, method, _, _, crc, packed, size, names, extras = _LOCAL.unpack_from(data, at)
    body = at + _LOCAL.size
    name = bytes(data[body : body + names])
    entry.start = body + names + extras
    if entry.start + entry.packed > len(data):
        log.halt("truncated", entry.shown, "its compressed bytes run past the archive's end")
        entry.start = -1
        return
    differ: list[str] = []
    if name != entry.raw_name:
        differ.append(f"name ({name.decode(errors='backslashreplace')[:200]})")
    if method != entry.method:
        differ.append(f"method ({method}, {entry.method})")
    if (flags ^ entry.flags) & _DECIDING_FLAGS:
        differ.append(f"flags ({flags:#06x}, {entry.flags:#06x})")
    local = Entry(name, flags, method, crc, packed, size, 0, 0)
    if extras:
        _extras(bytes(data[body + names : entry.start]), local, log)
    streamed = flags & _FLAG_DESCRIPTOR
    for field in ("crc", "packed", "size"):
        ours, theirs = getattr(entry, field), getattr(local, field)
        if ours != theirs and not (streamed and theirs in (0, _MAX_32)):
            differ.append(f"{field} ({theirs:,}, {ours:,})")
    if differ:
        log.add(_DISAGREE, entry.shown, f"local and central header differ in {', '.join(differ)}")


def _layout(data: Buffer, entries: list[Entry], end: _End, log: IssueLog) -> None:
    """Account for every byte before the central directory: entries that overlap, gaps, and entries it does not list."""
    at = 0
    for entry in sorted((entry for entry in entries if entry.start >= 0), key=lambda entry: entry.offset):
        if entry.offset < at or entry.start + entry.packed > end.start:
            raise log.halt(_DISAGREE, entry.shown, "its bytes overlap those of another entry or of the directory")
        if entry.offset > at:
            _gap(data, at, entry.offset, log)
        at = entry.start + entry.packed
        if entry.flags & _FLAG_DESCRIPTOR:
            at = _after_descriptor(data, entry, at, log)
    if at < end.start:
        _gap(data, at, end.start, log)
    after = end.start + end.size
    if after < end.position:
        _gap(data, after, end.position, log)


def _after_descriptor(data: Buffer, entry: Entry, at: int, log: IssueLog) -> int:
    """Return where the data descriptor ends. Its signature is optional and its sizes have 4 or 8 bytes."""
    for form, magic in (("<3L", b""), ("<L2Q", b""), ("<3L", _DESCRIPTOR_MAGIC), ("<L2Q", _DESCRIPTOR_MAGIC)):
        length = struct.calcsize(form)
        found = data[at + len(magic) : at + len(magic) + length]
        if (
            begins(data, magic, at)
            and len(found) == length
            and struct.unpack(form, found) == (entry.crc, entry.packed, entry.size)
        ):
            return at + len(magic) + length
    log.add(_DISAGREE, entry.shown, "the sizes after its data are not those of the directory")
    return at


def _gap(data: Buffer, at: int, stop: int, log: IssueLog) -> None:
    """Note bytes that belong to no listed entry; name the entry when a reader that streams would find one there."""
    if begins(data, _LOCAL_MAGIC, at) and at + _LOCAL.size <= stop:
        names = _LOCAL.unpack_from(data, at)[9]
        name = bytes(data[at + _LOCAL.size : min(stop, at + _LOCAL.size + names)]).decode(errors="backslashreplace")
        log.add(_DISAGREE, name, "an entry that the central directory does not list: readers that stream extract it")
        return
    where = "before the first entry" if at == 0 else "between entries"
    log.add(_DISAGREE, "", f"{stop - at:,} bytes {where} belong to no entry")
