"""What is written to a file of this name and started afterwards: `urlretrieve(url, path)`, then `Popen([path])`."""

from collections.abc import Iterable

from tree_sitter import Node

from customhouse.source.python.origins import FILE, Found, OriginFinder

_NONE: Found = frozenset()
_SHORTEST_PATH = 4
_MOST = 64
_MOST_NODES = 200
#: Calls that fetch into a file, and which argument names it.
_FETCHERS = {"urllib.request.urlretrieve": 1, "urllib.urlretrieve": 1, "wget.download": 1, "ftplib.FTP.retrbinary": 1}
_OPENERS = frozenset({"open", "io.open", "codecs.open", "pathlib.Path.open", "os.fdopen"})


class Carried:
    """The files that one file writes, by the names and constants they go under."""

    def __init__(self, origins: OriginFinder) -> None:
        """Take the finder of origins of the file."""
        self.origins = origins
        self.bindings = origins.bindings
        self._written: dict[str, Found] = {}

    def learn(self, calls: Iterable[tuple[Node, tuple[str, ...]]]) -> None:
        """Note what each call writes; `calls` are those of interest with what they resolve to."""
        for node, names in calls:
            if len(self._written) >= _MOST:
                return
            for name in names:
                plain = name.replace("()", "")
                if plain in _FETCHERS:
                    self._note(self._argument(node, _FETCHERS[plain], "filename"), frozenset({"network"}))
                elif plain in _OPENERS:
                    self._opened(node)
                elif plain.endswith((".write_bytes", ".write_text")):
                    self._path_written(node)

    def reaching(self, nodes: Iterable[Node]) -> Found:
        """The origins of the files that expressions name."""
        if not self._written:
            return _NONE
        found: set[str] = set()
        for node in nodes:
            for key in self._keys(node):
                found |= self._written.get(key, _NONE)
        return frozenset(found)

    def of_files(self, found: Found) -> Found:
        """The origins of what was written to the files that a value was read from."""
        names = {each.removeprefix(FILE) for each in found if each.startswith(FILE)}
        return frozenset(origin for name in names for origin in self._written.get(name, _NONE))

    def _note(self, target: Node | None, content: Found) -> None:
        if target is None or not content:
            return
        for key in self._keys(target):
            self._written[key] = self._written.get(key, _NONE) | content

    def _opened(self, call: Node) -> None:
        """`open(path, "wb")`, and what is written to what it gives."""
        mode = self._argument(call, 1, "mode")
        text = self.origins.folder.text(mode) if mode is not None else ""
        if not text or not set(text) & set("wax+"):
            return
        parent = call.parent
        name: Node | None = None
        if parent is not None and parent.type == "as_pattern":
            target = parent.named_children[-1]
            name = target.named_children[0] if target.named_child_count else target
        elif parent is not None and parent.type == "assignment":
            name = parent.child_by_field_name("left")
        content: set[str] = set()
        if name is not None:
            for given in self.origins.fed().get(self.bindings.text(name), ()):
                content |= self.origins.node(given)
        elif parent is not None and parent.type == "attribute" and parent.parent is not None:
            arguments = parent.parent.child_by_field_name("arguments")  # open(path, "wb").write(data)
            for given in arguments.named_children[:2] if arguments is not None else ():
                content |= self.origins.node(given)
        self._note(self._argument(call, 0, "file"), frozenset(content))

    def _path_written(self, call: Node) -> None:
        function = call.child_by_field_name("function")
        given = self._argument(call, 0, "data")
        if function is not None and given is not None:
            self._note(function.child_by_field_name("object"), self.origins.node(given))

    def _argument(self, call: Node, place: int, keyword: str) -> Node | None:
        arguments = call.child_by_field_name("arguments")
        plain = []
        for child in arguments.named_children if arguments is not None else ():
            if child.type == "keyword_argument":
                name = child.child_by_field_name("name")
                if name is not None and self.bindings.text(name) == keyword:
                    return child.child_by_field_name("value")
            elif child.type != "comment":
                plain.append(child)
        return plain[place] if place < len(plain) else None

    def _keys(self, node: Node) -> set[str]:
        """What a path goes under: its constant text, and the names that it is made of."""
        found: set[str] = set()
        pending, looked = [node], 0
        while pending and looked < _MOST_NODES:
            looked += 1
            one = pending.pop()
            if one.type == "identifier":
                found.add(self.bindings.text(one))
            const = (
                self.origins.folder.fold(one)
                if one.type in {"string", "identifier", "call", "binary_operator"}
                else None
            )
            if const is not None and isinstance(const.value, str) and len(const.value) >= _SHORTEST_PATH:
                found.update(
                    word for word in const.value.split() if len(word) >= _SHORTEST_PATH and not word.startswith("-")
                )
            if one.type not in {"call", "attribute"}:
                pending.extend(one.named_children)
            elif one.type == "call":
                arguments = one.child_by_field_name("arguments")
                pending.extend(arguments.named_children if arguments is not None else ())
        return found - _COMMON


#: Names and words that stand in every other command.
_COMMON = frozenset({"self", "os", "sys", "subprocess", "python", "python3", "str", "bash", "{}"})
