"""One tar header block, read strictly: POSIX ustar and pax (IEEE Std 1003.1-2017, pax), and GNU's extensions.

Where node-tar and Python's tarfile read a header differently, the difference is an issue, and the reader of the
package's own ecosystem is followed: smuggled files live in such differences.
"""

from zlib import adler32

import msgspec

from customhouse.archives.interface import Layout
from customhouse.archives.issues import IssueLog
from customhouse.archives.names import decode_name
from customhouse.model.lazy_regex import lazy_regex

BLOCK = 512
ZERO_BLOCK = bytes(BLOCK)
#: Bytes of one pax or GNU name record; node-tar ignores larger ones.
MAX_META = 1 << 20
#: Typeflags that describe the next member rather than being one.
META_TYPES = frozenset(b"xgXLKN")
_RECORD = lazy_regex(rb"([0-9]{1,20}) ([^=\n\0]+)=")
#: Keys that change which bytes a reader takes for which member.
_DECIDING = ("path", "linkpath", "size")
#: First byte of a number in GNU's base 256; 0xff is a negative one.
_BINARY = 0x80
#: Numbers that tarfile insists on, and how nearly all writers write them: mode, uid, gid, size, mtime; device numbers.
_OWN_NUMBERS = (
    (100, 108, "mode"),
    (108, 116, "uid"),
    (116, 124, "gid"),
    (136, 148, "mtime"),
    (329, 337, "device major"),
    (337, 345, "device minor"),
)
#: Times that the xstar form keeps behind a shorter name prefix.
_XSTAR_TIMES = ((476, 488, "atime"), (488, 500, "ctime"))
#: JavaScript's Number.MAX_SAFE_INTEGER.
_SAFE_INTEGER = 2**53 - 1
_NUMBERS = lazy_regex(rb"(?:[0-7]{6}[0-7 ][ \0]){3}(?:[0-7]{11}[ \0]){2}")
_DEVICE_NUMBERS = frozenset((bytes(16), b"0000000\0" * 2, b"000000 \0" * 2))


class BadHeader(ValueError):  # noqa: N818 - a statement about the block, caught in this room alone
    """The block is no tar header."""


class Header(msgspec.Struct):
    """What one block says. `type` is the typeflag's code; `name` and `linkname` are undecoded."""

    name: bytes
    mode: int
    size: int
    type: int
    linkname: bytes


def read_header(block: bytes, layout: Layout, log: IssueLog) -> Header:
    """Read a block.

    Raises:
        BadHeader: the checksum is wrong or a deciding number is malformed.

    """
    field = block[148:156]
    # adler32's low half is 1 + the sum of the bytes, exact below 65,521: twice 256 bytes keep below it.
    total = (adler32(block[:256]) & 0xFFFF) + (adler32(block[256:]) & 0xFFFF) - 2 - sum(field) + 256
    digits = field.partition(b"\0")[0].strip()
    if not digits.isdigit() or _octal(digits) != total:
        _signed(block, digits, total, log)
    kind = block[156]
    size = _number(block[124:136])
    name = block[:100].partition(b"\0")[0]
    linkname = block[157:257].partition(b"\0")[0] if block[157] else b""
    if b"\n" in block:
        _after_names(block, name, log)
    if not block.isascii():
        _binary_numbers(block, name, log)
    if block[345] or block[475]:
        name = _prefixed(block, name, layout, log)
    if len(field.rstrip(b" \0")) == len(field):
        shown = name.decode(errors="backslashreplace")
        log.add("corrupt", shown, "the checksum has no end mark: Node refuses the header, Python takes it")
    if layout == "sdist" and not (_NUMBERS.fullmatch(block, 100, 148) and block[329:345] in _DEVICE_NUMBERS):
        _doubt(block, name, log)
    return Header(name, _mode(block[100:108]), size, kind, linkname)


def _signed(block: bytes, digits: bytes, total: int, log: IssueLog) -> None:
    """Accept the checksum of early writers, which summed signed bytes; refuse any other."""
    negative = sum(1 for byte in block[:148] + block[156:] if byte & 0x80)
    if not negative or not digits.isdigit() or _octal(digits) != total - 256 * negative:
        raise BadHeader("a header's checksum is wrong")
    shown = block[:100].partition(b"\0")[0].decode(errors="backslashreplace")
    log.add("corrupt", shown, "the checksum sums signed bytes: Python takes the header, Node refuses it")


def _octal(digits: bytes) -> int:
    try:
        return int(digits, 8)
    except ValueError:
        raise BadHeader("a number of the header is not octal") from None


def _number(field: bytes) -> int:
    """Read a size: octal text, or GNU's base 256 when the first bit is set."""
    if field[0] & _BINARY:
        if field[0] != _BINARY:
            raise BadHeader("a size is negative")
        return int.from_bytes(field[1:], "big")
    digits = field.partition(b"\0")[0].strip()
    if not digits:
        return 0
    if not digits.isdigit():
        raise BadHeader("a size is not octal")
    return _octal(digits)


def _mode(field: bytes) -> int:
    """Read the permission bits; 0 when they are no number, for readers go on without them."""
    digits = field.partition(b"\0")[0].strip()
    try:
        return int(digits, 8) & 0o7777 if digits.isdigit() else 0
    except ValueError:
        return 0


