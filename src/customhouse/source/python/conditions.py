"""What conditions of a Python file ask of the machine and its user, and walks that write or delete what they meet."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from customhouse.model.code import Guard, Trait, Walk, When
from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.python.api import api, canonical
from customhouse.source.python.arguments import as_text
from customhouse.source.python.bindings import Bindings
from customhouse.source.python.constants import Folder
from customhouse.source.python.loading import Loading
from customhouse.source.traits import LONG_WAIT, trait_of_variable, without

Calls = list[tuple[Node, tuple[str, ...]]]

_CALLS: dict[str, Trait] = {
    "socket.gethostname": "hostname",
    "socket.getfqdn": "hostname",
    "platform.node": "hostname",
    "getpass.getuser": "username",
    "os.getlogin": "username",
    "locale.getlocale": "locale",
    "locale.getdefaultlocale": "locale",
    "os.cpu_count": "machine",
    "multiprocessing.cpu_count": "machine",
    "psutil.virtual_memory": "machine",
    "psutil.cpu_count": "machine",
    "psutil.disk_usage": "machine",
    "psutil.process_iter": "process",
    "uuid.getnode": "machine",
    "sys.gettrace": "debugger",
    "ctypes.windll.kernel32.IsDebuggerPresent": "debugger",
    "ctypes.windll.kernel32.CheckRemoteDebuggerPresent": "debugger",
    "ctypes.windll.kernel32.GetUserDefaultUILanguage": "locale",
    "ctypes.windll.user32.GetKeyboardLayout": "locale",
}
_READERS = frozenset({"os.getenv", "os.environ.get", "os.environ.pop"})
_ENVIRONMENT = lazy_regex(
    rb"\benviron\s{0,4}\[\s{0,4}[\"']([A-Za-z_]{1,40})[\"']|[\"']([A-Z_]{2,40})[\"']\s{1,4}(?:not\s+)?in\s+\w{0,12}\.?environ\b"
)
_MEMBERS = lazy_regex(
    rb"\btime\s*\.\s*(?:tzname|timezone)\b|[\[(]\s*[\"'](country(?:_?(?:name|code\d?))?)[\"']\s*[\])]|\bdatetime\b[.\w]{0,20}\(\s*20\d\d\s*,"
)
_TEXT = lazy_regex(rb"\"([^\"\n]{0,60})\"|'([^'\n]{0,60})'|\(\s*(20\d\d\s*,[\s\d,]{1,12})\)|\b(\d{10})\b")
_SHORTEST = 2
#: One of these stands in everything that the expression of members matches.
_IN_MEMBERS = (b"tzname", b"timezone", b"country", b"datetime")
_NAME = lazy_regex(rb"(?<![\w.])[A-Za-z_]\w{0,60}\b(?!\s*\()")
_LEAVES = lazy_regex(rb"\breturn\b|\braise\b|\bsys\.exit\b|\bexit\(|\bquit\(|\bos\._exit\b|\bos\.abort\b")
_ENDLESS = lazy_regex(rb"\bwhile\s{0,4}\(?\s{0,4}(?:True|1|not\s+False)\s{0,4}\)?\s{0,4}:")
_LEFT = lazy_regex(
    rb"\b(?:break|return|raise|yield|await|assert|next|exit|_exit|abort|kill|sleep|wait|get|recv|accept|input|read|join|select|poll)\b"
)
_ACTS = frozenset({"process", "network", "dynamic-code", "filesystem"})
_FARTHEST = 14
_DEEPEST = 3
_MOST = 256
_MOST_USES = 24
_NEAR = 400
_LONGEST_VALUE = 120
_STOPS = frozenset({"block", "module", "function_definition", "class_definition", "expression_statement", "lambda"})
_LISTS = frozenset({"os.walk", "os.listdir", "os.scandir", "glob.glob", "glob.iglob", "pathlib.Path.rglob",
                    "pathlib.Path.glob", "pathlib.Path.iterdir"})  # fmt: skip
_DELETES = frozenset({"os.remove", "os.unlink", "pathlib.Path.unlink", "shutil.rmtree", "os.rmdir"})
_WRITES = frozenset({"open", "io.open", "os.truncate", "pathlib.Path.write_bytes", "pathlib.Path.write_text"})
_MODE = lazy_regex(r"(?:mode=)?[wax]|(?:mode=)?r\w?\+")


class Conditions:
    """Conditions and walks of one file, from the calls that the reader found in it."""

    def __init__(self, bindings: Bindings, folder: Folder, loading: Loading, calls: Calls) -> None:
        """Look in one file; `calls` are those that the reader found, with what they resolve to."""
        self.bindings = bindings
        self.folder = folder
        self.loading = loading
        self.calls = [(node, frozenset(canonical(name.replace("()", "")) for name in names)) for node, names in calls]
        self.acting = [node.start_byte for node, names in self.calls if any(map(_acts, names))]

    def _when(self, node: Node) -> When:
        return self.loading.when(node.start_byte)

    def guards(self) -> Iterator[Guard]:
        """Give each condition that asks for a trait, and each long wait."""
        found: dict[Guard, None] = {}
        for trait, node in self._sources():
            for condition, branch in self._conditions(node, 0):
                asked = None if trait == "date" else node  # the day itself is what it is compared with
                value = self._value(condition, asked) or self._value(_expression(node), asked)
                if trait != "date" or value:
                    line = condition.start_point[0] + 1
                    found[Guard(trait, line, self._when(condition), value, self._decides(branch))] = None
            if len(found) >= _MOST:
                break
        yield from found
        for node, names in self.calls:
            if "time.sleep" in names:
                first = _first_of(node)
                seconds = self.folder.fold(first) if first is not None else None
                if seconds is not None and isinstance(seconds.value, int) and seconds.value >= LONG_WAIT:
                    yield Guard("wait", node.start_point[0] + 1, self._when(node), f"{seconds.value} s", decides=True)

    def _sources(self) -> Iterator[tuple[Trait, Node]]:
        for node, names in self.calls:
            for plain in sorted(names):
                trait = self._read(node) if plain in _READERS else _CALLS.get(plain)
                if trait is not None:
                    yield trait, node
        data = self.bindings.data
        for match in _ENVIRONMENT.finditer(data) if b"environ" in data else ():
            variable = trait_of_variable((match[1] or match[2]).decode())
            place = self._code_at(match.start()) if variable is not None else None
            while place is not None and place.parent is not None and place.parent.type in {"attribute", "subscript"}:
                place = place.parent
            if variable is not None and place is not None:
                yield variable, place
        for match in _MEMBERS.finditer(data) if any(map(data.__contains__, _IN_MEMBERS)) else ():
            place = self._code_at(match.start())
            if place is not None:
                yield "country" if match[1] else "timezone" if match[0].startswith(b"time") else "date", place

    def _read(self, call: Node) -> Trait | None:
        """What the variable tells that a call reads."""
        first = _first_of(call)
        variable = self.folder.text(first) if first is not None else None
        return trait_of_variable(variable) if variable else None

    def _code_at(self, at: int) -> Node | None:
        leaf = self.bindings.root.descendant_for_byte_range(at, at + 1)
        if leaf is None or leaf.type == "comment":
            return None
        if leaf.type not in {"string_content", "string_start"}:
            return leaf
        string = leaf.parent
        holder = string.parent if string is not None else None
        return None if holder is None or holder.type == "expression_statement" else string

    def _conditions(  # noqa: C901 - one arm a kind of parent
        self, node: Node, depth: int
    ) -> Iterator[tuple[Node, Node | None]]:
        each = node
        for _ in range(_FARTHEST):
            parent = each.parent
            if parent is None:
                return
            kind = parent.type
            if kind in {"if_statement", "elif_clause", "while_statement"}:
                if _is(parent, "condition", each):
                    yield each, parent.child_by_field_name("consequence") or parent.child_by_field_name("body")
                return
            if kind == "conditional_expression":
                yield each, parent.named_children[0]
                return
            if kind == "match_statement":
                yield parent, parent.child_by_field_name("body")
                return
            if kind in {"assignment", "named_expression"} and depth < _DEEPEST:
                name = parent.child_by_field_name("left") or parent.child_by_field_name("name")
                if name is not None and name.type == "identifier" and name.id != each.id:
                    yield from self._through(self.bindings.text(name), name, depth)
                if kind == "assignment":
                    return
            if kind == "return_statement" and depth < _DEEPEST:
                function = _function_of(parent)
                name = function.child_by_field_name("name") if function is not None else None
                if name is not None:
                    yield from self._through(self.bindings.text(name), name, depth)
                return
            if kind in _STOPS:
                return
            each = parent

    def _through(self, word: str, name: Node, depth: int) -> Iterator[tuple[Node, Node | None]]:
        """The conditions that a name stands in, wherever the file uses it."""
        pattern = re.compile(rb"(?<![\w.])" + re.escape(word.encode()) + rb"\b")
        for number, match in enumerate(pattern.finditer(self.bindings.data)):
            if number >= _MOST_USES:
                return
            leaf = self.bindings.root.descendant_for_byte_range(match.start(), match.end())
            if leaf is not None and leaf.type == "identifier" and leaf.start_byte != name.start_byte:
                yield from self._conditions(leaf, depth + 1)

    def _value(self, node: Node, asked: Node | None) -> str:
        text = without(self.bindings.data[node.start_byte : node.end_byte], node.start_byte, asked)[:1024]
        found: dict[str, None] = {}
        for match in _TEXT.finditer(text):
            part = next(part for part in match.groups() if part is not None).decode("utf-8", "replace")
            if len(part) >= _SHORTEST:
                found[part] = None
        for match in list(_NAME.finditer(text))[:4]:
            start = node.start_byte + match.start()
            leaf = self.bindings.root.descendant_for_byte_range(start, start + len(match[0]))
            const = self.folder.fold(leaf) if leaf is not None and leaf.type == "identifier" else None
            if const is not None and isinstance(const.value, tuple):
                found.update((str(each), None) for each in const.value[:8])
            elif const is not None and isinstance(const.value, str):
                found[const.value] = None
        return ", ".join(found)[:_LONGEST_VALUE]

    def _decides(self, branch: Node | None) -> bool:
        if branch is None:
            return False
        if _LEAVES.search(self.bindings.data, branch.start_byte, min(branch.end_byte, branch.start_byte + _NEAR)):
            return True
        return any(branch.start_byte <= at < branch.end_byte for at in self.acting)

    def walks(self) -> Iterator[Walk]:
        """Give each loop or function that lists a folder and writes to, or deletes, what it meets."""
        lists = [node for node, names in self.calls if names & _LISTS]
        harms = [
            (node, "deletes" if names & _DELETES else "writes")
            for node, names in self.calls
            if names & _DELETES or (names & _WRITES and self._writes(node, names))
        ]
        for listing in lists[:_MOST_USES] if harms else ():
            home = _loop_of(listing) or _function_of(listing) or self.bindings.root
            for node, does in harms:
                if home.start_byte <= node.start_byte < home.end_byte and self._is_unnamed(node):
                    yield Walk(
                        does="deletes" if does == "deletes" else "writes",
                        line=node.start_point[0] + 1,
                        when=self._when(node),
                        roots=self._roots(listing),
                    )
                    break

    def _writes(self, node: Node, names: frozenset[str]) -> bool:
        if not names & {"open", "io.open"}:
            return True
        arguments = node.child_by_field_name("arguments")
        for child in arguments.named_children[1:3] if arguments is not None else ():
            value = child.child_by_field_name("value") if child.type == "keyword_argument" else child
            mode = self.folder.text(value) if value is not None else None
            if mode and _MODE.match(mode):
                return True
        return False

    def _path_of(self, node: Node) -> Node | None:
        """What a call is about: the receiver of a path's method, else the first argument."""
        function = node.child_by_field_name("function")
        if function is not None and function.type == "attribute":
            holder = function.child_by_field_name("object")
            if holder is not None and any(
                name.startswith("pathlib.Path()") for name in self.folder.resolver.node(holder)
            ):
                return holder
        return _first_of(node)

    def _is_unnamed(self, node: Node) -> bool:
        path = self._path_of(node)
        const = self.folder.fold(path) if path is not None else None
        return path is not None and (const is None or const.partial)

    def _roots(self, listing: Node) -> tuple[str, ...]:
        path = self._path_of(listing)
        if path is None:
            return ()
        const = self.folder.fold(path)
        if const is not None:
            text = as_text(const)
            return (text,) if text else ()
        if path.type != "identifier":
            return ()
        return tuple(dict.fromkeys(self._given(path)))[:8]

    def _given(self, path: Node) -> Iterator[str]:
        """What the callers of this file give a parameter, and what a loop over constants gives its variable."""
        scope = self.bindings.scope_at(path.start_byte)
        name = self.bindings.text(path)
        for binding in self.bindings.visible(scope, name):
            if binding.kind == "parameter":
                self.folder.resolver.learn()
                for key in (binding.place, name):
                    given = self.folder.resolver.arguments.get((scope.index, key), ()) if key is not None else ()
                    for argument in given[:_MOST_USES]:
                        text = self.folder.text(argument)
                        if text:
                            yield text
            elif binding.node is not None:
                const = self.folder.fold(binding.node)
                if const is not None and isinstance(const.value, tuple):
                    yield from (str(each) for each in const.value[:8])


