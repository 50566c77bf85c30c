"""Fuzz the tar reader: the bytes as they are, as a tar whose checksums are put right, and as gzip, bzip2 and xz."""

import sys

import atheris

with atheris.instrument_imports(include=["customhouse.archives"]):
    from archive_invariants import check

NAMES = ("a-1.0.tgz", "a-1.0.tar.gz", "a-1.0.tar", "a.tar.xz", "a.tar.bz2")
BLOCK = 512


def mended(data: bytes) -> bytes:
    """Put the checksum of every block right, so that mutations reach what is behind it."""
    blocks = bytearray(data + bytes(-len(data) % BLOCK))
    for start in range(0, len(blocks), BLOCK):
        if any(blocks[start : start + BLOCK]):
            blocks[start + 148 : start + 156] = b" " * 8
            blocks[start + 148 : start + 156] = b"%06o\0 " % sum(blocks[start : start + BLOCK])
    return bytes(blocks)


def one(data: bytes) -> None:
    if not data:
        return
    name = NAMES[data[0] % len(NAMES)]
    body = data[1:]
    check(mended(body) if data[0] & 0x80 else body, name)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
