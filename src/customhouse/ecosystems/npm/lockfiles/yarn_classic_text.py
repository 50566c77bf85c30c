"""The text of yarn 1's lock taken apart: blocks of descriptors with their fields, each with its line.

The grammar is yarn's own (packages/lockfile, `parse.js`), narrowed to the shapes that yarn and bun write.
"""

import msgspec

from customhouse.ecosystems.lockfile import printable
from customhouse.model.lazy_regex import lazy_regex

_TEXT = r'(?:"(?:[^"\\]++|\\.)*+"|[^\s,:"]++)'
_HEADER = lazy_regex(rf"{_TEXT}(?:, *{_TEXT})*:")
_ONE = lazy_regex(_TEXT)
#: A member of a block or of one of its sections. A key that is not quoted ends where a space does.
_MEMBER = lazy_regex(r'("(?:[^"\\]++|\\.)*+"|[^\s:"]++) ++("(?:[^"\\]++|\\.)*+"|\S++)')
_SECTION = lazy_regex(r'("(?:[^"\\]++|\\.)*+"|[^\s:"]++):')
_LINE = lazy_regex(r"[^\n]+")
_VERSION = lazy_regex(r"# yarn lockfile v(\d+)\s*")
#: Problems after which the rest is not looked at: it is no such file.
_MAX_PROBLEMS = 200


class Block(msgspec.Struct):
    """One entry: the descriptors (`a@^1`) that it resolves, and what stands below them."""

    line: int
    descriptors: list[str]
    fields: dict[str, str] = {}
    #: `dependencies` and `optionalDependencies`, name → range; other sections too, which nobody reads.
    sections: dict[str, dict[str, str]] = {}


class ClassicText(msgspec.Struct):
    """A text taken apart. `version` is the number its comment gives, 0 where it gives none."""

    version: int = 0
    blocks: list[Block] = []
    problems: list[str] = []


def _plain(token: str) -> str:
    if not token.startswith('"'):
        return token
    if "\\" not in token:
        return token[1:-1]
    try:
        return msgspec.json.decode(token.encode(), type=str)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return token  # misspelt: stays as it is, and is found to be no name


def take_apart(text: str) -> ClassicText:
    """Take a text apart. What does not fit is a problem that names the line, and the rest is read on."""
    return _Taking().take(text)


class _Taking:
    """One text being taken apart, and where in it we are."""

    def __init__(self) -> None:
        self._found = ClassicText()
        self._seen: dict[str, int] = {}
        self._block: Block | None = None
        self._section: dict[str, str] | None = None

    def take(self, text: str) -> ClassicText:
        found = self._found
        number, counted = 1, 0
        for written in _LINE.finditer(text):
            number += text.count("\n", counted, written.start())
            counted = written.start()
            line = written.group().rstrip()
            plain = line.lstrip(" ")
            if not plain or plain.startswith("#"):
                version = _VERSION.fullmatch(plain)
                if version and len(version[1]) < 10:  # noqa: PLR2004 - digits of a number that anybody may mean
                    found.version = int(version[1])
                continue
            problem = self._line(number, plain, len(line) - len(plain))
            if problem:
                found.problems.append(f"line {number}: {problem}")
                if len(found.problems) >= _MAX_PROBLEMS:
                    break
        return found

    def _line(self, number: int, plain: str, indent: int) -> str:
        """Take one line in; say what is wrong with it, if anything is."""
        if indent == 0:
            return self._header(number, plain)
        if indent == 2 and self._block is not None:  # noqa: PLR2004 - yarn's own indent
            return self._member(self._block, plain)
        if indent == 4 and self._section is not None:  # noqa: PLR2004
            return _put(self._section, plain)
        return f"{printable(plain)} stands where nothing can"

    def _header(self, number: int, plain: str) -> str:
        self._block = self._section = None
        if not _HEADER.fullmatch(plain):
            return f"{printable(plain)} is no entry"
        self._block = Block(number, [_plain(one) for one in _ONE.findall(plain[:-1])])
        self._found.blocks.append(self._block)
        problem = ""
        for one in self._block.descriptors:
            if one in self._seen:
                problem = f"{printable(one)} stands twice, the first time in line {self._seen[one]}"
            self._seen.setdefault(one, number)
        return problem

    def _member(self, block: Block, plain: str) -> str:
        self._section = None
        head = _SECTION.fullmatch(plain)
        if head is None:
            return _put(block.fields, plain)
        name = _plain(head[1])
        self._section = {}
        if name in block.sections:
            return f"{printable(name)} stands twice in one entry"
        block.sections[name] = self._section
        return ""


def _put(table: dict[str, str], member: str) -> str:
    """Put a member into a table; say what is wrong with it, if anything is."""
    match = _MEMBER.fullmatch(member)
    if match is None:
        return f"{printable(member)} is no key with a value"
    key = _plain(match[1])
    if key in table:
        return f"{printable(key)} stands twice in one entry"
    table[key] = _plain(match[2])
    return ""
