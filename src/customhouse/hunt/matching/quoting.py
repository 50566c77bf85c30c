"""Bytes as an expression that means them and nothing else, in the dialect of every engine that is used here."""

import re

_OTHER = re.compile(rb"[^A-Za-z0-9]", re.DOTALL)


def quoted(literal: bytes) -> bytes:
    """Write what is no letter as its number: nothing in it then means anything."""
    return _OTHER.sub(lambda found: b"\\x%02x" % ord(found[0]), literal)
