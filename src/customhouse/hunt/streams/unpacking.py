"""Unpacking gzip and zstandard while they are read; a bomb is refused before it costs more than a honest log."""

from collections.abc import Iterator

from customhouse.archives.decompress import STEP_OUT, Budget
from customhouse.archives.inflate import InflateError, gzip_stream
from customhouse.archives.interface import Limits
from customhouse.archives.issues import Halted, IssueLog
from customhouse.hunt.streams.interface import CutError

GZIP, ZSTANDARD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
#: Nothing is kept of what is unpacked, so only time has to be bounded. Flow logs of one line repeated reach 400 to 1.
_LIMITS = Limits(max_unpacked=1 << 40, max_ratio=600, ratio_floor=1 << 28)
#: A zstandard frame may ask for any window; `zstd --long=31` asks for the most that its tool opens without asking.
_MAX_WINDOW = 1 << 27
#: Packed bytes that are unpacked at a time.
_PIECE = 1 << 10


def unpacked(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Give the bytes of a stream as they are, or unpacked where they begin as gzip or zstandard do.

    Raises:
        CutError: the stream is damaged, ends early, or unpacks to too much.

    """
    first = next(chunks, b"")
    while 0 < len(first) < len(ZSTANDARD) and (more := next(chunks, b"")):
        first += more
    whole = _prepended(first, chunks)
    if first.startswith(GZIP):
        return _gunzip(whole)
    if first.startswith(ZSTANDARD):
        return _unzstd(whole)
    return whole


def _prepended(first: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from chunks


def _gunzip(chunks: Iterator[bytes]) -> Iterator[bytes]:
    spend = _Spending()
    packed = 0
    engine = gzip_stream()
    fresh = True
    for chunk in chunks:
        packed += len(chunk)
        tail = chunk
        while tail:
            if engine.eof:
                # Streams may follow each other, as rotating writers leave them; what is no stream is padding.
                if not tail.startswith(GZIP[: len(tail)]):
                    if tail.strip(b"\0"):
                        raise CutError(f"{len(tail):,} bytes that are not gzip follow the gzip stream")
                    break
                engine, fresh = gzip_stream(), True
            try:
                out = engine.decompress(tail, STEP_OUT)
            except InflateError as error:
                raise CutError(f"the gzip stream is damaged: {str(error).rpartition(': ')[2]}") from None
            fresh = False
            tail = engine.unused_data if engine.eof else engine.unconsumed_tail
            spend(len(out), packed)
            if out:
                yield out
        while not engine.eof and len(out := engine.decompress(b"", STEP_OUT)) > 0:
            spend(len(out), packed)
            yield out
    if not engine.eof and not fresh:
        raise CutError("the gzip stream ends before its end mark")


def _unzstd(chunks: Iterator[bytes]) -> Iterator[bytes]:
    import zstandard  # noqa: PLC0415 - few logs are packed so, and every start would pay for it

    spend = _Spending()
    packed = 0
    decompressor = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW)
    engine = decompressor.decompressobj()
    for chunk in chunks:
        packed += len(chunk)
        tail = chunk
        while tail:
            if engine.eof:
                engine = decompressor.decompressobj()
            # The engine gives all that its input holds, so its input is kept small: 1 KiB may become 128 MiB.
            piece, tail = tail[:_PIECE], tail[_PIECE:]
            try:
                out = engine.decompress(piece)
            except zstandard.ZstdError as error:
                raise CutError(f"the zstandard stream is damaged: {str(error).rpartition(': ')[2]}") from None
            if engine.eof:
                tail = engine.unused_data + tail
            spend(len(out), packed)
            if out:
                yield out
    if not engine.eof:
        raise CutError("the zstandard stream ends before its end mark")


class _Spending:
    """A budget that says why it is spent."""

    def __init__(self) -> None:
        self._log = IssueLog(_LIMITS)
        self._budget = Budget(_LIMITS, self._log)

    def __call__(self, unpacked: int, packed: int) -> None:
        try:
            self._budget.spend(unpacked, packed)
        except Halted:
            raise CutError(self._log.issues[-1].detail) from None
