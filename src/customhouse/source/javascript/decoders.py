"""Decoders written out by hand: the places where text or bytes are made from others piece by piece.

`String.fromCharCode` and `Buffer.from(x, "base64")` are calls that the flow of references meets. Looked for here is the
rest: elements that are changed by a number (`out[i] = data[i] ^ key`), codes of characters that are
(`s.charCodeAt(i) - 3`), letters looked up in an alphabet (`A[B.indexOf(c)]`) or words in a table, and pairs of digits
that are parsed. They matter only where what they give is executed, so they are looked for only in files that execute
something.
"""

import re
from collections.abc import Iterator

from tree_sitter import Node

from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.anchored import around
from customhouse.source.javascript.tree import Code

_NAME = r"[A-Za-z_$][\w$]{0,40}"
_ELEMENT = r"[\w$.]{1,60}\[\s{0,8}\1\s{0,8}\]"
_CHANGED = r"\s{0,8}[-+^](?![-+=])"
_OF_ONE = rf"\s{{0,8}}\(?\s{{0,8}}({_NAME})\s{{0,8}}\)?\s{{0,8}}=>\s{{0,8}}{_ELEMENT}\s{{0,8}}\)"


def _shape(text: str) -> re.Pattern[bytes]:
    return lazy_regex(text.encode())


#: Each with a word that has to stand in the file.
_SHAPES = (
    # An element is changed: by its own index, or in place.
    (b"]", _shape(rf"\[\s{{0,8}}({_NAME})\s{{0,8}}\]\s{{0,8}}=\s{{0,8}}\(?\s{{0,8}}{_ELEMENT}{_CHANGED}")),
    (b"^=", _shape(r"\[[^\[\]\n]{1,40}\]\s{0,8}\^=")),
    (b"CodeAt", _shape(rf"harCodeAt\([^()\n]{{0,60}}\){_CHANGED}")),
    (b"codePointAt", _shape(rf"codePointAt\([^()\n]{{0,60}}\){_CHANGED}")),
    # Pieces of a text are read as numbers.
    (b"parseInt", _shape(r"parseInt\([^()\n]{1,60}\([^()\n]{0,60}\)\s{0,8},\s{0,8}(?:16|0x10|2|8|36)\s{0,8}\)")),
    # Each word or letter stands for another.
    (b".map", _shape(rf"\.map\({_OF_ONE}\s{{0,8}}\.join\(")),
    (b".replace", _shape(rf"\.replace\([^\n]{{1,30}}?,{_OF_ONE}")),
    (b".decrypt", _shape(r"(?:\.(?:AES|DES|TripleDES|RC4|Rabbit)|crypto\.subtle)\.decrypt\(")),
)
#: A letter is looked up in an alphabet: `A[B.indexOf(c) - 3]`; and how far that reaches before its word and behind.
_LOOKED_UP = lazy_regex(rf"{_NAME}(?:\[|\.charAt\(|\.at\()\s{{0,8}}\(?\s{{0,8}}{_NAME}\.indexOf\(".encode())
_BEFORE, _BEHIND = 112, 8
_MOST = 64
_NOT_CODE = frozenset({"comment", "string_fragment", "regex_pattern", "html_comment", "hash_bang_line"})


def decoding_places(code: Code) -> Iterator[tuple[int, int]]:
    """The ranges in which something is decoded by hand; a caller that holds one gives what was decoded."""
    for found, match in enumerate(around(_LOOKED_UP, code.data, b"indexOf", _BEFORE, _BEHIND)):
        if found >= _MOST:
            break
        if code.leaf(match.start(), match.start() + 1).type not in _NOT_CODE:
            yield match.span()
    for word, shape in _SHAPES:
        if word not in code.data:
            continue
        for found, match in enumerate(shape.finditer(code.data)):
            if found >= _MOST:
                break
            leaf: Node = code.leaf(match.start(), match.start() + 1)
            if leaf.type not in _NOT_CODE:
                yield match.start(), match.end()
