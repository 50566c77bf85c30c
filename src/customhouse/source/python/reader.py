"""Reading one Python file into facts."""

import posixpath
import re
from collections.abc import Iterator
from typing import TypeVar

from tree_sitter import Node

from customhouse.model.code import (
    Addresses,
    Call,
    Capability,
    CapabilityKind,
    CodeFacts,
    Decoded,
    EndlessLoop,
    Guard,
    Import,
    Indirection,
    Walk,
    Way,
    When,
)
from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.addresses import addresses
from customhouse.source.credentials import credential_reference, credential_variable
from customhouse.source.data_runs import without_long_runs
from customhouse.source.decoding import Budget, decode_layers
from customhouse.source.first_look import first_look, places
from customhouse.source.hosts import hosts_in
from customhouse.source.mention_scan import Mentions, hits
from customhouse.source.python.api import RUNNERS, Api, api, canonical
from customhouse.source.python.arguments import MAX_ARGUMENT, as_text, python_code
from customhouse.source.python.bindings import Bindings, Imported
from customhouse.source.python.calls import CallFinder
from customhouse.source.python.carried import Carried
from customhouse.source.python.conditions import Conditions, endless_loops
from customhouse.source.python.constant import HOLE, Const
from customhouse.source.python.constants import Folder
from customhouse.source.python.damage import damage
from customhouse.source.python.encoding import decode_source, pth_lines
from customhouse.source.python.entering import enter
from customhouse.source.python.grammar import parse, structure
from customhouse.source.python.loading import Loading
from customhouse.source.python.mentions import ENVIRONMENTS, is_target, mentions
from customhouse.source.python.origins import Found, OriginFinder, split
from customhouse.source.python.places import constants
from customhouse.source.python.quiet import is_quiet
from customhouse.source.python.resolver import Names, Resolver, Steps

#: Bytes of the largest file that is read.
MAX_SIZE = 16 << 20
MAX_HOSTS = 64
_MAX_FACTS = 4_000
_MAX_ARGUMENTS = 8
_MAX_DECODED = 4_000
_SHORTEST_DECODED = 4
_MAX_NESTING = 4
_STEPS = 300_000
#: Processor time: over ten times what ordinary files take.
_SECONDS, _SECONDS_A_BYTE = 2.0, 4e-6

_Fact = TypeVar("_Fact", Import, Call, Decoded, Capability, Guard, Walk, EndlessLoop, Indirection)
_CODE_TAKERS = frozenset({"eval", "exec", "compile", "builtins.exec", "builtins.eval", "timeit.timeit", "cProfile.run"})
_READERS_OF_ONE = frozenset({"os.getenv", "os.getenvb", "os.environ.get", "os.environb.get", "os.environ.pop"})
_WRITES = lazy_regex(r"[waxr]?b?t?\+|[wax]")


def read_python(path: str, data: bytes, *, entry: tuple[str, ...] = ()) -> CodeFacts:
    """Read one Python file (or `.pth` file) into facts.

    `path` is the file's path in its archive; for a `setup.py` everything that runs when it is started as a script, and
    the methods that setuptools calls of its command classes, count as `load`. `entry` names further functions and
    classes of the module that something outside calls by itself: the hooks of a build backend (`build_wheel`), what
    another module calls as it is loaded (`run`, `Client().open`).

    `line` of every fact is 1-based. Facts of code that the file executes from a constant carry the line of the call
    that executes it. Never raises: what could not be read is said in `unread`.
    """
    if len(data) > MAX_SIZE:
        return CodeFacts(path, "python", len(data), unread=f"larger than {MAX_SIZE >> 20} MiB")
    source = decode_source(pth_lines(data) if path.lower().endswith(".pth") else data)
    reading = _Reading(path, without_long_runs(source.data), entry=entry)
    failure = ""
    try:
        reading.read()
    except Exception as error:  # noqa: BLE001 - fails closed: a file that trips the reader is a gap, not a pass
        failure = f"the reader failed: {type(error).__name__}"
    if source.disguise:
        reading.capabilities[Capability("dynamic-code", 1, "load", f"source encoding {source.disguise}")] = None
    return CodeFacts(
        path,
        "python",
        len(data),
        imports=_by_line(reading.imports),
        calls=_by_line(reading.calls),
        decoded=_by_line(reading.decoded),
        capabilities=_by_line(reading.capabilities),
        hosts=tuple(reading.hosts)[:MAX_HOSTS],
        guards=_by_line(reading.guards),
        walks=_by_line(reading.walks),
        endless=_by_line(reading.endless),
        addresses=tuple(_addresses(source.data, reading)),
        mentions=reading.spoken_of.sorted(),
        indirections=_by_line(reading.indirections),
        unread=failure or source.unread or reading.unread,
    )


