"""What a JavaScript file calls of other files of its package as it is loaded.

`require("./x")()`, `const {run} = require("./x"); run()`, `import run from "./x"; new run.Client().open()`: the flow of
references follows the relative modules of a file as it follows `child_process` elsewhere, and `timing` says which of
the calls that it meets run at load. Handed over, an export counts as called by what plainly calls it (`setTimeout`,
`.then`, `.map`, a function of the file); not by a function of some other package.
"""

from tree_sitter import Node

from customhouse.model.code import ImportForm
from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.javascript.blanks import spaced
from customhouse.source.javascript.capability_table import OWN, extend
from customhouse.source.javascript.exports import Exports
from customhouse.source.javascript.flow import Called, Flow
from customhouse.source.javascript.parse import parse
from customhouse.source.javascript.seeds import sow
from customhouse.source.javascript.timing import Timing
from customhouse.source.javascript.tree import Code, Exhausted, TooDeep
from customhouse.source.link import Link

#: Bytes beyond which a file is not followed: such bundles hold their modules in themselves.
MAX_SIZE = 4 << 20
_STEPS, _BYTES_A_STEP = 100_000, 8
_MOST_LINKS = 256
_NUMBER = lazy_regex(r"\d+")


def javascript_links(path: str, data: bytes, *, entry: tuple[str, ...] = ()) -> tuple[Link, ...]:
    """Give the exports of other files that run as this one is loaded, or as its exports in `entry` are called."""
    if len(data) > MAX_SIZE:
        return ()
    source, tree = parse(path, data.removeprefix(b"\xef\xbb\xbf"))
    code = Code(spaced(source), tree.root_node, _STEPS + len(data) // _BYTES_A_STEP)
    flow = _OwnModules(code)
    exports = Exports(flow)
    found: dict[Link, None] = {}
    for stage in (code.probe, lambda: _follow(flow), lambda: _ask(flow, exports, entry, found)):
        try:
            stage()
        except TooDeep:
            return ()
        except (Exhausted, RecursionError):
            code.steps = _STEPS // 4  # the next stage works with what there is
    return tuple(found)[:_MOST_LINKS]


def _follow(flow: "_OwnModules") -> None:
    sow(flow)
    flow.run()


def _ask(flow: "_OwnModules", exports: Exports, entry: tuple[str, ...], found: dict[Link, None]) -> None:
    """What is called at load, and what `entry` only passes on."""
    timing = Timing(flow.code, flow.scopes, flow.paths)
    functions, outside = exports.enter(entry)
    timing.entered = frozenset(functions)
    for module, parts in outside:
        _note(found, flow, module, "".join(part if part == "()" else f".{part}" for part in parts))
    for place, name in flow.called():
        if timing.at_load(place):
            _note(found, flow, name)


def _note(found: dict[Link, None], flow: "_OwnModules", path: str, rest: str = "") -> None:
    specifier, name = path, rest
    if path.startswith(OWN):
        number = _NUMBER.match(path, len(OWN))
        if number is None:
            return
        specifier, name = flow.specifiers[int(number[0])], path[number.end() :] + rest
    if specifier.startswith("."):
        found[Link(specifier, name.removeprefix("."))] = None


class _OwnModules(Flow):
    """The flow of references, with the package's own modules followed."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.specifiers: list[str] = []

    def called(self) -> list[tuple[Node, str]]:
        """Every call of something that another file exports: where, and its path."""
        found = [(call.node, call.path) for call in self.calls if call.path.startswith(OWN)]
        for path, node in self.ends:
            parent = node.parent
            if path.startswith(OWN) and parent is not None and parent.type == "decorator":
                found.append((parent, path))
        return found

    def imported(self, specifier: str, node: Node, form: ImportForm) -> str | None:
        module = super().imported(specifier, node, form)
        if not specifier.startswith("."):
            return module
        if specifier not in self.specifiers:
            self.specifiers.append(specifier)
        return f"{OWN}{self.specifiers.index(specifier)}"

    def bind_import(self, clause: Node, module: str) -> None:
        if not module.startswith(OWN) or clause.type == "import_require_clause":
            super().bind_import(clause, module)
            return
        for child in clause.named_children:
            if child.type == "identifier":
                self.bind(child, f"{module}.default")
            elif child.type == "namespace_import":
                self.bind(child.named_children[0], module)
            for each in child.named_children if child.type == "named_imports" else ():
                name = each.child_by_field_name("name")
                if name is not None:
                    self.bind(each.child_by_field_name("alias") or name, f"{module}.{self.code.text(name)}")

    def _member(self, parent: Node, node: Node, path: str) -> str | None:
        if not path.startswith(OWN) or not self._is(parent, "object", node):
            return super()._member(parent, node, path)
        name, holder = self.folder.member_name(parent), parent.parent
        if name is None:
            return None
        if holder is not None and holder.type == "assignment_expression" and self._is(holder, "left", parent):
            return None  # written, not read
        if name == "then" and holder is not None and "." not in path and "()" not in path:
            self.to_callback(holder, path)
            return None
        if name in {"bind", "call", "apply"} and path.endswith((".bind", ".call", ".apply")):
            return None
        return extend(path, name)

    def _result(self, path: str, arguments: list[Node]) -> str | None:
        if path.startswith(OWN):
            # What a call gives is followed, what that gives when it is called itself; and methods of the former.
            _, called, rest = path.partition("()")
            return f"{path}()" if not called or not rest else None
        return super()._result(path, arguments)

    def _passed(self, arguments: Node, node: Node, path: str) -> str | None:
        call = arguments.parent
        if path.startswith(OWN) and call is not None and call.type == "new_expression":
            maker = call.child_by_field_name("constructor")
            if maker is not None and self.code.bytes_of(maker) == b"Promise":
                self._meet(Called(path, call, []))
        return super()._passed(arguments, node, path)
