"""Whether Python holds a name that can act, seen in the bytes alone: the reader's question "is it quiet?", unparsed.

Comments and strings count as code. Modules and their members are the reader's own tables, so the two cannot drift.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache

from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.python.api import api, below, canonical, modules, telling_builtins

#: Words that act without any import; those of the second group also as members (`f.__globals__`).
_ANYWHERE = frozenset(
    {"__import__", "__builtins__", "__builtin__", "__loader__", "__spec__", "__globals__", "f_globals", "f_builtins",
     "f_locals", "func_globals"}
)  # fmt: skip
_NAMESPACES = ("globals", "locals", "vars")

#: What follows a word that is prose, a keyword argument or parameter, compared, or asked for a plain attribute.
_PROSE = lazy_regex(
    rb"[ \t]+(?!(?:if|or|and|for|else|in|is|as|not|async)\b)[a-z]|-[a-z]|'s\b|``|\.[ \t\r]*\n|\.[a-z]\w*"
)
_SETTING = lazy_regex(rb"[ \t]*=[^=]|[ \t]*:")
_COMPARED = lazy_regex(rb"[ \t]+(?:is|in|not in)\b")
_FILLS_TEMPLATE = lazy_regex(rb"(?:%|\*\*)\s*$")
_EMPTY_CALL = lazy_regex(rb"\s*\(\s*\)(?!\s*[\[.])")

_FROM = lazy_regex(rb"\bfrom[ \t\f]*([.\w\x80-\xff][.\w\x80-\xff \t]*)$")
_NAMES = lazy_regex(rb"[ \t\f]*(?:\(((?:[^)#]|#[^\n]*)*)\)?|((?:[^\n\\;#]|\\\r?\n)*))")
_NAME = lazy_regex(rb"([\w.\x80-\xff]+)(?:\s+as\s+([\w\x80-\xff]+))?")
_CONTINUED = lazy_regex(rb"\\\r?\n")
_COMMENT = lazy_regex(rb"#[^\n]*")
_WORD_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_BEYOND_ASCII = 0x80
#: Of UTF-8: bytes of a letter at most, and those that are not its first.
_LONGEST_LETTER = 4
_CONTINUATION = range(0x80, 0xC0)
_LONGEST_LINE = 400
#: Bytes of import lists that are read: so many times the file, and a little for small ones. They overlap in no program.
_OVERLAPS, _SPARE = 4, 64 * 1024


class TooManyNames(Exception):  # noqa: N818 - a bound that was met
    """What stands behind the words `import` overlaps again and again: no program is written so."""


#: Other modules through which these are reached: `shutil.os.system`.
_THROUGH = lazy_regex(rb"\.\s*_?(?:os|sys|subprocess|socket|builtins|importlib|ctypes|shutil)\s*\.")
_DUNDER = lazy_regex(rb"__getattr(?:ibute)?__")
#: An ellipsis has no members, so what follows its last dot does not matter.
_STRANGE = lazy_regex(rb"(?<!\.\.)\.(?:\s{0,60}#|[\s\\]{60})")
_PATH = lazy_regex(rb"(?<!\bos)\.[\s\\]{0,60}path\b")
_INDIRECT = lazy_regex(rb"__dict__|\bgetattr\b|\bmethodcaller\b|\battrgetter\b|\bmodules\b|\bvars\b")
#: Encodings under which the text is not what runs; the two that say nothing are left out.
_COOKIE = lazy_regex(rb"coding[:=][ \t]*(?!(?:utf-?8|us-ascii|ascii)\b)[-\w.]", re.IGNORECASE)

#: Patterns beside the words.
PATTERNS = (
    r"$null = /\x00/",
    r"$return = /\r[^\n]/",
    r"$endless = /\bwhile ?\(?(True|1|not False)\)? ?:/",
)
#: What ends a loop without an end of its own, or makes it wait.
_ENDS = re.compile(rb"\b(?:break|return|raise|yield|await|exit|_exit|sleep|wait|get|recv|accept|input|read)\b")
_FAR = 2_000


@cache
def words() -> frozenset[str]:
    """Return every word that is looked for."""
    builtins = (word for word in telling_builtins() if (known := api(word)) is not None and known.kind is not None)
    return frozenset((*builtins, *_ANYWHERE, *_NAMESPACES, "import"))


class Statement:
    """One imported name: the module, the member taken of it (`*` for all), and the name it gets."""

    __slots__ = ("member", "module", "name")

    def __init__(self, module: str, member: str, name: str) -> None:
        """Take what was written."""
        self.module = module
        self.member = member
        self.name = name

    @property
    def target(self) -> str:
        """What the name stands for, dotted."""
        return f"{self.module}.{self.member}" if self.member else self.module


def first_acting(data: bytes, found: Mapping[str, list[int]]) -> str:
    """Return the first kind of `found` (offsets by word) that may act; empty when none does."""
    for kind, offsets in found.items():
        if kind == "import":
            continue
        for at in offsets:
            if _may_never_end(data, at) if kind == "endless" else _acts(data, at, kind):
                return kind
    if _COOKIE.search(data[:1024]) is not None:
        return "encoding"
    offsets = found.get("import", [])
    if offsets and _imports_act(data, offsets):
        return "import"
    return "" if data.isascii() or _is_normal(data) else "nfkc"


def _may_never_end(data: bytes, at: int) -> bool:
    return _ENDS.search(data, at, at + _FAR) is None


def _is_normal(data: bytes) -> bool:
    """Whether no letter is one that the compiler folds into another, which would hide a name from these searches."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if unicodedata.is_normalized("NFKC", text):
        return True
    # What cannot stand in an identifier as it is written cannot be folded in one: the trade mark sign, say.
    odd = (letter for letter in set(text) if letter > "\x7f" and f"a{letter}".isidentifier())
    telling = {letter for letter in odd if _folds(f"{letter}a")}
    if not telling:
        return True
    words = re.findall(rf"[\w{re.escape(''.join(telling))}]+", text)
    return not any(_folds(word) for word in words if not telling.isdisjoint(word) and f"a{word}".isidentifier())