def endless_loops(root: Node, data: bytes) -> Iterator[Node]:
    """Give each `while True` that nothing in it leaves."""
    for number, match in enumerate(_ENDLESS.finditer(data)):
        leaf = root.descendant_for_byte_range(match.start(), match.start() + 1)
        loop = leaf.parent if leaf is not None else None
        if number >= _MOST:
            return
        if loop is not None and loop.type == "while_statement" and not _is_left(data, loop):
            yield loop


def _is_left(data: bytes, loop: Node) -> bool:
    """Whether something in a loop may end it, or takes its time: what waits is there to serve."""
    return _LEFT.search(data, loop.start_byte, loop.end_byte) is not None


def _first_of(call: Node) -> Node | None:
    arguments = call.child_by_field_name("arguments")
    return arguments.named_children[0] if arguments is not None and arguments.named_child_count else None


def _acts(name: str) -> bool:
    known = api(name)
    return known is not None and known.kind in _ACTS


def _is(parent: Node, field: str, node: Node) -> bool:
    child = parent.child_by_field_name(field)
    return child is not None and child.id == node.id


def _function_of(node: Node) -> Node | None:
    each = node.parent
    for _ in range(200):
        if each is None or each.type == "function_definition":
            return each
        each = each.parent
    return None


def _loop_of(node: Node) -> Node | None:
    """The `for` whose list a node makes."""
    each = node
    for _ in range(6):
        parent = each.parent
        if parent is None:
            return None
        if parent.type == "for_statement":
            return parent if _is(parent, "right", each) else None
        each = parent
    return None


def _expression(node: Node) -> Node:
    """The whole expression that a trait is part of, where a name or a function's result carries it elsewhere."""
    each = node
    for _ in range(_FARTHEST):
        parent = each.parent
        if parent is None or parent.type in {"return_statement", "assignment"} or parent.type in _STOPS:
            return each
        each = parent
    return each
