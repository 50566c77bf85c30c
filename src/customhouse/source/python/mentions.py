"""Places that name a dangerous function, or the environment, without calling it on the spot."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from customhouse.source.python.api import api, canonical
from customhouse.source.python.bindings import Bindings
from customhouse.source.python.resolver import Steps

ENVIRONMENTS = frozenset({"os.environ", "os.environb"})
_MAX_ALIASES = 4_000
_MENTIONED = ("environ", "eval", "exec", "execfile", "compile", "importer", "subprocess", "system", "popen", "spawn",
              "executes")  # fmt: skip
_NO_MENTION = frozenset(
    {"import_statement", "import_from_statement", "dotted_name", "aliased_import", "function_definition", "comment",
     "keyword_argument_name", "parameters", "class_definition"}
)  # fmt: skip


def mentions(root: Node, bindings: Bindings, steps: Steps, spots: dict[str, list[int]]) -> Iterator[tuple[Node, Node]]:
    """Give each such name or attribute chain, in the order of the text, with what it stands in."""
    offsets = [offset for kind in _MENTIONED for offset in spots.get(kind, ())]
    offsets.extend(_aliases(bindings))
    seen: set[int] = set()
    for offset in sorted(offsets):
        if not steps.take(2):
            return
        leaf = root.descendant_for_byte_range(offset, offset + 1)
        if leaf is None or leaf.type != "identifier":
            continue
        node = _whole(leaf)
        parent = node.parent
        if node.id not in seen and parent is not None and parent.type not in _NO_MENTION:
            seen.add(node.id)
            yield node, parent


def _aliases(bindings: Bindings) -> list[int]:
    """Where a file uses its own short names for dangerous functions and for the environment."""
    aliases: set[bytes] = set()
    for name, module in bindings.imported_names:
        target = canonical(module)
        known = api(target)
        dangerous = known is not None and known.kind in {"process", "dynamic-code", "native-code"}
        if dangerous or target in ENVIRONMENTS:
            aliases.add(re.escape(name.encode()))
    if not aliases:
        return []
    pattern = re.compile(rb"(?<!\w)(?:" + b"|".join(sorted(aliases)) + rb")(?!\w)")
    return [match.start() for match in pattern.finditer(bindings.data)][:_MAX_ALIASES]


def _whole(leaf: Node) -> Node:
    """The attribute chain that ends in a leaf: `os.system` for its `system`, and for its `os`."""
    node = leaf
    parent = node.parent
    while parent is not None and parent.type == "attribute":
        member = parent.child_by_field_name("attribute")
        if member is None or (member.id != node.id and node.type == "attribute"):
            break
        if member.id != node.id and node.type == "identifier" and parent.parent is not None:
            node, parent = parent, parent.parent
            break
        node, parent = parent, parent.parent
    return node


def is_target(node: Node, parent: Node) -> bool:
    """Whether a name is being bound here, not read."""
    if parent.type == "keyword_argument":
        name = parent.child_by_field_name("name")
        return name is not None and name.id == node.id
    if parent.type in {"assignment", "augmented_assignment"}:
        left = parent.child_by_field_name("left")
        return left is not None and left.id == node.id
    if parent.type in {"default_parameter", "typed_default_parameter"}:
        name = parent.child_by_field_name("name")
        return name is not None and name.id == node.id
    return parent.type in {"typed_parameter", "attribute", "type"}
