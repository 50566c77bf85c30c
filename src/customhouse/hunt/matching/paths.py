"""Paths: looked for by their last part, then compared whole, with variables and wildcards standing for anything."""

import re

from customhouse.hunt.matching.boundaries import END, SEPARATOR, START
from customhouse.hunt.matching.interface import Pattern

#: Shorter pieces of a name would be candidates everywhere: then the part before belongs to the key.
_TELLING = 4
_KEY = 48
#: One character of a name where anything may stand, and where a blank may not either.
_ANY = rb"[^/\\\s\"'<>|:*?]"
_VARIABLE = re.compile(r"\$env:\w+|\$\{?\w+\}?|%\w+%|~")
#: `*`, and words for what changes: `<random>`, `<random 6 chars>`, `{uuid}`.
_WILD = re.compile(r"\*+|<[^<>]*>|\{[^{}]*\}")
_COUNT = re.compile(r"\b([0-9]{1,2})\b")


def path(value: str) -> Pattern | None:
    """Read a path of either system; None for one in which nothing is said for certain."""
    value = value.strip()
    windows = "\\" in value or "%" in value or re.match(r"[A-Za-z]:", value) is not None
    variable = _VARIABLE.match(value)
    rest = value[variable.end() :] if variable else value
    rooted = rest[:1] in ("/", "\\")
    parts = [part for part in re.split(r"[\\/]+", rest) if part]
    keys, before = _keys(parts)
    if not parts or not keys or "\n" in value:
        return None
    whole = SEPARATOR.join(_part(part) for part in parts)
    if variable:
        # The variable as it is written, or any folder: where it leads on a machine nobody knows beforehand.
        folders = rb"(?:(?<![:/\\])|(?<=:)(?!//))(?:[A-Za-z]:)?(?:" + SEPARATOR + _ANY + rb"{1,80}){1,12}?"
        prefix = rb"(?:\$env:\w{1,40}|\$\{?\w{1,40}\}?|%\w{1,40}%|~|" + START + rb"(?<![.~/\\])" + folders + rb")"
        prefix += SEPARATOR
    elif rooted:
        # macOS's /tmp and /var are links into /private.
        prefix = START + rb"(?<![.~/\\])(?:/private)?" + SEPARATOR
    else:
        prefix = START + rb"(?<![A-Za-z0-9_]\.)"
    flags = b"(?i:" if windows else b"(?:"
    vague = not any(len(piece) >= _TELLING for piece in _WILD.split(parts[-1]))
    expression = flags + prefix + whole + rb")" + END + rb"(?!\.[A-Za-z0-9])"
    return Pattern((), expression, vague, keys, before)


def _part(part: str) -> bytes:
    """Return the expression of one part of a path."""
    found, at = b"", 0
    for wild in _WILD.finditer(part):
        found += re.escape(part[at : wild.start()].encode(errors="surrogatepass"))
        count = _COUNT.search(wild[0])
        found += _ANY + (rb"{%d}" % int(count[1]) if count else rb"{0,120}" if wild[0][0] == "*" else rb"{1,120}")
        at = wild.end()
    return found + re.escape(part[at:].encode(errors="surrogatepass"))


def _keys(parts: list[str]) -> tuple[tuple[bytes, ...], bytes]:
    """Return what stands in every form of the path, and what stands before that.

    It is a piece of the last part, or of the nearest one that is telling.
    """
    for part in reversed(parts):
        piece = max(_WILD.split(part), key=len)
        if len(piece) >= _TELLING:
            before = b"/\\" if part.startswith(piece) and part is not parts[0] else b""
            return (piece.encode(errors="surrogatepass")[:_KEY],), before
    # All are short, as in `/tmp/.x`: what is certain of the last two, with the separator between them.
    if len(parts) > 1 and not _WILD.search(parts[-2]):
        start = _WILD.split(parts[-1])[0]
        return tuple(f"{parts[-2]}{separator}{start}".encode() for separator in ("/", "//", "\\", "\\\\")), b""
    longest = max((piece for part in parts for piece in _WILD.split(part)), key=len, default="")
    return ((longest.encode(errors="surrogatepass"),) if len(longest) > 1 else ()), b""
