"""The words of a YARA file: names, strings, numbers and marks, without comments. Nothing is compiled or run."""

from collections.abc import Iterator

from customhouse.model.lazy_regex import lazy_regex

#: A comment or blank (nothing), a quoted text, a regular expression, a hex string, a word, or any one mark. Possessive,
#: so that no text makes it slow.
_TOKEN = lazy_regex(
    r"(?s:\s++|//[^\n]*+|/\*(?:.*?\*/|.*+))"
    r'|(?P<text>"(?:[^"\\\n]++|\\.)*+")'
    r"|(?P<word>[$#@!]?[A-Za-z0-9_.*]++)"
    r"|(?P<mark>.)"
)
_REGEX = lazy_regex(r"/(?:[^/\\\n]++|\\.)++/[is]{0,2}")
_HEX = lazy_regex(r"\{[0-9A-Fa-f?~()|\[\]\-\s]*+\}")
_ESCAPE = lazy_regex(r"\\(?:x([0-9A-Fa-f]{2})|(.))")
_SHORT = {"n": "\n", "t": "\t", "r": "\r"}

Token = tuple[str, str, int]


def tokens(source: str) -> Iterator[Token]:
    """Give kind (`text`, `word`, `mark`, `pattern`), value and 1-based line; texts are unquoted.

    A regular expression or hex string, which only stands after `=`, is a `pattern`.
    """
    at, line, after_equals = 0, 1, False
    while at < len(source):
        pattern = (_REGEX.match(source, at) or _HEX.match(source, at)) if after_equals else None
        match = pattern or _TOKEN.match(source, at)
        if match is None:  # a line end alone, which the first part has taken
            return
        kind = "pattern" if pattern else match.lastgroup
        if kind is not None:
            value = match[0]
            yield kind, _unquoted(value) if kind == "text" else value, line
            after_equals = kind == "mark" and value == "="
        line += match[0].count("\n")
        at = match.end()


def _unquoted(text: str) -> str:
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else _SHORT.get(m[2], m[2]), text[1:-1])
