"""From the flow of references to facts: calls, imports and capabilities, with their times and their values' origins."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from customhouse.model.code import Call, Capability, CapabilityKind, Import, Indirection
from customhouse.model.lazy_regex import lazy_regex
from customhouse.source import decoding
from customhouse.source.anchored import starting
from customhouse.source.javascript.capability_table import (
    NOTED,
    SENDERS,
    SOURCES,
    ability_of,
    variable_origin,
)
from customhouse.source.javascript.decoders import decoding_places
from customhouse.source.javascript.flow import Called, Flow
from customhouse.source.javascript.origins import FILE, Origins, split
from customhouse.source.javascript.timing import Timing
from customhouse.source.javascript.tree import FUNCTIONS, line_of
from customhouse.source.javascript.values import Constant, to_text

MAX_ARGUMENTS = 8
MAX_ARGUMENT = 512
#: Facts of one kind for one file; more are said in `unread`.
MAX_FACTS = 4_096
MAX_INDIRECTIONS = 64
_TIMERS = frozenset({"setTimeout", "setInterval", "setImmediate"})
#: Code that is made everywhere to find the global object or to try the language, and which does nothing.
_HARMLESS_CODE = lazy_regex(
    r"\s*+(?:return\s++)?(?:this|globalThis|self|window|global|undefined|typeof\s+[\w.]+|true|false|\d+)?\s*+(?:;\s*+)?"
)
_PROCESS_MODULE = lazy_regex(rb"[\"'`](?:node:)?child_process[\"'`]")
_HOST_COMMAND = lazy_regex(
    r"\s*(?:whoami|hostname|id|uname|ipconfig|ifconfig|systeminfo|ip a|cat /etc/(?:passwd|hostname))\b"
)
_OWN_PATH = lazy_regex(
    rb"\b(?:(?:__filename|__dirname|import\.meta\.(?:url|dirname|filename)|require\.main\.filename|module\.(?:filename|path))\b"
    rb"|process\.argv\s{0,4}\[\s{0,4}1\s{0,4}\])"
)
#: One of these begins every match of it.
_OWN_PATH_WORDS = (
    *(b"__filename", b"__dirname", b"import.meta.", b"require.main.filename", b"module.filename", b"module.path"),
    b"process.argv",
)
_FLAGS = ("detached", "stdio", "windowsHide", "shell")
_CODE_TAKERS = frozenset(
    {"eval", "Function", "execScript", "import", "module._compile", "worker_threads.Worker", *_TIMERS}
)
_DATA_URL = lazy_regex(r"data:[\w.+/;=-]{0,100}?(;base64)?,", re.IGNORECASE)
_MACHINE = lazy_regex(rb"WebAssembly\.(?:compile|instantiate|Module)")
#: Calls that make bytes of bytes.
_OF_BYTES = lazy_regex(
    rb"Uint8Array(?:\.from)?|Buffer(?:\.from)?|atob|[\w$.]{0,60}(?:inflate|gunzip|brotliDecompress)\w{0,8}"
)
_DEEPEST_ARGUMENT = 12
_EXECUTING: frozenset[CapabilityKind | None] = frozenset({"dynamic-code", "process", "native-code"})
_SERIALISERS = lazy_regex(
    rb"JSON\.stringify|Object\.(?:keys|values|entries|assign|getOwnPropertyNames)|\bqs\.stringify|querystring"
)


class Facts:
    """The calls, imports and capabilities of one file."""

    def __init__(self, flow: Flow, extra_sources: list[tuple[int, int, str]]) -> None:
        """Judge what the flow met; `extra_sources` are sources found outside of it (hidden texts, credentials)."""
        self.flow = flow
        self.folder = flow.folder
        self.timing = Timing(flow.code, flow.scopes, flow.paths)
        self.origins = Origins(flow, [*extra_sources, *_sources(flow)])
        #: Flow from data that the file loads as a module (`require("./data.json")`), where there is any.
        self._loaded = [
            (node.start_byte, node.end_byte, origin)
            for name, node, _ in flow.imports
            if _is_own_data(name)
            for origin in ("file", FILE + name)
        ]
        self._of_loaded: Origins | None = None
        self.calls: list[Call] = []
        self.imports: list[Import] = []
        self.capabilities: dict[tuple[str, str, str], Capability] = {}
        self.indirections: dict[Indirection, None] = {}
        #: Constant code that is run: its text and where.
        self.code_run: list[tuple[str, Node]] = []
        self.overflow = False

    def can(self, kind: CapabilityKind, node: Node, detail: str) -> None:
        """Note a capability, the first place of each."""
        when = self.timing.when(node)
        key = (kind, detail, when)
        if key not in self.capabilities:
            if len(self.capabilities) >= MAX_FACTS:
                self.overflow = True
                return
            self.capabilities[key] = Capability(kind=kind, line=line_of(node), when=when, detail=detail)

    def judge(self) -> None:
        """Go through all that the flow met."""
        for specifier, node, form in self.flow.imports:
            self.imports.append(Import(_module_name(specifier), line_of(node), self.timing.when(node), form))
            if specifier.endswith(".node"):
                self.can("native-code", node, f"require {specifier}")
        for load, argument in self.flow.computed:
            self._computed(load, argument)

        for call in self.flow.calls:
            self._call(call)
        for path, node in self.flow.ends:
            self._end(path, node)
        for name, node in self.flow.reads:
            self.can("environment", node, f"process.env.{name}")
            if variable_origin(name) == "credentials":
                self.can("credentials", node, f"process.env.{name}")
        self._roundabout()

    def _roundabout(self) -> None:
        """The roundabout ways that lead somewhere: a constructor of functions that is only compared does not."""
        called = {call.path for call in self.flow.calls}
        for path, node, how in self.flow.ways:
            if how == "constructor" and path not in called:
                continue
            if len(self.indirections) < MAX_INDIRECTIONS:
                self.indirections[Indirection(path, how, line_of(node), self.timing.when(node))] = None

    def _add(self, call: Call) -> None:
        if len(self.calls) >= MAX_FACTS:
            self.overflow = True
        else:
            self.calls.append(call)

    def _computed(self, node: Node, specifier: Node | None) -> None:
        """A load whose module cannot be told: itself a fact, and a capability when code computes it."""
        folded = self.folder.fold(specifier)
        argument = to_text(folded)[:MAX_ARGUMENT] if folded is not None and isinstance(folded.value, str) else None
        origins = self.origins.of(specifier, 0) if specifier is not None else frozenset()
        self._add(Call("require", line_of(node), self.timing.when(node), (argument,), *split(origins)))
        if specifier is not None and (
            specifier.type in {"call_expression", "subscript_expression"} or "decoded" in origins
        ):
            self.can("dynamic-code", node, "require(computed)")
            if _PROCESS_MODULE.search(self.flow.code.data):
                self.can("process", node, "child_process")  # named in the file, loaded by a name that is worked out

    def _call(self, call: Called) -> None:
        path = call.path
        base, of_result, _ = path.partition("()")
        kind = ability_of(base)
        if of_result:
            if kind == "network" and path.rpartition(".")[2] in SENDERS:
                self._record(call, path.replace("()", ""))
            return
        if kind is None:
            if NOTED.fullmatch(path) or path == "globalThis.*":
                self._record(call, path)
            return
        if path in _TIMERS and not self._takes_text(call):
            return
        if path == "worker_threads.Worker" and b"eval" not in self.flow.code.bytes_of(call.node):
            return
        constants = self.flow.folded(call.arguments[:MAX_ARGUMENTS])
        self._record(call, path, constants)
        if kind == "dynamic-code":
            text = self._code(path, constants) if call.carried is None else None
            if text is not None and _HARMLESS_CODE.fullmatch(text):
                return
            if text is not None:
                self.code_run.append((text, call.node))
        self.can(kind, call.node, path)

    def _code(self, path: str, constants: list[Constant | None]) -> str | None:
        """The constant code that a call runs, None when it is not constant."""
        if path not in _CODE_TAKERS and not path.startswith("vm."):
            return None
        if not constants:
            return ""
        code = constants[-1] if path == "Function" else constants[0]
        if code is None or not code.whole:
            return None
        return _of_data_url(to_text(code)) if path == "import" else to_text(code)

    def _takes_text(self, call: Called) -> bool:
        """Whether a timer is given text, or something that may well be text."""
        if not call.arguments:
            return False
        first = call.arguments[0]
        if first.type in FUNCTIONS:
            return False
        folded = self.folder.fold(first)
        if folded is not None:
            return isinstance(folded.value, str)
        return first.type in {"binary_expression", "template_string"} or "decoded" in self.origins.of(first, 0)

    def _record(self, call: Called, callee: str, constants: list[Constant | None] | None = None) -> None:
        if constants is None:
            constants = self.flow.folded(call.arguments[:MAX_ARGUMENTS])
        arguments = tuple(map(_argument, constants)) if call.carried is None else (None,)
        if ability_of(callee) == "process":
            arguments = self._with_flags(call, arguments)
        origins = set(self.origins.of_call(call))
        if self._loaded and ability_of(callee) in _EXECUTING:
            if self._of_loaded is None:
                self._of_loaded = Origins(self.flow, [*self._loaded])
            origins |= self._of_loaded.of_call(call)
        encoded = callee == "import" and any(";base64," in to_text(each)[:200] for each in constants)
        if encoded or any(each is not None and hides(each) for each in constants):
            origins.add("decoded")
        elif callee in _CODE_TAKERS and any(each is not None and "reversed" in each.layers for each in constants):
            origins.add("decoded")  # nobody writes code back to front who wants it read
        when = self.timing.when(call.node)
        self._add(Call(callee, line_of(call.node), when, arguments, *split(origins)))

    def _with_flags(self, call: Called, arguments: tuple[str | None, ...]) -> tuple[str | None, ...]:
        """The options of a program's start, as `detached=true stdio=ignore`, in the place of the object they are in."""
        told = list(arguments)
        for index, node in enumerate(call.arguments[: len(told)]):
            if index and told[index] is None and node.type in {"object", "identifier"}:
                options = self.folder.fold(node)
                if options is not None and isinstance(options.value, dict):
                    values = [(name, options.value.get(name)) for name in _FLAGS]
                    told[index] = " ".join(f"{name}={to_text(value)}" for name, value in values if value) or None
        return tuple(told)

    def _end(self, path: str, node: Node) -> None:
        """A reference that is not called here: handed on, returned, read."""
        if path == "process.env":
            if _is_serialised(self.flow, node):
                self.can("environment", node, "process.env")
            return
        kind = ability_of(path)
        if kind is not None and (kind in {"process", "native-code"} or path == "eval") and not _is_compared(node):
            self.can(kind, node, path)


