"""From the bytes of a Python file to the text that an interpreter would compile."""

import codecs
import re

import msgspec

from customhouse.model.lazy_regex import lazy_regex

_COOKIE = lazy_regex(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = lazy_regex(rb"^[ \t\f]*(?:[#\r\n]|$)")
_BOM = codecs.BOM_UTF8
#: Codecs under which the text that a reader sees is not the text that runs.
_DISGUISES = lazy_regex(r"utf_?7|utf_?(?:16|32).*|(?:raw_)?unicode_escape|hz.*|iso2022.*|escape|charmap")
#: Codecs whose decoder takes quadratic time, which is reason enough to leave the file unread.
_REFUSED = frozenset({"punycode", "idna", "undefined", "mbcs", "oem"})


class SourceText(msgspec.Struct, frozen=True):
    """What a file says. `data` is UTF-8 without byte order mark, with lines ended by LF alone and without NUL.

    `disguise` is the codec's name when the bytes on disk do not look like the text that runs (`utf-7`).
    `unread` says what is missing, and is empty when nothing is.
    """

    data: bytes
    disguise: str = ""
    unread: str = ""


def decode_source(data: bytes) -> SourceText:
    """Decode as the compiler does: byte order mark, PEP 263 cookie, universal newlines.

    A file that is not valid in the encoding that it claims does not compile; it is read as Latin-1 all the same, so
    that nothing hides in it from a host program that reads it leniently.
    """
    disguise = unread = ""
    if data.startswith(_BOM):
        data = data[len(_BOM) :]
        name = "utf-8"
    else:
        name = _declared(data)
    if name not in {"utf-8", "ascii"}:
        text, disguise, unread = _decode_declared(data, name)
        data = text.encode("utf-8", "replace")
    elif not data.isascii():
        try:
            data.decode()
        except UnicodeDecodeError:
            data = data.decode("latin-1").encode()
    if b"\0" in data:
        unread = unread or "holds null bytes, which interpreters treat differently"
        data = data.replace(b"\0", b" ")
    if b"\r" in data:
        # A lone carriage return ends a line for Python and not for the grammar: code could hide behind a comment.
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return SourceText(data, disguise, unread)


def pth_lines(data: bytes) -> bytes:
    """Keep of a `.pth` file what an interpreter runs at its start: the lines that begin with `import`.

    The others are left empty, so that line numbers stay. Since 3.13 lines end where `str.splitlines` says (form feeds
    and Unicode separators included), before that at line feeds alone: what either runs is kept.
    """
    text = data.removeprefix(_BOM).decode("utf-8", "replace")
    kept = []
    for line in re.split(r"\r\n|\r|\n", text):
        parts = [line] if line.startswith(("import ", "import\t")) else line.splitlines()
        kept.append("; ".join(part for part in parts if part.startswith(("import ", "import\t"))))
    return "\n".join(kept).encode()


def _declared(data: bytes) -> str:
    """The codec that the first two lines name, as Python normalises it; `utf-8` without one."""
    first, _, rest = data[:1024].replace(b"\r\n", b"\n").replace(b"\r", b"\n").partition(b"\n")
    match = _COOKIE.match(first)
    if match is None and _BLANK.match(first):
        match = _COOKIE.match(rest.partition(b"\n")[0])
    if match is None:
        return "utf-8"
    name = match[1].decode("ascii", "replace").lower().replace("_", "-")
    if name == "utf-8" or name.startswith("utf-8-"):
        return "utf-8"
    if name in {"ascii", "us-ascii"}:
        return "ascii"
    return name


def _decode_declared(data: bytes, name: str) -> tuple[str, str, str]:
    """Text, disguise and what is unread, for a codec other than UTF-8."""
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        return data.decode("latin-1"), "", f"declares the encoding {name}, which Python does not have"
    normal = codec.name.lower().replace("-", "_")
    if normal in _REFUSED or not getattr(codec, "_is_text_encoding", True):
        return data.decode("latin-1"), name, f"declares the encoding {name}, which hides what runs"
    disguise = name if _DISGUISES.fullmatch(normal) else ""
    try:
        text = codec.decode(data, "strict")[0]
    except (UnicodeError, ValueError):
        text = codec.decode(data, "replace")[0] if disguise else data.decode("latin-1")
    return text, disguise, ""
