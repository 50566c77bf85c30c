"""GitHub: workflows in .github/workflows, and composite actions (action.yml) anywhere.

Every `run` is a script of its own. It runs in `working-directory`, or where `defaults.run` of the job or of the
workflow says, with the variables of workflow, job and step; GitHub itself sets CI=true.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from customhouse.ecosystems.files import Files
from customhouse.model.workflow import ActionUse
from customhouse.repository.workflows.collect import script_installs
from customhouse.repository.workflows.images import image_use
from customhouse.repository.workflows.interface import Reading, WorkflowFormat
from customhouse.repository.workflows.yaml_nodes import Document, read_yaml

_FOLDER = ".github/workflows/"
#: Shells whose scripts are no shell's, and the escape characters of the others that are not POSIX's.
_FOREIGN = ("python", "node", "perl", "ruby")
_ESCAPES = {"pwsh": "`", "powershell": "`", "cmd": "^"}
_CI = {"CI": "true", "GITHUB_ACTIONS": "true"}


def _is_workflow(own: str) -> bool:
    name = own.rpartition("/")[2]
    if name in ("action.yml", "action.yaml"):
        return True
    folder = own.removesuffix(name)
    return (folder == _FOLDER or folder.endswith("/" + _FOLDER)) and name.endswith((".yml", ".yaml"))


def action_use(text: str, path: Path, line: int) -> ActionUse | None:
    """Record what `uses:` names; None for actions of the repository itself."""
    text = text.strip()
    if not text or text.startswith(("./", "../")):
        return None
    if text.startswith("docker://"):
        return image_use("github", text, path, line)
    name, _, ref = text.partition("@")
    kind = "workflow" if "/.github/workflows/" in name else "action"
    return ActionUse("github", name, ref, str(path), line, "workflow" if kind == "workflow" else "action")


class _File:
    """One file while it is read."""

    def __init__(self, path: Path, root: Path, document: Document) -> None:
        self._path, self._root, self._document = path, root, document
        self.reading = Reading()

    def workflow(self) -> None:
        """Read a workflow: its jobs, their steps, their containers."""
        document = self._document
        top = _CI | self._environment(document.root)
        for jobs in document.get(document.root, "jobs"):
            for _, job in document.entries(jobs):
                self._uses(job)
                for container in document.get(job, "container"):
                    self._image(container)
                for services in document.get(job, "services"):
                    for _, service in document.entries(services):
                        self._image(service)
                folder = self._default(job, "working-directory") or self._default(document.root, "working-directory")
                shell = self._default(job, "shell") or self._default(document.root, "shell")
                for steps in document.get(job, "steps"):
                    self._steps(steps, top | self._environment(job), folder, shell)

    def action(self) -> None:
        """Read an action's own description."""
        document = self._document
        for runs in document.get(document.root, "runs"):
            for image in document.get(runs, "image"):
                if document.text(image).startswith("docker://"):
                    self._image(image)
            for steps in document.get(runs, "steps"):
                self._steps(steps, _CI, "", "")

    def _default(self, node: Any, key: str) -> str:
        return self._document.first(node, "defaults", "run", key)

    def _environment(self, node: Any) -> dict[str, str]:
        found: dict[str, str] = {}
        for each in self._document.get(node, "env"):
            found |= self._document.environment(each)
        return found

    def _uses(self, node: Any) -> None:
        document = self._document
        for value in document.get(node, "uses"):
            used = action_use(document.text(value), self._path, document.line(value))
            if used:
                self.reading.actions.append(used)

    def _image(self, node: Any) -> None:
        """Read `container: image` and `container: {image: …}`."""
        document = self._document
        for value in (node, *document.get(node, "image")):
            used = image_use("github", document.text(value), self._path, document.line(value))
            if used:
                self.reading.actions.append(used)

    def _steps(self, steps: Any, environment: Mapping[str, str], folder: str, shell: str) -> None:
        document = self._document
        for step in document.items(steps):
            self._uses(step)
            program = (document.first(step, "shell") or shell).split(" ")[0]
            if program.startswith(_FOREIGN):
                continue
            here = document.first(step, "working-directory") or folder
            for run in document.get(step, "run"):
                self.reading.installs += script_installs(
                    "github",
                    self._path,
                    self._root,
                    document.script(run),
                    environment={**environment, **self._environment(step)},
                    folder=here.removeprefix("./").rstrip("/"),
                    escape=_ESCAPES.get(program, "\\"),
                )


def _readings(path: Path, root: Path, data: bytes) -> Iterator[Reading]:
    for document in read_yaml(data):
        file = _File(path, root, document)
        if path.name in ("action.yml", "action.yaml") and path.parent.name != "workflows":
            file.action()
        else:
            file.workflow()
        yield file.reading


def read_github(path: Path, root: Path, data: bytes, files: Files) -> Reading:  # noqa: ARG001 - as all are read
    """Read a workflow or a composite action. Raises UnreadableError where it cannot be read."""
    whole = Reading()
    for one in _readings(path, root, data):
        whole.installs += one.installs
        whole.actions += one.actions
    return whole


GITHUB = WorkflowFormat("GitHub workflow", "github", _is_workflow, read_github)
