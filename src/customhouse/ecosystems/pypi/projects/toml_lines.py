"""Where the tables, keys and strings of a TOML manifest stand: its parser gives values without their lines."""

import re
from bisect import bisect_left

from customhouse.model.lazy_regex import lazy_regex

_HEADER = lazy_regex(r"[ \t]*\[\[?([^\]\n]+)\]\]?[ \t]*(?:#.*)?$")
_KEY = lazy_regex(r"""[ \t]*((?:"[^"\n]*+"|'[^'\n]*+'|[A-Za-z0-9_-]++|[ \t]*\.[ \t]*)+)[ \t]*=""")
_PART = lazy_regex(r""""([^"\n]*)"|'([^'\n]*)'|([A-Za-z0-9_-]+)""")
_STRING = lazy_regex(r'"((?:[^"\\\n]|\\.)*+)"|' + r"'([^'\n]*+)'")


def _path(text: str) -> tuple[str, ...]:
    return tuple(double or single or bare for double, single, bare in _PART.findall(text))


class TomlLines:
    """One document's lines, found in one pass. A line is 1-based, and None where it cannot be told."""

    def __init__(self, text: str) -> None:
        """Look through a document that has been parsed before."""
        self._keys: dict[tuple[str, ...], int] = {}
        self._strings: dict[str, list[int]] = {}
        table: tuple[str, ...] = ()
        for number, line in enumerate(text.split("\n"), start=1):
            header = _HEADER.match(line)
            if header is not None and "," not in header[1] and "=" not in header[1]:
                table = _path(header[1])
                self._keys.setdefault(table, number)
                continue
            key = _KEY.match(line)
            if key is not None:
                path = (*table, *_path(key[1]))
                for length in range(len(table) + 1, min(len(path), len(table) + 8) + 1):
                    self._keys.setdefault(path[:length], number)
            for match in _STRING.finditer(line):
                self._strings.setdefault(match[1] if match[1] is not None else match[2], []).append(number)

    def key(self, *path: str) -> int | None:
        """Tell the line of a key, or of a table's header, by its path from the top."""
        return self._keys.get(path)

    def string(self, text: str, *path: str) -> int | None:
        """Tell the line of a string within the value of a key; the key's own where the string is not found."""
        start = self._keys.get(path)
        found = self._strings.get(re.sub(r'(["\\])', r"\\\1", text)) or self._strings.get(text) or []
        at = bisect_left(found, start or 0)
        return found[at] if at < len(found) else start
