"""Whether JavaScript or TypeScript holds a word that can act, seen in the bytes alone.

The words are the reader's own tables, so the two cannot drift. A word counts wherever it stands, comments and strings
included, unless the bytes around it show that the reader could make nothing of it: `process.platform`, `foo.fetch(`,
`typeof require`, `@param {Function}`. Whatever is not recognised as harmless acts.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache

from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.javascript.capability_table import (
    COMMON_GLOBALS,
    EXACT,
    GLOBAL_PROPERTIES,
    GLOBALS,
    LOADERS,
    MODULES,
    NOTED,
    PROPERTIES,
    REWRITES,
    ability_of,
    extend,
    module_path,
)

#: How the global object is named, whichever way a file runs.
_GLOBAL_OBJECTS = frozenset(name.encode() for name, path in GLOBALS.items() if path == "globalThis") | {
    b"this", b"top", b"root", b"parent", b"frames",
}  # fmt: skip
#: What may be taken of anything where a file finds the global object as `this`: `(() => this)().eval(x)`.
_MADE_BY_THIS = frozenset({"eval", "Function", "execScript"})
_FOUND_BY_THIS = lazy_regex(rb"(?:=>?|\breturn)[\s(]*this\b")
_LOADING = ("import", "from", "require")
_HANDED_ON = frozenset({"bind", "call", "apply"})

_SPECIFIER = re.compile(rb"""\s*+(\(?)\s*+(?:"([^"\\\n]*)"|'([^'\\\n]*)'|`([^`\\$]*)`)\s*([,);}]?)""")
_PROSE = re.compile(rb"[ \t]+(?!(?:as|in|instanceof|satisfies)\b)[A-Za-z]|-[a-z]|'(?:s|t|re)\b")
_MEMBER = re.compile(rb"\s*(?:\?\.|\.)\s*([A-Za-z_$][\w$]*)")
_COMPARED = re.compile(rb"\s*(?:[=!]==?|&&)|\.?[ \t]*\r?\n\s*\*|#|\.[\"']|://")
_IS_COMPARED = re.compile(rb"(?:[=!]==?|\binstanceof|\btypeof)\s*$")
_ENDS_THERE = re.compile(rb"\s*(?:[=!]==?|[);:&|,}]|\?(?!\.))")
_RECEIVER = re.compile(rb"([A-Za-z_$][\w$]*|[)\]])(?:\?)?\.$")
_ENDS_TYPE = re.compile(rb"@[a-z]{1,16} \{[\w|?!<>., ()*=:]{0,80}$")
_CLOSES_TYPE = re.compile(rb"[\w|?!<>., ()*=:\[\]]{0,80}\}")
_KEY_BEFORE = re.compile(rb"[{,]\s*$")
_KEY = re.compile(rb"\s*:")
_DYNAMIC = re.compile(rb"\s*\(")
_COMMENTED = re.compile(rb"\s*/[/*]")

_CALLED = re.compile(rb"\s*(?:[(\[`/]|\?\.|\.\s*(?:call|apply|bind|constructor)\b|\.\s*/)")
_NEW = re.compile(rb"\bnew\s+(?:[A-Za-z_$][\w$]*\.)+$")
_CHAIN = re.compile(rb"(?:^|[^\w$.)\]\"'`/?])(?:[A-Za-z_$][\w$]*\.)+$")
_TELLING_CHAIN = re.compile(
    rb"\b(?:constructor|[Ff]unction|eval|require|fetch|process|globalThis|global|window|self)\b"
)
_NOTHING_BEFORE = re.compile(rb"[\w$){};,]$")
_TIMED = re.compile(
    rb"\s*+\(\s*+(?:function\b|async\b|\(\s*\)|[\w$]+\s*=>|\(\s*+[\w$, ]*+\)\s*=>|this\.[\w$.]+\s*[,)]|[\w$.]+\.bind\()"
)
#: A bracket whose key is put together, as the reader looks for it; and what an array literal stands behind instead.
_PUT_TOGETHER = lazy_regex(
    rb"[\w$)\]'\"`.\s]\[\s*(?:(?:\"[^\"\n]{0,80}\"|'[^'\n]{0,80}')\s*[+.]|`|\(|\[|\w+(?:\.\w+)?\(\s*[\"'`])"
)
_NO_OBJECT = re.compile(rb"(?:[=(,:\[{;?&|>+!~*%^<]|\breturn)$")
_PLAIN_TEMPLATE = re.compile(rb"\[\s*`([^`$\\]*)`\s*\]")
_LETTERLESS = lazy_regex(rb"[\[\]()!+]{400}")
_BOUND = re.compile(
    rb"(?:\b(?:var|let|const)\s+([A-Za-z_$][\w$]*)\s*=\s*require|\bimport\s+(?:\*\s*as\s+)?([A-Za-z_$][\w$]*)\s+from)$"
)
_ENDS_STATEMENT = re.compile(rb"[ \t]*(?:;|\r?\n\s*(?:[A-Za-z_$}/]|\Z)|\Z)")
_ENDS = re.compile(rb"\b(?:break|return|throw|yield|await)\b")
#: Bytes after a loop's head in which something that leaves it is looked for.
_FAR = 2_000
_WORD_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$") | frozenset(
    range(128, 256)
)

