"""Where the keys of a JSON document stand, and whether one stands twice. One pass, no tree."""

import re

import msgspec

from customhouse.ecosystems.documents import UnreadableError
from customhouse.model.lazy_regex import lazy_regex

#: A string that is a key (group 1 with group 2), a string that is a value, or a bracket. Possessive, so linear.
_TOKEN = lazy_regex(rb'"([^"\\]*+(?:\\.[^"\\]*+)*+)"(\s*+:)?+|[{}\[\]]', re.DOTALL)
#: Joins the keys of a path; a NUL cannot stand in the documents that reach here.
SEPARATOR = "\0"


def _unescape(key: bytes) -> bytes:
    try:
        return msgspec.json.decode(b'"' + key + b'"', type=str).encode()
    except msgspec.DecodeError as error:
        raise UnreadableError(f"it is not JSON: key {key[:40]!r} is misspelt") from error


class RepeatedKeyError(Exception):
    """A key stands twice in one object, so that readers may disagree over its value."""

    def __init__(self, key: str, line: int) -> None:
        """Keep the key, and the 1-based line of its second appearance."""
        super().__init__(f"key {key!r} stands twice in one object, the second time in line {line}")
        self.key = key
        self.line = line


def object_lines(data: bytes) -> dict[str, int]:
    """Map the path of every key whose value is an object (keys joined by SEPARATOR) to its 1-based line.

    `data` must have been decoded before, if only into a type that skips much of it. Keys of objects within arrays are
    checked for repetition but not listed. Raises RepeatedKeyError, or UnreadableError where what was skipped is bad.
    """
    lines: dict[str, int] = {}
    line, counted = 1, 0
    #: The path of each open object (None for an array and what it holds), and the keys seen in it.
    paths: list[str | None] = []
    seen: list[set[bytes]] = []
    array: set[bytes] = set()  # stands for every array, which has no keys
    pending: bytes | None = None
    pending_at = 0
    for match in _TOKEN.finditer(data):
        key, colon = match.groups()
        if key is not None:
            if colon is None:
                pending = None
                continue
            if b"\\" in key:
                key = _unescape(key)
            keys = seen[-1]
            if key in keys:
                raise RepeatedKeyError(key.decode(), data.count(b"\n", 0, match.start()) + 1)
            keys.add(key)
            pending, pending_at = key, match.start()
            continue
        bracket = match.group()
        if bracket == b"{":
            parent = paths[-1] if paths else ""
            if pending is not None and parent is not None:
                line += data.count(b"\n", counted, pending_at)
                counted = pending_at
                path = parent + SEPARATOR + pending.decode() if parent else pending.decode()
                lines[path] = line
                paths.append(path)
            else:
                paths.append("" if not paths else None)
            seen.append(set())
        elif bracket == b"[":
            paths.append(None)
            seen.append(array)
        else:
            paths.pop()
            seen.pop()
        pending = None
    return lines
