"""Whether code runs when the file is loaded, or only when somebody calls it.

Module level, class bodies, decorators and default values run at load; so does every function that load plainly calls,
and what those call in turn. An instance made at load lets all special methods of its class run.
"""

from collections.abc import Callable, Iterable

from customhouse.model.code import When
from customhouse.source.python.bindings import Bindings, Scope
from customhouse.source.python.resolver import Resolver

_METHODS_OF_COMMANDS = frozenset({"run", "__init__", "initialize_options", "finalize_options", "__call__"})
_COMMAND_BASES_TEXT = """
install develop build_py egg_info build build_ext sdist bdist_wheel build_clib build_scripts install_lib
install_data install_scripts install_egg_info editable_wheel dist_info test Command bdist_egg easy_install
Distribution
"""
_COMMAND_BASES = frozenset(_COMMAND_BASES_TEXT.split())


class Loading:
    """Which functions of a file run at load. `edge` is told of every call; the rest happens when asked."""

    def __init__(self, bindings: Bindings, resolver: Resolver, *, is_script: bool) -> None:
        """`is_script`: the body of `if __name__ == "__main__"` runs as well."""
        self.bindings = bindings
        self.resolver = resolver
        self.is_script = is_script
        #: Called before the first question about the inside of a function is answered.
        self.learn: Callable[[], None] = lambda: None
        self._settled = False
        self._edges: dict[int, set[int]] = {}
        self._loaded: set[int] = {0}

    def release(self) -> None:
        """Let go of what points back here."""
        self.learn = lambda: None

    def edge(self, position: int, target: str) -> None:
        """Note that the code at a position calls `local:N`, or makes an instance of `class:N`."""
        if self.bindings.main_ranges and not self.is_script and self.bindings.in_main(position):
            return
        source = self.bindings.function_at(position).index
        kind, _, number = target.partition(":")
        if not number.isdigit():
            return
        if kind == "local":
            self._add(source, int(number))
        elif kind == "class":
            for method in self._special(self.bindings.scopes[int(number)]):
                self._add(source, method)

    def enter(self, scopes: Iterable[int]) -> None:
        """Note functions that something outside of the file calls when it is loaded."""
        for index in scopes:
            self._add(0, index)

    def enter_class(self, index: int) -> None:
        """Note that something outside of the file makes an instance of a class when the file is loaded."""
        self.enter(self._special(self.bindings.scopes[index]))

    def _settle(self) -> None:
        """Follow the calls from module level until nothing new is reached."""
        scopes = self.bindings.scopes
        for scope in scopes:
            if scope.kind == "lambda" and not _is_kept(scope):
                self._add(self.bindings.function_of(scopes[scope.parent]).index, scope.index)
        pending = [0]
        while pending:
            for target in self._edges.get(pending.pop(), ()):
                if target not in self._loaded:
                    self._loaded.add(target)
                    pending.append(target)

    def when(self, position: int) -> When:
        """When the code at a position runs."""
        if self.bindings.main_ranges and not self.is_script and self.bindings.in_main(position):
            return "call"
        scope = self.bindings.function_at(position).index
        if scope and not self._settled:
            self._settled = True
            self.learn()
            self._settle()
        return "load" if scope in self._loaded else "call"

    def functions(self, names: Iterable[str]) -> list[int]:
        """The module's own functions of these names."""
        module = self.bindings.scopes[0]
        found = [binding for name in names for binding in module.bindings.get(name, ())]
        return [binding.place for binding in found if binding.kind == "function" and binding.place is not None]

    def command_methods(self, named: set[str]) -> list[int]:
        """Methods that setuptools calls: of classes derived from its commands, and of those in `named`."""
        found: list[int] = []
        for scope in self.bindings.scopes:
            if scope.kind == "class" and (scope.name in named or self._is_command(scope)):
                found.extend(self._methods(scope, _METHODS_OF_COMMANDS))
        return found

    def _is_command(self, scope: Scope) -> bool:
        bases = scope.node.child_by_field_name("superclasses")
        if bases is None:
            return False
        texts = (self.bindings.text(child).rpartition(".")[2] for child in bases.named_children)
        return any(text.lstrip("_") in _COMMAND_BASES or text.endswith(("Command", "_command")) for text in texts)

    def _methods(self, scope: Scope, names: Iterable[str]) -> list[int]:
        found = [binding for name in names for binding in scope.bindings.get(name, ())]
        return [binding.place for binding in found if binding.kind == "function" and binding.place is not None]

    def _special(self, scope: Scope) -> list[int]:
        """The special methods of a class and of its bases in this file."""
        found: list[int] = []
        pending, seen = [scope], {scope.index}
        while pending and len(seen) < _MAX_BASES:
            scope = pending.pop()
            found.extend(self._methods(scope, [name for name in scope.bindings if name.startswith("__")]))
            for base in self.resolver.bases(scope):
                kind, _, number = base.partition(":")
                if kind == "class" and int(number) not in seen:
                    seen.add(int(number))
                    pending.append(self.bindings.scopes[int(number)])
        return found

    def _add(self, source: int, target: int) -> None:
        self._edges.setdefault(source, set()).add(target)


_MAX_BASES = 16


def _is_kept(scope: Scope) -> bool:
    """Whether a lambda is put aside for later (bound to a name, a default, a table) and not handed to a call."""
    parent = scope.node.parent
    while parent is not None and parent.type == "parenthesized_expression":
        parent = parent.parent
    return parent is not None and parent.type in {
        "assignment", "default_parameter", "typed_default_parameter", "pair", "list", "tuple", "return_statement",
        "keyword_argument", "expression_statement", "lambda",
    }  # fmt: skip
