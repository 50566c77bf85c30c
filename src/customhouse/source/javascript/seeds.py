"""Where the flow of references starts: the words that matter, wherever they stand in code."""

from tree_sitter import Node

from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.anchored import run_at
from customhouse.source.javascript.capability_table import (
    ACTING,
    COMMON_GLOBALS,
    GLOBAL_PROPERTIES,
    GLOBALS,
    INTERNALS,
    LOADERS,
    PROPERTIES,
    ability_of,
)
from customhouse.source.javascript.flow import Flow
from customhouse.source.javascript.tree import FUNCTIONS, Code, arguments_of, bare
from customhouse.source.obfuscation import LETTERLESS, LETTERLESS_RUN

_GLOBAL_WORDS = {name.encode(): name for name in GLOBALS}
_PROPERTY_WORDS = {name.encode(): name for name in (*PROPERTIES, *GLOBAL_PROPERTIES)}
_WORDS = frozenset((*_GLOBAL_WORDS, *_PROPERTY_WORDS, b"import", b"from"))
_COMMON = {name.encode(): pattern for name, pattern in COMMON_GLOBALS.items()}
#: Followed even where the file declares a variable of that name: `var require = require`, `if (0) var eval = 1`.
_ALWAYS = frozenset({b"require", b"eval", b"Function", b"process", b"module"})
#: What stands before a name that a function, class, import, loop or handler declares; and before a variable's.
_BEFORE_OWN = (
    b"function",
    b"*",
    b"class",
    b"import",
    b"as",
    b"{",
    b",",
    b"catch (",
    b"catch(",
    b"const",
    b"let",
    b"var",
)
_BEFORE_ANY = (*_BEFORE_OWN, b"[", b"(")
#: A bracket access whose key is put together: `x["a" + ...`, `` x[`...` ``, `x[("a")`, `x[f("...`.
_COMPUTED = lazy_regex(rb"\[\s*(?:(?:\"[^\"\n]{0,80}\"|'[^'\n]{0,80}')\s*[+.]|`|\(|\[|\w+(?:\.\w+)?\(\s*[\"'`])")
_OBJECT_END = lazy_regex(rb"[\w$)\]'\"`.\s]")
_FROM = lazy_regex(rb"from\s*[\"']")
_FINDER = lazy_regex(rb"return\s+this\b|=>\s*this\b")
_LONGEST_FINDER = 200
_MOST_NAMED = 64
#: Properties of `this` and of what may be the global object that are telling enough to be believed.
_MADE_BY_THIS = frozenset({"eval", "Function", "execScript"})
_METHODS_OF_VALUES = frozenset({"array", "string", "regex", "template_string", "number", "object", "true", "false"})


def sow(flow: Flow) -> frozenset[bytes]:
    """Start the flow at every word that matters; gives the words of the file."""
    code = flow.code
    words = code.words
    for word in sorted(words & _WORDS):
        follows = _COMMON.get(word)
        for at in code.positions(word):
            end = at + len(word)
            if follows is None or follows.match(code.data, end) or code.data[at - 1 : at] in {b'"', b"'", b"`"}:
                _start(flow, word, code.leaf(at, end), at)
    for match in _COMPUTED.finditer(code.data):
        if _OBJECT_END.match(code.data, match.start() - 1):
            _computed(flow, match.start())
    return words


