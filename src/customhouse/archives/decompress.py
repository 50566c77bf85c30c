"""Bounded decompression: chunks of a compressed stream, stopped by the limits before they are exceeded."""

from collections.abc import Iterator

from customhouse.archives.buffers import Buffer, begins
from customhouse.archives.inflate import InflateError, gzip_stream
from customhouse.archives.interface import Format, Limits
from customhouse.archives.issues import IssueLog
from customhouse.model.lazy_regex import lazy_regex

#: Bytes fed to, and at most taken from, a decompressor at a time. Small input steps keep its leftover copies small.
_STEP_IN = 1 << 16
STEP_OUT = 1 << 19
#: Concatenated gzip members are legal (pigz, bgzip); this many serve only to slow a reader down.
_MAX_STREAMS = 4_096
#: The dictionary an xz stream may ask for: `xz -9` needs 64 MiB, the format allows 4 GiB.
_XZ_MEMORY = 192 << 20
_GZIP_MAGIC = b"\x1f\x8b"
_ZEROS = lazy_regex(rb"\0*")


class Budget:
    """What a reading may still unpack. `spend` raises Halted, its reason logged, when a bound is crossed."""

    def __init__(self, limits: Limits, log: IssueLog) -> None:
        """Start with nothing spent."""
        self.unpacked = 0
        self._limits = limits
        self._log = log

    def spend(self, unpacked: int, packed: int) -> None:
        """Count `unpacked` more bytes, `packed` being all the compressed bytes read so far."""
        self.unpacked += unpacked
        limits = self._limits
        if self.unpacked > limits.ratio_floor and self.unpacked > limits.max_ratio * max(packed, 1):
            raise self._log.halt(
                "ratio",
                "",
                f"{packed:,} bytes unpack to more than {self.unpacked:,}: "
                f"over {limits.max_ratio} to 1 after {limits.ratio_floor:,} bytes",
            )
        if self.unpacked > limits.max_unpacked:
            raise self._log.halt("too-large", "", f"unpacks to more than {limits.max_unpacked:,} bytes")


def tar_bytes(data: Buffer, form: Format, budget: Budget, log: IssueLog) -> Iterator[bytes]:
    """Yield the tar stream inside `data`, in chunks of at most STEP_OUT bytes.

    Raises:
        Halted: the stream is damaged, cut, or larger than allowed; the log says which.

    """
    match form:
        case "tar.gz":
            return _gunzip(data, budget, log)
        case "tar.bz2" | "tar.xz":
            return _inflate(data, form, budget, log)
        case _:
            return _plain(data, budget)


def _plain(data: Buffer, budget: Budget) -> Iterator[bytes]:
    for at in range(0, len(data), STEP_OUT):
        chunk = bytes(data[at : at + STEP_OUT])
        budget.spend(len(chunk), at + len(chunk))
        yield chunk


def _gunzip(data: Buffer, budget: Budget, log: IssueLog) -> Iterator[bytes]:
    view, at, streams = memoryview(data), 0, 0
    while at < len(data):
        streams += 1
        if streams > _MAX_STREAMS:
            raise log.halt("too-many-members", "", f"more than {_MAX_STREAMS:,} concatenated gzip streams")
        engine = gzip_stream()
        tail: bytes | memoryview = b""
        while not engine.eof:
            if not tail:
                tail = view[at : at + _STEP_IN]
                at += len(tail)
            ended = not tail
            try:
                out = engine.decompress(tail, STEP_OUT)
            except InflateError as error:
                raise log.halt("corrupt", "", f"gzip stream is damaged: {_reason(error)}") from None
            tail = engine.unconsumed_tail
            budget.spend(len(out), at - len(tail))
            if out:
                yield out
            elif ended and not engine.eof:
                raise log.halt("truncated", "", "gzip stream ends before its end mark")
        at -= len(engine.unused_data)
        at = _after_stream(data, at, log)


def _after_stream(data: Buffer, at: int, log: IssueLog) -> int:
    """Judge what follows a gzip stream; return where the next one starts, or the end."""
    if at >= len(data) or begins(data, _GZIP_MAGIC, at):
        return at
    padded = _skip_zeros(data, at)
    if padded == len(data):
        return padded
    if begins(data, _GZIP_MAGIC, padded):
        log.add("trailing-data", "", "a gzip stream after zero padding: Python reads on, Node stops")
        return padded
    log.add("trailing-data", "", f"{len(data) - padded:,} bytes that are not gzip follow the gzip stream")
    return len(data)


def _skip_zeros(data: Buffer, at: int) -> int:
    match = _ZEROS.match(data, at)
    return match.end() if match else at


def _inflate(data: Buffer, form: Format, budget: Budget, log: IssueLog) -> Iterator[bytes]:
    """Read bzip2 and xz: both decompressors keep their own input, so only output has to be asked for."""
    import bz2  # noqa: PLC0415 - few archives need them, and every start would pay for them
    import lzma  # noqa: PLC0415

    view, at, streams = memoryview(data), 0, 0
    while at < len(data):
        streams += 1
        if streams > _MAX_STREAMS:
            raise log.halt("too-many-members", "", f"more than {_MAX_STREAMS:,} concatenated streams")
        xz = form == "tar.xz"
        engine: bz2.BZ2Decompressor | lzma.LZMADecompressor = (
            lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY) if xz else bz2.BZ2Decompressor()
        )
        while not engine.eof:
            feed = view[at : at + _STEP_IN] if engine.needs_input else b""
            at += len(feed)
            starved = engine.needs_input and not feed
            if starved:
                raise log.halt("truncated", "", f"{form[4:]} stream ends before its end mark")
            try:
                out = engine.decompress(feed, STEP_OUT)
            except (lzma.LZMAError, OSError, ValueError, EOFError) as error:
                raise log.halt("corrupt", "", f"{form[4:]} stream is damaged: {error}") from None
            budget.spend(len(out), at)
            if out:
                yield out
        at -= len(engine.unused_data)
        padded = _skip_zeros(data, at)
        if padded == len(data):
            return
        if padded > at or not begins(data, b"\xfd7zXZ\0" if xz else b"BZh", at):
            log.add("trailing-data", "", f"{len(data) - padded:,} bytes follow the {form[4:]} stream")
            return


def _reason(error: Exception) -> str:
    """Drop zlib's "Error -3 while decompressing data:"."""
    return str(error).rpartition(": ")[2]
