"""Archives inside an archive. No installer opens them, so only what would hurt whoever does is an issue."""

from customhouse.archives.inflate import InflateError, deflate_stream, gzip_stream
from customhouse.archives.interface import Limits, StreamedMember
from customhouse.archives.issues import Halted, IssueLog
from customhouse.archives.zip_directory import DEFLATED, Entry, read_directory

#: The first two bytes of gzip and zip: what a bomb is made of, and cheap to look for.
_GZIP, _ZIP = b"\x1f\x8b", b"PK"
_STEP_IN, _STEP_OUT = 1 << 16, 1 << 20
#: Unpacked bytes below which a nested archive is no bomb whatever its ratio.
_HARMLESS = 16 << 20


class Nested:
    """Looks into the nested archives of one package, within one budget for all of them."""

    def __init__(self, limits: Limits, log: IssueLog) -> None:
        """Start with the whole budget."""
        self._limits = limits
        self._log = log
        self._left = limits.nested_budget

    def look(self, member: StreamedMember) -> None:
        """Note the member when it is a bomb, or archives nested deeper than anyone honest nests them."""
        if member.data[:2] in (_GZIP, _ZIP) and self._left > 0:
            self._descend(member.path, member.data, 1)

    def _descend(self, path: str, data: bytes, depth: int) -> bool:
        """Return False when the member was noted and need not be looked at further."""
        if depth > self._limits.max_nesting:
            self._log.add("nested-archive", path, f"archives nested more than {self._limits.max_nesting} deep")
            return False
        if data.startswith(_GZIP):
            return self._gzip(path, data, depth)
        return self._zip(path, data, depth)

    def _gzip(self, path: str, data: bytes, depth: int) -> bool:
        head, total = b"", 0
        engine = gzip_stream()
        view, at = memoryview(data), 0
        tail: bytes | memoryview = b""
        while not engine.eof and self._left > 0:
            if not tail:
                tail = view[at : at + _STEP_IN]
                at += len(tail)
            try:
                out = engine.decompress(tail, _STEP_OUT)
            except InflateError:
                return True
            if not out and not tail:
                return True
            tail = engine.unconsumed_tail
            total += len(out)
            self._left -= len(out)
            if len(head) < _STEP_OUT:
                head += out
            if total > _HARMLESS and total > self._limits.max_ratio * (at - len(tail)):
                self._log.add("nested-archive", path, f"a bomb: {at:,} bytes unpack to more than {total:,}")
                return False
        return self._inner(path, head, depth)

    def _inner(self, path: str, head: bytes, depth: int) -> bool:
        """Go on with what was inside: an archive, or a tar whose first member is one."""
        if head[257:262] == b"ustar":
            head = head[512:]
        return self._descend(path, head, depth + 1) if head[:2] in (_GZIP, _ZIP) else True

    def _zip(self, path: str, data: bytes, depth: int) -> bool:
        quiet = IssueLog(self._limits)
        try:
            entries = read_directory(data, self._limits, quiet)
        except Halted:
            overlap = [issue for issue in quiet.issues if issue.fatal and "overlap" in issue.detail]
            if overlap:
                self._log.add("nested-archive", path, "a bomb: its entries share the same bytes")
            return not overlap
        total = sum(entry.size for entry in entries)
        if total > _HARMLESS and total > self._limits.max_ratio * len(data):
            self._log.add("nested-archive", path, f"a bomb: {len(data):,} bytes unpack to {total:,}")
            return False
        return all(self._entry(path, data, entry, depth) for entry in entries)

    def _entry(self, path: str, data: bytes, entry: Entry, depth: int) -> bool:
        """Go on with one entry of a nested zip when it is an archive itself."""
        if entry.start < 0 or self._left <= 0:
            return True
        packed = memoryview(data)[entry.start : entry.start + entry.packed]
        inner = bytes(packed[:2])
        if entry.method == DEFLATED:
            inner = _head(packed, 2)
        if inner not in (_GZIP, _ZIP):
            return True
        inner = _head(packed, self._left) if entry.method == DEFLATED else bytes(packed[: self._left])
        self._left -= len(inner)
        return self._descend(path, inner, depth + 1)


def _head(packed: memoryview, count: int) -> bytes:
    """Return the first bytes of a raw deflate stream; empty when it is none."""
    try:
        return deflate_stream().decompress(packed, count)
    except InflateError:
        return b""
