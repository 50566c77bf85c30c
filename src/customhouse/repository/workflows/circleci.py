"""CircleCI: .circleci/config.yml. Steps stand in jobs and in commands; `run` is a text or a mapping with `command`.

`<< parameters.name >>` is filled in before a shell sees it, and is read as a variable. CircleCI sets CI=true.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from customhouse.ecosystems.files import Files
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.workflow import ActionUse
from customhouse.repository.workflows.collect import script_installs
from customhouse.repository.workflows.images import image_use
from customhouse.repository.workflows.interface import Reading, WorkflowFormat
from customhouse.repository.workflows.yaml_nodes import Document, Script, read_yaml

_PARAMETER = lazy_regex(r"<<\s*([A-Za-z_][\w.-]*)\s*>>")
_CI = {"CI": "true", "CIRCLECI": "true"}
#: `when` and `unless` hold steps of their own.
_DEPTH = 10


def _filled(script: Script) -> Script:
    """Write parameters as variables of the same length, so that every place stays where it is."""

    def variable(match: re.Match[str]) -> str:
        return "${" + match[1].replace(".", "_").ljust(len(match[0]) - 3, "_") + "}"

    return msgspec.structs.replace(script, text=_PARAMETER.sub(variable, script.text))


class _File:
    def __init__(self, path: Path, root: Path, document: Document, reading: Reading) -> None:
        self._path, self._root, self._document, self._reading = path, root, document, reading

    def read(self) -> None:
        """Read jobs, commands, executors and orbs, those inside inline orbs as well."""
        self._level(self._document.root, 0)

    def _level(self, node: Any, depth: int) -> None:
        document = self._document
        for kind in ("jobs", "commands", "executors"):
            for table in document.get(node, kind):
                for _, one in document.entries(table):
                    self._images(one)
                    for steps in document.get(one, "steps"):
                        self._steps(steps, _CI | self._environment(one), document.first(one, "working_directory"), 0)
        for orbs in document.get(node, "orbs"):
            for _, orb in document.entries(orbs):
                text = document.text(orb)
                if text:
                    name, _, ref = text.partition("@")
                    use = ActionUse("circleci", name, ref, str(self._path), document.line(orb), "orb")
                    self._reading.actions.append(use)
                elif depth < _DEPTH:
                    self._level(orb, depth + 1)

    def _environment(self, node: Any) -> dict[str, str]:
        found: dict[str, str] = {}
        for each in self._document.get(node, "environment"):
            found |= self._document.environment(each)
            for item in self._document.items(each):
                found |= self._document.environment(item)
        return found

    def _images(self, node: Any) -> None:
        document = self._document
        for listed in document.get(node, "docker"):
            for one in document.items(listed):
                for image in document.get(one, "image"):
                    used = image_use("circleci", document.text(image), self._path, document.line(image))
                    if used:
                        self._reading.actions.append(used)

    def _runs(self, step: Any) -> Iterator[tuple[Any, Any]]:
        """Give each `run` of a step: the node of its command, and the mapping that has its settings."""
        document = self._document
        for run in document.get(step, "run"):
            if document.text(run):
                yield run, step
            for command in document.get(run, "command"):
                yield command, run

    def _steps(self, steps: Any, environment: Mapping[str, str], folder: str, depth: int) -> None:
        document = self._document
        for step in document.items(steps):
            for command, settings in self._runs(step):
                here = document.first(settings, "working_directory") or folder
                self._reading.installs += script_installs(
                    "circleci",
                    self._path,
                    self._root,
                    _filled(document.script(command)),
                    environment={**environment, **self._environment(settings)},
                    folder="" if here.startswith(("~", "/")) else here.removeprefix("./").rstrip("/"),
                )
            for key in ("when", "unless"):
                for inner in document.get(step, key, "steps"):
                    if depth < _DEPTH:
                        self._steps(inner, environment, folder, depth + 1)


def _read(path: Path, root: Path, data: bytes, files: Files) -> Reading:  # noqa: ARG001 - as all are read
    reading = Reading()
    for document in read_yaml(data):
        _File(path, root, document, reading).read()
    return reading


def _matches(own: str) -> bool:
    folder, _, name = own.rpartition("/")
    return folder.rpartition("/")[2] == ".circleci" and name.endswith((".yml", ".yaml"))


CIRCLECI = WorkflowFormat("CircleCI configuration", "circleci", _matches, _read)
