"""A sketch of a code file's text: enough to say later what changed in it, at four bytes for each statement.

The text is cut into pieces at line ends, semicolons and wide gaps of blanks, so that code appended far to the right of
a line, or to a minified file that is a single line, makes pieces of its own. A piece is kept as 24 bits of its CRC-32
without the blanks around it, and 8 bits that count the line ends since the piece before. The package's own version
number is blanked out first: most builds write it into a file or two.
"""

import zlib
from array import array

import msgspec

from customhouse.model.content import Sketch
from customhouse.model.lazy_regex import lazy_regex

#: Bytes above which a file keeps no pieces, and pieces of a file, and of an archive: 240 KB.
_MAX_SIZE = 2 * 1024 * 1024
_MAX_PIECES = 60_000
MAX_ALL_PIECES = _MAX_PIECES
#: Blanks in a row that nobody writes between two words of one statement.
_GAP = b" " * 24
_CUT = lazy_regex(rb";|[ \t]{24,}")
#: Encoded data: a run of so many bytes of base64, hexadecimal or escapes. Shorter ones are digests, keys and icons.
_LEAST_RUN = 512
_ENCODING = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-\\"
_RUNS = bytes(120 if each in _ENCODING else 32 for each in range(256))
_HASH, _FARTHEST = 0xFFFFFF00, 255
_EDGES = b" \t\r\f;"
#: The whole file is named by these: a build writes another each time.
_PASSING = (b"//# sourceMappingURL=", b"//@ sourceMappingURL=")


def sketch(path: str, data: bytes, version: str, *, cut: bool = True) -> Sketch:
    """Sketch one file; `version` is the package's own, empty when unknown. Its reach is for the caller to set.

    Without `cut` it gets no pieces.
    """
    lines = data.split(b"\n")
    return Sketch(
        path,
        "other",
        len(data),
        len(lines),
        max(map(len, lines)),
        _encoded(data),
        _pieces(data, lines, version) if cut and len(data) <= _MAX_SIZE else b"",
    )


def with_pieces(drawn: Sketch, data: bytes, version: str) -> Sketch:
    """Give a sketch that was made without pieces those that it would have had."""
    return msgspec.structs.replace(drawn, pieces=_pieces(data, data.split(b"\n"), version))


def most_pieces(data: bytes) -> int:
    """How many pieces a file can have at the most; 0 where it gets none for its size.

    There is one more than there are ends of pieces, and every wide gap holds a tab, or as many spaces.
    """
    if len(data) > _MAX_SIZE:
        return 0
    return 1 + data.count(b"\n") + data.count(b";") + data.count(b"\t") + data.count(_GAP)


def _encoded(data: bytes) -> int:
    seen, run, found, at = data.translate(_RUNS), b"x" * _LEAST_RUN, 0, 0
    while (at := seen.find(run, at)) >= 0:
        end = seen.find(b" ", at)
        end = len(seen) if end < 0 else end
        found += end - at
        at = end
    return found


def _pieces(data: bytes, lines: list[bytes], version: str) -> bytes:
    number = version.encode()
    if len(number) >= 3 and number in data:  # noqa: PLR2004 - `1` would be blanked out of every number
        lines = data.replace(number, b"\0").split(b"\n")
    found: list[int] = []
    checksum = zlib.crc32
    gaps = (
        _GAP in data or b"\t" in data
    )  # most files have neither, and a look at each line costs as much as its checksum
    last = 0
    for at, text in enumerate([line.strip(_EDGES) for line in lines]):
        if b";" in text or (gaps and (b"\t" in text or _GAP in text)):
            for each in _CUT.split(text):
                part = each.strip(_EDGES)
                if part and not part.startswith(_PASSING):
                    found.append(checksum(part) & _HASH | min(at - last, _FARTHEST))
                    last = at
            if len(found) > _MAX_PIECES:
                return b""
        elif text and (text[:1] != b"/" or not text.startswith(_PASSING)):
            found.append(checksum(text) & _HASH | (min(_FARTHEST, at - last)))
            last = at
    return array("I", found).tobytes() if len(found) <= _MAX_PIECES else b""


def hashes(pieces: bytes) -> list[int]:
    """The hashes of the pieces, in order."""
    return [each & _HASH for each in array("I", pieces)]


def line_numbers(pieces: bytes) -> list[int]:
    """The 1-based line on which each piece stands; too low below a gap of more than 255 line ends."""
    numbers, line = [], 1
    for each in array("I", pieces):
        line += each & 255
        numbers.append(line)
    return numbers