def _by_line(facts: dict[_Fact, None]) -> tuple[_Fact, ...]:
    return tuple(sorted(facts, key=lambda fact: fact.line))[:_MAX_FACTS]


class _Reading:
    """One file, or one constant that a file executes, while it is being read."""

    def __init__(
        self, path: str, data: bytes, *, entry: tuple[str, ...] = (), outer: "_Reading | None" = None, line: int = 0
    ) -> None:
        self.path = path
        self.data = data
        self.entry = entry
        self.nesting: int = outer.nesting + 1 if outer else 0
        self.line_of_all = line
        self.imports: dict[Import, None] = outer.imports if outer else {}
        self.calls: dict[Call, None] = outer.calls if outer else {}
        self.decoded: dict[Decoded, None] = outer.decoded if outer else {}
        self.capabilities: dict[Capability, None] = outer.capabilities if outer else {}
        self.hosts: dict[str, None] = outer.hosts if outer else {}
        self.guards: dict[Guard, None] = outer.guards if outer else {}
        self.walks: dict[Walk, None] = outer.walks if outer else {}
        self.endless: dict[EndlessLoop, None] = outer.endless if outer else {}
        self.spoken_of: Mentions = outer.spoken_of if outer else Mentions()
        self.indirections: dict[Indirection, None] = outer.indirections if outer else {}
        self.budget: Budget = outer.budget if outer else Budget.of(len(data))
        seconds = _SECONDS + len(data) * _SECONDS_A_BYTE
        self.steps: Steps = outer.steps if outer else Steps(_STEPS + len(data) // 4, seconds)
        self.unread = ""
        self.outer_when: When = "load"
        self.root: Node | None = None
        self._decoded_until = -1

    def read(self) -> None:
        tree = parse(self.data)
        root = self.root = tree.root_node
        self.unread = damage(root, self.data, lambda text: first_look(text, "python").plain)
        self.bindings = Bindings(self.data, root)
        self.resolver = Resolver(self.bindings, self.steps)
        self.folder = Folder(self.bindings, self.resolver, self.steps)
        self.origins = OriginFinder(self.folder, self.resolver, self.steps)
        self.carried = Carried(self.origins)
        is_script = posixpath.basename(self.path) == "setup.py" or self.nesting > 0
        self.loading = Loading(self.bindings, self.resolver, is_script=is_script)
        spots = places(self.data, "python")
        imports = self._imported(root, spots)
        self.finder = CallFinder(self.bindings, self.resolver, self.loading)
        if is_quiet(self.data, root, spots, imports):
            self.loading.learn = self._learn_quietly
        else:
            self._act(root, spots)
        for loop in endless_loops(root, self.data):
            self.endless[EndlessLoop(self._line(loop), self._when(loop))] = None
        self._imports(imports)
        for constant in constants(tree, self.folder, spots):
            self._constant(constant.node, constant.const, guess=constant.guess)
        self._spoken_of(root)
        self.resolver.release()
        self.loading.release()
        if self.steps.left <= 0 and not self.unread:
            self.unread = "too entangled to follow everything in it"

    def _learn_quietly(self) -> None:
        """Who calls whom, for a quiet file that imports something inside of a function."""
        found = structure(self.bindings.root)
        self.bindings.build(found)
        self.finder.find(found.get("call", []))
        self.finder.learn()

    def _act(self, root: Node, spots: dict[str, list[int]]) -> None:
        """Find what the file does."""
        found = structure(root)
        self.bindings.build(found)
        calls = self.finder.find(found.get("call", []))
        self.resolver.learn = self.loading.learn = self.finder.learn
        decorators = self._decorators(found.get("decorator", []))
        self._enter(calls)
        self.carried.learn(calls)
        for node, names in calls:
            for name in names:
                self._call(node, name)
        for node, names in decorators:
            for name in names:
                self._reference(node, name)
        for node in found.get("exec", []):
            self._exec_statement(node)
        self._mentions(root, spots)
        self._conditions(calls)

    def _conditions(self, calls: list[tuple[Node, Names]]) -> None:
        """What decides whether anything happens, and what is gone through."""
        conditions = Conditions(self.bindings, self.folder, self.loading, calls)
        for guard in conditions.guards():
            line = self.line_of_all or guard.line
            self.guards[Guard(guard.trait, line, self._later(guard.when), guard.value, guard.decides)] = None
        for walk in conditions.walks():
            line = self.line_of_all or walk.line
            self.walks[Walk(walk.does, line, self._later(walk.when), walk.roots)] = None

    def _later(self, when: When) -> When:
        return "call" if self.outer_when == "call" else when

    def _decorators(self, nodes: list[Node]) -> list[tuple[Node, Names]]:
        """A decorator calls what it names, and what it calls gets the thing below it."""
        found = []
        for node in nodes:
            names = self.resolver.node(node.named_children[0]) if node.named_child_count else ()
            for name in names:
                if name.startswith(("local:", "class:")):
                    self.loading.edge(node.start_byte, name)
                elif canonical(name.removesuffix("()")) in RUNNERS:
                    self._enter_below(node)
            if names:
                found.append((node, names))
        return found

    def _enter_below(self, decorator: Node) -> None:
        parent = decorator.parent
        definition = parent.child_by_field_name("definition") if parent is not None else None
        name = definition.child_by_field_name("name") if definition is not None else None
        if name is not None:
            self.loading.enter(self.loading.functions([self.bindings.text(name)]))

    # What runs at load

    def _enter(self, calls: list[tuple[Node, Names]]) -> None:
        for node, names in calls:
            if any(name.replace("()", "") in RUNNERS for name in names):
                self._hand_over(node)
        if self.entry:
            self.loading.enter(self.loading.functions(self.entry))
            enter(self.entry, self.loading, self.resolver)
        if posixpath.basename(self.path) == "setup.py":
            self.loading.enter(self.loading.command_methods(self._command_classes()))

    def _hand_over(self, node: Node) -> None:
        """A function of this file that is handed to something that runs functions."""
        arguments = node.child_by_field_name("arguments")
        for child in arguments.named_children[:_MAX_ARGUMENTS] if arguments is not None else ():
            value = child.child_by_field_name("value") if child.type == "keyword_argument" else child
            if value is not None and value.type in {"identifier", "attribute", "lambda", "call"}:
                for name in self.resolver.node(value):
                    if name.startswith("local:"):
                        self.loading.edge(node.start_byte, name)

    def _command_classes(self) -> set[str]:
        """The classes that `setup(cmdclass={…})` names, and what is put into a `cmdclass` otherwise."""
        names: set[str] = set()
        for match in re.finditer(rb"cmdclass", self.data):
            line_end = self.data.find(b"\n", match.end())
            near = self.data[match.end() : max(line_end, match.end() + 600)]
            names.update(word.decode("utf-8", "replace") for word in re.findall(rb"[^\W\d]\w*", near))
        return names

    # Facts

    def _line(self, node: Node) -> int:
        return self.line_of_all or node.start_point[0] + 1

    def _when(self, node: Node) -> When:
        return "call" if self.outer_when == "call" else self.loading.when(node.start_byte)

    def _imported(self, root: Node, spots: dict[str, list[int]]) -> list[Imported]:
        """The import statements, found from the word."""
        found: dict[int, list[Imported]] = {}
        for offset in spots.get("import", ()):
            leaf = root.descendant_for_byte_range(offset, offset + 1)
            statement = leaf.parent if leaf is not None and leaf.type == "import" else None
            if statement is not None and statement.id not in found:
                found[statement.id] = self.bindings.imported_by(statement)
        return [one for several in found.values() for one in several]

    def _imports(self, imports: list[Imported]) -> None:
        for imported in imports:
            module = imported.module
            if module.endswith(".") and imported.member not in {"", "*"}:
                module += imported.member  # `from . import a`
            if module and module != "__future__":
                node = imported.node
                self.imports[Import(module, self._line(node), self._when(node))] = None

    def _call(self, node: Node, name: str) -> None:
        if name.startswith("operator.methodcaller:"):
            self._method_called(node)
            return
        name = canonical(name.replace("()", ""))
        if name in {"getattr", "vars", "globals", "locals"} or name.startswith("namespace:"):
            for result in self.resolver.node(node):
                self._reference(node, result)
                reached = api(canonical(result.removesuffix("()")))
                if reached is not None and reached.kind in _ACTING:
                    self._roundabout(node, node, canonical(result.removesuffix("()")))
            if name != "getattr":
                return
        known = api(name)
        if known is None or name == "getattr":
            return
        self._known_call(node, name, known)

    def _method_called(self, node: Node) -> None:
        """`operator.methodcaller("system", "…")(os)`."""
        for result in self.resolver.node(node):
            name = canonical(result.replace("()", ""))
            known = api(name)
            inner = node.child_by_field_name("function")
            if known is not None and inner is not None:
                self._known_call(inner if inner.type == "call" else node, name, known, skip=1)

    def _known_call(self, node: Node, name: str, known: Api, *, skip: int = 0) -> None:
        line, when = self._line(node), self._when(node)
        listed = node.child_by_field_name("arguments")
        children: list[Node] = []
        if listed is not None:
            children = [listed] if listed.type == "generator_expression" else listed.named_children[skip:]
        path = _receiver(node) if name.startswith("pathlib.Path.") else None
        if path is not None:
            children = [path, *children]
        consts = [self._argument(child) for child in children if child.type != "comment"]
        arguments = tuple(text for _, text in consts[:_MAX_ARGUMENTS])
        found = self._origins(children, known)
        if known.kind in _ACTING:
            self._roundabout(node, node.child_by_field_name("function"), name)
        self.calls[Call(name, line, when, arguments, *split(found))] = None
        self._capability(node, name, known, arguments)
        for const, text in consts:
            if const is not None and text:
                self._found_text(text, node)
        if name in _DECODER_NAMES or known.origin == "decoded":
            self._constant(node, self.folder.fold(node))
        self._nested(node, name, [const for const, _ in consts])
        if name in {"__import__", "importlib.import_module"}:
            self._imported_by_call(node, consts[0][1] if consts else None)

    def _imported_by_call(self, node: Node, named: str | None) -> None:
        """The modules that a call imports: those its value is known to be, and the one that its argument names."""
        line, when = self._line(node), self._when(node)
        for module in self.resolver.node(node):
            if not module.endswith("()") and not module.startswith("namespace:"):
                self.imports[Import(module, line, when, "dynamic")] = None
        if named and not named.startswith(HOLE):
            self.imports[Import(named, line, when, "dynamic")] = None

    def _origins(self, nodes: list[Node], known: Api) -> Found:
        """Where arguments come from; of what is executed and started also where the files that they name do."""
        found = self.origins.found(nodes)
        if known.kind not in _ACTING:
            return found
        reached = self.carried.reaching(nodes) if known.kind == "process" else frozenset()
        return found | reached | self.carried.of_files(found)

    def _roundabout(self, node: Node, function: Node | None, name: str) -> None:
        """A callee that is looked up: in a namespace by a key, by `getattr`, or through what the runtime keeps."""
        if function is None or len(self.indirections) >= _MAX_INDIRECTIONS:
            return
        key: Node | None = None
        if function.type == "subscript":
            keys = function.children_by_field_name("subscript")
            key = keys[0] if keys else None
        elif function.type == "call":
            arguments = function.child_by_field_name("arguments")
            listed = arguments.named_children if arguments is not None else []
            key = listed[1] if len(listed) > 1 else None
        text = self.data[function.start_byte : min(function.end_byte, function.start_byte + _LONGEST_CALLEE)]
        how: Way
        if key is not None:
            how = (
                "by-name"
                if key.type == "string" and not _ODD_KEY.search(self.data, *key.byte_range)
                else "put-together"
            )
        elif b"__subclasses__" in text or b"__globals__" in text or b"f_builtins" in text:
            how = "internals"
        else:
            return
        self.indirections[Indirection(name, how, self._line(node), self._when(node))] = None

    def _capability(self, node: Node, name: str, known: Api, arguments: tuple[str | None, ...]) -> None:
        if known.kind is None:
            return
        detail = name
        line, when = self._line(node), self._when(node)
        if known.kind == "environment":
            one = arguments[0] if name in _READERS_OF_ONE and arguments else None
            self._environment(one if name in _READERS_OF_ONE else "", line, when)
            return
        if name in {"open", "io.open", "codecs.open"} and len(arguments) > 1:
            mode = (arguments[1] or "").removeprefix("mode=")
            detail = f"{name} for writing" if _WRITES.match(mode) else name
        self.capabilities[Capability(known.kind, line, when, detail)] = None

    def _environment(self, variable: str | None, line: int, when: When) -> None:
        """One variable by name, one of unknown name (None), or all of them ("")."""
        detail = "os.environ" if variable == "" else f"os.environ[{variable or '…'}]"
        self.capabilities[Capability("environment", line, when, detail)] = None
        if variable and credential_variable(variable):
            self.capabilities[Capability("credentials", line, when, variable)] = None

    def _argument(self, node: Node) -> tuple[Const | None, str | None]:
        """An argument's constant and its text: keywords as `name=value`, lists with spaces between, unknown as None."""
        label = ""
        value: Node | None = node
        if node.type == "keyword_argument":
            name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
            label = f"{self.bindings.text(name)}=" if name is not None else ""
        if value is None:
            return None, None
        if value.type in {"true", "false", "none"}:
            return None, f"{label}{self.bindings.text(value)}"
        const = self.folder.fold(value)
        text = as_text(const)
        return const, None if text is None else f"{label}{text}"[:MAX_ARGUMENT]

    def _exec_statement(self, node: Node) -> None:
        """Python 2's `exec code in namespace`."""
        line, when = self._line(node), self._when(node)
        code = node.named_children[0] if node.named_child_count else node
        const = self.folder.fold(code)
        self.calls[Call("exec", line, when, (as_text(const),), *self.origins.of([code]))] = None
        self.capabilities[Capability("dynamic-code", line, when, "exec")] = None
        self._nested(node, "exec", [const])

    def _reference(self, node: Node, name: str) -> None:
        """Something dangerous that is handed on instead of called: `map(os.system, …)`, a decorator, a callback."""
        name = canonical(name.removesuffix("()"))
        if name in ENVIRONMENTS:
            self._environment("", self._line(node), self._when(node))
            return
        known = api(name)
        if known is None or known.kind not in {"process", "dynamic-code", "native-code"}:
            return
        outer = node.parent
        while outer is not None and outer.type in {"keyword_argument", "argument_list", "list", "tuple"}:
            outer = outer.parent
        if outer is not None and outer.type == "call":
            asks = outer.child_by_field_name("function")
            if asks is not None and self.bindings.text(asks) in {"isinstance", "issubclass", "hasattr", "type"}:
                return
        handed = outer.child_by_field_name("arguments") if outer is not None and outer.type == "call" else None
        others = [child for child in handed.named_children if child.id != node.id] if handed is not None else []
        arguments = tuple(self._argument(child)[1] for child in others[:_MAX_ARGUMENTS])
        line, when = self._line(node), self._when(node)
        self.calls[Call(name, line, when, arguments, *self.origins.of(others))] = None
        self.capabilities[Capability(known.kind, line, when, name)] = None

    def _mentions(self, root: Node, spots: dict[str, list[int]]) -> None:
        """Names of dangerous functions, and of the environment, where they are not called on the spot."""
        for node, parent in mentions(root, self.bindings, self.steps, spots):
            names = self.resolver.node(node)
            if any(name in ENVIRONMENTS for name in names):
                self._environment_used(node, parent)
                continue
            function = parent.child_by_field_name("function") if parent.type == "call" else None
            if function is None or function.id != node.id:
                for name in names if not is_target(node, parent) else ():
                    self._reference(node, name)

    def _environment_used(self, node: Node, parent: Node) -> None:
        line, when = self._line(node), self._when(node)
        if parent.type == "subscript":
            holder = parent.child_by_field_name("value")
            if holder is None or holder.id != node.id:
                return
            above = parent.parent
            if above is not None and above.type == "assignment" and above.child_by_field_name("left") == parent:
                return  # set, not read
            if above is not None and above.type == "delete_statement":
                return
            keys = parent.children_by_field_name("subscript")
            self._environment(self.folder.text(keys[0]) if keys else None, line, when)
        elif parent.type == "attribute":
            member = parent.child_by_field_name("attribute")
            if member is not None and self.bindings.text(member) in {"items", "copy", "values", "keys", "__dict__"}:
                self._environment("", line, when)
        elif parent.type == "comparison_operator":
            first = parent.named_children[0]
            self._environment(self.folder.text(first), line, when)
        elif not is_target(node, parent):
            self._environment("", line, when)

    # Constants

    def _constant(self, node: Node, const: Const | None, *, guess: bool = True) -> None:
        if const is None:
            return
        text = as_text(const, cut=False)
        if not text:
            return
        line = self._line(node)
        encodings = const.encodings
        if not encodings and node.type in {"string", "concatenated_string"} and self._is_escaped(node):
            encodings = ("escapes",)
        if encodings and len(text) >= _SHORTEST_DECODED and node.start_byte >= self._decoded_until:
            self._decoded_until = node.end_byte
            self.decoded[Decoded(text[:_MAX_DECODED], line, encodings)] = None
        self._found_text(text, node)
        for layer, taken in decode_layers(text, budget=self.budget) if guess else ():
            self.decoded[Decoded(layer[:_MAX_DECODED], line, (*taken, *encodings))] = None
            self._found_text(layer, node)

    def _is_escaped(self, node: Node) -> bool:
        """Whether a literal spells printable characters as escapes, which nobody does who wants to be read."""
        raw = self.data[node.start_byte : node.end_byte]
        return len(_HIDING.findall(raw)) >= _SHORTEST_DECODED

    def _found_text(self, text: str, node: Node) -> None:
        for host in hosts_in(text):
            if len(self.hosts) < MAX_HOSTS:
                self.hosts[host] = None
        self.spoken_of.text(text, self._line(node), self._when(node))
        place = credential_reference(text)
        if place is not None:
            self.capabilities[Capability("credentials", self._line(node), self._when(node), place)] = None

    def _spoken_of(self, root: Node) -> None:
        """What the table of mentions finds in strings and names as they are written."""
        for hit in hits(self.data):
            if not self.steps.take(1):
                return
            leaf = root.descendant_for_byte_range(hit.offset, hit.offset + 1)
            if leaf is not None and _place(leaf) in hit.sign.where:
                self.spoken_of.add(hit.sign.kind, hit.detail, self._line(leaf), self._when(leaf))

    def _nested(self, node: Node, name: str, consts: list[Const | None]) -> None:
        """Read code that the file executes from a constant."""
        code = ""
        if name in _CODE_TAKERS and consts:
            code = as_text(consts[0], cut=False) or ""
        else:
            known = api(name)
            if known is not None and known.kind == "process":
                code = next((found for const in consts if (found := python_code(const))), "")
        if not code or self.nesting >= _MAX_NESTING or not self.steps.take(50 + len(code) // 40):
            return
        inner = _Reading(self.path, code.encode("utf-8", "replace"), outer=self, line=self._line(node))
        inner.outer_when = self._when(node)
        inner.read()


def _addresses(data: bytes, reading: _Reading) -> Iterator[Addresses]:
    def is_code(at: int) -> bool:
        leaf = reading.root.descendant_for_byte_range(at, at + 1) if reading.root is not None else None
        return leaf is not None and leaf.type != "comment"

    return addresses(data, is_code, reading.decoded)


def _receiver(call: Node) -> Node | None:
    """What a method is called on."""
    function = call.child_by_field_name("function")
    return function.child_by_field_name("object") if function is not None and function.type == "attribute" else None


_ACTING: frozenset[CapabilityKind | None] = frozenset({"dynamic-code", "process", "native-code"})
_MAX_INDIRECTIONS = 64
_LONGEST_CALLEE = 400
#: A key that is no plain literal: escapes, or a template.
_ODD_KEY = lazy_regex(rb"\\x|\\u|\{")
_DECODER_NAMES = frozenset({"bytes.fromhex", "bytearray.fromhex"})
_HIDING = lazy_regex(rb"\\x[2-7][0-9A-Fa-f]|\\u00[2-7][0-9A-Fa-f]|\\1[0-7]{2}|\\[4-7][0-7]")


def _place(leaf: Node) -> str:
    """Where something that is spoken of stands: `s` in a string, `c` in code, `-` where it does not count."""
    if leaf.type == "comment":
        return "-"
    node: Node | None = leaf
    while node is not None and node.type in _IN_STRING:
        node = node.parent
    if node is None or node.type != "string":
        return "c"
    outer = node.parent
    if outer is not None and outer.type == "concatenated_string":
        outer = outer.parent
    return "-" if outer is not None and outer.type in {"expression_statement", "module", "block"} else "s"


_IN_STRING = frozenset({"string_start", "string_content", "string_end", "escape_sequence", "escape_interpolation"})
