"""Undoing a gzip content encoding without ever holding more than was asked for."""

import zlib

#: zlib's window bits for "gzip or zlib header, detect which" (zlib.h, inflateInit2).
_EITHER = 32 + zlib.MAX_WBITS


class InflationError(Exception):
    """The stream is not gzip, or its content is larger than the bound; the text says which."""

    def __init__(self, text: str, *, oversized: bool = False) -> None:
        """Say what happened."""
        super().__init__(text)
        self.oversized = oversized


class Inflater:
    """Inflates a gzip stream of one or more members, up to `limit` bytes in all."""

    def __init__(self, limit: int) -> None:
        """Start before the first byte."""
        self._left = limit
        self._stream = zlib.decompressobj(_EITHER)

    def feed(self, data: bytes) -> bytes:
        """Return what these bytes inflate to. Raises InflationError."""
        pieces = []
        while data:
            try:
                piece = self._stream.decompress(data, self._left + 1)
            except zlib.error as error:
                raise InflationError(f"a gzip stream that does not inflate: {error}") from None
            self._left -= len(piece)
            if self._left < 0:
                raise InflationError("inflates beyond its bound", oversized=True)
            pieces.append(piece)
            data = self._stream.unconsumed_tail
            if self._stream.eof:
                data = self._stream.unused_data
                if data:
                    self._stream = zlib.decompressobj(_EITHER)
        return b"".join(pieces)

    @property
    def complete(self) -> bool:
        """Whether the stream ended where it said it would."""
        return self._stream.eof
