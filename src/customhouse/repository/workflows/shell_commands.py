"""A shell script as the simple commands that it would run: words with quoting undone, each with its place.

The grammar is POSIX's (https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html), with what bash adds
and scripts use: `$'…'`, `<<<`, `&>`, `|&`, process substitution. Nothing is expanded: a word keeps `$NAME` and
`${{ … }}` as they are written. Commands inside `$(…)`, backquotes and `(…)` are given as well, for they run as well.
What is no valid shell gives the commands that can be made out, for a template may fill in the rest.
"""

import posixpath
import re

import msgspec

from customhouse.ecosystems.documents import UnreadableError
from customhouse.model.lazy_regex import lazy_regex

#: Substitutions inside one another; deeper is refused.
_DEPTH = 40
_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_ASSIGNMENT = lazy_regex(rf"({_NAME})\+?=(.*)", re.DOTALL)
#: Characters that mean themselves outside quotes, in a run.
_PLAIN = lazy_regex(r"[^\s'\"\\`$;&|()<>^]+")
_PLAIN_QUOTED = lazy_regex(r"[^\"\\`$]+")
#: How what a template of the build system computes begins and ends: GitHub and Azure, GitLab.
_TEMPLATES = (("${{", "}}"), ("$[[", "]]"))
#: Characters; nobody computes more in one place.
_TEMPLATE_LENGTH = 4000
_VARIABLE = lazy_regex(rf"\$(?:{_NAME}|[0-9@*#?$!_-])")
_META = frozenset(" \t\r\n;&|()<>")
#: Words that open a command of which they are no part.
_OPENERS = frozenset(("if", "then", "elif", "else", "while", "until", "do", "!", "{", "time"))
#: Words whose line holds names and patterns, and no command.
_LISTS = frozenset(("for", "case", "select", "function", "in"))
_SHELLS = frozenset(("sh", "bash", "dash", "ash", "zsh", "ksh"))
_ANSI = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "e": "\x1b"}


class Command(msgspec.Struct, frozen=True):
    """One simple command: `offset` is where its first word begins in the text. `folder` is where `cd` led to before it.

    `environment` holds what stands before the command and what was exported above it.
    """

    words: tuple[str, ...]
    offset: int
    environment: tuple[tuple[str, str], ...] = ()
    folder: str = ""


class _Word(msgspec.Struct):
    text: str
    offset: int
    #: No part of it is quoted or computed, so that it can be a word of the grammar.
    bare: bool


class _Heredoc(msgspec.Struct):
    delimiter: str
    tabs: bool
    #: The command that it is fed to runs it.
    runs: bool = False


class _State(msgspec.Struct):
    """What a subshell has of its own."""

    folder: str
    exported: dict[str, str]


def shell_commands(text: str, *, escape: str = "\\", folder: str = "") -> list[Command]:
    r"""Give every simple command of a script, in the order in which they begin to be read.

    `escape` is the shell's escape character: `^` in cmd, a backquote in PowerShell. `folder` is where the script runs.

    Raises UnreadableError when substitutions are nested deeper than any script's.
    """
    reader = _Reader(text, escape, _State(folder, {}), 0)
    reader.script("")
    return reader.commands


