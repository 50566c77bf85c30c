"""Reading one JavaScript or TypeScript file into facts.

The file is parsed whole by tree-sitter; then only what can matter is looked at. `seeds` finds the words that lead
anywhere (`require`, `import`, `eval`, `process`, `fetch`, ...), `flow` follows each reference forward through aliases,
members, calls and parameters, `folding` says what arguments amount to, `timing` when a place runs, `origins` where its
values come from, `strings`, `hosts` and `mentions` what constants hide, name and speak of, `conditions` what decides
whether anything happens, `overrides` and `walks` what is taken over and gone through, and `capabilities` puts the facts
together. Code that is run from constants (`eval(atob("..."))`) is read in turn: its facts stand at the line that runs
it.

Everything is bounded: what the bounds cut off, and what the grammar could not read, is said in `CodeFacts.unread`.
"""

from collections.abc import Iterable

from msgspec.structs import replace
from tree_sitter import Node, Tree

from customhouse.model.code import (
    Addresses,
    Call,
    Capability,
    CodeFacts,
    Decoded,
    EndlessLoop,
    Guard,
    Import,
    Indirection,
    Language,
    Override,
    Walk,
    When,
)
from customhouse.model.lazy_regex import lazy_regex
from customhouse.source import decoding
from customhouse.source import mention_scan as mentioning
from customhouse.source.addresses import addresses
from customhouse.source.javascript import hosts, strings
from customhouse.source.javascript.blanks import spaced
from customhouse.source.javascript.capabilities import MAX_INDIRECTIONS, Facts, decode_nodes, hides, makes_machine_code
from customhouse.source.javascript.capability_table import CREDENTIAL_PATHS
from customhouse.source.javascript.conditions import guards
from customhouse.source.javascript.exports import entered
from customhouse.source.javascript.flow import Flow
from customhouse.source.javascript.loops import endless_loops
from customhouse.source.javascript.mentions import mentions
from customhouse.source.javascript.overrides import WALLET_WORDS, overrides
from customhouse.source.javascript.parse import error_bytes, error_nodes, parse
from customhouse.source.javascript.seeds import letterless, sow
from customhouse.source.javascript.tree import MAX_DEPTH, Code, Exhausted, TooDeep, line_of, string_at
from customhouse.source.javascript.walks import walks

#: Files above this many bytes are not read.
MAX_SIZE = 32 << 20
#: Nodes looked at for one file: a base, and one for so many bytes.
_STEPS, _BYTES_A_STEP = 200_000, 8
_TOO_MUCH = "too much to follow in one file: read in part"
_MOST_DECODED = 256
_LONGEST_DECODED = 64 * 1024
#: Code run from constants that is read in turn: how deep, and how long a text.
_DEEPEST, _LONGEST_CODE = 3, 256 * 1024
#: Unreadable places: more than this share of a file, or so many bytes in one, is a gap.
_SHARE_OF_ERRORS, _BYTES_OF_ERROR = 0.2, 400
_HIDDEN_CODE = lazy_regex(
    r"\brequire\s*\(|\beval\s*\(|child_process|\bfetch\s*\(|process\.(?:env|mainModule)|\bFunction\s*\("
)
#: Words that make an unreadable place a gap however small it is.
_RISKY = lazy_regex(rb"\b(?:require|eval|child_process|exec\w*|spawn\w*|Function|constructor|process)\s*[.(\[]")


def read_javascript(path: str, data: bytes, language: Language, *, entry: tuple[str, ...] = ()) -> CodeFacts:
    """Read a file of JavaScript, JSX, TypeScript or TSX; `path` chooses the grammar. Never raises on its content.

    `entry` names exports that another file calls as it is loaded, as `links` writes them (`run`, `default`,
    `Client().open`; empty for `module.exports` itself): what they do counts as done at load.
    """
    return _read(path, data, language, decoding.Budget.of(len(data)), 0, entry)


