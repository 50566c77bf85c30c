"""Blanks that JavaScript knows and ASCII does not: they separate words like a space, and must hide none.

White space and line terminators of ECMA-262, sections 12.2 and 12.3. In UTF-8 each is two or three bytes; written over
by as many spaces every place in the file stays where it was.
"""

from customhouse.model.lazy_regex import lazy_regex

_BLANKS = lazy_regex(
    rb"\xc2\xa0|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80|\xef\xbb\xbf"
    rb"|\xe2\x80\x8b|\xe2\x81\xa0"
)


def spaced(data: bytes) -> bytes:
    """Return the bytes with every such blank written as spaces, of the same length."""
    if data.isascii():
        return data
    return _BLANKS.sub(lambda match: b" " * len(match[0]), data)