#: Patterns beside the words: letters written as escapes, lines joined, a native module, programs without letters,
#: and what an override of requests or of a wallet's signing names.
PATTERNS = (
    r"$escape_u = /\\u(00[2-7][0-9A-Fa-f]|\{0{0,4}[2-7][0-9A-Fa-f]\})/",
    r"$escape_x = /\\x[4-7][0-9A-Fa-f]/",
    r"$continued = /\\\r?\n/",
    r"$native = /\.node[\"'`]/",
    r"$letterless = /[\[\]()!+]{40}/",
    r"$prototype = /\b(XMLHttpRequest|WebSocket)\.prototype\b/",
    r"$provider = /\b(window|globalThis|self)\.(ethereum|solana|tronWeb|phantom)\b/",
    r"$endless = /\b(while ?\( ?(true|1|!0|!!\[\]) ?\)|for ?\([^;(){}\n]{0,80}; ?;)|\bInfinity ?;/",
    r"$signs = /\bethereum\.(request|send|sendAsync)\b/",
)


@cache
def words() -> frozenset[str]:
    """Return every word that is looked for."""
    named = (*GLOBALS, *PROPERTIES, *GLOBAL_PROPERTIES)
    return frozenset({word for word in named if _may_act(_path(word))} | set(_LOADING))


def _path(word: str) -> str:
    return GLOBALS.get(word) or PROPERTIES.get(word) or word


@cache
def _may_act(path: str) -> bool:
    """Whether a path, or one that it grows into, can be a fact; decoders alone (`atob`) cannot."""
    if path in {"globalThis", "constructor", "process"} or path in LOADERS or ability_of(path) is not None:
        return True
    grown = (*EXACT, *REWRITES, *LOADERS)
    return any(each.startswith(f"{path}.") for each in grown)


