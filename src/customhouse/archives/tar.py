"""Tar archives as a bounded stream of members: no more of the archive is in memory than one member and one chunk."""

import hashlib
from collections.abc import Iterator

from customhouse.archives.buffers import Buffer
from customhouse.archives.decompress import Budget, tar_bytes
from customhouse.archives.interface import Format, Layout, Limits, StreamedMember
from customhouse.archives.issues import IssueLog
from customhouse.archives.links import Link, Links
from customhouse.archives.names import Names, decode_name, runs_as_owner
from customhouse.archives.tar_header import (
    BLOCK,
    MAX_META,
    META_TYPES,
    ZERO_BLOCK,
    BadHeader,
    Header,
    Pending,
    read_header,
    read_meta,
    settle,
)

#: Blocks that are no header and are skipped, as node-tar does, before the archive is given up.
_MAX_BAD = 1_000
_FILE_TYPES = frozenset(b"0\x007")
_DEVICES = {ord("3"): "a character device", ord("4"): "a block device", ord("6"): "a FIFO"}


def tar_members(data: Buffer, form: Format, layout: Layout, limits: Limits, log: IssueLog) -> Iterator[StreamedMember]:
    """Yield the members of a tar archive in its order, links last.

    Links are handed out with the bytes of the file they lead to, which takes a second reading of the archive; archives
    without links, nearly all, are read once.

    Raises:
        Halted: the rest cannot be read; the log says why.

    """
    budget = Budget(limits, log)
    reader = _Reader(tar_bytes(data, form, budget, log), layout, limits, log)
    yield from reader.members()
    if not reader.links.all:
        return
    wanted: dict[str, list[Link]] = {}
    for link in reader.links.all:
        reached = reader.links.resolve(link)
        if reached is not None and reached in reader.files:
            wanted.setdefault(reached, []).append(link)
        else:
            if link.kind == "hardlink" and reached is not None:
                log.add("corrupt", link.path, f"a hard link to {link.target}, which is no file of the archive")
            yield StreamedMember(link.path, 0, link.kind, executable=link.executable, target=link.target)
    if not wanted:
        return
    quiet = IssueLog(limits)
    again = _Reader(tar_bytes(data, form, Budget(limits, quiet), quiet), layout, limits, quiet)
    for member in again.members():
        for link in wanted.get(member.path, ()) if member.kind == "file" else ():
            budget.spend(member.size, len(data))
            yield StreamedMember(
                link.path,
                member.size,
                link.kind,
                member.data,
                withheld=member.withheld,
                executable=link.executable or member.executable,
                target=link.target,
                sha256=member.sha256,
            )


