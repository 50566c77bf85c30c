"""Digests of artifacts and the texts they are written in: SRI (npm), `sha256:…` and `sha256=…` (Python)."""

import base64
import binascii
import hashlib
import re
from typing import Literal

import msgspec

Algorithm = Literal["md5", "sha1", "sha224", "sha256", "sha384", "sha512"]
_LENGTHS: dict[str, int] = {"md5": 16, "sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}
#: Strong enough to admit an artifact by; md5 and sha1 collide and only ever accuse.
STRONG: frozenset[str] = frozenset({"sha256", "sha384", "sha512"})
_NAMED = re.compile(r"(?:#|^)(md5|sha1|sha224|sha256|sha384|sha512)[:=]([0-9a-fA-F]+)(?:&|$)")


#: The usual text, which needs no search.
_SHA256 = re.compile(r"sha256:([0-9a-f]{64})")


# It holds texts alone, so the collector of cycles need not look at the thousands that a lock has.
class Digest(msgspec.Struct, frozen=True, order=True, gc=False):
    """An algorithm and the lower-case hex of its value; always of the algorithm's length."""

    algorithm: Algorithm
    hex: str

    def __str__(self) -> str:
        """Return `sha256:…`."""
        return f"{self.algorithm}:{self.hex}"

    @property
    def sri(self) -> str:
        """The Subresource Integrity text, `sha512-…` (https://www.w3.org/TR/SRI/)."""
        return f"{self.algorithm}-{base64.b64encode(bytes.fromhex(self.hex)).decode()}"

    @property
    def strong(self) -> bool:
        """Whether an artifact may be admitted by this digest."""
        return self.algorithm in STRONG


def parse_sri(text: str) -> tuple[Digest, ...]:
    """Read an SRI text of one or more hashes; what is malformed or of an unknown algorithm is left out."""
    found: list[Digest] = []
    for token in text.split():
        algorithm, _, value = token.partition("-")
        value = value.partition("?")[0]
        try:
            raw = binascii.a2b_base64(value, strict_mode=True)
        except (binascii.Error, ValueError):
            continue
        if _LENGTHS.get(algorithm) == len(raw):
            found.append(Digest(algorithm, raw.hex()))  # type: ignore[arg-type]
    return tuple(found)


def parse_named(text: str) -> Digest | None:
    """Read `sha256:<hex>`, `sha256=<hex>` or a URL fragment holding one; None when absent or of the wrong length."""
    usual = _SHA256.fullmatch(text)
    if usual is not None:
        return Digest("sha256", usual[1])
    match = _NAMED.search(text)
    if match is None:
        return None
    algorithm, value = match.group(1), match.group(2).lower()
    return Digest(algorithm, value) if len(value) == 2 * _LENGTHS[algorithm] else None  # type: ignore[arg-type]


def digest_of(data: bytes, algorithm: Algorithm = "sha256") -> Digest:
    """Hash the bytes."""
    return Digest(algorithm, hashlib.new(algorithm, data, usedforsecurity=False).hexdigest())
