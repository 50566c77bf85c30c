"""Image recipes: what RUN installs, and the images that FROM and COPY --from build upon.

The format is Docker's (https://docs.docker.com/reference/dockerfile/): continuation lines (and the `escape` directive
that changes their mark), comments between them, here-documents, shell and exec forms, ONBUILD, variables of ARG in
FROM. A stage begins with the variables of the stage that it builds upon.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import Files
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.workflow import InstallCommand
from customhouse.repository.workflows.collect import script_installs
from customhouse.repository.workflows.images import image_use
from customhouse.repository.workflows.install_commands import exec_install
from customhouse.repository.workflows.interface import Reading, WorkflowFormat
from customhouse.repository.workflows.shell_commands import shell_commands
from customhouse.repository.workflows.yaml_nodes import Script

_DIRECTIVE = lazy_regex(r"#\s*escape\s*=\s*([\\`])\s*$", re.IGNORECASE)
_INSTRUCTION = lazy_regex(r"\s*([A-Za-z]+)(\s+|$)")
_HEREDOC = lazy_regex(r"<<(-?)(['\"]?)([A-Za-z_][\w.]*)\2")
_VARIABLE = lazy_regex(r"\$(?:\{([A-Za-z_]\w*)(?::?-([^}]*))?\}|([A-Za-z_]\w*))")
_FLAG = lazy_regex(r"\s*--[a-z-]+(?:=\S*)?(?:\s+|\\\n\s*|`\n\s*)")
_FROM = lazy_regex(r"(?:\s*--from=)([^\s,]+)")
_PAIR = lazy_regex(r"""([A-Za-z_][\w.]*)=("(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s\\]|\\.)*)""", re.DOTALL)


class _Instruction(msgspec.Struct):
    name: str
    #: What stands after it, with its line breaks, comments taken out.
    body: Script