def _start(flow: Flow, word: bytes, leaf: Node, at: int) -> None:  # noqa: C901 (one arm a kind of node)
    kind = leaf.type
    if kind in {"identifier", "shorthand_property_identifier"}:
        if word in _GLOBAL_WORDS and not _is_own(flow, word, leaf):
            flow.follow(leaf, GLOBALS[_GLOBAL_WORDS[word]])
    elif kind == "property_identifier":
        if word in _PROPERTY_WORDS and leaf.parent is not None and leaf.parent.type == "member_expression":
            _property(flow, leaf.parent, _PROPERTY_WORDS[word])
    elif kind == "string_fragment":
        string = leaf.parent
        member = string.parent if string is not None else None
        whole = string is not None and string.end_byte - string.start_byte == len(word) + 2
        if whole and word in _PROPERTY_WORDS and member is not None and member.type == "subscript_expression":
            _property(flow, member, _PROPERTY_WORDS[word])
        elif whole and word == b"constructor" and member is not None and member.type == "variable_declarator":
            _named_constructor(flow, member)
    elif kind == "import":
        _import(flow, leaf)
    elif kind == "from" and _FROM.match(flow.code.data, at):
        statement = leaf.parent
        if statement is not None and statement.type == "export_statement":
            source = statement.child_by_field_name("source")
            if source is not None:
                flow.imported(flow.folder.text(source) or "", statement, "re-export")


def _is_own(flow: Flow, word: bytes, leaf: Node) -> bool:
    """Whether a global's name is declared here as something of the file's own.

    A parameter is not: module wrappers hand `require`, `module`, `process` and the global object in under their names.
    """
    if flow.scopes.classify(leaf) is not None:
        return True
    declared = flow.may_declare.get(word)
    if declared is None:
        declared = flow.may_declare[word] = _may_declare(flow.code, word)
    if not declared:
        return False
    _, definitions = flow.scopes.lookup(word, leaf)
    if any(each.kind in {"function", "class", "import", "each", "caught"} for each in definitions):
        return True
    if word in _ALWAYS:
        return False
    return any(
        each.kind == "declared"
        and each.value is not None
        and not flow.code.positions_in(word, each.value.start_byte, each.value.end_byte)
        for each in definitions
    )


def _may_declare(code: Code, word: bytes) -> bool:
    """Whether the text before some occurrence of a word is what stands before a name that is declared."""
    before = _BEFORE_OWN if word in _ALWAYS else _BEFORE_ANY
    return any(code.data[max(at - 16, 0) : at].rstrip().endswith(before) for at in code.positions(word))


def _named_constructor(flow: Flow, declarator: Node) -> None:
    """`const c = "constructor"`: every bracket access by that name."""
    name = declarator.child_by_field_name("name")
    if name is None or name.type != "identifier":
        return
    scope, _ = flow.scopes.lookup(flow.code.bytes_of(name), name)
    for use in flow.scopes.uses(flow.code.bytes_of(name), scope, _MOST_NAMED):
        member = use.parent
        if member is not None and member.type == "subscript_expression":
            index = member.child_by_field_name("index")
            if index is not None and index.id == use.id:
                _property(flow, member, "constructor")


def _import(flow: Flow, leaf: Node) -> None:
    parent = leaf.parent
    if parent is not None and parent.type == "import":
        parent = parent.parent
    if parent is None:
        return
    if parent.type == "import_statement":
        source = parent.child_by_field_name("source")
        clause = next(
            (each for each in parent.named_children if each.type in {"import_clause", "import_require_clause"}), None
        )
        if source is None and clause is not None:
            source = clause.child_by_field_name("source")
        if source is None:
            return
        module = flow.imported(flow.folder.text(source) or "", parent, "import")
        if module is not None and clause is not None:
            flow.bind_import(clause, module)
    elif parent.type == "call_expression":
        arguments = arguments_of(parent)
        module = flow.load(parent, arguments[0], "dynamic") if arguments else None
        if module is not None:
            flow.follow(parent, module)


def _property(flow: Flow, member: Node, name: str) -> None:
    """A telling property of something that the flow does not know (yet)."""
    target = bare(member.child_by_field_name("object"))
    if target is None:
        return
    if name == "constructor":
        if _makes_functions(flow.code, member, target):
            flow.follow(member, "Function")
            flow.ways.append(("Function", member, "constructor"))
        return
    path = PROPERTIES.get(name)
    if path is not None:
        if target.type != "this" or name in {"_compile", "_load"}:
            flow.follow(member, path)
            if path in INTERNALS:
                flow.ways.append((path, member, "internals"))
    elif target.type == "this":
        if name in _MADE_BY_THIS:
            flow.follow(member, name)
    elif _is_global_object(flow, target, name):
        flow.follow(member, GLOBALS[name])