def first_acting(data: bytes, found: Mapping[str, list[int]]) -> str:
    """Return the first kind of `found` (offsets by word or pattern) of which one place may act, or an empty text."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "utf-16"
    for kind, offsets in found.items():
        acts = _JUDGES.get(kind, _global)
        for at in offsets:
            if acts(data, at, kind):
                return kind
    return "put-together" if _puts_together(data) else ""


def _puts_together(data: bytes) -> bool:
    """Whether the key of a member is put together; an array literal is no member."""
    for match in _PUT_TOGETHER.finditer(data):
        before = data[max(match.start() - 40, 0) : match.start() + 1].rstrip()
        if before and _NO_OBJECT.search(before) is not None:
            continue
        plain = _PLAIN_TEMPLATE.match(data, data.index(b"[", match.start() + 1))
        if plain is None or plain[1].decode("utf-8", "replace") in words():
            return True
    return False


def _is_word(data: bytes, at: int, end: int) -> bool:
    return (at == 0 or data[at - 1] not in _WORD_BYTES) and (end >= len(data) or data[end] not in _WORD_BYTES)


def _global(data: bytes, at: int, word: str) -> bool:
    """A global, or a property that tells whatever it is taken from."""
    end = at + len(word)
    if not _is_word(data, at, end):
        return False
    before = data[max(at - 100, 0) : at]
    quoted = _quoted(data, at, end, before)
    if quoted is not None:
        return quoted
    receiver = _RECEIVER.search(before)
    if word not in PROPERTIES and receiver is not None and receiver[1] not in _GLOBAL_OBJECTS:
        return word in _MADE_BY_THIS and _FOUND_BY_THIS.search(data) is not None
    if word in PROPERTIES and word not in GLOBALS and before[-1:] in {b" ", b"\n"} and _PROSE.match(data, end):
        return False
    return _referred_to(data, end, before, _path(word))


def _quoted(data: bytes, at: int, end: int, before: bytes) -> bool | None:
    """A word that is a whole string acts as a key in brackets only; None for what is no string."""
    if data[at - 1 : at] in {b'"', b"'", b"`"} and data[at - 1 : at] == data[end : end + 1]:
        held = before[:-1].rstrip()[-1:]
        return held in {b"[", b"/", b""} or (held == b"=" and data[at:end] == b"constructor")
    return None


def _referred_to(data: bytes, end: int, before: bytes, path: str) -> bool:
    """Whether what follows a reference to `path` can make a fact of it."""
    member = _MEMBER.match(data, end)
    if member is not None:
        name = member[1].decode()
        if name == "constructor":
            return True
        if name in _HANDED_ON:
            return path in LOADERS or ability_of(path) is not None
        grown = extend(path, name)
        if grown is None or grown.startswith("process.env"):
            return grown is not None
        return _referred_to(data, member.end(), before + member[0], grown)
    if _DYNAMIC.match(data, end):
        return path in LOADERS or ability_of(path) is not None or NOTED.fullmatch(path) is not None
    if _PROSE.match(data, end) or _is_compared(data, end, before):
        return False
    if _KEY.match(data, end) and _KEY_BEFORE.search(before):
        return False
    return not (path == "Function" and _ENDS_TYPE.search(before) and _CLOSES_TYPE.match(data, end))


def _is_compared(data: bytes, end: int, before: bytes) -> bool:
    """Whether a reference is only asked for: `typeof require === "function"`, `x instanceof Function`."""
    if _COMPARED.match(data, end):
        return True
    return _IS_COMPARED.search(before) is not None and _ENDS_THERE.match(data, end) is not None


def _common(data: bytes, at: int, word: str) -> bool:
    """A word that stands everywhere: by the reader's own pattern of what must follow."""
    end = at + len(word)
    if not _is_word(data, at, end):
        return False
    before = data[max(at - 100, 0) : at]
    quoted = _quoted(data, at, end, before)
    if quoted is not None:
        return quoted
    if COMMON_GLOBALS[word].match(data, end) is None or _PROSE.match(data, end):
        return False
    receiver = _RECEIVER.search(before)
    if receiver is not None and receiver[1] not in _GLOBAL_OBJECTS:
        return False
    return not _is_compared(data, end, before)


def _timer(data: bytes, at: int, word: str) -> bool:
    """A timer acts when it may be given text."""
    end = at + len(word)
    return _TIMED.match(data, end) is None and _global(data, at, word)


def _constructor(data: bytes, at: int, word: str) -> bool:
    """`x.constructor` of something that is simply named makes functions only where what it gives is called again."""
    end = at + len(word)
    if not _is_word(data, at, end):
        return False
    before = data[max(at - 200, 0) : at]
    quoted = _quoted(data, at, end, before)
    if quoted is not None:
        return quoted
    if _stands_alone(data, at):
        return False
    chain = _CHAIN.search(before)
    if chain is None or _TELLING_CHAIN.search(chain[0]) is not None:
        return True
    return _CALLED.match(data, end) is not None and _NEW.search(before) is None


def _stands_alone(data: bytes, at: int) -> bool:
    """Whether a word is no member of anything: what stands before it, a comment left out, is no dot."""
    start = at
    before = data[max(at - 2_000, 0) : at].rstrip()
    if before.endswith(b"*/"):
        opened = before.rfind(b"/*")
        closed = before.rfind(b"*/", 0, opened)
        if opened < 0 or before.find(b"/*", max(closed, 0), opened) >= 0 or (closed < 0 and at > len(before) + 64):
            return False
        start = at - (len(data[max(at - 2_000, 0) : at]) - opened)
        before = before[:opened].rstrip()
    if not before:
        return start < 2_000  # noqa: PLR2004 - the file begins here
    line = before[before.rfind(b"\n") + 1 :]
    return b"//" not in line and _NOTHING_BEFORE.search(line) is not None


