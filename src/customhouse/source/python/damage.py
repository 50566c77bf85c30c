"""What the parser could not read, and whether that matters."""

from collections.abc import Callable

from tree_sitter import Node

_MAX_ERRORS = 200
_MAX_LOOKED = 200_000


def damage(root: Node, data: bytes, is_plain: Callable[[bytes], bool]) -> str:
    """Say which part of a file could not be read; empty when nothing that could matter was lost.

    A piece of text that the parser skipped is harmless when `is_plain` finds nothing in it that the reader would act
    on. More is forgiven to nobody: text that Python accepts and the parser does not would be a place to hide in.
    """
    if not root.has_error:
        return ""
    pending = [root]
    looked = errors = 0
    while pending:
        node = pending.pop()
        looked += 1
        if looked > _MAX_LOOKED or errors > _MAX_ERRORS:
            return "too many syntax errors to read it whole"
        if node.is_error:
            errors += 1
            start, end = _lines(data, node)
            if not is_plain(data[start:end]):
                return f"line {node.start_point[0] + 1} could not be parsed"
        if node.has_error and not node.is_missing:
            pending.extend(child for child in node.children if child.has_error or child.is_error)
    return ""


def _lines(data: bytes, node: Node) -> tuple[int, int]:
    """The whole lines that a node touches."""
    start = data.rfind(b"\n", 0, node.start_byte) + 1
    end = data.find(b"\n", node.end_byte)
    return start, end if end >= 0 else len(data)
