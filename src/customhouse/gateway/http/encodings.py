"""Content encodings towards clients: which one a client would take, and a body in it."""

import gzip

import brotli
import zstandard

from customhouse.model.lazy_regex import lazy_regex

#: In our order of preference among equals. A packument of a megabyte takes some milliseconds, once for all clients.
ENCODINGS = ("zstd", "br", "gzip")
#: Bytes below which an encoding saves less than its header costs.
_WORTH_IT = 512
_COMPRESSIBLE = ("application/json", "application/vnd.", "text/")
_QUALITY = lazy_regex(r"[01](?:\.[0-9]{0,3})?")
_BROTLI, _GZIP, _ZSTD = 4, 6, 6


def chosen_encoding(accept: str, content_type: str, size: int) -> str:
    """Choose by Accept-Encoding (RFC 9110, 12.5.3); empty means the body as it is."""
    if size < _WORTH_IT or not content_type.startswith(_COMPRESSIBLE):
        return ""
    asked = _asked(accept)
    others = asked.get("*", 0.0)
    best = max(ENCODINGS, key=lambda name: (asked.get(name, others), -ENCODINGS.index(name)))
    return best if asked.get(best, others) > 0 else ""


def encoded(body: bytes, encoding: str) -> bytes:
    """Return a body in one of ENCODINGS."""
    if encoding == "zstd":
        return zstandard.ZstdCompressor(_ZSTD).compress(body)
    if encoding == "br":
        packed: bytes = brotli.compress(body, quality=_BROTLI)
        return packed
    return gzip.compress(body, _GZIP, mtime=0)


def _asked(accept: str) -> dict[str, float]:
    """Read names and qualities; what does not read counts as not asked for."""
    found: dict[str, float] = {}
    for part in accept.lower().split(",")[:32]:
        name, *parameters = (piece.strip() for piece in part.split(";"))
        quality = next((one[2:].strip() for one in parameters if one.startswith("q=")), "1")
        if name and _QUALITY.fullmatch(quality):
            found["gzip" if name == "x-gzip" else name] = min(1.0, float(quality))
    return found