_GLOBAL_NAMES = frozenset(
    {b"globalThis", b"global", b"window", b"self", b"top", b"root", b"GLOBAL", b"parent", b"frames"}
)


def _is_global_object(flow: Flow, target: Node, name: str) -> bool:
    """Whether an expression is the global object: by its names, or as what a function made to find it gives."""
    if target.end_byte - target.start_byte > _LONGEST_FINDER:
        return False
    source = flow.code.bytes_of(target)
    if all(part.strip() in _GLOBAL_NAMES for part in source.replace(b"?.", b".").split(b".")):
        return True
    if name not in _MADE_BY_THIS:
        return False
    if target.type == "identifier":
        _, definitions = flow.scopes.lookup(source, target)
        value = definitions[0].value if len(definitions) == 1 else None
        source = flow.code.data[value.start_byte : value.start_byte + _LONGEST_FINDER] if value is not None else b""
        return _FINDER.search(source) is not None or source == b"this"
    return target.type == "call_expression" and _FINDER.search(source) is not None


def _makes_functions(code: Code, member: Node, target: Node) -> bool:
    """Whether `target.constructor` is the maker of functions: of a function, of a built-in method, of a constructor."""
    if target.type in FUNCTIONS:
        return True
    if target.type in {"member_expression", "subscript_expression"}:
        inner = bare(target.child_by_field_name("object"))
        name = target.child_by_field_name("property") or target.child_by_field_name("index")
        if name is not None and code.bytes_of(name).strip(b"\"'`") == b"constructor":
            return True
        if (
            name is not None
            and name.type == "identifier"
            and code.bytes_of(member).endswith(b"[" + code.bytes_of(name) + b"]")
        ):
            return True  # x[c][c]
        if inner is not None and inner.type in _METHODS_OF_VALUES:
            return True
    if target.type == "call_expression":
        callee = target.child_by_field_name("function")
        if callee is not None and code.bytes_of(callee) == b"Object.getPrototypeOf":
            arguments = arguments_of(target)
            inner = bare(arguments[0]) if arguments else None
            return inner is not None and inner.type in FUNCTIONS
    # x.constructor("return 1")(): what is made is called, so it is a function
    made = member.parent
    again = made.parent if made is not None else None
    if made is not None and made.type == "call_expression" and again is not None and again.type == "call_expression":
        function = again.child_by_field_name("function")
        return function is not None and function.id == made.id
    return False


def _computed(flow: Flow, at: int) -> None:
    """A bracket access with a key that is put together, where its bracket stands."""
    node = flow.code.leaf(at, at + 1).parent
    if node is None or node.type != "subscript_expression":
        return
    folded = flow.folder.fold(node.child_by_field_name("index"))
    if folded is None or not folded.whole or not isinstance(folded.value, str):
        return
    name = folded.value
    if name in PROPERTIES or name in GLOBAL_PROPERTIES:
        _property(flow, node, name)
        path = PROPERTIES.get(name, name)
        target = bare(node.child_by_field_name("object"))
        told = path in INTERNALS or (target is not None and _is_global_object(flow, target, name))
        if told and (path in LOADERS or path in INTERNALS or ability_of(path) in ACTING):
            flow.ways.append((path, node, "put-together"))


def letterless(flow: Flow) -> Node | None:
    """Where the file holds a program spelled without letters (JSFuck), if it does."""
    at = run_at(flow.code.data, LETTERLESS, LETTERLESS_RUN) if b"![]" in flow.code.data else -1
    if at < 0:
        return None
    node = flow.code.leaf(at, at + 1)
    return None if node.type in {"comment", "string_fragment", "string", "regex_pattern"} else node
