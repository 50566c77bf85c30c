"""Whether a file can do nothing by itself: no name in it leads to anything in the tables of calls.

Most files of most packages are like that: they import what is harmless, or `os` for its `os.path` alone. For those
only imports and constants are read, and no name is followed. The answer errs towards "not quiet".
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache

from tree_sitter import Node

from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.python.api import below, modules
from customhouse.source.python.bindings import Imported

_ACTING_TEXT = """
eval exec execfile compile importer environ open builtins builtin loader spec of_function of_frame
dictionary nfkc
"""
#: Words (kinds of places of the first look) that act without any import.
_ACTING = frozenset(_ACTING_TEXT.split())
#: The namespaces of a module, unless they only fill a template or keyword arguments.
_NAMESPACES = lazy_regex(rb"(?<![\w.])(?:globals|locals|vars)\b(?!\s*=[^=])")
_HARMLESS_NAMESPACES = lazy_regex(rb"(?:%|\*\*)\s*(?:globals|locals|vars)(?=\s*\(\s*\)(?!\s*[\[.]))")
#: With one of these, a module that is handed on is enough, however its member is spelled.
_INDIRECT = lazy_regex(
    rb"\bgetattr\b|__getattribute__|__getattr__|\bmethodcaller\b|\battrgetter\b|\bmodules\b|\bvars\b"
)
_DUNDER = lazy_regex(rb"\.\s*__getattr(?:ibute)?__")
#: A comment, or more blanks than `_members` looks over, between a dot and the name after it.
_STRANGE = lazy_regex(rb"\.\s{0,60}#|\.[\s\\]{60}")
#: Modules that are reached through others: `shutil.os.system`.
THROUGH = lazy_regex(rb"\.\s*_?(?:os|sys|subprocess|socket|builtins|importlib|ctypes|shutil)\s*\.")


def is_quiet(data: bytes, root: Node, spots: dict[str, list[int]], imports: list[Imported]) -> bool:
    """Whether no call of the file, by whatever way, can be one that the reader reports."""
    if any(_is_used(data, root, spots[word], word in _MEMBERS) for word in _ACTING.intersection(spots)):
        return False
    if not {"globals", "locals", "vars"}.isdisjoint(spots) and _uses_namespaces(data, root):
        return False
    telling: list[str] = []
    for one in imports:
        top = one.module.partition(".")[0]
        if not top or top not in modules():
            continue
        names = None if one.member == "*" else below(one.target)
        if names is None or (names and _members(names).search(data) is not None):
            return False
        if names:
            telling.append(one.name)
    if telling and _DUNDER.search(data) is not None:
        return False
    if imports and (THROUGH.search(data) is not None or (telling and _is_strange(data, root))):
        return False
    if telling and _INDIRECT.search(data) is not None and _handed_on(data, root, telling, imports):
        return False
    # Letters that the compiler folds into ASCII would hide a name from these searches.
    return data.isascii() or unicodedata.is_normalized("NFKC", data.decode("utf-8", "replace"))


def _is_strange(data: bytes, root: Node) -> bool:
    """Whether a dot of the code, not of prose, has something strange behind it."""
    return _is_used(data, root, (match.start() for match in _STRANGE.finditer(data)), as_member=True)


def _uses_namespaces(data: bytes, root: Node) -> bool:
    """Whether `globals()` and its like are used for more than filling a template."""
    harmless = {match.end() for match in _HARMLESS_NAMESPACES.finditer(data)}
    calls = (match for match in _NAMESPACES.finditer(data) if match.end() not in harmless)
    return _is_used(data, root, (match.start() for match in calls), as_member=False)


def _handed_on(data: bytes, root: Node, names: list[str], imports: list[Imported]) -> bool:
    """Whether a module's name stands anywhere in code but before a dot and in import statements."""
    alternatives = b"|".join(re.escape(name.encode()) for name in sorted(set(names)))
    statements = sorted({(one.node.start_byte, one.node.end_byte) for one in imports})

    def elsewhere() -> Iterator[int]:
        for match in re.finditer(rb"(?<![\w.])(?:" + alternatives + rb")\b(?!\s*\.)", data):
            place = bisect_right(statements, (match.start(), len(data))) - 1
            if place < 0 or match.start() >= statements[place][1]:
                yield match.start()

    return _is_used(data, root, elsewhere(), as_member=False)


def _is_used(data: bytes, root: Node, offsets: Iterable[int], as_member: bool) -> bool:  # noqa: FBT001 - one place
    """Whether a word stands in code: as a name of its own (not `re.compile`), or else also as a member."""
    for number, offset in enumerate(offsets):
        if number >= _MAX_LOOKED:
            return True
        before = data[max(offset - 2, 0) : offset]
        is_member = before[-1:] == b"." and before != b".."
        if is_member and not as_member:
            continue
        leaf = root.descendant_for_byte_range(offset, offset + 1)
        if leaf is None or (leaf.type not in _NOT_CODE and (as_member or not _is_defined(leaf))):
            return True
    return False


def _is_defined(leaf: Node) -> bool:
    """Whether a name is that of a function defined here."""
    parent = leaf.parent
    name = parent.child_by_field_name("name") if parent is not None and parent.type == "function_definition" else None
    return name is not None and name.start_byte == leaf.start_byte


#: Words that act as members too.
_MEMBERS = frozenset({"builtins", "builtin", "loader", "spec", "of_function", "of_frame", "dictionary", "nfkc"})
_MAX_LOOKED = 200
_NOT_CODE = frozenset({"comment", "string_content", "string_start", "string_end", "string"})


@cache
def _members(names: frozenset[str]) -> re.Pattern[bytes]:
    """`.name` for any of the names; what is stranger than blanks between the two is `_STRANGE`."""
    alternatives = b"|".join(sorted(name.encode() for name in names))
    return re.compile(rb"\.[\s\\]{0,60}(?:" + alternatives + rb")\b")
