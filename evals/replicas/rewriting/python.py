"""Python said otherwise, through its own syntax tree. What each function takes and gives is as in `javascript`.

A `.pth` line is a program of simple statements on one line that begins with `import`; `on_one_line` keeps it so.
"""

import ast
import base64
import builtins
import re
import zlib
from collections.abc import Callable, Iterator

_KEY = 0x5B
_SHORTEST = 3
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
]
_XOR_HELPER = "def unfold(list_, key):\n    return bytes(one ^ key for one in list_).decode()\n"


def on_one_line(text: str) -> str | None:
    """Join simple statements into the line of a `.pth`; None where a statement has a body or no import leads."""
    body = ast.parse(text).body
    if any(hasattr(it, "body") for it in body) or not isinstance(body[0], ast.Import):
        return None
    return "; ".join(ast.unparse(it) for it in body) + "\n"


# ---------------------------------------------------------------------------------------------------------- names


class _Renamer(ast.NodeTransformer):
    def __init__(self, mapping: dict[str, str]) -> None:
        self.mapping = mapping

    def _new(self, name: str) -> str:
        return self.mapping.get(name, name)

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self._new(node.id), node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(self._new(node.arg), node.annotation)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = self._new(node.name)
        return self.generic_visit(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        node.name = self._new(node.name) if node.name else None
        return self.generic_visit(node)


def _locals(tree: ast.Module) -> Iterator[str]:
    """Names that nobody outside sees: arguments of functions, variables in them, names that begin with `_`."""
    keywords = {it.arg for it in ast.walk(tree) if isinstance(it, ast.keyword)}
    in_classes = {
        it.name
        for klass in ast.walk(tree)
        if isinstance(klass, ast.ClassDef)
        for it in klass.body
        if isinstance(it, ast.FunctionDef)
    }
    functions = [it for it in ast.walk(tree) if isinstance(it, ast.FunctionDef)]
    shared = {name for it in ast.walk(tree) if isinstance(it, ast.Global | ast.Nonlocal) for name in it.names}
    for function in functions:
        if function.name not in in_classes and function.name.startswith("_") and not function.name.startswith("__"):
            yield function.name
        for node in ast.walk(function):
            if isinstance(node, ast.arg) and node.arg not in ("self", "cls") and node.arg not in keywords | shared:
                yield node.arg
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id not in keywords | shared:
                yield node.id
    for statement in tree.body:
        for node in ast.walk(statement) if isinstance(statement, ast.Assign) else ():
            if (
                isinstance(node, ast.Name)
                and isinstance(node.ctx, ast.Store)
                and node.id.startswith("_")
                and not node.id.startswith("__")
            ):
                yield node.id


def _imported(tree: ast.Module) -> set[str]:
    names = (alias for it in ast.walk(tree) if isinstance(it, ast.Import | ast.ImportFrom) for alias in it.names)
    return {(alias.asname or alias.name).split(".")[0] for alias in names}


def _rename(text: str, fresh: Callable[[int], str]) -> str | None:
    tree = ast.parse(text)
    taken = (
        {it.id for it in ast.walk(tree) if isinstance(it, ast.Name)}
        | set(dir(builtins))
        | {"as", "if", "in", "is", "or"}
    )
    fitting = (name for name in map(fresh, range(5000)) if name not in taken)
    mapping = {name: next(fitting) for name in dict.fromkeys(_locals(tree)) if name not in _imported(tree)}
    if not mapping:
        return None
    return ast.unparse(ast.fix_missing_locations(_Renamer(mapping).visit(tree))) + "\n"


def renamed(text: str) -> str | None:
    """Give every local name another that says nothing."""
    return _rename(text, lambda index: _PLAIN_NAMES[index % len(_PLAIN_NAMES)] + str(index // len(_PLAIN_NAMES) or ""))


# ---------------------------------------------------------------------------------------------------------- looks


def minified(text: str) -> str:
    """Short names, no comments, no documentation, the least indentation, simple statements side by side."""
    short = _rename(text, lambda index: chr(97 + index % 26) + str(index // 26 or "")) or text
    tree = ast.parse(short)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node, clean=False):
            node.body = node.body[1:] or [ast.Pass()]
    return _indented(ast.unparse(tree), " ") + "\n"


def reindented(text: str) -> str:
    """Indent by tabs, end lines as Windows does."""
    return _indented(ast.unparse(ast.parse(text)), "\t").replace("\n", "\r\n") + "\r\n"


def _indented(text: str, by: str) -> str:
    again = re.sub(r"^(?: {4})+", lambda it: by * (len(it[0]) // 4), text, flags=re.MULTILINE)
    return again if ast.dump(ast.parse(again)) == ast.dump(ast.parse(text)) else text


# -------------------------------------------------------------------------------------------------------- strings


class _Encoder(ast.NodeTransformer):
    def __init__(self, write: Callable[[str], str | None]) -> None:
        self.write = write
        self.changed = 0

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if not isinstance(node.value, str) or len(node.value) < _SHORTEST:
            return node
        new = self.write(node.value)
        if new is None:
            return node
        self.changed += 1
        return ast.parse(new, mode="eval").body

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        """Strings with holes stay; what stands in the holes does not."""
        node.values = [self.visit(it) if isinstance(it, ast.FormattedValue) else it for it in node.values]
        return node

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.AST:
        node.value = self.visit(node.value)
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        return node if isinstance(node.value, ast.Constant) else self.generic_visit(node)


def expression(value: str, encoding: str) -> str:
    """Write an expression whose value is the string."""
    match encoding:
        case "base64":
            return f"base64.b64decode({base64.b64encode(value.encode()).decode()!r}).decode()"
        case "hex":
            return f"bytes.fromhex({value.encode().hex()!r}).decode()"
        case "char-codes":
            return f"''.join(map(chr, {[ord(letter) for letter in value]}))"
        case "xor":
            return f"unfold({[byte ^ _KEY for byte in value.encode()]}, {_KEY})"
        case "reversed":
            return f"{value[::-1]!r}[::-1]"
        case "joined":
            step = max(2, len(value) // 6)
            return f"''.join({[value[at : at + step] for at in range(0, len(value), step)]!r})"
        case "zlib":
            packed = base64.b64encode(zlib.compress(value.encode())).decode()
            return f"zlib.decompress(base64.b64decode({packed!r})).decode()"
    raise ValueError(encoding)


_NEEDS = {"base64": "import base64\n", "zlib": "import base64, zlib\n", "xor": _XOR_HELPER}


def _after_head(text: str, added: str) -> str:
    """Put statements after a module's documentation and `__future__`, where they may stand."""
    tree = ast.parse(text)
    last = 0
    for statement in tree.body:
        documentation = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if documentation or (isinstance(statement, ast.ImportFrom) and statement.module == "__future__"):
            last = statement.end_lineno or 0
    lines = text.splitlines(keepends=True)
    return "".join(lines[:last]) + added + "".join(lines[last:])


def strings_as(text: str, encoding: str) -> str | None:
    """Write every string as an expression that gives it."""
    encoder = _Encoder(lambda value: expression(value, encoding))
    tree = encoder.visit(ast.parse(text))
    if not encoder.changed:
        return None
    return _after_head(ast.unparse(ast.fix_missing_locations(tree)) + "\n", _NEEDS.get(encoding, ""))


def string_array(text: str) -> str | None:
    """Move the strings into one list behind a lookup that turns each around."""
    values: list[str] = []

    def look_up(value: str) -> str:
        if value not in values:
            values.append(value)
        return f"_o({values.index(value) + 17})"

    encoder = _Encoder(look_up)
    tree = encoder.visit(ast.parse(text))
    if not encoder.changed:
        return None
    helper = f"_l = {[it[::-1] for it in values]!r}\ndef _o(i):\n    return _l[i - 17][::-1]\n"
    return _after_head(ast.unparse(ast.fix_missing_locations(tree)) + "\n", helper)


# ------------------------------------------------------------------------------------------------- wrapped, split


def packed(text: str, encoding: str) -> str:
    """Make the whole program one string that is decoded and executed."""
    return f"{_NEEDS.get(encoding, '')}exec({expression(text, encoding)})\n"


def split(text: str, module: str) -> tuple[str, str] | None:
    """Move private functions into `module`: the main program, and that module."""
    tree = ast.parse(text)
    functions = [it for it in tree.body if isinstance(it, ast.FunctionDef)]
    imports = [
        it for it in tree.body if isinstance(it, ast.Import) or (isinstance(it, ast.ImportFrom) and not it.level)
    ]
    constants = [
        it for it in tree.body if isinstance(it, ast.Assign) and not any(isinstance(n, ast.Call) for n in ast.walk(it))
    ]
    rest = [it for it in tree.body if it not in functions and it not in imports and it not in constants]
    defined = {alias for it in rest for node in ast.walk(it) for alias in _defines(node)}
    used = {node.id for it in functions for node in ast.walk(it) if isinstance(node, ast.Name)}
    if not functions or defined & used:
        return None
    head = [it for it in rest[:1] if isinstance(it, ast.Expr) and isinstance(it.value, ast.Constant)]
    names = ", ".join(it.name for it in functions)
    common = _lines([*imports, *constants])
    main = f"{_lines(head)}{common}from {module} import {names}\n{_lines([it for it in rest if it not in head])}"
    return main, f"{common}\n\n{_lines(functions)}"


def _defines(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.ClassDef):
        yield node.name
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    if isinstance(node, ast.alias):
        yield (node.asname or node.name).split(".")[0]


def _lines(statements: list[ast.stmt]) -> str:
    return "".join(f"{ast.unparse(it)}\n" for it in statements)