def _import(data: bytes, at: int, word: str) -> bool:
    end = at + len(word)
    if not _is_word(data, at, end) or data[at - 1 : at] == b".":
        return False
    specifier = _SPECIFIER.match(data, end)
    if specifier is not None:
        return _names_acting(specifier) or (specifier[1] != b"" and specifier[5] not in {b")", b","})
    return _DYNAMIC.match(data, end) is not None or _COMMENTED.match(data, end) is not None


def _from(data: bytes, at: int, word: str) -> bool:
    end = at + len(word)
    specifier = _SPECIFIER.match(data, end) if _is_word(data, at, end) else None
    if specifier is None or specifier[1]:
        return _is_word(data, at, end) and re.match(rb"\s*(?:[\"']|/[/*])", data[end : end + 40]) is not None
    return _names_acting(specifier)


def _require(data: bytes, at: int, word: str) -> bool:
    end = at + len(word)
    if not _is_word(data, at, end):
        return False
    specifier = _SPECIFIER.match(data, end)
    if specifier is not None and specifier[1] and specifier[5] in {b")", b","}:
        return _names_acting(specifier)
    return _global(data, at, word)


def _names_acting(specifier: re.Match[bytes]) -> bool:
    name = specifier[2] or specifier[3] or specifier[4] or b""
    path = module_path(name.decode("utf-8", "replace"))
    return name.endswith(b".node") or (path in MODULES and not _is_used_harmlessly(specifier, path))


def _is_used_harmlessly(specifier: re.Match[bytes], path: str) -> bool:
    """Whether a module gets one name, and of that nothing is used that the tables know: `http.STATUS_CODES`."""
    data, end = specifier.string, specifier.end()
    if specifier[5] == b")" and _MEMBER.match(data, end) is not None:
        return not _referred_to(data, end, b"", path)
    if specifier[5] == b",":
        return False
    if _ENDS_STATEMENT.match(data, end - (specifier[5] == b";")) is None:
        return False
    before = data[max(specifier.start() - 200, 0) : specifier.start()]
    name = _BOUND.search(before)
    if name is None:
        return False
    word = name[1] or name[2]
    found = data.find(word)
    while found >= 0:
        after = found + len(word)
        binding = found < specifier.end() and found >= specifier.start() - len(before) + name.start()
        if _is_word(data, found, after) and not binding:
            prior = data[max(found - 100, 0) : found]
            if _quoted(data, found, after, prior) is not False and _referred_to(data, after, prior, path):
                return False
        found = data.find(word, after)
    return True


def _escape(data: bytes, at: int, kind: str) -> bool:
    """An escaped letter beside another letter: a name, or a text that may be a key."""
    end = at + (4 if kind == "escape_x" else data.find(b"}", at) + 1 - at if data[at + 2 : at + 3] == b"{" else 6)
    try:
        letter = chr(int(data[at + 2 : end].strip(b"{}"), 16))
    except ValueError:
        return True
    if not (letter.isalpha() or letter in "_$"):
        return False
    following = data[end : end + 1]
    before = data[at - 1 : at]
    return following.isalnum() or following in {b"\\", b"_", b"$"} or before.isalnum() or before in {b"_", b"$"}


def _always(data: bytes, at: int, kind: str) -> bool:
    del data, at, kind
    return True


def _may_never_end(data: bytes, at: int, kind: str) -> bool:
    """A loop without an end of its own, and nothing near it that leaves one."""
    del kind
    return _ENDS.search(data, at, at + _FAR) is None


def _without_letters(data: bytes, at: int, kind: str) -> bool:
    del at, kind
    return b"![]" in data and _LETTERLESS.search(data) is not None


_JUDGES: dict[str, Callable[[bytes, int, str], bool]] = {
    **dict.fromkeys(COMMON_GLOBALS, _common),
    **dict.fromkeys(("setTimeout", "setInterval", "setImmediate"), _timer),
    "constructor": _constructor,
    "import": _import,
    "from": _from,
    "require": _require,
    "escape_u": _escape,
    "escape_x": _escape,
    "continued": _always,
    "native": _always,
    "endless": _may_never_end,
    **dict.fromkeys(("prototype", "provider", "signs"), _always),
    "letterless": _without_letters,
}