def _of_data_url(text: str) -> str | None:
    """The code that a `data:` URL is."""
    head = _DATA_URL.match(text)
    if head is None:
        return None
    rest = text[head.end() :]
    if not head[1]:
        return decoding.from_percent(rest)
    data = decoding.from_base64(rest)
    return data.decode("utf-8", "replace") if data is not None else None


def hides(constant: Constant) -> bool:
    """Whether encodings, and not only the direction of reading, lay over a constant that reads as text."""
    if isinstance(constant.value, str) and "\ufffd" in constant.value:
        return False
    return any(layer not in {"regex", "reversed", "escapes"} for layer in constant.layers)


def _is_own_data(specifier: str) -> bool:
    """Whether what is loaded is data of the package itself."""
    return specifier.startswith(".") and specifier.endswith(".json") and not specifier.endswith("package.json")


def _module_name(specifier: str) -> str:
    return specifier.removeprefix("node:")


def _argument(constant: Constant | None) -> str | None:
    """An argument as text: arrays of texts joined by spaces, what is unknown within a text as `{}`."""
    if constant is None or isinstance(constant.value, dict) or constant.value is None:
        return None
    if "regex" in constant.layers:
        return None
    if isinstance(constant.value, list):
        texts = [to_text(each) for each in constant.value[:64]]
        return " ".join(texts)[:MAX_ARGUMENT] if any(constant.value) else None
    text = to_text(constant)[: MAX_ARGUMENT * 2]
    return text[:MAX_ARGUMENT] if text.strip("{} ") or constant.whole else None