class _Reader:
    """Walks the blocks of one tar stream."""

    def __init__(self, chunks: Iterator[bytes], layout: Layout, limits: Limits, log: IssueLog) -> None:
        self.links = Links(log)
        self.files: set[str] = set()
        self._chunks = chunks
        self._layout = layout
        self._limits = limits
        self._log = log
        self._names = Names(layout, log, limits)
        self._buffer = b""
        self._at = 0
        self._pending: Pending | None = None
        self._bad = 0

    def _need(self, count: int) -> bool:
        """Bring `count` bytes into the buffer from `_at` on; False when the stream ends before."""
        have = len(self._buffer) - self._at
        if have >= count:
            return True
        parts = [self._buffer[self._at :]]
        for chunk in self._chunks:
            parts.append(chunk)
            have += len(chunk)
            if have >= count:
                break
        self._buffer, self._at = b"".join(parts), 0
        return have >= count

    def members(self) -> Iterator[StreamedMember]:
        """Yield every member but links, which are collected in `links`."""
        log, layout, limits = self._log, self._layout, self._limits
        count = 0
        while self._need(BLOCK):
            at = self._at
            block = self._buffer[at : at + BLOCK]
            self._at = at + BLOCK
            if block == ZERO_BLOCK:
                if self._ended():
                    return
                continue
            try:
                header = read_header(block, layout, log)
            except BadHeader as error:
                self._skip_bad(error)
                continue
            count += 1
            if count > limits.max_members:
                raise log.halt("too-many-members", "", f"more than {limits.max_members:,} members")
            if header.type in META_TYPES:
                self._take_meta(header)
                continue
            member = self._member(header)
            if member is not None:
                yield member
        self._finish()

    def _finish(self) -> None:
        """Judge the last bytes when there was no end mark; node-tar and Python accept its absence."""
        rest = self._buffer[self._at :]
        if rest.strip(b"\0"):
            raise self._log.halt("truncated", "", f"the archive ends inside a header, after {len(rest)} bytes of it")
        if self._pending is not None:
            raise self._log.halt("truncated", "", "the archive ends after an extended header, before its member")

    def _ended(self) -> bool:
        """Judge what follows a block of zeros: True when the archive ends there."""
        if self._need(BLOCK) and self._buffer[self._at : self._at + BLOCK] != ZERO_BLOCK:
            self._log.add("trailing-data", "", "members after a single block of zeros: Node reads on, Python stops")
            return False
        if self._pending is not None:
            self._log.add("truncated", "", "the archive ends after an extended header, before its member")
        rest = self._buffer[self._at :]
        extra = len(rest) - rest.count(0)
        for chunk in self._chunks:
            extra += len(chunk) - chunk.count(0)
        if extra:
            self._log.add("trailing-data", "", f"{extra:,} bytes other than zero follow the end of the tar archive")
        return True

    def _skip_bad(self, error: BadHeader) -> None:
        self._bad += 1
        if self._bad > _MAX_BAD:
            raise self._log.halt("corrupt", "", f"more than {_MAX_BAD:,} blocks are no tar header")
        if self._bad == 1:
            detail = f"{error}: Node skips the block and reads on, Python stops"
            self._log.add("corrupt", "", detail)

    def _take_meta(self, header: Header) -> None:
        log, kind = self._log, header.type
        if not header.name or (header.linkname and kind not in b"xg"):
            log.add(
                "corrupt", "", "an extended header that Node ignores and Python reads: its name or link name is odd"
            )
        if header.size > MAX_META:
            raise log.halt("too-large", "", f"an extended header of {header.size:,} bytes")
        padded = -(-header.size // BLOCK) * BLOCK
        if not self._need(padded):
            raise log.halt("truncated", "", "the archive ends inside an extended header")
        body = self._buffer[self._at : self._at + header.size]
        self._at += padded
        if kind != ord("g"):
            self._pending = read_meta(kind, body, self._pending, log)
            return
        said = read_meta(kind, body, None, log)
        if said.node or said.python:
            raise log.halt("corrupt", "", "a global header names or sizes every member after it: no two readers agree")

    def _member(self, header: Header) -> StreamedMember | None:
        """Turn a header and what follows it into a member; None for links and for the root folder."""
        log, kind = self._log, header.type
        said: dict[str, str] = {}
        if self._pending is not None:
            said = settle(self._pending, header.name, self._layout, log)
            self._pending = None
        # A name that an extended header replaces is cut anywhere, inside a character too: it is not even decoded.
        name = said["path"] if "path" in said else decode_name(header.name, log)
        target = said["linkpath"] if "linkpath" in said else decode_name(header.linkname, log)
        size = self._sized(said.get("size"), header.size, name)
        if header.linkname and kind not in b"12":
            log.add("corrupt", name, "a link target on what is no link: Node ignores the member, Python does not")
        if kind in _FILE_TYPES:
            return self._file_or_folder(name, size, header)
        if kind in b"12":
            self._link(name, target, header, size)
            return None
        if kind == ord("5"):
            if size:
                log.add("corrupt", name, f"a folder of {size:,} bytes: some readers skip them, some read members there")
            return self._folder(name)
        if kind in _DEVICES:
            log.add("device", name, f"{_DEVICES[kind]}: installers refuse or skip it")
            self._bodiless(name, size, "a device")
            return StreamedMember(self._names.place(name), 0, "device")
        what = "a sparse file" if kind == ord("S") else f"a member of type {chr(kind)!r}"
        log.add("unsupported", name, f"{what}: Python extracts it as a file, Node skips it")
        return self._file(name.rstrip("/"), size, header.mode)

    def _file_or_folder(self, name: str, size: int, header: Header) -> StreamedMember | None:
        """Read a member of a file's type; by an old custom a name that ends in `/` makes it a folder."""
        if not name.endswith("/"):
            return self._file(name, size, header.mode)
        contiguous = header.type == ord("7")
        if size or contiguous:
            detail = "a folder's name on a file: readers disagree what it is and what follows"
            self._log.add("corrupt", name, detail)
            if contiguous or (self._layout == "sdist" and header.type):
                return self._file(name.rstrip("/"), size, header.mode)
        return self._folder(name)

    def _sized(self, said: str | None, size: int, name: str) -> int:
        """Return the size a pax record gives; it may only replace a field that was too small for it, left at 0."""
        if said is None:
            return size
        if not (said.isascii() and said.isdigit()) or len(said) > 20:  # noqa: PLR2004 - more digits than 2**64 has
            raise self._log.halt("corrupt", name, f"a pax size that is no number: {said[:40]!r}")
        if size and int(said) != size:
            self._log.add("corrupt", name, f"two sizes, {size:,} and {int(said):,}: readers take either")
        return int(said)

    def _folder(self, name: str) -> StreamedMember | None:
        path = self._names.place(name, folder=True)
        if not path:
            return None
        self._names.claim_folder(path)
        return StreamedMember(path, 0, "directory")

    def _link(self, name: str, target: str, header: Header, size: int) -> None:
        log = self._log
        self._bodiless(name, size, "a link")
        path = self._names.place(name)
        executable = bool(header.mode & 0o111)
        if header.type == ord("2"):
            self.links.add(Link(path, "link", target, executable))
        else:
            if target.startswith("/") or ".." in target.split("/"):
                log.add("link-escape", path, f"leads out of the package: {target[:200]}")
            self.links.add(Link(path, "hardlink", target, executable, self._names.locate(target)))
        self._names.claim_link(path)

    def _bodiless(self, name: str, size: int, what: str) -> None:
        """Note content where none belongs. Node skips it, Python reads members there."""
        if not size:
            return
        self._log.add("corrupt", name, f"{what} of {size:,} bytes: Node skips them, Python reads members there")
        if self._layout != "sdist":
            self._hash((size + BLOCK - 1) & -BLOCK, 0)

    def _file(self, name: str, size: int, mode: int) -> StreamedMember:
        path = self._names.place(name)
        padded = (size + BLOCK - 1) & -BLOCK
        if size > self._limits.max_member:
            data, digest, read = b"", *self._hash(padded, size)
        elif self._need(padded):
            data = self._buffer[self._at : self._at + size]
            self._at += padded
            digest, read = hashlib.sha256(data).hexdigest(), size
        else:
            data = self._buffer[self._at : self._at + size]
            self._at = len(self._buffer)
            digest, read = hashlib.sha256(data).hexdigest(), len(data)
        if mode & 0o6000 and runs_as_owner(mode):
            self._log.add("special-mode", path, f"runs with its owner's rights (mode {mode:04o})")
        self._names.claim(path, digest)
        self.files.add(path)
        if read < size:
            self._log.halt("truncated", path, f"the archive ends after {read:,} of the member's {size:,} bytes")
        return StreamedMember(
            path,
            read,
            "file",
            data,
            withheld=size > self._limits.max_member,
            executable=mode & 0o111 != 0,
            sha256=digest,
        )

    def _hash(self, padded: int, size: int) -> tuple[str, int]:
        """Hash a member too large to hold; return its digest and the bytes really there."""
        digest = hashlib.sha256()
        left, skip = size, padded - size
        while left and self._need(1):
            piece = self._buffer[self._at : self._at + left]
            digest.update(piece)
            self._at += len(piece)
            left -= len(piece)
        while skip and self._need(1):
            step = min(skip, len(self._buffer) - self._at)
            self._at += step
            skip -= step
        return digest.hexdigest(), size - left