def _instructions(text: str, escape: str) -> Iterator[_Instruction]:
    """Give every instruction with the lines of its parts."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        first = lines[at]
        match = _INSTRUCTION.match(first)
        if not first.strip() or first.lstrip().startswith("#") or match is None:
            at += 1
            continue
        parts, numbers = [first[match.end() :]], [at + 1]
        open_end = _continues(first, escape)
        at += 1
        while open_end and at < len(lines):
            line = lines[at]
            at += 1
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            parts.append(line)
            numbers.append(at)
            open_end = _continues(line, escape)
        if match[1].upper() in ("RUN", "COPY", "ADD", "ONBUILD"):
            for here in _HEREDOC.finditer("\n".join(parts)):
                while at < len(lines):
                    line = lines[at]
                    at += 1
                    parts.append(line)
                    numbers.append(at)
                    if (line.lstrip("\t") if here[1] else line).rstrip("\r") == here[3]:
                        break
        offsets, length = [], 0
        for part in parts:
            offsets.append(length)
            length += len(part) + 1
        yield _Instruction(match[1].upper(), Script("\n".join(parts), tuple(offsets), tuple(numbers)))


def _continues(line: str, escape: str) -> bool:
    return line.rstrip().endswith(escape)


class _Stage(msgspec.Struct):
    environment: dict[str, str]
    escape: str = ""


class _Recipe:
    """One file while it is read."""

    def __init__(self, path: Path, root: Path, escape: str) -> None:
        self._path, self._root, self._escape = path, root, escape
        own = path.parent.relative_to(root).as_posix() if path.parent.is_relative_to(root) else ""
        self._folder = "" if own == "." else own
        self._arguments: dict[str, str] = {}
        self._stages: dict[str, _Stage] = {}
        self._stage = _Stage({})
        self.reading = Reading()

    def take(self, one: _Instruction) -> None:
        """Take the next instruction in."""
        body = one.body
        match one.name:
            case "ONBUILD":
                match = _INSTRUCTION.match(body.text)
                if match:
                    self.take(_Instruction(match[1].upper(), _after(body, match.end())))
            case "FROM":
                self._from(body)
            case "ARG" | "ENV":
                self._set(one.name, body.text)
            case "SHELL":
                shell = body.text.lower()
                self._stage.escape = "`" if "powershell" in shell or "pwsh" in shell else "^" if "cmd" in shell else ""
            case "COPY" | "ADD":
                for match in _FROM.finditer(body.text):
                    self._image(match[1], body.line(match.start()))
            case "RUN":
                self._run(body)
            case _:
                pass

    def _filled(self, text: str) -> str:
        """Put the values of ARG in, where there are any."""

        def value(match: re.Match[str]) -> str:
            return self._arguments.get(match[1] or match[3]) or match[2] or match[0]

        return _VARIABLE.sub(value, text)

    def _from(self, body: Script) -> None:
        words = [word for word in body.text.replace(self._escape + "\n", " ").split() if not word.startswith("--")]
        if not words:
            return
        image = self._filled(words[0])
        base = self._stages.get(image.lower())
        self._stage = _Stage(dict(base.environment) if base else {}, base.escape if base else "")
        if base is None:
            self._image(image, body.line(0))
        if len(words) > 2 and words[1].lower() == "as":  # noqa: PLR2004 - FROM image AS name
            self._stages[words[2].lower()] = self._stage

    def _image(self, text: str, line: int) -> None:
        if text.isdigit() or text.lower() in self._stages:
            return
        used = image_use("dockerfile", self._filled(text), self._path, line)
        if used:
            self.reading.actions.append(used)

    def _set(self, name: str, text: str) -> None:
        text = text.replace(self._escape + "\n", " ").strip()
        pairs = [(match[1], match[2].strip("'\"")) for match in _PAIR.finditer(text)]
        if name == "ENV" and not pairs:
            key, _, value = text.partition(" ")
            pairs = [(key, value.strip())]
        if name == "ARG":
            self._arguments |= {key: self._filled(value) for key, value in pairs}
        self._stage.environment |= dict(pairs)

    def _run(self, body: Script) -> None:
        while flag := _FLAG.match(body.text):
            for match in re.finditer(r"from=([^\s,]+)", flag.group()):
                self._image(match[1], body.line(0))
            body = _after(body, flag.end())
        text = body.text.lstrip()
        if text.startswith("["):
            try:
                words = json.loads(text.replace(self._escape + "\n", ""))
            except (ValueError, RecursionError):
                words = None
            if isinstance(words, list) and all(isinstance(word, str) for word in words):
                self.reading.installs += self._exec(tuple(words), body)
                return
        here = _HEREDOC.match(text)
        if here:  # the document itself is the script; anything beside its name runs it
            start = body.text.index("\n") + 1 if "\n" in body.text else len(body.text)
            interpreter = shell_commands(body.text[:start].partition(here.group())[2])
            if interpreter and not interpreter[0].words[0].endswith("sh"):
                return
            body = _after(body, start)
        self.reading.installs += script_installs(
            "dockerfile",
            self._path,
            self._root,
            body,
            environment=self._stage.environment,
            folder=self._folder,
            escape=self._stage.escape or self._escape,
        )

    def _exec(self, words: tuple[str, ...], body: Script) -> Iterator[InstallCommand]:
        for one in exec_install(words):
            yield InstallCommand(
                "dockerfile",
                one.client,
                one.arguments,
                str(self._path),
                body.line(0),
                tuple(self._stage.environment.items()),
                self._folder,
                str(self._root),
            )


def _after(script: Script, start: int) -> Script:
    """The script from a place on, each part on the line where it was."""
    kept = [(offset - start, line) for offset, line in zip(script.offsets, script.lines, strict=True) if offset > start]
    offsets = (0, *(offset for offset, _ in kept))
    return Script(script.text[start:], offsets, (script.line(start), *(line for _, line in kept)))


def _read(path: Path, root: Path, data: bytes, files: Files) -> Reading:  # noqa: ARG001 - as all are read
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UnreadableError("it is not UTF-8") from error
    escape = "\\"
    for line in text.split("\n"):
        if not line.startswith("#"):
            break
        if directive := _DIRECTIVE.match(line):
            escape = directive[1]
    recipe = _Recipe(path, root, escape)
    for one in _instructions(text, escape):
        recipe.take(one)
    return recipe.reading


def _matches(own: str) -> bool:
    name = own.rpartition("/")[2]
    if name.endswith((".dockerignore", ".sh", ".py", ".js", ".md", ".orig")):
        return False
    return name.startswith(("Dockerfile", "Containerfile")) or name.lower().endswith((".dockerfile", ".containerfile"))


DOCKERFILE = WorkflowFormat("Dockerfile", "dockerfile", _matches, _read)
