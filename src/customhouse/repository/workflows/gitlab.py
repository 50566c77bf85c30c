"""GitLab: .gitlab-ci.yml and the files of the repository that it includes.

The lines of `before_script`, `script` and `after_script` make one script (before_script and script share a shell).
Any top-level mapping can be a job, hidden ones (`.name`) too, which others extend. GitLab sets CI=true.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from customhouse.ecosystems.files import Files
from customhouse.model.workflow import ActionUse
from customhouse.repository.workflows.collect import script_installs
from customhouse.repository.workflows.images import image_use
from customhouse.repository.workflows.interface import Reading, WorkflowFormat
from customhouse.repository.workflows.yaml_nodes import Document, Script, read_yaml

_SCRIPTS = ("before_script", "script", "after_script")
#: GitLab's own limit on lists within lists of a script.
_NESTING = 10
_CI = {"CI": "true", "GITLAB_CI": "true"}


def joined(document: Document, nodes: list[Any]) -> Script:
    """Make one script of several, a line's end after each."""
    text = ""
    offsets: list[int] = []
    lines: list[int] = []
    for node in nodes:
        one = document.script(node)
        offsets += [offset + len(text) for offset in one.offsets]
        lines += one.lines
        text += one.text.rstrip("\n") + "\n"
    return Script(text, tuple(offsets), tuple(lines))


class _File:
    """One document of a file while it is read."""

    def __init__(self, path: Path, root: Path, document: Document, reading: Reading) -> None:
        self._path, self._root, self._document, self._reading = path, root, document, reading

    def read(self) -> None:
        """Read every job, and what stands beside them."""
        document = self._document
        variables = self._variables(document.root)
        for include in document.get(document.root, "include"):
            for one in (include, *document.items(include)):
                self._include(one)
        for key in ("image", "services"):
            for node in document.get(document.root, key):
                self._images(node)
        self._scripts(document.root, _CI | variables)
        for name, job in document.entries(document.root):
            if name not in ("include", "image", "services", "variables", "stages", "workflow", *_SCRIPTS):
                for key in ("image", "services"):
                    for node in document.get(job, key):
                        self._images(node)
                self._scripts(job, _CI | variables | self._variables(job))

    def _variables(self, node: Any) -> dict[str, str]:
        found: dict[str, str] = {}
        for each in self._document.get(node, "variables"):
            found |= self._document.environment(each)
        return found

    def _scripts(self, job: Any, environment: Mapping[str, str]) -> None:
        nodes = [line for key in _SCRIPTS for node in self._document.get(job, key) for line in self._flat(node, 0)]
        if nodes:
            script = joined(self._document, nodes)
            self._reading.installs += script_installs("gitlab", self._path, self._root, script, environment=environment)

    def _flat(self, node: Any, depth: int) -> list[Any]:
        """Give the lines of a script, whose lists may hold lists; what `!reference` names is read where it stands."""
        if getattr(node, "id", "") == "scalar":
            return [node]
        if depth > _NESTING or str(getattr(node, "tag", "")) == "!reference":
            return []
        return [line for item in self._document.items(node) for line in self._flat(item, depth + 1)]

    def _images(self, node: Any) -> None:
        document = self._document
        for one in (node, *document.get(node, "name"), *document.items(node)):
            for value in (one, *document.get(one, "name")):
                used = image_use("gitlab", document.text(value), self._path, document.line(value))
                if used and used not in self._reading.actions:
                    self._reading.actions.append(used)

    def _include(self, node: Any) -> None:
        """Read one include: a file here, one of another project, one from anywhere."""
        document = self._document
        text = document.text(node)
        remote = text if "://" in text else document.first(node, "remote")
        local = "" if "://" in text else text or document.first(node, "local")
        project, component = document.first(node, "project"), document.first(node, "component")
        if local and "*" not in local:
            self._reading.includes.append(self._root / local.lstrip("/"))
        name, ref = "", ""
        if remote:
            name, ref = remote, document.first(node, "integrity")
        elif project:
            name, ref = project, document.first(node, "ref")
        elif component:
            name, _, ref = component.partition("@")
        if name:
            use = ActionUse("gitlab", name, ref, str(self._path), document.line(node), "include")
            self._reading.actions.append(use)


def read_gitlab(path: Path, root: Path, data: bytes, files: Files) -> Reading:  # noqa: ARG001 - as all are read
    """Read a pipeline. Raises UnreadableError where it cannot be read."""
    reading = Reading()
    for document in read_yaml(data):
        _File(path, root, document, reading).read()
    return reading


def _matches(own: str) -> bool:
    name = own.rpartition("/")[2]
    return name in (".gitlab-ci.yml", ".gitlab-ci.yaml") or name.endswith((".gitlab-ci.yml", ".gitlab-ci.yaml"))


GITLAB = WorkflowFormat("GitLab pipeline", "gitlab", _matches, read_gitlab)
