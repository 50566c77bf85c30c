"""The commands that `node-gyp rebuild` runs because of a binding.gyp, read without running any of them.

A gyp file is a Python literal, and gyp reads it with `eval` (`gyp/input.py`, LoadOneBuildFile): strings may hold
`<!(command)`, `<!@(command)` and `<!pymod_do_main(module …)`, which run while the file is read, and targets may have
actions, rules and build events, which run while building. Calls and the like are code; a bare name is a mistake, since
gyp gives it none. Here the text is
parsed into a syntax tree and never evaluated.
"""

import ast
import posixpath
import re
import warnings
from collections.abc import Iterator, Mapping

import msgspec

from customhouse.model.command_words import simple_commands
from customhouse.model.content import GypCommand, GypCommandKind, GypFacts
from customhouse.model.lazy_regex import lazy_regex

#: Bytes of one gyp file; V8's own, the largest known, has about 60 KB.
_MAX_SIZE = 1024 * 1024
_MAX_FILES = 64
_MAX_COMMANDS = 200
#: Characters of one command that are kept.
_MAX_COMMAND = 2000
_NATIVE = lazy_regex(r"\.(?:c|cc|cpp|cxx|c\+\+|m|mm|s|asm|nasm|cu|rs|swift|zig|go|f|f90)$", re.IGNORECASE)
_EXPANSION = lazy_regex(r"[<>^]!@?(pymod_do_main)?\(")
_VARIABLE = lazy_regex(r"[<>^]@?\((\w+)%?\)")


def is_gyp_file(path: str) -> bool:
    """Whether the member may be read by gyp."""
    return path.endswith((".gyp", ".gypi"))


def gyp_facts(root: str, texts: Mapping[str, bytes], paths: Mapping[str, object]) -> GypFacts:
    """Read the binding.gyp at `root`, and every gyp file of the archive that it includes or depends on.

    `texts` are the gyp files' bytes by path. Never raises: what cannot be read is said in `unread`.
    """
    commands: dict[GypCommand, None] = {}
    unread: list[str] = []
    waiting, seen = [root], {root}
    while waiting:
        path = waiting.pop()
        data = texts.get(path)
        if data is None:
            continue
        read = _File(path)
        if not read.read(data):
            unread.append(path)
        commands.update(dict.fromkeys(read.commands))
        for each in read.others:
            other = posixpath.normpath(posixpath.join(posixpath.dirname(path), each))
            if other not in seen and len(seen) < _MAX_FILES:
                seen.add(other)
                waiting.append(other)
    return GypFacts(
        root,
        tuple(commands)[:_MAX_COMMANDS],
        sum(1 for path in paths if _NATIVE.search(path)),
        f"{', '.join(unread)}: not a gyp file that can be read" if unread else "",
    )


def gyp_files(facts: GypFacts) -> Iterator[str]:
    """Name the package files that its commands run, relative to the package's root and not yet resolved."""
    for each in facts.commands:
        folder = posixpath.dirname(each.path)
        for command in simple_commands(each.command):
            for file in command.files:
                yield posixpath.normpath(posixpath.join(folder, file.replace("\\", "/")))


class _File:
    """One gyp file while it is read."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.commands: list[GypCommand] = []
        self.others: list[str] = []
        self._variables: dict[str, str] = {}

    def read(self, data: bytes) -> bool:
        """Collect its commands; False when it is no expression that Python would take."""
        if len(data) > _MAX_SIZE:
            return False
        text = data.decode("utf-8-sig", "replace")
        above = text[: len(text) - len(text.lstrip())].count("\n")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # `"\d"` in a string is no mistake of ours
                tree = ast.increment_lineno(ast.parse(text.strip(), self.path, "eval"), above)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
        strings: list[tuple[str, int]] = []
        for node in ast.walk(tree):
            match node:
                case ast.Constant(value=str(text)):
                    strings.append((text, node.lineno))
                case ast.Dict():
                    self._table(node)
                case ast.Call() | ast.Attribute() | ast.Lambda() | ast.NamedExpr() | ast.comprehension():
                    line = getattr(node, "lineno", 1)
                    shown = ast.unparse(node) if not isinstance(node, ast.comprehension) else "a comprehension"
                    self._add("code", shown, line)
        for text, line in strings:
            for command in _expansions(text):
                self._add("expansion", command, line)
        self.commands = [
            msgspec.structs.replace(each, command=self._filled(each.command)[:_MAX_COMMAND]) for each in self.commands
        ]
        return True

    def _add(self, kind: GypCommandKind, command: str, line: int) -> None:
        if len(self.commands) < _MAX_COMMANDS and (kind != "code" or all(it.kind != "code" for it in self.commands)):
            self.commands.append(GypCommand(kind, command[:_MAX_COMMAND], self.path, line))

    def _filled(self, command: str) -> str:
        """The command with the variables that this file gives a plain text."""
        return _VARIABLE.sub(lambda match: self._variables.get(match[1], match[0]), command)

    def _table(self, node: ast.Dict) -> None:
        entries = {
            key.value.rstrip("+=?!%"): value
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant) and isinstance(key.value, str)
        }
        for name, value in entries.items():
            match value:
                case ast.Dict() if name == "variables":
                    self._learn(value)
                case ast.List() if name in ("includes", "dependencies"):
                    self.others += [text.partition(":")[0] for text in _texts(value) if ".gyp" in text]
                case ast.List() if name == "action":
                    self._add("action", " ".join(map(_quoted, _texts(value))), value.lineno)
                case ast.Constant(value=str(text)) if name == "action":
                    self._add("action", text, value.lineno)
                case ast.Constant(value=str(text)) if name == "CommandLine":
                    self._add("action", text, value.lineno)
                case ast.List() if name == "make_global_settings":
                    for pair in value.elts:
                        self._tool(pair)

    def _tool(self, pair: ast.expr) -> None:
        names = _texts(pair)
        if len(names) == 2:  # noqa: PLR2004 - a name and a program
            self._add("tool", f"{names[0]}={names[1]}", pair.lineno)

    def _learn(self, table: ast.Dict) -> None:
        for key, value in zip(table.keys, table.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                self._variables.setdefault(str(key.value).rstrip("%"), value.value)


def _texts(node: ast.expr) -> list[str]:
    elements = node.elts if isinstance(node, ast.List | ast.Tuple) else []
    return [each.value for each in elements if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def _quoted(word: str) -> str:
    return f"'{word}'" if any(char in ' ;&|$`"()<>' for char in word) and "'" not in word else word


def _expansions(text: str) -> Iterator[str]:
    """Every command in a string, up to the bracket that closes it; one inside another is part of it."""
    at = 0
    while (match := _EXPANSION.search(text, at)) is not None:
        depth, end = 1, match.end()
        while end < len(text) and depth:
            depth += (text[end] == "(") - (text[end] == ")")
            end += 1
        command = text[match.end() : end - 1 if depth == 0 else end].strip()
        if command.startswith("["):
            command = " ".join(_listed(command))
        yield f"python {command.split(' ')[0].replace('.', '/')}.py {command}" if match[1] else command
        at = end


def _listed(command: str) -> list[str]:
    try:
        return [_quoted(str(each)) for each in ast.literal_eval(command)]
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return [command]
