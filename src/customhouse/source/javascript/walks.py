"""Walks through folders that write to every file they meet, or delete it."""

from collections.abc import Iterator

from tree_sitter import Node

from customhouse.model.code import Walk
from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.javascript.capabilities import Facts
from customhouse.source.javascript.flow import Called
from customhouse.source.javascript.tree import arguments_of, bare, line_of
from customhouse.source.javascript.values import to_text

_MOST = 32
_MOST_CALLERS = 24
_FS = r"(?:fs|fs\.promises|fs-extra|graceful-fs)\.(?:promises\.)?"
_LISTS = lazy_regex(_FS + r"(?:readdir|readdirSync|opendir|opendirSync|glob|globSync)")
_WRITES = lazy_regex(
    _FS + r"(?:writeFile|writeFileSync|truncate|truncateSync|appendFile|appendFileSync|createWriteStream)"
)
_DELETES = lazy_regex(_FS + r"(?:unlink|unlinkSync|rm|rmSync|rmdir|rmdirSync|remove|removeSync)")


def walks(facts: Facts) -> Iterator[Walk]:
    """Give each function (or the module) that lists a folder and writes to, or deletes, what has no constant name."""
    lists = [call for call in facts.flow.calls if _LISTS.fullmatch(call.path)]
    harms = [call for call in facts.flow.calls if _WRITES.fullmatch(call.path) or _DELETES.fullmatch(call.path)]
    if not lists or not harms:
        return
    for listing in lists[:_MOST]:
        function = facts.flow.code.owner(listing.node)
        home = _home(facts, function)
        start, end = (home.start_byte, home.end_byte) if home is not None else (0, len(facts.flow.code.data))
        for harm in harms:
            if start <= harm.node.start_byte < end and _is_unnamed(facts, harm):
                yield Walk(
                    does="deletes" if _DELETES.fullmatch(harm.path) else "writes",
                    line=line_of(harm.node),
                    when=facts.timing.when(harm.node),
                    roots=_roots(facts, listing, function),
                )
                break


def _home(facts: Facts, function: Node | None) -> Node | None:
    """The outermost callback around a listing that has a name of its own; None at module level."""
    home = function
    for _ in range(8):
        if home is None or _name_of(home) is not None:
            return home
        home = facts.flow.code.owner(home)
    return home


def _name_of(function: Node) -> Node | None:
    name = function.child_by_field_name("name")
    holder = function.parent
    if name is None and holder is not None and holder.type == "variable_declarator":
        name = holder.child_by_field_name("name")
    return name if name is not None and name.type == "identifier" else None


def _is_unnamed(facts: Facts, call: Called) -> bool:
    """Whether the file that is touched is not one constant."""
    if not call.arguments:
        return False
    folded = facts.folder.fold(call.arguments[0])
    return folded is None or not folded.whole or "{}" in to_text(folded)


def _roots(facts: Facts, listing: Called, function: Node | None) -> tuple[str, ...]:
    """Constant folders that the listing starts from: its own argument, or what its function is called with."""
    if not listing.arguments:
        return ()
    found: dict[str, None] = {}
    own = facts.folder.fold(listing.arguments[0])
    if own is not None and isinstance(own.value, str):
        found[own.value] = None
    argument = bare(listing.arguments[0])
    named = _home(facts, function)
    name = _name_of(named) if named is not None else None
    if argument is not None and argument.type == "identifier" and name is not None:
        word = facts.flow.code.bytes_of(name)
        scope, _ = facts.flow.scopes.lookup(word, name)
        for use in facts.flow.scopes.uses(word, scope, _MOST_CALLERS):
            call = use.parent
            given = arguments_of(call) if call is not None and call.type == "call_expression" else []
            for each in given[:2]:
                for choice in facts.folder.choices(each):
                    if choice is not None and isinstance(choice.value, str):
                        found[choice.value] = None
    return tuple(found)[:8]
