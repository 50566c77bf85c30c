"""JavaScript said otherwise: minified, indented anew, wrapped as a whole, split in two.

Each function takes a program and returns one that does the same, or None where it has nothing to change. They are
written for the replicas' own style (semicolons, plain declarations) and not for any program.
"""

from collections.abc import Iterator

from tree_sitter import Node

from evals.replicas.rewriting.javascript_names import declares, shortened
from evals.replicas.rewriting.javascript_strings import XOR_HELPER, expression
from evals.replicas.rewriting.syntax import parse, said, walk

_ATOMS = frozenset({"string", "template_string", "regex"})
_ENDED = frozenset(
    {"expression_statement", "lexical_declaration", "variable_declaration", "return_statement", "throw_statement"}
    | {"break_statement", "continue_statement", "import_statement", "do_statement"}
)


def _leaves(node: Node) -> Iterator[str]:
    if node.type == "comment":
        return
    if node.type in _ATOMS or not node.children:
        yield said(node)
    else:
        for child in node.children:
            yield from _leaves(child)
    if node.type in _ENDED and (not node.children or node.children[-1].type != ";"):
        yield ";"


def minified(text: str) -> str:
    """Write it on one line, with short names, without comments."""
    pieces: list[str] = []
    for leaf in filter(None, _leaves(parse(shortened(text) or text))):
        last = pieces[-1][-1] if pieces else ""
        if leaf.startswith("#!"):
            pieces.append(leaf + "\n")
            continue
        if last and (_glued(last, leaf[0]) or (last == leaf[0] and last in "+-")):
            pieces.append(" ")
        pieces.append(leaf)
    return "".join(pieces) + "\n"


def _glued(left: str, right: str) -> bool:
    return (left.isalnum() or left in "_$") and (right.isalnum() or right in "_$")


def reindented(text: str) -> str:
    """Indent by tabs, end lines as Windows does; lines within templates stay."""
    inside: set[int] = set()
    for node in walk(parse(text)):
        if node.type in ("template_string", "comment"):
            inside.update(range(node.start_point[0] + 1, node.end_point[0] + 1))
    lines = []
    for number, line in enumerate(text.split("\n")):
        bare = line.lstrip(" ")
        deep = (len(line) - len(bare)) // 2
        lines.append(line if number in inside else "\t" * deep + bare)
    return "\r\n".join(lines) if not inside else "\n".join(lines)


def packed(text: str, encoding: str) -> str | None:
    """Make the whole program one string that is decoded and evaluated."""
    if "\nimport " in f"\n{text}" or "\nexport " in f"\n{text}":
        return None
    node_js = "require(" in text
    hidden = expression(text, encoding, node_js=node_js)
    if hidden is None:
        return None
    return f"eval({hidden});\n" + (XOR_HELPER if encoding == "xor" else "")


def _is_plain(node: Node) -> bool:
    """A declaration that may stand in two files: of modules, or of constants."""
    if node.type != "lexical_declaration" or not said(node).startswith("const"):
        return False
    for child in node.named_children:
        value = child.child_by_field_name("value")
        if value is None:
            return False
        called = [it for it in walk(value) if it.type in ("call_expression", "new_expression", "arrow_function")]
        calls = [it.child_by_field_name("function") for it in called]
        if any(it is None or said(it) != "require" for it in calls):
            return False
    return True


def split(text: str, beside: str) -> tuple[str, str] | None:
    """Move the functions into another file, `beside` (a specifier): the main program, and that file."""
    tree = parse(text)
    if any(it.type in ("import_statement", "export_statement") for it in tree.children):
        return None
    shebang = "".join(f"{said(it)}\n" for it in tree.children if it.type == "hash_bang_line")
    functions = [it for it in tree.children if it.type == "function_declaration"]
    plain = [it for it in tree.children if _is_plain(it)]
    others = [it for it in tree.children if it not in functions and it not in plain and it.type != "hash_bang_line"]
    names = [said(name) for it in functions if (name := it.child_by_field_name("name")) is not None]
    state = {said(it) for other in others for it in walk(other) if declares(it)}
    used = {said(it) for function in functions for it in walk(function) if it.type == "identifier"}
    if not functions or state & used - {said(it) for function in functions for it in walk(function) if declares(it)}:
        return None
    moved = "\n\n".join(said(it) for it in functions)
    head = "\n".join(said(it) for it in plain)
    support = f"{head}\n\n{moved}\n\nmodule.exports = {{ {', '.join(names)} }};\n"
    directive = [it for it in others if said(it).strip("'\"; ") == "use strict"]
    rest = "\n".join(said(it) for it in others if it not in directive)
    main = f"{shebang}'use strict';\n\n{head}\nconst {{ {', '.join(names)} }} = require('{beside}');\n\n{rest}\n"
    return main, support
