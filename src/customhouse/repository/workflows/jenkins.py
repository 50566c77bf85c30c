"""Jenkins: the scripts that a Jenkinsfile hands to `sh`, `bat`, `pwsh` and `powershell`.

A Jenkinsfile is a Groovy program. It is read as words, texts and braces, with comments left out: what a script is
built of at run time stays as it is written. `dir('x') { … }` says where a script runs; `environment { A = 'b' }` what
is set for it. Images and shared libraries are recorded.
"""

from pathlib import Path

import msgspec

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import Files
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.workflow import ActionUse
from customhouse.repository.workflows.collect import script_installs
from customhouse.repository.workflows.images import image_use
from customhouse.repository.workflows.interface import Reading, WorkflowFormat
from customhouse.repository.workflows.yaml_nodes import Script

_TOKEN = lazy_regex(
    r"""//[^\n]*|/\*(?s:.*?)(?:\*/|\Z)"""
    r"""|(?P<text>'{3}(?s:(?:[^\\]|\\.)*?)'{3}|"{3}(?s:(?:[^\\]|\\.)*?)"{3}|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")"""
    r"""|(?P<word>@?[A-Za-z_$][\w$]*)|(?P<mark>[{}()=:,.])"""
)
_ESCAPES = {"sh": "\\", "bat": "^", "pwsh": "`", "powershell": "`"}
_CHARACTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
#: Jenkins sets no CI; what clients look at to tell that they run in one knows these.
_CI = {"JENKINS_URL": "", "BUILD_NUMBER": ""}


class _Token(msgspec.Struct):
    kind: str
    text: str
    line: int


def _tokens(text: str) -> list[_Token]:
    found, line, last = [], 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", last, match.start())
        last = match.start()
        if match.lastgroup:
            found.append(_Token(match.lastgroup, match.group(), line))
    return found


def _script(token: _Token) -> Script:
    """Undo a text's quotes and escapes, and say on which line of the file each of its lines stands."""
    width = 3 if token.text[:3] in ("'''", '"""') else 1
    parts: list[str] = []
    offsets, lines = [0], [token.line]
    length = 0
    inner, at, line = token.text[width:-width], 0, token.line
    while at < len(inner):
        char = inner[at]
        at += 1
        if char == "\\" and at < len(inner):
            following = inner[at]
            at += 1
            char = _CHARACTERS.get(following, following)
            if following == "\n":  # Groovy joins the lines
                char = ""
                line += 1
                offsets.append(length)
                lines.append(line)
        elif char == "\n":
            line += 1
        parts.append(char)
        length += len(char)
        if char == "\n":
            offsets.append(length)
            lines.append(line)
    return Script("".join(parts), tuple(offsets), tuple(lines))


class _File:
    def __init__(self, path: Path, root: Path, tokens: list[_Token]) -> None:
        self._path, self._root, self._tokens = path, root, tokens
        self._environment = dict(_CI)
        #: What each open brace belongs to: `dir` with its folder, `environment`, or nothing of interest.
        self._open: list[tuple[str, str]] = []
        self.reading = Reading()

    def read(self) -> None:
        """Go through the words once."""
        pending = ("", "")
        for at, token in enumerate(self._tokens):
            if token.text == "{":
                self._open.append(pending)
                pending = ("", "")
            elif token.text == "}":
                if self._open:
                    self._open.pop()
            elif token.kind == "word":
                following = self._argument(at)
                if token.text == "dir" and following:
                    pending = ("dir", _script(following).text)
                elif token.text == "environment":
                    pending = ("environment", "")
                elif following:
                    self._word(token, at, following)
        if self._open:
            raise UnreadableError("a brace of it is never closed")

    def _argument(self, at: int) -> _Token | None:
        """The text that a word is given: `sh 'x'`, `sh('x')`, `sh(script: 'x', …)`, `NAME = 'x'`."""
        following = self._tokens[at + 1 : at + 12]
        names = [token.text for token in following]
        skip = 1 if names[:1] in (["("], ["="]) else 0
        for start in (skip, names.index("script") + 2 if "script" in names else skip):
            if start < len(following) and following[start].kind == "text":
                return following[start]
            if "script" in names and names.index("script") > skip + 8:
                break
        return None

    def _word(self, token: _Token, at: int, text: _Token) -> None:
        next_text = self._tokens[at + 1].text if at + 1 < len(self._tokens) else ""
        if token.text in _ESCAPES:
            folder = "/".join(where for kind, where in self._open if kind == "dir")
            self.reading.installs += script_installs(
                "jenkins",
                self._path,
                self._root,
                _script(text),
                environment=self._environment,
                folder=folder,
                escape=_ESCAPES[token.text],
            )
        elif next_text == "=" and self._open and self._open[-1][0] == "environment":
            self._environment[token.text] = _script(text).text
        elif token.text in ("image", "docker") and next_text != "=":
            used = image_use("jenkins", _script(text).text, self._path, text.line)
            if used:
                self.reading.actions.append(used)
        elif token.text in ("@Library", "library"):
            name, _, ref = _script(text).text.partition("@")
            self.reading.actions.append(ActionUse("jenkins", name, ref, str(self._path), text.line, "include"))


def _read(path: Path, root: Path, data: bytes, files: Files) -> Reading:  # noqa: ARG001 - as all are read
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError("it is not UTF-8") from error
    file = _File(path, root, _tokens(text))
    file.read()
    return file.reading


def _matches(own: str) -> bool:
    name = own.rpartition("/")[2]
    return name.startswith("Jenkinsfile") or name.endswith(".jenkinsfile")


JENKINS = WorkflowFormat("Jenkinsfile", "jenkins", _matches, _read)
