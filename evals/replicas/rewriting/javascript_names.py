"""JavaScript with other names: those that only the file itself sees."""

from collections.abc import Callable

from tree_sitter import Node

from evals.replicas.rewriting.syntax import Edits, edited, field, parse, said, walk

_PATTERN_PARENTS = frozenset(
    {"variable_declarator", "formal_parameters", "array_pattern", "object_pattern", "function_declaration"}
    | {"function_expression", "generator_function_declaration", "class_declaration", "catch_clause", "rest_pattern"}
    | {"for_in_statement", "arrow_function", "assignment_pattern", "object_assignment_pattern", "pair_pattern"}
)
_NAME_FIELDS = frozenset({"name", "parameter", "left", "value", None})
_RESERVED = frozenset(
    [
        "do",
        "if",
        "in",
        "of",
        "for",
        "let",
        "new",
        "try",
        "var",
        "case",
        "else",
        "enum",
        "eval",
        "null",
        "this",
        "true",
        "void",
        "with",
        "await",
        "break",
    ]
)
#: Names that say nothing, as a person would give them.
_PLAIN_NAMES = [
    "layout",
    "frame",
    "cursor",
    "region",
    "margin",
    "anchor",
    "ribbon",
    "ledger",
    "parcel",
    "canvas",
    "socket",
    "lantern",
    "orchard",
    "harbor",
    "meadow",
    "pebble",
    "thicket",
    "summit",
    "valley",
    "prairie",
    "glacier",
    "lagoon",
    "canyon",
    "delta",
    "estuary",
    "fjord",
    "geyser",
    "hollow",
    "inlet",
    "jetty",
    "knoll",
    "marsh",
    "oasis",
    "plateau",
    "quarry",
    "ravine",
    "savanna",
    "tundra",
    "upland",
    "vista",
    "wharf",
    "atoll",
    "basin",
    "cove",
    "dune",
    "escarp",
    "floe",
    "grove",
    "heath",
    "isle",
]


def declares(node: Node) -> bool:
    """Whether the name stands where it is declared."""
    parent = node.parent
    if parent is None:
        return False
    if node.type == "shorthand_property_identifier_pattern":
        return True
    if node.type != "identifier" or parent.type not in _PATTERN_PARENTS:
        return False
    role = field(node)
    if parent.type in ("assignment_pattern", "object_assignment_pattern"):
        return role == "left" and parent.parent is not None
    if parent.type == "for_in_statement":
        return role == "left"
    return role in _NAME_FIELDS


def _public(node: Node) -> bool:
    """Whether a declaration is seen from outside: an ES module's import or export."""
    above = node.parent
    while above is not None:
        if above.type in ("import_statement", "export_specifier"):
            return True
        if above.type == "export_statement":
            held = node.parent
            return held is not None and held.parent is not None and held.parent.id in (above.id, _child_id(above))
        above = above.parent
    return False


def _child_id(node: Node) -> int:
    declared = node.child_by_field_name("declaration")
    return declared.id if declared is not None else node.id


def _rename(text: str, fresh: Callable[[int], str]) -> str | None:
    tree = parse(text)
    nodes = list(walk(tree))
    kept = {said(it) for it in nodes if it.type == "identifier" and _public(it)}
    names = [said(it) for it in nodes if declares(it)]
    declared = [it for it in dict.fromkeys(names) if it not in kept]
    taken = {said(it) for it in nodes if "identifier" in it.type} | _RESERVED
    fitting = (name for name in map(fresh, range(10_000)) if name not in taken)
    mapping = {name: next(fitting) for name in declared}
    edits: Edits = []
    for node in nodes:
        new = mapping.get(said(node))
        if new is None:
            continue
        if node.type in ("shorthand_property_identifier", "shorthand_property_identifier_pattern"):
            edits.append((node.start_byte, node.end_byte, f"{said(node)}: {new}"))
        elif node.type == "identifier":
            edits.append((node.start_byte, node.end_byte, new))
    return edited(text, edits) if edits else None


def renamed(text: str) -> str | None:
    """Give every local name another that says nothing."""
    return _rename(text, lambda index: _PLAIN_NAMES[index % len(_PLAIN_NAMES)] + str(index // len(_PLAIN_NAMES) or ""))


def shortened(text: str) -> str | None:
    """Give every local name one or two letters."""
    return _rename(text, _letters)


def _letters(index: int) -> str:
    """Count as spreadsheets name columns: a, b, …, z, aa, ab."""
    rest, last = divmod(index, 26)
    return (_letters(rest - 1) if rest else "") + chr(ord("a") + last)


def hexed(text: str) -> str:
    """Give local names the hexadecimal look."""
    return _rename(text, lambda index: f"_0x{(index * 7919 + 0x1A2B3) & 0xFFFFF:05x}") or text
