"""Azure Pipelines: azure-pipelines*.yml, and the templates of the repository that it names.

Steps stand in the file itself, in jobs, in stages, in strategies and in templates, so every mapping with a `script`,
`bash`, `pwsh` or `powershell` is one wherever it stands. Tasks have versions that cannot be pinned to bytes, so they
are not recorded; repositories whose templates are used, and images, are.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from customhouse.ecosystems.files import Files
from customhouse.model.workflow import ActionUse
from customhouse.repository.workflows.collect import script_installs
from customhouse.repository.workflows.images import image_use
from customhouse.repository.workflows.interface import Reading, WorkflowFormat
from customhouse.repository.workflows.yaml_nodes import Document, plain_script, read_yaml

_ESCAPES = {"script": "\\", "bash": "\\", "pwsh": "`", "powershell": "`"}
#: What stages, jobs and templates are nested into, at most.
_DEPTH = 60
#: What Azure sets; it sets no CI, but what clients look at to tell that they run in one knows this.
_CI = {"TF_BUILD": "True"}
#: Tasks that run a client: the command is given by inputs.
_TASKS = {"npm": "npm", "yarn": "yarn"}


def _mappings(document: Document, node: Any, depth: int = 0) -> Iterator[Any]:
    """Give every mapping of a document, however deep."""
    if depth > _DEPTH:
        return
    if getattr(node, "id", "") == "mapping":
        yield node
        for _, value in document.entries(node):
            yield from _mappings(document, value, depth + 1)
    else:
        for item in document.items(node):
            yield from _mappings(document, item, depth + 1)


def _variables(document: Document, node: Any) -> dict[str, str]:
    """Read `variables`, a mapping or a list of names and values."""
    found: dict[str, str] = {}
    for each in document.get(node, "variables"):
        found |= document.environment(each)
        for item in document.items(each):
            name = document.first(item, "name")
            if name:
                found[name] = document.first(item, "value")
    return found


def _resources(document: Document, path: Path, reading: Reading) -> None:
    for resources in document.get(document.root, "resources"):
        for listed in document.get(resources, "repositories"):
            for one in document.items(listed):
                name = document.first(one, "name")
                if name:
                    ref = document.first(one, "ref")
                    reading.actions.append(ActionUse("azure", name, ref, str(path), document.line(one), "include"))


def _task(document: Document, step: Any, path: Path, root: Path, reading: Reading) -> None:
    """Read the task that runs npm: `Npm@1` with `command: install`, its default."""
    for node in document.get(step, "task"):
        name, _, _ = document.text(node).partition("@")
        client = _TASKS.get(name.lower(), "")
        if not client:
            continue
        command = document.first(step, "inputs", "command") or "install"
        words = document.first(step, "inputs", "customCommand") if command == "custom" else command
        folder = document.first(step, "inputs", "workingDir")
        script = plain_script(f"{client} {words}", document.line(node))
        reading.installs += script_installs("azure", path, root, script, environment=_CI, folder=folder)


def _read(path: Path, root: Path, data: bytes, files: Files) -> Reading:  # noqa: ARG001 - as all are read
    reading = Reading()
    for document in read_yaml(data):
        _resources(document, path, reading)
        variables = _CI | _variables(document, document.root)
        for step in _mappings(document, document.root):
            _task(document, step, path, root, reading)
            folder = document.first(step, "workingDirectory").removeprefix("$(Build.SourcesDirectory)").strip("/")
            own = dict(variables)
            for env in document.get(step, "env"):
                own |= document.environment(env)
            for kind, escape in _ESCAPES.items():
                for node in document.get(step, kind):
                    reading.installs += script_installs(
                        "azure", path, root, document.script(node), environment=own, folder=folder, escape=escape
                    )
            for node in document.get(step, "template"):
                name, at, _ = document.text(node).partition("@")
                if name and not at:
                    reading.includes.append(root / name.lstrip("/") if name.startswith("/") else path.parent / name)
            _containers(document, step, path, reading)
    return reading


def _containers(document: Document, node: Any, path: Path, reading: Reading) -> None:
    """Read images: of `resources.containers`, and a job's own `container`."""
    for container in (*document.get(node, "container"), *document.get(node, "containers")):
        for one in (container, *document.items(container)):
            for value in document.get(one, "image"):
                used = image_use("azure", document.text(value), path, document.line(value))
                if used and used not in reading.actions:
                    reading.actions.append(used)


def _matches(own: str) -> bool:
    name = own.rpartition("/")[2].lower()
    return name.startswith(("azure-pipelines", ".azure-pipelines")) and name.endswith((".yml", ".yaml"))


AZURE = WorkflowFormat("Azure pipeline", "azure", _matches, _read)
