"""Records of what a script installs, with the lines of the file that it stands in."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from customhouse.model.workflow import InstallCommand, WorkflowSystem
from customhouse.repository.workflows.install_commands import CLIENTS, installs
from customhouse.repository.workflows.yaml_nodes import Script

_NONE: Mapping[str, str] = {}


def script_installs(
    system: WorkflowSystem,
    path: Path,
    root: Path,
    script: Script,
    *,
    environment: Mapping[str, str] = _NONE,
    folder: str = "",
    escape: str = "\\",
) -> Iterator[InstallCommand]:
    """Give the installing commands of a script of the file at `path`.

    `environment` is what the build file sets around it, `folder` where it runs, relative to `root`.

    Raises UnreadableError when the script is nested too deep to be read.
    """
    if not CLIENTS.search(script.text.encode("utf-8", "replace")):
        return
    for one in installs(script.text, escape=escape, folder=folder):
        yield InstallCommand(
            system=system,
            client=one.client,
            arguments=one.arguments,
            path=str(path),
            line=script.line(one.command.offset),
            environment=tuple({**environment, **dict(one.command.environment)}.items()),
            folder=one.command.folder,
            root=str(root),
        )
