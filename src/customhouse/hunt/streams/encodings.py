"""What a text is written in, told by its first bytes, and terminals' escapes taken out of it."""

import codecs
import re
from collections.abc import Iterator
from itertools import chain

from customhouse.hunt.streams.interface import CutError

#: Bytes of a file's beginning that tell whether it is text.
_HEAD = 1 << 13
#: Control characters that no log holds; tabs, line ends, form feeds, backspaces, bells and escapes it does.
_ODD = bytes(sorted({*range(32), 127} - {7, 8, 9, 10, 11, 12, 13, 27}))
#: Of a hundred bytes of a text no more are odd.
_MOST_ODD = 5
_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
#: ECMA-48: control sequences go; of operating system commands the text stays, for a hyperlink's address is in it.
_ESCAPES = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][0-9]*;;?|\x1b[ -/]*[0-Z\\^-~]|\x07")


def as_text(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Give a stream's text: UTF-16 as UTF-8, without a byte order mark; anything else as it is.

    Raises:
        CutError: it is no text.

    """
    head, chunks = _head(chunks)
    wide = _WIDE.get(head[:2]) or _unmarked(head[:_HEAD])
    rest = chain((head,), chunks)
    if wide:
        decoder = codecs.getincrementaldecoder(wide)("replace")
        for chunk in rest:
            yield decoder.decode(chunk).removeprefix("\ufeff").encode("utf-8", "replace")
        return
    sample = head[:_HEAD]
    odd = len(sample) - len(sample.translate(None, _ODD))
    if odd * 100 > len(sample) * _MOST_ODD:
        raise CutError(f"is no text: {odd:,} of its first {len(sample):,} bytes are control characters")
    head = head.removeprefix(codecs.BOM_UTF8)
    yield from chain((head,), chunks)


def _head(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Read the beginning; where that fails already, what was read comes first and the failure after it."""
    head = b""
    try:
        for chunk in chunks:
            head += chunk
            if len(head) >= _HEAD:
                break
    except CutError as error:
        return head, _failing(error)
    return head, chunks


def _failing(error: CutError) -> Iterator[bytes]:
    yield b""
    raise error


def without_escapes(data: bytes) -> bytes:
    """Take escapes out that colour and move; no line end is among them."""
    return _ESCAPES.sub(b"", data) if b"\x1b" in data else data


def decoded(line: bytes) -> str:
    """Read a line as UTF-8, or as Latin-1 where it is none."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _unmarked(head: bytes) -> str:
    """Tell UTF-16 without a mark: in a text of the West every other byte is then 0."""
    half = len(head) // 2
    if half < 8:  # noqa: PLR2004 - too little to tell
        return ""
    even, odd = head[0 : 2 * half : 2].count(0), head[1 : 2 * half : 2].count(0)
    if odd * 10 > half * 7 and even * 10 < half:
        return "utf-16-le"
    if even * 10 > half * 7 and odd * 10 < half:
        return "utf-16-be"
    return ""