def _is_compared(node: Node) -> bool:
    parent = node.parent
    return parent is not None and parent.type in {
        "binary_expression",
        "unary_expression",
        "if_statement",
        "expression_statement",
    }


def _is_serialised(flow: Flow, node: Node) -> bool:
    """Whether the whole environment is enumerated, serialised or spread, other than into a child's `env`."""
    each: Node | None = node
    for _ in range(8):
        parent = each.parent if each is not None else None
        if parent is None:
            return False
        if parent.type == "pair":
            key = parent.child_by_field_name("key")
            if key is not None and flow.code.bytes_of(key).strip(b"\"'") == b"env":
                return False
        if parent.type == "variable_declarator":
            name = parent.child_by_field_name("name")
            return (
                node.parent is not None
                and node.parent.type == "spread_element"
                and (name is not None and not flow.code.bytes_of(name).lower().endswith(b"env"))
            )
        if parent.type == "for_in_statement":
            return True
        if parent.type == "call_expression":
            callee = parent.child_by_field_name("function")
            if callee is not None and _SERIALISERS.search(flow.code.bytes_of(callee)[:80]):
                return True
        each = parent
    return False


def _own_paths(flow: Flow) -> Iterator[tuple[int, int, str]]:
    """Where the path of the file itself, or of its folder, is named."""
    for match in starting(_OWN_PATH, flow.code.data, _OWN_PATH_WORDS):
        leaf = flow.code.leaf(match.start(), match.start() + 1)
        if leaf.type in {"identifier", "import", "meta_property"}:
            yield match.start(), match.end(), "self"


