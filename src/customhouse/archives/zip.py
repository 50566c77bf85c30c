"""Zip archives as a bounded stream of members, in the order of the central directory."""

import hashlib
import stat
from collections.abc import Iterator

from customhouse.archives.buffers import Buffer
from customhouse.archives.decompress import STEP_OUT, Budget
from customhouse.archives.inflate import InflateError, crc32, deflate_stream
from customhouse.archives.interface import Layout, Limits, StreamedMember
from customhouse.archives.issues import IssueLog
from customhouse.archives.links import Link, Links
from customhouse.archives.names import Names, decode_name, runs_as_owner
from customhouse.archives.zip_directory import DEFLATED, ENCRYPTED, STORED, Entry, read_directory
from customhouse.model.content import MemberKind

_METHODS = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 20: "zstandard", 93: "zstandard", 95: "xz", 98: "PPMd", 99: "AES"}
_UTF8 = 0x800
_STEP_IN = 1 << 16


def zip_members(data: Buffer, layout: Layout, limits: Limits, log: IssueLog) -> Iterator[StreamedMember]:
    """Yield the members of a zip.

    A link's `data` is the target's text, for Python's zipfile writes just that; where it leads is judged all the same.

    Raises:
        Halted: the rest cannot be read; the log says why.

    """
    entries = read_directory(data, limits, log)
    reader = _Reader(data, layout, limits, log)
    for entry in entries:
        member = reader.member(entry)
        if member is not None:
            yield member
    for link in reader.links.all:
        reader.links.resolve(link)


class _Reader:
    """Turns entries into members."""

    def __init__(self, data: Buffer, layout: Layout, limits: Limits, log: IssueLog) -> None:
        self.links = Links(log)
        self._data = memoryview(data)
        self._limits = limits
        self._log = log
        self._names = Names(layout, log, limits)
        self._budget = Budget(limits, log)
        #: Compressed bytes read so far.
        self._read = 0

    def member(self, entry: Entry) -> StreamedMember | None:
        """Read one entry; None for the root folder."""
        log = self._log
        name = self._name(entry)
        kind = stat.S_IFMT(entry.mode)
        if name.endswith("/"):
            if entry.size or entry.packed > 2:  # noqa: PLR2004 - an empty deflate stream has two bytes
                log.add("corrupt", name, f"a folder of {entry.size:,} bytes: readers that do not ask extract a file")
            path = self._names.place(name, folder=True)
            if not path:
                return None
            self._names.claim_folder(path)
            return StreamedMember(path, 0, "directory")
        path = self._names.place(name)
        if kind in (stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK):
            log.add("device", name, "its mode says it is a device")
        data, digest, size, held = self._content(entry, path)
        if entry.mode & 0o6000 and runs_as_owner(entry.mode):
            log.add("special-mode", path, f"runs with its owner's rights (mode {entry.mode & 0o7777:04o})")
        member_kind: MemberKind = "file"
        target = ""
        if kind == stat.S_IFLNK:
            member_kind, target = "link", data.decode(errors="backslashreplace")
            self._names.claim_link(path)
            self.links.add(Link(path, "link", target))
        else:
            self._names.claim(path, digest)
        return StreamedMember(
            path,
            size,
            member_kind,
            data,
            withheld=not held,
            executable=entry.mode & 0o111 != 0 and kind in (0, stat.S_IFREG),
            target=target,
            sha256=digest,
        )

    def _name(self, entry: Entry) -> str:
        """Decode as zipfile does: UTF-8 when flagged, else code page 437; cut at NUL."""
        raw = entry.raw_name
        if b"\0" in raw:
            self._log.add("undecodable-name", entry.shown, "the name holds a NUL: Python cuts it there, others do not")
            raw = raw.partition(b"\0")[0]
        if entry.flags & _UTF8 or raw.isascii():
            return decode_name(raw, self._log)
        return raw.decode("cp437")

    def _content(self, entry: Entry, path: str) -> tuple[bytes, str, int, bool]:
        """Return bytes, their digest, their count, and whether they are handed out."""
        log = self._log
        if entry.start < 0:
            return b"", "", 0, False
        if entry.flags & ENCRYPTED:
            log.add("encrypted", path, "is encrypted: no installer reads it, and neither can we")
            return b"", "", 0, False
        if entry.method not in (STORED, DEFLATED):
            name = _METHODS.get(entry.method, f"method {entry.method}")
            log.add("unsupported", path, f"is compressed with {name}, which not every installer reads")
            return b"", "", 0, False
        return self._unpack(entry, path)

    def _unpack(self, entry: Entry, path: str) -> tuple[bytes, str, int, bool]:
        log = self._log
        keep = entry.size <= self._limits.max_member
        parts: list[bytes] = []
        digest = hashlib.sha256()
        crc = size = 0
        for chunk in self._chunks(entry, path):
            left = entry.size - size
            taken = chunk if len(chunk) <= left else chunk[:left]
            digest.update(taken)
            crc = crc32(taken, crc)
            size += len(taken)
            if keep:
                parts.append(taken)
            if len(chunk) > left:
                # zipfile stops at the announced size; what it does not see, readers that ignore the size extract.
                detail = f"holds more than the {entry.size:,} bytes it announces"
                log.add("central-local-disagreement", path, detail)
                break
        if size < entry.size:
            log.add("truncated", path, f"holds {size:,} bytes of the {entry.size:,} it announces")
        elif crc != entry.crc:
            log.add("corrupt", path, "its bytes do not have the checksum the directory gives")
        return parts[0] if len(parts) == 1 else b"".join(parts), digest.hexdigest(), size, keep

    def _chunks(self, entry: Entry, path: str) -> Iterator[bytes]:
        """Yield the decoded bytes, at most STEP_OUT at a time."""
        at, stop = entry.start, entry.start + entry.packed
        if entry.method == STORED:
            while at < stop:
                piece = bytes(self._data[at : min(at + STEP_OUT, stop)])
                at += len(piece)
                self._spend(len(piece), len(piece))
                yield piece
            return
        engine = deflate_stream()
        tail: bytes | memoryview = b""
        while not engine.eof:
            if not tail:
                tail = self._data[at : min(at + _STEP_IN, stop)]
                at += len(tail)
                self._read += len(tail)
            ended = not tail
            try:
                out = engine.decompress(tail, STEP_OUT)
            except InflateError as error:
                self._log.add("corrupt", path, f"its compressed bytes are damaged: {str(error).rpartition(': ')[2]}")
                return
            tail = engine.unconsumed_tail
            self._spend(len(out), 0)
            if out:
                yield out
            elif ended:
                return
        left = stop - at + len(engine.unused_data)
        if left:
            self._log.add("central-local-disagreement", path, f"{left:,} bytes hidden after its compressed data")

    def _spend(self, unpacked: int, packed: int) -> None:
        self._read += packed
        self._budget.spend(unpacked, self._read)