class _Reader:
    """One pass over a text."""

    def __init__(self, text: str, escape: str, state: _State, depth: int) -> None:
        self._text = text
        self._escape = escape
        self._state = state
        self._depth = depth
        self._at = 0
        self._closer = ""
        #: Substitutions in braces that are open, one in the quotes of another.
        self._nested = 0
        self._words: list[_Word] = []
        self._heredocs: list[_Heredoc] = []
        self.commands: list[Command] = []

    def script(self, closer: str) -> None:
        """Read commands up to the end, or to an unquoted `closer` (`)` or a backquote), which is consumed."""
        self._closer = closer
        while self._at < len(self._text):
            char = self._text[self._at]
            if char in " \t\r" or self._continued():
                self._at += 1
            elif char == closer:
                self._at += 1
                break
            elif char == "\n":
                self._at += 1
                self._finish()
                self._skip_heredocs()
            elif char == "#":
                end = self._text.find("\n", self._at)
                self._at = len(self._text) if end < 0 else end
            elif char in _META:
                self._operator(char)
            else:
                self._words.append(self._word())
        self._finish()

    def _operator(self, char: str) -> None:
        if char in "<>" or self._text.startswith("&>", self._at):
            self._redirect()
        elif char == "(":
            self._parenthesis()
        else:
            self._at += 1
            if char == ")":  # the end of a pattern of `case`
                self._words.clear()
            else:
                self._finish()

    def _continued(self) -> bool:
        """Step over an escape before a line's end, all but its last character."""
        for ending in ("\n", "\r\n"):
            if self._text.startswith(self._escape + ending, self._at):
                self._at += len(ending)
                return True
        return False

    def _parenthesis(self) -> None:
        """Read a subshell, a function's `()`, or the list of an array."""
        self._at += 1
        if self._words:
            array = self._words[-1].text.endswith("=")
            inner, before = self._inner(")"), len(self.commands)
            self.commands += inner
            if array:
                del self.commands[before:]
            else:
                self._words.clear()
            return
        self.commands += self._inner(")")

    def _inner(self, closer: str) -> list[Command]:
        """Read commands of a subshell that begins here."""
        if self._depth >= _DEPTH:
            raise UnreadableError(f"its substitutions are nested more than {_DEPTH} deep")
        state = _State(self._state.folder, dict(self._state.exported))
        reader = _Reader(self._text, self._escape, state, self._depth + 1)
        reader._at = self._at
        reader.script(closer)
        self._at = reader._at
        return reader.commands

    def _word(self) -> _Word:
        start, parts, bare = self._at, [], True
        while self._at < len(self._text):
            char = self._text[self._at]
            if char in _META or char == self._closer:
                break
            if plain := _PLAIN.match(self._text, self._at):
                parts.append(plain.group())
                self._at = plain.end()
            elif char == self._escape:
                if self._continued():
                    self._at += 1
                    continue
                bare = False
                parts.append(self._text[self._at + 1 : self._at + 2])
                self._at += 2
            elif char == "'":
                bare = False
                parts.append(self._until("'", 1))
            elif char == '"':
                bare = False
                parts.append(self._quoted())
            elif char in "$`":
                bare = False
                parts.append(self._dollar())
            else:
                parts.append(char)
                self._at += 1
        return _Word("".join(parts), start, bare)

    def _until(self, mark: str, skip: int) -> str:
        """Take the text up to a mark, which is consumed; up to the end when there is none."""
        start = self._at + skip
        end = self._text.find(mark, start)
        end = len(self._text) if end < 0 else end
        self._at = end + len(mark)
        return self._text[start:end]

    def _quoted(self) -> str:
        """Read what stands between double quotes."""
        parts = []
        self._at += 1
        while self._at < len(self._text):
            char = self._text[self._at]
            if char == '"':
                self._at += 1
                break
            if plain := _PLAIN_QUOTED.match(self._text, self._at):
                parts.append(plain.group())
                self._at = plain.end()
            elif char == "\\":
                following = self._text[self._at + 1 : self._at + 2]
                if self._escape == "\\" and following in ("\n", *'$`"\\'):
                    parts.append("" if following == "\n" else following)
                    self._at += 2
                else:
                    parts.append(char)
                    self._at += 1
            else:
                parts.append(self._dollar(quoted=True))
        return "".join(parts)

    def _dollar(self, *, quoted: bool = False) -> str:
        """Read what begins with `$` or a backquote, as it is written; commands in it are kept."""
        start = self._at
        text = self._text
        if text[start] == "`":
            self._at += 1
            if self._escape == "`":
                self._at += 1
                return text[start + 1 : start + 2]
            self.commands += self._inner("`")
        elif end := self._template(start):
            self._at = end
        elif text.startswith("$((", start):
            end = text.find("))", start)
            self._at = len(text) if end < 0 else end + 2
        elif text.startswith("$(", start):
            self._at += 2
            self.commands += self._inner(")")
        elif text.startswith("${", start):
            self._braces(quoted=quoted)
        elif text.startswith("$'", start) and not quoted:
            return self._ansi()
        elif variable := _VARIABLE.match(text, start):
            self._at = variable.end()
        else:
            self._at += 1
        return text[start : self._at]

    def _template(self, start: int) -> int:
        """Return where what a template computes ends; 0 where nothing such begins."""
        for opening, closing in _TEMPLATES:
            if self._text.startswith(opening, start):
                end = self._text.find(closing, start, start + _TEMPLATE_LENGTH)
                return end + len(closing) if end >= 0 else 0
        return 0

    def _braces(self, *, quoted: bool) -> None:
        """Step over `${…}`, whatever stands in it."""
        self._nested += 1
        if self._nested > _DEPTH:
            raise UnreadableError(f"its substitutions are nested more than {_DEPTH} deep")
        depth = 0
        while self._at < len(self._text):
            char = self._text[self._at]
            if char == self._escape:
                self._at += 1
            elif char == "'" and not quoted:
                self._until("'", 1)
                continue
            elif char == '"':
                self._quoted()
                continue
            elif self._text.startswith("$(", self._at):
                self._at += 2
                self.commands += self._inner(")")
                continue
            elif self._text.startswith("${", self._at):
                depth += 1
                self._at += 1
            elif char == "}":
                depth -= 1
            self._at += 1
            if depth == 0:
                break
        self._nested -= 1

    def _ansi(self) -> str:
        parts = []
        self._at += 2
        while self._at < len(self._text):
            char = self._text[self._at]
            self._at += 1
            if char == "'":
                break
            if char == "\\":
                following = self._text[self._at : self._at + 1]
                self._at += 1
                char = _ANSI.get(following, "\\" + following)
            parts.append(char)
        return "".join(parts)

    def _redirect(self) -> None:
        """Step over a redirection and its target; a here-document's body is skipped at the line's end."""
        if self._words and self._words[-1].text.isdigit() and self._words[-1].offset + 1 == self._at:
            self._words.pop()  # a file descriptor: 2>&1
        text = self._text
        if text.startswith("<<<", self._at):
            self._at += 3
        elif text.startswith("<<", self._at):
            self._at += 2
            tabs = text.startswith("-", self._at)
            self._at += tabs
            self._blanks()
            self._heredocs.append(_Heredoc(self._word().text, tabs))
            return
        elif text.startswith(("<(", ">("), self._at):
            self._at += 2
            self.commands += self._inner(")")
            return
        else:
            while self._at < len(text) and text[self._at] in "<>&|":
                self._at += 1
        self._blanks()
        if self._at < len(text) and text[self._at] not in _META:
            self._word()

    def _blanks(self) -> None:
        while self._at < len(self._text) and self._text[self._at] in " \t":
            self._at += 1

    def _skip_heredocs(self) -> None:
        for one in self._heredocs:
            start = self._at
            while self._at < len(self._text):
                end = self._text.find("\n", self._at)
                end = len(self._text) if end < 0 else end
                line = self._text[self._at : end].rstrip("\r")
                begin, self._at = self._at, end + 1
                if (line.lstrip("\t") if one.tabs else line) == one.delimiter:
                    break
            else:
                begin = len(self._text)
            if one.runs:
                if self._depth >= _DEPTH:
                    raise UnreadableError(f"its scripts are nested more than {_DEPTH} deep")
                state = _State(self._state.folder, dict(self._state.exported))
                inner = _Reader(self._text[start:begin], "\\", state, self._depth + 1)
                inner.script("")
                self.commands += (
                    msgspec.structs.replace(command, offset=command.offset + start) for command in inner.commands
                )
        self._at = min(self._at, len(self._text))
        self._heredocs.clear()

    def _finish(self) -> None:
        """End a command."""
        words, self._words = self._words, []
        while words and words[0].bare and words[0].text in _OPENERS:
            words.pop(0)
        if not words or (words[0].bare and words[0].text in _LISTS):
            return
        own: dict[str, str] = {}
        offset = words[0].offset
        while words and (match := _ASSIGNMENT.fullmatch(words[0].text)):
            own[match[1]] = match[2]
            words.pop(0)
        if not words:
            exported = self._state.exported
            exported.update((name, value) for name, value in own.items() if name in exported)
            return
        texts = tuple(word.text for word in words)
        self._remember(texts)
        if texts[0] in _SHELLS and not any(not word.startswith("-") for word in texts[1:]):
            for one in self._heredocs:
                one.runs = True
        self.commands.append(Command(texts, offset, tuple({**self._state.exported, **own}.items()), self._state.folder))

    def _remember(self, words: tuple[str, ...]) -> None:
        """Keep what a command changes for those after it: the folder, and exported variables."""
        if words[0] in ("cd", "pushd", "Set-Location", "chdir"):
            where = next((word for word in words[1:] if not word.startswith("-") and word != "/d"), "")
            self._state.folder = posixpath.normpath(posixpath.join(self._state.folder, where)) if where else "~"
            if self._state.folder == ".":
                self._state.folder = ""
        elif words[0] in ("export", "declare", "typeset"):
            for word in words[1:]:
                if match := _ASSIGNMENT.fullmatch(word):
                    self._state.exported[match[1]] = match[2]
