"""What a format of build files is: a name, the files it matches, and a reader of what they run."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from customhouse.ecosystems.files import Files
from customhouse.model.workflow import ActionUse, InstallCommand, WorkflowSystem

#: Bytes; nobody writes a larger build file by hand.
MAX_BYTES = 2 * 1024 * 1024


class Reading(msgspec.Struct):
    """What one file runs. `includes` are files of the same repository that it makes a part of itself."""

    installs: list[InstallCommand] = []
    actions: list[ActionUse] = []
    includes: list[Path] = []


class WorkflowFormat(msgspec.Struct, frozen=True):
    """One system's build files; a line in `formats.WORKFLOWS` puts it to use.

    `matches` is given the path relative to where the walk began. `read` is given the path as the user knows it, the
    repository's root as the user knows it, the bytes and the files among which it stands, and raises UnreadableError
    where it cannot be read.
    """

    id: str
    system: WorkflowSystem
    matches: Callable[[str], bool]
    read: Callable[[Path, Path, bytes, Files], Reading]