def _folds(word: str) -> bool:
    """Whether a word of more than one letter becomes an ASCII one."""
    folded = unicodedata.normalize("NFKC", word)
    return len(folded) > 1 and folded.isascii() and folded.isidentifier()


def _acts(data: bytes, at: int, word: str) -> bool:
    if word in {"null", "return"}:
        return True
    end = at + len(word)
    if _in_word(data, at - 1) or _in_word(data, end):
        return False
    before = data[max(at - 8, 0) : at]
    if word in _ANYWHERE:
        return not (before.endswith(b"``") and data[end : end + 2] == b"``")
    if word in _NAMESPACES:
        harmless = (_SETTING, _PROSE, _COMPARED)
        if before[-1:] == b"." or any(each.match(data, end) for each in harmless):
            return False
        return not (_FILLS_TEMPLATE.search(before) and _EMPTY_CALL.match(data, end))
    if (before.endswith(b".") and not before.endswith(b"..")) or before.endswith(b"def "):
        return False
    if word == "exec":
        return True
    return _PROSE.match(data, end) is None and _SETTING.match(data, end) is None


def _in_word(data: bytes, at: int) -> bool:
    """Whether the byte belongs to a letter or digit of an identifier; one that is no UTF-8 ends what is beside it."""
    if not 0 <= at < len(data):
        return False
    if data[at] < _BEYOND_ASCII:
        return data[at] in _WORD_BYTES
    start = at
    while start and at - start < _LONGEST_LETTER - 1 and data[start] in _CONTINUATION:
        start -= 1
    letter = data[start : start + _LONGEST_LETTER].decode("utf-8", "replace")[:1]
    return start + len(letter.encode()) > at and f"a{letter}".isidentifier()