def _after_names(block: bytes, name: bytes, log: IssueLog) -> None:
    """Note text after a name's NUL, where every reader stops but node-tar, which goes on after a line feed."""
    for field in (block[:100], block[157:257], block[345:500]):
        if b"\n" in field.partition(b"\0")[2]:
            shown = name.decode(errors="backslashreplace")
            log.add("corrupt", shown, "text after a name's end that node-tar reads and Python does not")


def _prefixed(block: bytes, name: bytes, layout: Layout, log: IssueLog) -> bytes:
    """Join ustar's prefix. Python takes it whatever the magic says, node-tar only in a POSIX header.

    node-tar joins with a `/` even an empty prefix when the field's 131st byte is set.
    """
    prefix = block[345:500].partition(b"\0")[0]
    joined = prefix + b"/" + name
    if block[257:265] == b"ustar\x0000":
        if prefix:
            return joined
        log.add("corrupt", decode_name(name, log), "bytes in an empty name prefix: Node reads '/' before the name")
        return joined if layout != "sdist" else name
    if not prefix or block[156] in b"LKS":
        return name
    log.add("corrupt", decode_name(joined, log), "a name prefix in a header that is not POSIX: Python and Node differ")
    return joined if layout == "sdist" else name


def _doubt(block: bytes, name: bytes, log: IssueLog) -> None:
    """Note numbers over which tarfile gives the archive up, and other readers do not."""
    for start, end, what in _OWN_NUMBERS:
        field = block[start:end]
        digits = field.partition(b"\0")[0].strip()
        if field[0] not in (_BINARY, 0xFF) and digits.strip(b"01234567"):
            shown = name.decode(errors="backslashreplace")
            log.add("corrupt", shown, f"{what} is not octal: Python stops reading here, others do not")


def _binary_numbers(block: bytes, name: bytes, log: IssueLog) -> None:
    """Note base-256 numbers that node-tar cannot hold: it throws, and skips the header."""
    for start, end, what in (*_OWN_NUMBERS, *(_XSTAR_TIMES if not block[475] else ())):
        field = block[start:end]
        if field[0] < _BINARY:
            continue
        value = int.from_bytes(field[1:] if field[0] == _BINARY else field, "big", signed=field[0] != _BINARY)
        if field[0] not in (_BINARY, 0xFF) or abs(value) > _SAFE_INTEGER:
            shown = name.decode(errors="backslashreplace")
            log.add("corrupt", shown, f"{what} is no number for Node, which skips the header")


class Pending(msgspec.Struct):
    """Records that describe the next member: as Node reads them (later wins) and as Python does (earlier wins)."""

    node: dict[str, str]
    python: dict[str, str]


def read_meta(kind: int, body: bytes, pending: Pending | None, log: IssueLog) -> Pending:
    """Add what a pax or GNU name header says of the next member to what is pending."""
    pending = pending or Pending({}, {})
    if kind in b"LNK":
        text = decode_name(body.partition(b"\0")[0], log)
        key = "linkpath" if kind == ord("K") else "path"
        pending.node[key] = text
        pending.python.setdefault(key, text)
        return pending
    node, python = _lines(body), _records(body, log)
    pending.node |= node
    pending.python = python | pending.python
    return pending


def settle(pending: Pending, name: bytes, layout: Layout, log: IssueLog) -> dict[str, str]:
    """Return the records that count for the member, noting what readers would not agree on."""
    node, python = pending.node, pending.python
    if node == python:
        return python
    shown = python.get("path") or name.decode(errors="backslashreplace")
    for key in _DECIDING:
        one, other = node.get(key, ""), python.get(key, "")
        if one != other:
            detail = f"extended headers give Node and Python another {key}: {one[:200]!r} and {other[:200]!r}"
            log.add("corrupt", shown, detail)
    if any(key.startswith("GNU.sparse.") for key in python):
        log.add("unsupported", shown, "a sparse file: only GNU readers restore it")
    return python if layout == "sdist" else node


def _records(body: bytes, log: IssueLog) -> dict[str, str]:
    """Read pax records by their lengths, as the standard has it."""
    found: dict[str, str] = {}
    at = 0
    while at < len(body) and body[at]:
        match = _RECORD.match(body, at)
        length = int(match.group(1)) if match else 0
        end = at + length
        if match is None or end > len(body) or end <= match.end() or body[end - 1 : end] != b"\n":
            log.add("corrupt", "", "a pax record's length is wrong: readers take different records")
            break
        key = match.group(2).decode(errors="backslashreplace")
        raw = body[match.end() : end - 1]
        if key in ("path", "linkpath"):
            found[key] = decode_name(raw, log)
        elif key == "size" or key.startswith("GNU.sparse."):
            found[key] = raw.decode(errors="backslashreplace")
        at = end
    return found


def _lines(body: bytes) -> dict[str, str]:
    """Read pax records line by line and cut values at NUL, as node-tar does."""
    found: dict[str, str] = {}
    for line in body.removesuffix(b"\n").split(b"\n"):
        length, _, rest = line.partition(b" ")
        if not length.isdigit() or len(length) > 20 or int(length) != len(line) + 1:  # noqa: PLR2004 - no such record
            continue
        key, equals, value = rest.partition(b"=")
        name = key.decode(errors="backslashreplace")
        if equals and name in _DECIDING:
            found[name] = value.partition(b"\0")[0].decode(errors="backslashreplace")
    return found
