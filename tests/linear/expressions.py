"""Enumerates every regular expression of the package: those made on import by watching, the others by reading the code.

Run as a script it prints JSON, one entry an expression: it watches `re.compile` and `lazy_regex`, which must not have
been called yet, so it needs a process of its own.
"""

import ast
import importlib
import json
import pkgutil
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

#: Functions of `re` whose first argument is an expression.
_DIRECT = frozenset({"match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer", "template"})
_MAKERS = frozenset({"compile", "lazy_regex"})
#: What looks at one place of the text only; everything else tries every place.
_AT_ONE_PLACE = frozenset({"match", "fullmatch"})


class Expression(NamedTuple):
    """One expression: `where` is "module:NAME" or "module:function" (as the tables of bounds write it)."""

    where: str
    line: int
    text: str | bytes
    flags: int
    #: "match", "fullmatch" or "search": the hardest way in which its own module uses it.
    use: str


class CallSite(NamedTuple):
    """A place in the code that makes an expression."""

    where: str
    line: int
    last_line: int
    in_function: bool
    #: The expression and its flags when they are written out there, else None.
    written: tuple[str | bytes, int] | None
    use: str


def call_sites(path: Path, module: str) -> list[CallSite]:
    """Return every call in one file that makes an expression or uses one that is written in it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    uses = _uses(tree)
    found: list[CallSite] = []

    def visit(node: ast.AST, names: tuple[str, ...], *, in_function: bool) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            in_function = True
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names = (*names, node.name)
        if isinstance(node, ast.Assign | ast.AnnAssign) and not in_function:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            names = (*names, ast.unparse(target))
        if isinstance(node, ast.Call) and (made := _makes(node)) is not None:
            where = f"{module}:{'.'.join(names)}"
            name = names[-1] if names else ""
            use = made if made in _DIRECT else uses.get(name, "search") if not in_function else "search"
            last = node.end_lineno or node.lineno
            found.append(CallSite(where, node.lineno, last, in_function, _written(node), _hardest({use})))
        for child in ast.iter_child_nodes(node):
            visit(child, names, in_function=in_function)

    visit(tree, (), in_function=False)
    return found


def _makes(call: ast.Call) -> str | None:
    """Return the name of the function when it makes an expression of its first argument."""
    if isinstance(call.func, ast.Name) and call.func.id in {"lazy_regex", "re_compile"}:
        return "lazy_regex"
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and call.func.value.id == "re":
        return call.func.attr if call.func.attr in _DIRECT | _MAKERS else None
    return None


def _written(call: ast.Call) -> tuple[str | bytes, int] | None:
    """Return the expression and its flags when both are constants."""
    if not call.args or not isinstance(call.args[0], ast.Constant):
        return None
    flags = 0
    for node in (*(keyword.value for keyword in call.keywords if keyword.arg == "flags"), *call.args[-1:]):
        names = [part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)]
        for value in (getattr(re, name, None) for name in names):
            flags |= int(value) if isinstance(value, re.RegexFlag) else 0
    value = call.args[0].value
    return (value, flags) if isinstance(value, str | bytes) else None


def _uses(tree: ast.Module) -> dict[str, str]:
    """Return how each module-level name is used: a name that is passed on or listed counts as searched with."""
    methods: dict[str, set[str]] = {}
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Name) or isinstance(node.ctx, ast.Store):
            continue
        parent = parents.get(node)
        method = parent.attr if isinstance(parent, ast.Attribute) else "passed on"
        methods.setdefault(node.id, set()).add(method)
    return {name: _hardest(used) for name, used in methods.items() if name.startswith("_")}


def _hardest(used: set[str]) -> str:
    if used <= {"fullmatch"}:
        return "fullmatch"
    return "match" if used <= _AT_ONE_PLACE else "search"


def modules(package: str = "customhouse") -> dict[str, Path]:
    """Return every module of the package with its file. Nothing but the package itself is imported."""
    root = Path(next(iter(importlib.import_module(package).__path__)))
    found = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join((package, *(parts[:-1] if parts[-1] == "__init__" else parts)))] = path
    return found


def main() -> None:
    """Print what importing every module makes, each with the file and line of the call."""
    from customhouse.model import lazy_regex as lazy  # noqa: PLC0415 (watched from the start)

    made: list[dict[str, Any]] = []
    real_compile = re.compile

    def note(text: Any, flags: Any) -> None:
        if not isinstance(text, str | bytes):
            return
        frame = sys._getframe(2)  # the caller's line is what is wanted
        raw = text if isinstance(text, str) else text.decode("latin-1")
        made.append(
            {
                "file": frame.f_code.co_filename,
                "line": frame.f_lineno,
                "bytes": isinstance(text, bytes),
                "text": raw,
                "flags": int(flags),
            }
        )

    def compiled(text: Any, flags: Any = 0) -> Any:
        note(text, flags)
        return real_compile(text, flags)

    def lazily(text: Any, flags: Any = 0) -> Any:
        note(text, flags)
        return real_compile(text, flags)

    re.compile = compiled  # type: ignore[assignment]
    lazy.lazy_regex = lazily
    for info in pkgutil.walk_packages(importlib.import_module("customhouse").__path__, "customhouse."):
        if not info.name.endswith(("__main__", "migrations.env")):  # the latter is alembic's to run
            importlib.import_module(info.name)
    json.dump(made, sys.stdout)


if __name__ == "__main__":
    main()