def _imports_act(data: bytes, offsets: list[int]) -> bool:
    telling: list[str] = []
    try:
        every = list(statements(data, offsets))
    except TooManyNames:
        return True
    for one in every:
        top = one.module.partition(".")[0]
        if not top or top not in modules():
            continue
        names = None if one.member == "*" else _below(one.target)
        if names is not None and not one.member and one.name == one.module:
            whole = _below(top)  # `import os.path` gives the name `os`
            names = None if whole is None else names | whole
        if names is None or (names and _is_member(data, names, every)):
            return True
        if names:
            telling.append(one.name.partition(".")[0])
    if telling and (_DUNDER.search(data) is not None or _is_strange(data)):
        return True
    if _THROUGH.search(data) is not None:
        return True
    return bool(telling) and _INDIRECT.search(data) is not None and _handed_on(data, telling)


@cache
def _below(target: str) -> frozenset[str] | None:
    """The names that lead on from an import, of its one canonical name where all of it is another module's."""
    names = below(target)
    if names is None or "" not in names:
        return names
    same = canonical(f"{target}.x").removesuffix(".x")
    return None if same in {target, "x"} else below(same)


def _is_member(data: bytes, names: frozenset[str], imported: list["Statement"]) -> bool:
    """Whether a dot and one of the names stand anywhere; `os.path` is not `sys.path` where `os` is nothing but `os`."""
    if "path" not in names or b"path" not in data:
        return _members(names).search(data) is not None
    if any(one.name == "os" and one.module != "os" for one in imported) or _handed_on(data, ["os"]):
        return _members(names).search(data) is not None
    return _members(names - {"path"}).search(data) is not None or _PATH.search(data) is not None


def _is_strange(data: bytes) -> bool:
    """Whether a comment or many blanks stand between a dot and a name, other than where a comment's line ends."""
    for match in _STRANGE.finditer(data):
        line = data[data.rfind(b"\n", 0, match.start()) + 1 : match.start()]
        if not line.lstrip().startswith(b"#") or b"{" in line:
            return True
    return False


def statements(data: bytes, offsets: list[int]) -> Iterator[Statement]:
    """Give what stands behind each `import`. Text that is no code gives names as well.

    Raises TooManyNames where lists overlap so often that reading them all would take the square of the file's length.
    """
    room = _OVERLAPS * len(data) + _SPARE
    for at in offsets:
        end = at + 6
        if _in_word(data, at - 1) or _in_word(data, end):
            continue
        bare = data[max(at - _LONGEST_LINE, 0) : at]
        if b"\\" in bare:
            bare = _CONTINUED.sub(b" ", bare)
        module = ""
        bare = bare[bare.rfind(b"\n") + 1 :].rstrip(b" \t\f")
        origin = _FROM.search(bare)
        if origin is not None:
            module = _closed_up(origin[1]).decode("utf-8", "replace")
        listed = _NAMES.match(data, end)
        text = (listed[1] or listed[2] or b"") if listed is not None else b""
        room -= len(text)
        if room < 0:
            raise TooManyNames
        if module and b"*" in text:
            yield Statement(module, "*", "*")
        text = _closed_up(_COMMENT.sub(b"", text).replace(b"\\\r\n", b" ").replace(b"\\\n", b" "))
        for name in _NAME.finditer(text):
            first = name[1].decode("utf-8", "replace")
            alias = name[2].decode("utf-8", "replace") if name[2] else ""
            if module:
                yield Statement(module, first, alias or first)
            else:
                yield Statement(first, "", alias or first)


def _closed_up(text: bytes) -> bytes:
    """Take the blanks around dots away, and those at either end."""
    return b".".join(part.strip() for part in text.split(b"."))


def _handed_on(data: bytes, names: list[str]) -> bool:
    """Whether a module's name stands anywhere but before a dot, import statements left out."""
    alternatives = b"|".join(re.escape(name.encode()) for name in sorted(set(names)))
    for match in re.finditer(rb"(?<![\w.])(?:" + alternatives + rb")\b(?!\s*\.(?!\s*__dict__))", data):
        line = data[data.rfind(b"\n", 0, match.start()) + 1 : match.start()].lstrip()
        if not line.startswith((b"import ", b"from ")) or b";" in line or b":" in line:
            return True
    return False


@cache
def _members(names: frozenset[str]) -> re.Pattern[bytes]:
    alternatives = b"|".join(sorted(name.encode() for name in names))
    return re.compile(rb"\.[\s\\]{0,60}(?:" + alternatives + rb")\b")
