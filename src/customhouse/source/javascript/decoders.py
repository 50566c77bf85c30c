"""Decoders written out by hand: the places where text or bytes are made from others piece by piece.

`String.fromCharCode` and `Buffer.from(x, "base64")` are calls that the flow of references meets. What is looked for here
is the rest: elements that are changed by a number (`out[i] = data[i] ^ key`), codes of characters that are
(`s.charCodeAt(i) - 3`), letters looked up in an alphabet (`A[B.indexOf(c)]`) or words in a table, and pairs of digits
that are parsed. They matter only where what they give is executed, so they are looked for only in files that execute
something.
"""

from collections.abc import Iterator

from tree_sitter import Node

from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.anchored import around
from customhouse.source.javascript.tree import Code

_S = rb"\s{0,8}"
_NAME = rb"[A-Za-z_$][\w$]{0,40}"
#: Each with a word that has to stand in the file.
_SHAPES = (
    (b"]", lazy_regex(rb"\[" + _S + rb"(%b)" % _NAME + _S + rb"\]" + _S + rb"=" + _S + rb"\(?" + _S + rb"[\w$.]{1,60}\[" + _S + rb"\1" + _S
        + rb"\]" + _S + rb"[-+^](?![-+=])")),
    (b"^=", lazy_regex(rb"\[[^\[\]\n]{1,40}\]" + _S + rb"\^=")),
    (b"CodeAt", lazy_regex(rb"harCodeAt\([^()\n]{0,60}\)" + _S + rb"[-+^](?![-+=])")),
    (b"codePointAt", lazy_regex(rb"codePointAt\([^()\n]{0,60}\)" + _S + rb"[-+^](?![-+=])")),
    (b"indexOf", lazy_regex(rb"%b(?:\[|\.charAt\(|\.at\()" % _NAME + _S + rb"\(?" + _S + rb"%b\.indexOf\(" % _NAME)),
    (b"parseInt", lazy_regex(rb"parseInt\([^()\n]{1,60}\([^()\n]{0,60}\)" + _S + rb"," + _S + rb"(?:16|0x10|2|8|36)" + _S + rb"\)")),
    (b".map", lazy_regex(rb"\.map\(" + _S + rb"\(?" + _S + rb"(%b)" % _NAME + _S + rb"\)?" + _S + rb"=>" + _S + rb"[\w$.]{1,60}\[" + _S + rb"\1" + _S
        + rb"\]" + _S + rb"\)" + _S + rb"\.join\(")),
    (b".replace", lazy_regex(rb"\.replace\([^\n]{1,30}," + _S + rb"\(?" + _S + rb"(%b)" % _NAME + _S + rb"\)?" + _S + rb"=>" + _S + rb"[\w$.]{1,60}\[" + _S
        + rb"\1" + _S + rb"\]")),
    (b".AES", lazy_regex(rb"\.(?:AES|DES|TripleDES|RC4|Rabbit)\.decrypt\(")),
    (b"crypto.subtle", lazy_regex(rb"crypto\.subtle\.decrypt\(")),
)  # fmt: skip
#: The bytes that may stand before the word in a match, and from its beginning on, of a shape that begins with a name.
_REACH = {b"indexOf": (128, len(b"indexOf("))}
_MOST = 64
_NOT_CODE = frozenset({"comment", "string_fragment", "regex_pattern", "html_comment", "hash_bang_line"})


def decoding_places(code: Code) -> Iterator[tuple[int, int]]:
    """The ranges in which something is decoded by hand; a caller that holds one gives what was decoded."""
    for word, shape in _SHAPES:
        if word not in code.data:
            continue
        reach = _REACH.get(word)
        matches = shape.finditer(code.data) if reach is None else around(shape, code.data, word, *reach)
        for found, match in enumerate(matches):
            if found >= _MOST:
                break
            leaf: Node = code.leaf(match.start(), match.start() + 1)
            if leaf.type not in _NOT_CODE:
                yield match.start(), match.end()