def _sources(flow: Flow) -> Iterator[tuple[int, int, str]]:  # noqa: C901, PLR0912 (one arm a kind of source)
    """Where values of known origin come to be."""
    for call in flow.calls:
        node = call.node
        path = call.path.partition("()")[0]
        span = (node.start_byte, node.end_byte)
        if ability_of(path) == "network":
            yield (*span, "network")
        for pattern, origin in SOURCES:
            if pattern.fullmatch(path) and not (origin == "decoded" and makes_machine_code(flow, node)):
                yield (*span, origin)
                if origin == "file" and call.arguments:
                    read = flow.folder.fold(call.arguments[0])
                    if read is not None and isinstance(read.value, str) and read.value.strip("{}/"):
                        yield (*span, FILE + read.value[:MAX_ARGUMENT])
        if path in {"Buffer.from", "Buffer"} and _decodes(flow, call) and not makes_machine_code(flow, node):
            yield (*span, "decoded")
        if path.startswith("child_process.") and call.arguments:
            command = flow.folder.fold(call.arguments[0])
            if command is not None and _HOST_COMMAND.match(to_text(command)):
                yield (*span, "host")
    if flow.computed or any(ability_of(call.path.partition("()")[0]) in _EXECUTING for call in flow.calls):
        for start, end in decoding_places(flow.code):
            yield start, end, "decoded"
    for path, node in flow.ends:
        if path == "process.env" and not _under_env(flow, node):
            yield node.start_byte, node.end_byte, "environment"
    yield from _own_paths(flow)
    for name, node in flow.reads:
        variable = "environment" if name == "*" else variable_origin(name)
        if variable is not None:
            yield node.start_byte, node.end_byte, variable


def makes_machine_code(flow: Flow, node: Node) -> bool:
    """Whether what is decoded goes into WebAssembly and nowhere else: what that gives are numbers, and no text."""
    each: Node | None = node
    for _ in range(_DEEPEST_ARGUMENT):
        each = each.parent if each is not None else None
        if each is None or each.type in FUNCTIONS or each.type == "assignment_expression":
            return False
        if each.type in {"call_expression", "new_expression"}:
            callee = each.child_by_field_name("function") or each.child_by_field_name("constructor")
            source = flow.code.bytes_of(callee) if callee is not None and callee.id != node.id else b""
            if _MACHINE.fullmatch(source):
                return True
            if each.id != node.id and not _OF_BYTES.fullmatch(source):
                return False
    return False


def _decodes(flow: Flow, call: Called) -> bool:
    if len(call.arguments) > 1:
        encoding = flow.folder.fold(call.arguments[1])
        return encoding is not None and to_text(encoding).lower() in {"base64", "hex", "base64url"}
    return False


def _under_env(flow: Flow, node: Node) -> bool:
    each: Node | None = node
    for _ in range(6):
        each = each.parent if each is not None else None
        if each is None or each.type in FUNCTIONS:
            return False
        if each.type == "pair":
            key = each.child_by_field_name("key")
            if key is not None and flow.code.bytes_of(key).strip(b"\"'") == b"env":
                return True
    return False


def decode_nodes(flow: Flow) -> list[Node]:
    """The explicit decode calls of the file."""
    decoders = SOURCES[-1][0]
    return [
        call.node
        for call in flow.calls
        if decoders.fullmatch(call.path)
        or (call.path in {"Buffer.from", "Buffer", "unescape", "decodeURIComponent", "decodeURI"})
    ]
