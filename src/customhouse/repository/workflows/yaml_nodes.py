"""YAML as nodes that know their lines, read leniently: build files use anchors, merges and several documents.

PyYAML composes the nodes; nothing is constructed from them, so a tag can make nothing happen. A key that is written
twice gives both values: which one counts differs from system to system.
"""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

import msgspec

from customhouse.ecosystems.documents import UnreadableError

#: Brackets and indents inside one another. The parser recurses in C, so it is asked only about what is flatter.
_DEPTH = 200
#: Nodes looked at in one file, those behind aliases each time anew.
_NODES = 200_000
_MERGE = "<<"


class Script(msgspec.Struct, frozen=True):
    """A text of a file, and where each part of it stands: `offsets` ascend, `lines` are 1-based."""

    text: str
    offsets: tuple[int, ...]
    lines: tuple[int, ...]

    def line(self, offset: int) -> int:
        """Return the line of the file on which a place in the text stands."""
        at = bisect_right(self.offsets, offset) - 1
        return self.lines[max(at, 0)]


def plain_script(text: str, first: int = 1) -> Script:
    """Make a script of a text whose lines are a file's own, beginning with line `first`."""
    offsets, at = [0], text.find("\n")
    while at >= 0:
        offsets.append(at + 1)
        at = text.find("\n", at + 1)
    return Script(text, tuple(offsets), tuple(range(first, first + len(offsets))))


class Document:
    """One document of a file. Its nodes are PyYAML's; they are only handed to its methods."""

    def __init__(self, root: Any, source: list[str]) -> None:
        """`source` holds the lines of the whole file."""
        self.root = root
        self._source = source
        self._seen = 0

    def entries(self, node: Any) -> Iterator[tuple[str, Any]]:
        """Give a mapping's keys and values, merged ones after its own; nothing for what is no mapping."""
        yield from self._entries(node, 0)

    def _entries(self, node: Any, depth: int) -> Iterator[tuple[str, Any]]:
        if getattr(node, "id", "") != "mapping" or depth > _DEPTH:
            return
        merged: list[Any] = []
        for key, value in node.value:
            self._count()
            if getattr(key, "id", "") != "scalar":
                continue
            if key.value == _MERGE and key.tag == "tag:yaml.org,2002:merge":
                merged += value.value if value.id == "sequence" else [value]
            else:
                yield key.value, value
        for other in merged:
            yield from self._entries(other, depth + 1)

    def get(self, node: Any, *keys: str) -> Iterator[Any]:
        """Give every value under a path of keys."""
        if not keys:
            yield node
            return
        for key, value in self.entries(node):
            if key == keys[0]:
                yield from self.get(value, *keys[1:])

    def items(self, node: Any) -> Iterator[Any]:
        """Give a sequence's items; nothing for what is none."""
        if getattr(node, "id", "") == "sequence":
            for item in node.value:
                self._count()
                yield item

    def text(self, node: Any) -> str:
        """Return a scalar's text; empty for what is none."""
        return str(node.value) if getattr(node, "id", "") == "scalar" else ""

    def first(self, node: Any, *keys: str) -> str:
        """Return the first text under a path of keys; empty when there is none."""
        return next((found for value in self.get(node, *keys) if (found := self.text(value))), "")

    def line(self, node: Any) -> int:
        """Return the 1-based line on which a node begins."""
        return int(node.start_mark.line) + 1

    def script(self, node: Any) -> Script:
        """Return a scalar with the line of each of its parts: a block's text begins below its `|`."""
        text = self.text(node)
        first, last = node.start_mark.line, min(node.end_mark.line, len(self._source) - 1)
        offsets, lines, at = [0], [first + 1], 0
        block = node.style in ("|", ">")
        for number in range(first + block, last + 1):
            source = self._source[number]
            if number == first:
                source = source[node.start_mark.column :].lstrip("'\"")
            if number == last and not block:
                source = source.rstrip("'\"")
            part = source.strip().rstrip("\\")
            found = text.find(part, at) if part else -1
            if found >= 0:
                offsets.append(found)
                lines.append(number + 1)
                at = found + len(part)
        return Script(text, tuple(offsets), tuple(lines))

    def environment(self, node: Any) -> dict[str, str]:
        """Read a mapping of variables; a value may be a mapping that has a `value` itself."""
        return {name: self.text(value) or self.first(value, "value") for name, value in self.entries(node)}

    def _count(self) -> None:
        self._seen += 1
        if self._seen > _NODES:
            raise UnreadableError("its aliases expand to more than any build file holds")


def read_yaml(data: bytes) -> list[Document]:
    """Parse a file into its documents; an empty one has none.

    Raises UnreadableError, with the line where there is one, when it is not YAML, not UTF-8, or nested too deep.
    """
    import yaml  # noqa: PLC0415 - only where there are build files

    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError("it is not UTF-8") from error
    _refuse_deep(text)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    source = text.split("\n")
    try:
        return [Document(root, source) for root in yaml.compose_all(text, Loader=loader) if root is not None]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" (line {mark.line + 1})" if mark else ""
        raise UnreadableError(f"it is not YAML: {error.problem or error.context}{where}") from error
    except yaml.YAMLError as error:
        detail = " ".join(str(getattr(error, "reason", error)).split())
        raise UnreadableError(f"it is not YAML: {detail}") from error
    except RecursionError as error:
        raise UnreadableError("it is nested too deep") from error


def _refuse_deep(text: str) -> None:
    """Count what could open a level, generously: brackets that stand open, dashes and columns of a line's beginning."""
    depth = 0
    for line in text.split("\n"):
        begin = len(line) - len(line.lstrip(" -?:"))
        if begin > 10 * _DEPTH or line[:begin].count("-") > _DEPTH or line[:begin].count("?") > _DEPTH:
            raise UnreadableError(f"it is nested more than {_DEPTH} deep")
        if "[" in line or "{" in line or depth:
            opened = line.count("[") + line.count("{")
            depth = max(0, depth + opened - line.count("]") - line.count("}"))
            if max(depth, opened) > _DEPTH:
                raise UnreadableError(f"it is nested more than {_DEPTH} deep")
