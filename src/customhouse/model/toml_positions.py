"""The line of every key of a TOML document, which tomllib does not tell."""

import re

from customhouse.model.lazy_regex import lazy_regex

Keys = tuple[str | int, ...]
_BLANK = lazy_regex(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = lazy_regex(r"[ \t]*")
_BARE = lazy_regex(r"[A-Za-z0-9_-]+")
_STRING = lazy_regex(
    r'"""(?:\\.|[^\\])*?"""+'
    r"|'''.*?'''+"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'",
    re.DOTALL,
)
_SCALAR = lazy_regex(r"[^,\]}\n#]*")
_ESCAPE = lazy_regex(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_SHORT = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}


def key_lines(text: str) -> dict[Keys, int]:
    """Map every key path to its 1-based line; items of arrays have their index in the path.

    `text` must be a document that tomllib accepts: nothing is checked here.
    """
    return _Walk(text.replace("\r\n", "\n")).document()


class _Walk:
    """One walk over one document."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Keys, int] = {}
        self.newlines = 0
        self.counted_to = 0
        self.counts: dict[Keys, int] = {}

    def document(self) -> dict[Keys, int]:
        table: Keys = ()
        while self._skip(_BLANK) < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
        return self.lines

    def _header(self) -> Keys:
        """Read `[a.b]` or `[[a.b]]` and give the path it opens, with the index of each array of tables."""
        many = self.text.startswith("[[", self.at)
        self.at += 1 + many
        keys = self._dotted()
        path: Keys = ()
        for depth, key in enumerate(keys, start=1):
            path = (*path, key)
            if depth < len(keys) and path in self.counts:
                path = (*path, self.counts[path])
        self._note((), path)
        if many:
            self.counts[path] = self.counts.get(path, -1) + 1
            path = (*path, self.counts[path])
            self._note((), path)
        self._skip(_SPACE)
        self.at += 1 + many
        return path

    def _pair(self, table: Keys) -> None:
        path = (*table, *self._dotted())
        self._note(table, path)
        self._skip(_SPACE)
        self.at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: Keys) -> None:
        opening = self.text[self.at]
        if opening in "[{":
            self.at += 1
            closing, index = "]" if opening == "[" else "}", 0
            while True:
                self._skip(_BLANK)
                if self.text[self.at] == closing:
                    break
                if self.text[self.at] == ",":
                    self.at += 1
                elif opening == "{":
                    self._pair(path)
                else:
                    self._note((), (*path, index))
                    self._value((*path, index))
                    index += 1
            self.at += 1
        elif match := _STRING.match(self.text, self.at):
            self.at = match.end()
        else:
            self._skip(_SCALAR)

    def _dotted(self) -> Keys:
        keys: list[str] = []
        while True:
            self._skip(_SPACE)
            if match := _BARE.match(self.text, self.at):
                keys.append(match.group())
            elif match := _STRING.match(self.text, self.at):
                keys.append(_plain(match.group()))
            else:
                return tuple(keys)  # not a key: the document is not what tomllib accepts
            self.at = match.end()
            self._skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return tuple(keys)
            self.at += 1

    def _note(self, table: Keys, path: Keys) -> None:
        """Remember the line of a path and of what leads to it below its table."""
        self.newlines += self.text.count("\n", self.counted_to, self.at)
        self.counted_to = self.at
        for length in range(len(table) + 1, len(path) + 1):
            self.lines.setdefault(path[:length], self.newlines + 1)

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at


def _plain(quoted: str) -> str:
    """Unquote a key."""
    body = quoted[1:-1]
    return body if quoted[0] == "'" else _ESCAPE.sub(_character, body)


def _character(match: re.Match[str]) -> str:
    code = match.group(1) or match.group(2)
    return chr(int(code, 16)) if code else _SHORT.get(match.group(3), match.group(3))
