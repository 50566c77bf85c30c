"""The lines of a requirements file as pip reads them: continuations, comments, options, `${VARIABLES}`.

Follows pip's `req_file.py` (https://pip.pypa.io/en/stable/reference/requirements-file-format/).
"""

import codecs
import os
import shlex
from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from customhouse.ecosystems.documents import UnreadableError, plain_text
from customhouse.model.lazy_regex import lazy_regex

_COMMENT = lazy_regex(r"(^|\s+)#.*$")
_VARIABLE = lazy_regex(r"\$\{([A-Z0-9_]+)\}")
_QUOTES = lazy_regex(r"""['"\\]""")
_CODING = lazy_regex(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

LineKind = Literal["requirement", "editable", "include", "constraint", "option"]
#: Options that stand on a line of their own; True when a value follows.
_OPTIONS: Mapping[str, bool] = {
    "--index-url": True,
    "--extra-index-url": True,
    "--no-index": False,
    "--find-links": True,
    "--no-binary": True,
    "--only-binary": True,
    "--prefer-binary": False,
    "--require-hashes": False,
    "--pre": False,
    "--trusted-host": True,
    "--use-feature": True,
    "--requirement": True,
    "--constraint": True,
    "--editable": True,
    "--process-dependency-links": False,
    "--always-unzip": False,
}
_SHORT: Mapping[str, str] = {
    "-i": "--index-url",
    "-f": "--find-links",
    "-r": "--requirement",
    "-c": "--constraint",
    "-e": "--editable",
    "-Z": "--always-unzip",
    "--pypi-url": "--index-url",
}
_LINE_KINDS: Mapping[str, LineKind] = {
    "--requirement": "include",
    "--constraint": "constraint",
    "--editable": "editable",
}
#: Options that follow a requirement, every one with a value.
_PER_REQUIREMENT = frozenset({"--hash", "--global-option", "--install-option", "--build-option", "--config-settings"})
_PER_REQUIREMENT_START = lazy_regex(
    r"\s(?=(?:--hash|--global-option|--install-option|--build-option|--config-settings?)\b)"
)


class Line(msgspec.Struct, frozen=True):
    """One logical line. `text` is the requirement, the path or the option's value; `number` its first line, 1-based."""

    kind: LineKind
    number: int
    text: str
    #: The option's long name (`--index-url`), for an `option`.
    option: str = ""
    hashes: tuple[str, ...] = ()
    #: Who asked for it, out of pip-compile's and uv's `# via` comments; empty when none say.
    via: tuple[str, ...] = ()
    #: Why pip would refuse the line; empty when it would not.
    problem: str = ""


def decode(data: bytes) -> str:
    """Decode as pip does: a byte order mark, then a PEP 263 comment in the first two lines, then UTF-8.

    Raises UnreadableError. An empty file is a valid one.
    """
    if not data.strip():
        return ""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode(data, encoding)
    for line in data.split(b"\n", 2)[:2]:
        match = _CODING.match(line)
        if match:
            return _decode(data, match.group(1).decode())
    return plain_text(data)


def _decode(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except (LookupError, UnicodeError, ValueError) as error:
        raise UnreadableError(f"it is not {encoding} text") from error
    if "\0" in text:
        raise UnreadableError("it is binary, not text")
    return text


def expand(text: str) -> str:
    """Put in the environment variables that are set (pip expands `${NAME}` in upper case only)."""
    return _VARIABLE.sub(lambda match: os.environ.get(match.group(1)) or match.group(0), text)


def _joined(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """Give each logical line with its first number and the comments that follow it, before the next one."""
    parts: list[str] = []
    first = 0
    current: tuple[int, str, list[str]] | None = None
    # splitlines() would also break at form feeds and Unicode separators, as pip does; a hash or name holds none.
    for number, physical in enumerate(text.splitlines(), start=1):
        is_comment = bool(_COMMENT.match(physical))
        if not physical.endswith("\\") or is_comment:
            line = " " + physical if is_comment else physical  # so that a comment ends a continuation
            whole = "".join((*parts, line)) if parts else physical
            start = first if parts else number
            parts = []
            comment = _COMMENT.search(whole)
            content = _COMMENT.sub("", whole).strip()
            if content:
                if current:
                    yield current
                current = (start, content, [comment.group().strip()] if comment else [])
            elif current and comment:
                current[2].append(comment.group().strip())
        else:
            first = first if parts else number
            parts.append(physical.strip("\\"))
    if parts:
        content = _COMMENT.sub("", "".join(parts)).strip()
        if content:
            if current:
                yield current
            current = (first, content, [])
    if current:
        yield current


def _via(comments: list[str]) -> tuple[str, ...]:
    """Read `# via a`, and `# via` with a name on each following comment line."""
    found: list[str] = []
    reading = False
    for comment in comments:
        body = comment.lstrip("#").strip()
        if body == "via" or body.startswith("via "):
            reading, body = True, body[3:].strip()
        if reading and body:
            found += [one.strip() for one in body.split(",") if one.strip()]
    return tuple(found)


def lines(text: str) -> Iterator[Line]:
    """Give every logical line, in order; never raises."""
    for number, content, comments in _joined(text):
        if content.startswith("-"):
            yield from _option_line(number, content, comments)
        else:
            yield _requirement_line("requirement", number, content, comments)


def _option_line(number: int, content: str, comments: list[str]) -> Iterator[Line]:
    """Read a line of options: one of `-r`, `-c`, `-e`, or any number of the others."""
    try:
        words = shlex.split(content)
    except ValueError as error:
        yield Line("option", number, content, problem=str(error).lower())
        return
    while words:
        word = words.pop(0)
        name, equals, value = word.partition("=")
        if not name.startswith("--") and name[:2] in _SHORT:  # -rbase.txt
            name, value, equals = name[:2], word[2:].removeprefix("="), word[2:]
        name = _SHORT.get(name, name)
        if name in _PER_REQUIREMENT or name not in _OPTIONS:
            yield Line("option", number, content, problem=f"{name} is no option of a requirements file")
            return
        if _OPTIONS[name] and not equals:
            if not words:
                yield Line("option", number, content, problem=f"{name} lacks its value")
                return
            value = words.pop(0)
        kind = _LINE_KINDS.get(name)
        if kind == "editable":
            yield _requirement_line("editable", number, " ".join((value, *words)), comments)
            return
        yield Line(kind or "option", number, value, option="" if kind else name)


def _words(text: str) -> list[str]:
    """Split as a shell does; most text has nothing to quote, and shlex is slow. Raises ValueError."""
    if text.isascii() and text.isprintable() and not _QUOTES.search(text):
        return text.split()
    return shlex.split(text)


def _requirement_line(kind: LineKind, number: int, content: str, comments: list[str]) -> Line:
    start = _PER_REQUIREMENT_START.search(content)
    text, rest = (content[: start.start()], content[start.end() :]) if start else (content, "")
    hashes: list[str] = []
    problem = ""
    try:
        words = _words(rest)
    except ValueError as error:
        words, problem = [], str(error).lower()
    while words:
        name, equals, value = words.pop(0).partition("=")
        if name not in _PER_REQUIREMENT and name != "--config-setting":
            problem = problem or f"{name} is no option of a requirement"
            continue
        if not equals:
            value = words.pop(0) if words else ""
        if name == "--hash":
            hashes.append(value)
    return Line(kind, number, text.strip(), hashes=tuple(hashes), via=_via(comments), problem=problem)