def _read(
    path: str, data: bytes, language: Language, budget: decoding.Budget, depth: int, entry: tuple[str, ...] = ()
) -> CodeFacts:
    if len(data) > MAX_SIZE:
        return CodeFacts(path, language, len(data), unread=f"larger than {MAX_SIZE >> 20} MiB")
    size = len(data)
    source = data.removeprefix(b"\xef\xbb\xbf")
    if b"\0" in source[:4096] and source[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        source = source.decode("utf-16", "replace").encode("utf-8", "replace")
    source, tree = parse(path, source)
    source = spaced(source)
    code = Code(source, tree.root_node, _STEPS + size // _BYTES_A_STEP)
    reading = _Reading(Flow(code), budget, depth, language)
    reading.entry = entry
    reading.read()
    return reading.facts(path, size, _unreadable(tree, source))


class _Reading:
    """One file being read."""

    def __init__(self, flow: Flow, budget: decoding.Budget, depth: int, language: Language) -> None:
        self.flow = flow
        self.code = flow.code
        self.budget = budget
        self.depth = depth
        self.language: Language = language
        self.unread = ""
        self.entry: tuple[str, ...] = ()
        self.words: frozenset[bytes] = frozenset()
        self.found: list[strings.Hidden] = []
        self.named: list[tuple[str, Node]] = []
        self.judged: Facts | None = None
        self.decoded: list[Decoded] = []
        self.hosts: dict[str, None] = {}
        self.nested: list[tuple[CodeFacts, int, When]] = []
        self.guards: dict[Guard, None] = {}
        self.overrides: dict[Override, None] = {}
        self.walks: dict[Walk, None] = {}
        self.endless: dict[EndlessLoop, None] = {}
        self.addresses: tuple[Addresses, ...] = ()
        self.mentions = mentioning.Mentions()
        self.folded: list[tuple[str, Node]] = []
        self._seen: set[tuple[str, int]] = set()
        self._told: set[tuple[str, int]] = set()

    def read(self) -> None:
        """Go through the stages; a stage that reaches its bound is said, and the next works with what there is."""
        try:
            self.code.probe()
        except TooDeep:
            self.unread = f"nested more than {MAX_DEPTH} levels deep: read in part"
            return
        for stage in (self._follow, self._find, self._judge, self._tell, self._mark):
            try:
                stage()
            except (Exhausted, RecursionError):
                self.unread = _TOO_MUCH
                self.code.steps = _STEPS // 4
        if self.code.cut:
            self.unread = self.unread or _TOO_MUCH

    def _follow(self) -> None:
        self.words = sow(self.flow)
        self.flow.run()

    def _find(self) -> None:
        self.found.extend(strings.hidden(self.flow, self.words, decode_nodes(self.flow), self.budget, self.folded))
        self.named.extend(strings.credentials(self.code, self.words))
        if any(name == "*" for name, _ in self.flow.reads):
            self.named.extend(strings.secret_names(self.code, self.words))

    def _judge(self) -> None:
        sources: list[tuple[int, int, str]] = [
            (each.node.start_byte, each.node.end_byte, "decoded")
            for each in self.found
            if each.encodings != ("concatenated",) and not makes_machine_code(self.flow, each.node)
        ]
        sources += [(node.start_byte, node.end_byte, "credentials") for _, node in self.named]
        judged = self.judged = Facts(self.flow, sources)
        if self.entry:
            judged.timing.entered = entered(self.flow, self.entry)
        for detail, node in self.named:
            judged.can("credentials", node, detail)
        spelled = letterless(self.flow)
        if spelled is not None:
            judged.can("dynamic-code", spelled, "code without letters")
        judged.judge()

    def _tell(self) -> None:
        judged = self.judged
        if judged is None:
            return
        self._hosts(hosts.hosts(self.code))
        self.found += [
            strings.Hidden(constant.value, node, constant.layers)
            for constant, node in self.flow.unhidden
            if hides(constant) and isinstance(constant.value, str)
        ]
        mentions(self.code, judged.timing, self.folded, self.mentions)
        for each in self.found:
            self._hidden(each, judged)
        for call in judged.calls:
            for argument in call.arguments:
                if argument is not None and call.callee != "require":
                    self._hosts(hosts.hosts_in_text(argument))
                    self.mentions.text(argument, call.line, call.when)
        for text, node in judged.code_run:
            self._nested(text, node, judged.timing.when(node))

    def _mark(self) -> None:
        """What the code asks of the machine, takes over, or goes through; after all that must not be cut off."""
        judged = self.judged
        if judged is None:
            return
        self.addresses = tuple(
            addresses(self.code.data, lambda at: string_at(self.code, at) is not None, self.decoded[:_MOST_DECODED])
        )
        if self.addresses or self.words & WALLET_WORDS:
            self.overrides.update(dict.fromkeys(overrides(judged, self.words)))
        self.walks.update(dict.fromkeys(walks(judged)))
        self.endless.update(dict.fromkeys(endless_loops(judged)))
        self.guards.update(dict.fromkeys(guards(judged, self.words, inner=self.depth > 0)))

    def _hosts(self, names: Iterable[str]) -> None:
        for name in names:
            if len(self.hosts) >= hosts.MAX_HOSTS:
                return
            self.hosts[name] = None

    def _hidden(self, each: strings.Hidden, judged: Facts) -> None:
        decoded = Decoded(each.value[:_LONGEST_DECODED], line_of(each.node), each.encodings)
        if (each.value, decoded.line) in self._told:
            return
        self._told.add((each.value, decoded.line))
        if len(self.decoded) < _MOST_DECODED:
            self.decoded.append(decoded)
        self._hosts(hosts.hosts_in_text(each.value))
        self.mentions.text(each.value, decoded.line, judged.timing.when(each.node))
        credential = CREDENTIAL_PATHS.search(each.value)
        if credential is not None:
            judged.can("credentials", each.node, credential[0])
        if _HIDDEN_CODE.search(each.value) and each.encodings != ("concatenated",):
            self._nested(each.value, each.node, judged.timing.when(each.node))

    def _nested(self, text: str, node: Node, when: When) -> None:
        if self.depth >= _DEEPEST or len(text) < 4:  # noqa: PLR2004 (nothing can be said in three characters)
            return
        if (text, node.start_point[0]) in self._seen:
            return
        self._seen.add((text, node.start_point[0]))
        data = text[:_LONGEST_CODE].encode("utf-8", "replace")
        facts = _read("constant.js", data, self.language, self.budget, self.depth + 1)
        self.nested.append((facts, line_of(node), when))

    def _take_marks(self, facts: CodeFacts, line: int, when: When) -> None:
        """Take over what code that is run from a constant was marked with."""
        for guard in facts.guards:
            self.guards[replace(guard, line=line, when=_later(guard.when, when))] = None
        for override in facts.overrides:
            self.overrides[replace(override, line=line, when=_later(override.when, when))] = None
        for walk in facts.walks:
            self.walks[replace(walk, line=line, when=_later(walk.when, when))] = None
        for loop in facts.endless:
            self.endless[replace(loop, line=line, when=_later(loop.when, when))] = None
        self.addresses += tuple(replace(one, line=line) for one in facts.addresses)

    def facts(self, path: str, size: int, unread: str) -> CodeFacts:
        judged = self.judged
        imports: dict[Import, None] = dict.fromkeys(judged.imports if judged is not None else ())
        calls: list[Call] = list(judged.calls) if judged is not None else []
        capabilities: dict[Capability, None] = dict.fromkeys(judged.capabilities.values() if judged is not None else ())
        indirections: dict[Indirection, None] = dict.fromkeys(judged.indirections if judged is not None else ())
        for facts, line, when in self.nested:
            for way in facts.indirections:
                indirections[Indirection(way.callee, way.how, line, _later(way.when, when))] = None
            for one in facts.imports:
                imports[Import(one.module, line, _later(one.when, when), one.form)] = None
            calls += [
                Call(one.callee, line, _later(one.when, when), one.arguments, one.origins, one.files)
                for one in facts.calls
            ]
            for each in facts.capabilities:
                capabilities[Capability(each.kind, line, _later(each.when, when), each.detail)] = None
            self.decoded += [Decoded(one.value, line, one.encodings) for one in facts.decoded]
            self._take_marks(facts, line, when)
            for said in facts.mentions:
                self.mentions.add(said.kind, said.detail, line, _later(said.when, when))
            self._hosts(facts.hosts)
        unread = unread or self.unread
        if judged is not None and judged.overflow:
            unread = unread or "more facts than are kept for one file"
        if self.budget.spent:
            unread = unread or "more encoded constants than are decoded for one file"
        return CodeFacts(
            path=path,
            language=self.language,
            size=size,
            imports=tuple(sorted(imports, key=lambda each: (each.line, each.module))),
            calls=tuple(sorted(calls, key=lambda each: each.line)),
            decoded=tuple(self.decoded),
            capabilities=tuple(sorted(capabilities, key=lambda each: (each.line, each.kind, each.detail))),
            hosts=tuple(self.hosts),
            guards=tuple(sorted(self.guards, key=lambda each: (each.line, each.trait, each.value))),
            overrides=tuple(sorted(self.overrides, key=lambda each: (each.line, each.target))),
            walks=tuple(self.walks),
            endless=tuple(self.endless),
            addresses=tuple(sorted(self.addresses, key=lambda each: each.chain)),
            mentions=self.mentions.sorted(),
            indirections=tuple(sorted(indirections, key=lambda each: (each.line, each.callee)))[:MAX_INDIRECTIONS],
            unread=unread,
        )


def _later(inner: When, outer: When) -> When:
    return "load" if inner == outer == "load" else "call"


def _unreadable(tree: Tree, source: bytes) -> str:
    """Why a part could not be read: a gap when it is much of the file, or when it may hide a call."""
    errors = error_nodes(tree)
    if not errors:
        return ""
    first = min(errors, key=lambda node: node.start_byte)
    total = error_bytes(tree)
    message = f"unparsable at line {line_of(first)}"
    if total > len(source) * _SHARE_OF_ERRORS and total > 1:
        return f"{message}: {total} of {len(source)} bytes"
    for node in errors:
        text = source[node.start_byte : node.end_byte]
        if len(text) > _BYTES_OF_ERROR or _RISKY.search(text):
            return f"unparsable at line {line_of(node)}: {len(text)} bytes"
    return ""
