"""One tar header block, read strictly: POSIX ustar and pax (IEEE Std 1003.1-2017, pax), and GNU's extensions.

Where node-tar and Python's tarfile read a header differently, the difference is an issue, and the reader of the
package's own ecosystem is followed: smuggled files live in such differences.
"""

import re
from zlib import adler32

import msgspec

from customhouse.archives.interface import Layout
from customhouse.archives.issues import IssueLog
from customhouse.archives.names import decode_name

BLOCK = 512
ZERO_BLOCK = bytes(BLOCK)
#: Bytes of one pax or GNU name record; node-tar ignores larger ones.
MAX_META = 1 << 20
#: Typeflags that describe the next member rather than being one.
META_TYPES = frozenset(b"xgXLKN")
_RECORD = re.compile(rb"([0-9]{1,20}) ([^=\n\0]+)=")
#: Keys that change which bytes a reader takes for which member.
_DECIDING = ("path", "linkpath", "size")
#: First byte of a number in GNU's base 256; 0xff is a negative one.
_BINARY = 0x80
_OCTAL = b"01234567 \0"


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
    name = block[:100].rstrip(b"\0")
    linkname = block[157:257].rstrip(b"\0") if block[157] else b""
    if b"\0" in name or b"\0" in linkname:
        name, linkname = _cut(name, log), _cut(linkname, log)
    if block[345]:
        name = _prefixed(block, name, layout, log)
    if len(field.rstrip(b" \0")) == len(field) or (layout == "sdist" and block[100:148].translate(None, _OCTAL)):
        _doubt(block, layout, name, log)
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


def _cut(field: bytes, log: IssueLog) -> bytes:
    """Cut a name at its first NUL, as every reader does; node-tar goes on after the next line feed."""
    name, _, rest = field.partition(b"\0")
    if b"\n" in rest:
        log.add("corrupt", decode_name(name, log), "text after the name's end that node-tar reads and Python does not")
    return name


def _prefixed(block: bytes, name: bytes, layout: Layout, log: IssueLog) -> bytes:
    """Join ustar's prefix. Python takes it whatever the magic says, node-tar only in a POSIX header."""
    prefix = block[345:500].partition(b"\0")[0]
    joined = prefix + b"/" + name
    if block[257:265] == b"ustar\x0000":
        return joined
    if block[156] in b"LKS":
        return name
    log.add("corrupt", decode_name(joined, log), "a name prefix in a header that is not POSIX: Python and Node differ")
    return joined if layout == "sdist" else name


def _doubt(block: bytes, layout: Layout, name: bytes, log: IssueLog) -> None:
    """Note numbers that one reader takes and another refuses."""
    shown = name.decode(errors="backslashreplace")
    if len(block[148:156].rstrip(b" \0")) == len(block[148:156]):
        log.add("corrupt", shown, "the checksum has no end mark: Node refuses the header, Python takes it")
    if layout == "sdist":
        for start, end, what in ((100, 108, "mode"), (108, 116, "uid"), (116, 124, "gid"), (136, 148, "mtime")):
            field = block[start:end]
            digits = field.partition(b"\0")[0].strip()
            if not field[0] & 0x80 and digits.strip(b"01234567"):
                log.add("corrupt", shown, f"{what} is not octal: Python stops reading here, others do not")


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
