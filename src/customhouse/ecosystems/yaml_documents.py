"""Reading YAML as package clients write it: block and flow collections of plain text, nothing that points or converts.

No client writes anchors, aliases, tags or merge keys into a lock, and each lets one file mean different things to
different readers; they are refused with their line. Scalars stay text, so `1.10` is no number and `no` no boolean.
The grammar itself is libyaml's, by its events; no object is ever made from a tag.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from customhouse.ecosystems.documents import UnreadableError, plain_text

if TYPE_CHECKING:
    from yaml.events import Event

#: Joins the keys of a path; YAML text cannot hold a NUL.
SEPARATOR = "\0"
#: Bytes: a pnpm lock of 40,000 packages has about 10 MB, and reading costs some ten times its size in memory.
MAX_YAML = 32 * 1024 * 1024
#: Levels of nesting; a pnpm lock has five.
_MAX_DEPTH = 32
_MAX_DOCUMENTS = 32
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
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
            if not isinstance(event, yaml.DocumentStartEvent):
                return
            line = event.start_mark.line + 1
            if event.version or event.tags:
                raise UnreadableError(f"line {line} follows a YAML directive, {_NO_CLIENT}")
            yield _document(next_event, line, levels, deep)
            next_event()  # the end of the document
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        detail = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be scanned"
        raise UnreadableError(f"it is not YAML: {detail}" + (f", in line {mark.line + 1}" if mark else "")) from error
    raise UnreadableError(f"it holds more than {_MAX_DOCUMENTS} documents")


def _events(text: str) -> "Callable[[], Event]":
    """Return what gives the next event. libyaml is twenty times as fast as the parser written in Python."""
    import yaml  # noqa: PLC0415

    if yaml.__with_libyaml__:
        from yaml.cyaml import CParser  # noqa: PLC0415

        return CParser(text).get_event  # type: ignore[no-any-return]
    return yaml.SafeLoader(text).get_event  # type: ignore[no-any-return]


def _refuse_property(event: Any) -> None:
    line = event.start_mark.line + 1
    if event.anchor is not None:
        raise UnreadableError(f"line {line} has a YAML anchor or alias, {_NO_CLIENT}")
    if event.tag is not None:
        raise UnreadableError(f"line {line} has a YAML tag, {_NO_CLIENT}")


def _document(next_event: "Callable[[], Event]", line: int, levels: int, deep: frozenset[str]) -> YamlDocument:
    """Build the value of one document from its events, up to but without the one that ends it."""
    from yaml import events  # noqa: PLC0415

    scalar_event, mapping_start, sequence_start = (
        events.ScalarEvent,
        events.MappingStartEvent,
        events.SequenceStartEvent,
    )
    mapping_end, sequence_end = events.MappingEndEvent, events.SequenceEndEvent
    lines: dict[str, int] = {}
    #: Open collections outside the current one, with the key under which the current one stands and its path.
    outer: list[tuple[Any, str | None, str | None]] = []
    current: Any = None
    key: str | None = None
    #: Path of the current mapping; None below the levels whose lines are kept, and in a list.
    path: str | None = ""
    value: Any
    while True:
        event: Any = next_event()
        kind = type(event)
        if kind is scalar_event:
            if event.anchor is not None or event.tag is not None:
                _refuse_property(event)
            value = event.value
            if key is None and type(current) is dict:
                if value in current or value == "<<":
                    _refuse_key(value, event.start_mark.line + 1)
                key = value
                current[key] = None  # keeps its place, and tells a second one
                if path is not None:
                    lines[path + key] = event.start_mark.line + 1
                continue
            if not event.style and value in _NULLS:
                value = None
        elif kind is mapping_start or kind is sequence_start:
            if event.anchor is not None or event.tag is not None:
                _refuse_property(event)
            if type(current) is dict and key is None:
                raise UnreadableError(f"line {event.start_mark.line + 1} has a key that is no text")
            if len(outer) >= _MAX_DEPTH:
                raise UnreadableError(
                    f"line {event.start_mark.line + 1} is nested more than {_MAX_DEPTH} levels deep, {_NO_CLIENT}"
                )
            outer.append((current, key, path))
            if current is not None:
                if path is not None:
                    keep = key is not None and (len(outer) <= levels or path.partition(SEPARATOR)[0] in deep)
                    path = f"{path}{key}{SEPARATOR}" if keep else None
            elif kind is sequence_start:
                path = None
            current, key = ({} if kind is mapping_start else []), None
            continue
        elif kind is mapping_end or kind is sequence_end:
            value = current
            current, key, path = outer.pop()
        else:  # an alias
            _refuse_property(event)
            raise UnreadableError(f"line {event.start_mark.line + 1} is not YAML that a client writes")
        if current is None:
            return YamlDocument(value, line, lines)
        if type(current) is dict:
            current[key] = value
            key = None
        else:
            current.append(value)


def _refuse_key(key: str, line: int) -> None:
    if key == "<<":
        raise UnreadableError(f"line {line} has a YAML merge key, {_NO_CLIENT}")
    raise UnreadableError(f"key {key[:80]!r} stands twice in one mapping, the second time in line {line}")
