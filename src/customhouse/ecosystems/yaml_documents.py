"""Reading YAML as package clients write it: block and flow collections of plain text, nothing that points or converts.

No client writes anchors, aliases, tags or merge keys into a lock, and each lets one file mean different things to
different readers; they are refused with their line. Scalars stay text, so `1.10` is no number and `no` no boolean.
The grammar itself is libyaml's, by its events; no object is ever made from a tag.
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from customhouse.ecosystems.documents import UnreadableError, plain_text

#: Joins the keys of a path; YAML text cannot hold a NUL.
SEPARATOR = "\0"
#: Bytes: a pnpm lock of 40,000 packages has about 10 MB, and reading costs some ten times its size in memory.
MAX_YAML = 32 * 1024 * 1024
#: Levels of nesting; a pnpm lock has five.
_MAX_DEPTH = 32
_MAX_DOCUMENTS = 32
#: Characters of a path; lines under a longer one are not kept, since each of them would repeat it.
_MAX_PATH = 1024
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
#: Stands for the value of a document that has not ended.
_UNFINISHED: Any = object()
_NO_CLIENT = "which no package client writes"


class YamlDocument(msgspec.Struct, frozen=True):
    """One document of a stream.

    `value` is made of dict, list, str, and None for what is plainly nothing (an empty value, `~`, `null`): the one
    place where a quoted scalar (`''`) must not be taken for a plain one. `line` is 1-based. `lines` maps the path of
    each key of the outer levels (keys joined by SEPARATOR) to its 1-based line.
    """

    value: Any
    line: int
    lines: dict[str, int]


def yaml_documents(data: bytes, *, levels: int = 2, deep: frozenset[str] = frozenset()) -> Iterator[YamlDocument]:
    """Read a stream of documents, each as soon as it ends.

    Lines are kept of the keys of the outer `levels` mappings, and of every mapping under the outermost keys `deep`.

    Raises UnreadableError with the line: where the bytes are no UTF-8 text or too many, where it is not YAML, where a
    key stands twice in one mapping, where an anchor, alias, tag, directive or merge key stands, or where it is nested
    deeper than any client writes. Documents before that have been given already.
    """
    if len(data) > MAX_YAML:
        raise UnreadableError(f"it is larger than {MAX_YAML >> 20} MiB, more than any client writes")
    import yaml  # noqa: PLC0415 - few projects have a lock written in it

    next_event = _events(plain_text(data))
    try:
        next_event()  # the start of the stream
        for _ in range(_MAX_DOCUMENTS):
            event = next_event()
            if type(event) is yaml.StreamEndEvent:
                return
            line = event.start_mark.line + 1 if event.start_mark else 1
            if event.version or event.tags:
                raise UnreadableError(f"line {line} follows a YAML directive, {_NO_CLIENT}")
            yield _document(next_event, line, levels, deep)
            next_event()  # the end of the document
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f", in line {mark.line + 1}" if mark is not None else ""
        raise UnreadableError(f"it is not YAML: {error.problem}{where}") from error
    except yaml.YAMLError as error:
        raise UnreadableError("it is not YAML: it holds control characters") from error
    raise UnreadableError(f"it holds more than {_MAX_DOCUMENTS} documents")


def _events(text: str) -> Callable[[], Any]:
    """Return what gives the next event. libyaml is twenty times as fast as the parser written in Python."""
    import yaml  # noqa: PLC0415

    return (yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader)(text).get_event


class _Builder:
    """One document in the making: what is open, and where in it the next event belongs."""

    def __init__(self, levels: int, deep: frozenset[str]) -> None:
        self.lines: dict[str, int] = {}
        self._levels = levels
        self._deep = deep
        #: Open collections outside the current one, with the key under which the current one stands, and their path.
        self._outer: list[tuple[Any, str | None, str | None]] = []
        self._current: Any = None
        self._key: str | None = None
        #: Path of the current mapping; None in a list, and below the levels whose lines are kept.
        self._path: str | None = ""

    def scalar(self, event: Any) -> Any:
        """Take a scalar for a key or a value; return the latter when it is the whole document."""
        value = event.value
        if self._key is None and type(self._current) is dict:
            line = event.start_mark.line + 1
            if value in self._current or value == "<<":
                _refuse_key(value, line)
            self._key = value
            self._current[value] = None  # keeps its place, and tells a second one
            if self._path is not None:
                self.lines[self._path + value] = line
            return _UNFINISHED
        # The parser written in Python says None of a plain style, libyaml an empty text.
        return self._add(None if not event.style and value in _NULLS else value)

    def open(self, event: Any, new: Any) -> None:
        """Begin a mapping or list."""
        if type(self._current) is dict and self._key is None:
            raise UnreadableError(f"line {event.start_mark.line + 1} has a key that is no text")
        if len(self._outer) >= _MAX_DEPTH:
            line = event.start_mark.line + 1
            raise UnreadableError(f"line {line} is nested more than {_MAX_DEPTH} levels deep, {_NO_CLIENT}")
        self._outer.append((self._current, self._key, self._path))
        if self._current is not None and self._path is not None:
            inner = f"{self._path}{self._key}{SEPARATOR}" if self._key is not None else None
            kept = (
                inner
                and len(inner) <= _MAX_PATH
                and (len(self._outer) <= self._levels or inner.partition(SEPARATOR)[0] in self._deep)
            )
            self._path = inner if kept else None
        self._current, self._key = new, None

    def close(self) -> Any:
        """End the current collection; return it when it is the whole document."""
        value = self._current
        self._current, self._key, self._path = self._outer.pop()
        return self._add(value)

    def _add(self, value: Any) -> Any:
        if type(self._current) is dict:
            self._current[self._key] = value
            self._key = None
        elif self._current is None:
            return value
        else:
            self._current.append(value)
        return _UNFINISHED


def _document(next_event: Callable[[], Any], line: int, levels: int, deep: frozenset[str]) -> YamlDocument:
    """Build the value of one document from its events, up to but without the one that ends it."""
    from yaml import events  # noqa: PLC0415

    builder = _Builder(levels, deep)
    value = _UNFINISHED
    while value is _UNFINISHED:
        event = next_event()
        kind = type(event)
        if kind is events.MappingEndEvent or kind is events.SequenceEndEvent:
            value = builder.close()
            continue
        if event.anchor is not None or kind is events.AliasEvent:
            raise UnreadableError(f"line {event.start_mark.line + 1} has a YAML anchor or alias, {_NO_CLIENT}")
        if event.tag is not None:
            raise UnreadableError(f"line {event.start_mark.line + 1} has a YAML tag, {_NO_CLIENT}")
        if kind is events.ScalarEvent:
            value = builder.scalar(event)
        else:
            builder.open(event, {} if kind is events.MappingStartEvent else [])
    return YamlDocument(value, line, builder.lines)


def _refuse_key(key: str, line: int) -> None:
    if key == "<<":
        raise UnreadableError(f"line {line} has a YAML merge key, {_NO_CLIENT}")
    raise UnreadableError(f"key {key[:80]!r} stands twice in one mapping, the second time in line {line}")
