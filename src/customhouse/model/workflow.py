"""What CI files, image recipes and scripts of a repository run: installs, and actions of others."""

from typing import Literal

import msgspec

WorkflowSystem = Literal["github", "gitlab", "azure", "circleci", "jenkins", "dockerfile", "shell"]


class InstallCommand(msgspec.Struct, frozen=True):
    """One command that installs packages, as a build would run it.

    `client` is the program (`npm`, `pip`), `arguments` the words after it with quoting undone. `line` is 1-based.
    """

    system: WorkflowSystem
    client: str
    arguments: tuple[str, ...]
    path: str
    line: int
    #: Variables set for it in the same file, name and value.
    environment: tuple[tuple[str, str], ...] = ()
    #: Folder it runs in, relative to `root`, where the file says so.
    folder: str = ""
    #: The repository's folder as the user named it: `root` and `folder` together are where the command runs.
    root: str = ""


class ActionUse(msgspec.Struct, frozen=True):
    """One use of code of others by a workflow: `uses: owner/repository/path@ref`, an image, an include."""

    system: WorkflowSystem
    name: str
    #: What stands after `@` (or an image's tag or digest); empty when nothing does.
    ref: str
    path: str
    line: int
    kind: Literal["action", "workflow", "image", "include", "orb"] = "action"
