"""Where the keys of a JSON document stand, and whether one stands twice."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from customhouse.ecosystems.documents import UnreadableError
from customhouse.model.lazy_regex import lazy_regex

#: A string that is a key (group 1 with group 2), a string that is a value, or a bracket. Possessive, so linear.
_TOKEN = lazy_regex(rb'"([^"\\]*+(?:\\.[^"\\]*+)*+)"(\s*+:)?+|[{}\[\]]', re.DOTALL)
#: Joins the keys of a path; a NUL cannot stand in the documents that reach here.
SEPARATOR = "\0"
#: The end of every key, and of nothing that is not followed by a colon.
_KEY_END = lazy_regex(rb'"\s*+:')
_ANYTHING = msgspec.json.Decoder()
#: Bytes: larger documents are not decoded as a whole only to be counted.
_MAX_COUNTED = 4 * 1024 * 1024


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


def object_lines(data: bytes, depth: int = 0) -> dict[str, int]:
    """Map the path of every key whose value is an object (keys joined by SEPARATOR) to its 1-based line.

    Keys down to `depth` are mapped whatever their value is; 1 is the document's own keys. `data` must have been decoded
    before, if only into a type that skips much of it. Keys of objects within arrays are checked for repetition but not
    listed. Raises RepeatedKeyError, or UnreadableError where what was skipped is bad.
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
            if len(paths) <= depth and paths[-1] is not None:
                line += data.count(b"\n", counted, pending_at)
                counted = pending_at
                lines[f"{paths[-1]}{SEPARATOR}{key.decode()}" if paths[-1] else key.decode()] = line
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


def table_lines(data: bytes, table: str, keys: Iterable[str]) -> dict[str, int]:
    """Map the keys of one of the document's own objects to their 1-based lines.

    `data` must have been decoded before, and `keys` be what decoding gave, in the order of the document. One member a
    line, which is how clients write, is read several times as fast as anything else. Raises what `object_lines` does.
    """
    wanted = list(keys)
    if len(data) <= _MAX_COUNTED and _has_no_repeated_key(data):
        found = _lines_as_written(data, table.encode(), wanted)
        if found is not None:
            return found
    start = table + SEPARATOR
    every = object_lines(data, 2)
    return {key: every[start + key] for key in wanted if start + key in every}


def _has_no_repeated_key(data: bytes) -> bool:
    """Say whether no object has a key twice; True is certain, False a suspicion.

    Decoding drops repeated keys, so as many keys as there are ends of keys in the text means that none was dropped.
    A text that only looks like one, within a string, can but raise the suspicion.
    """
    try:
        document = _ANYTHING.decode(data)
    except (msgspec.DecodeError, RecursionError):
        return False
    count = 0
    nested: list[Any] = [document]
    for one in nested:  # which grows meanwhile
        if type(one) is dict:
            count += len(one)
        for value in one.values() if type(one) is dict else one if type(one) is list else ():
            if type(value) is dict or type(value) is list:
                nested.append(value)  # noqa: PERF401 - a new list for every object takes twice as long
    return count == len(_KEY_END.findall(data))


def _lines_as_written(data: bytes, table: bytes, wanted: list[str]) -> dict[str, int] | None:
    """Find the members of a table that stand at the start of lines of their own; None unless they are just those."""
    head = re.search(rb'\n([ \t]*+)"' + re.escape(table) + rb'": ?\{\r?(?=\n([ \t]++)")', data)
    if head is None:
        return None
    end = data.find(b"\n" + head.group(1) + b"}", head.end())
    members = re.compile(rb"\n" + head.group(2) + rb'"((?:[^"\\\n]|\\.)*+)": ?[{\["]')
    found = []
    line, counted = 1, 0
    for match in members.finditer(data, head.end(), end if end >= 0 else len(data)):
        line += data.count(b"\n", counted, match.start() + 1)
        counted = match.start() + 1
        found.append((match.group(1), line))
    names = [key.decode() if b"\\" not in key else _unescape(key).decode() for key, _ in found]
    if names != wanted:
        return None
    return {name: line for name, (_, line) in zip(names, found, strict=True)}
