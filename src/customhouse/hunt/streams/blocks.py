"""A stream of bytes as blocks of whole lines, each with the number of its first; a line without end is cut."""

from collections.abc import Iterator

from customhouse.hunt.matching.matcher import AROUND
from customhouse.hunt.streams.encodings import as_text, without_escapes
from customhouse.hunt.streams.interface import OVERLAP, Block, CutError

#: What a block holds, about; and the longest line that is kept together. Of larger blocks each copy is memory that the
#: system gives anew, page by page, which costs as much as counting lines does.
BLOCK = 1 << 18
LONGEST_LINE = 1 << 22


def blocks(chunks: Iterator[bytes], size: int = BLOCK, longest: int = LONGEST_LINE) -> Iterator[Block]:
    """Cut text into blocks; memory stays below `longest` and a few blocks, and `longest` is more than OVERLAP.

    Raises:
        CutError: as the chunks do, or because they are no text; what came before it was given.

    """
    kept, begin, line = b"", 0, 1
    stream = _gathered(as_text(chunks), size)
    failure: CutError | None = None
    while failure is None:
        try:
            chunk = next(stream)
        except StopIteration:
            break
        except CutError as error:
            failure = error
            break
        # What is kept has no line's end, so the last one is in the chunk; its bytes are copied once.
        stop = chunk.rfind(b"\n") + 1
        if stop:
            plain = without_escapes(b"".join((kept, memoryview(chunk)[:stop])))
            kept = chunk[stop:]
            block = _block(plain, min(begin, len(plain)), len(plain), line)
            begin = 0
        elif len(kept) + len(chunk) > longest:
            kept += chunk
            plain = without_escapes(kept)
            block = _block(plain, begin, max(begin, len(plain) - AROUND), line)
            kept = plain[-OVERLAP:]
            begin = max(0, len(kept) - AROUND)
        else:
            kept += chunk
            continue
        yield block
        line += block.lines
    if len(kept) > begin:
        plain = without_escapes(kept)
        yield _block(plain, min(begin, len(plain)), len(plain), line)
    if failure is not None:
        raise failure


def _block(data: bytes, begin: int, end: int, line: int) -> Block:
    return Block(data, begin, end, line, data.count(b"\n", begin, end))


def _gathered(chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Join small chunks, so that nothing is copied for each of them."""
    parts: list[bytes] = []
    total = 0
    try:
        for chunk in chunks:
            parts.append(chunk)
            total += len(chunk)
            if total >= size:
                yield b"".join(parts)
                parts, total = [], 0
    except CutError:
        if parts:
            yield b"".join(parts)
        raise
    if parts:
        yield b"".join(parts)
