"""Every build file of a repository: what they install, what code of others they use, and what could not be read."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import DISK, Files
from customhouse.ecosystems.walk import Walk
from customhouse.model.evidence import Gap
from customhouse.model.workflow import ActionUse, InstallCommand
from customhouse.repository.workflows.formats import workflow_format
from customhouse.repository.workflows.interface import MAX_BYTES, WorkflowFormat

#: The kind of gap that a build file leaves which cannot be read.
UNREAD = "unread-workflow"
#: Files that one may include in another, counted over all.
_MAX_INCLUDED = 200


class Workflows(msgspec.Struct, frozen=True):
    """What all build files together run, in order of path and line. `files` names those that were read."""

    installs: tuple[InstallCommand, ...] = ()
    actions: tuple[ActionUse, ...] = ()
    gaps: tuple[Gap, ...] = ()
    files: tuple[str, ...] = ()


def _found(start: Path, exclude: Sequence[str], files: Files) -> list[tuple[Path, WorkflowFormat]]:
    """Find the build files below a folder, as the walk for locks goes; ignored folders are no part of it."""
    walk = Walk(start, exclude, files, include_installed=False)
    found = []
    for folder, own, names in walk.folders():
        for name in names:
            chosen = workflow_format(f"{own}/{name}" if own else name)
            if chosen is not None and not walk.excluded(folder / name):
                found.append((folder / name, chosen))
    return found


def read_workflows(paths: Sequence[Path], *, exclude: Sequence[str] = (), files: Files = DISK) -> Workflows:
    """Read the build files below each folder of `paths`; a path that is a file is none.

    Files are looked for by name as each system looks for them, and those that a pipeline includes are read too, once.
    One that cannot be read leaves a gap of kind `unread-workflow`.
    """
    installs: dict[InstallCommand, None] = {}
    actions: dict[ActionUse, None] = {}
    gaps: list[Gap] = []
    seen: set[str] = set()
    read: list[str] = []
    for start in paths:
        if files.is_file(start):
            continue
        pending = _found(start, exclude, files)
        included = 0
        while pending:
            path, chosen = pending.pop(0)
            if str(path) in seen:
                continue
            seen.add(str(path))
            try:
                reading = chosen.read(path, start, files.read(path, MAX_BYTES), files)
            except UnreadableError as error:
                gaps.append(_gap(path, chosen, error))
                continue
            read.append(str(path))
            installs.update(dict.fromkeys(reading.installs))
            actions.update(dict.fromkeys(reading.actions))
            for other in reading.includes:
                included += 1
                if included <= _MAX_INCLUDED and files.is_file(other):
                    pending.append((other, chosen))
    return Workflows(
        tuple(sorted(installs, key=lambda one: (one.path, one.line))),
        tuple(sorted(actions, key=lambda one: (one.path, one.line))),
        tuple(gaps),
        tuple(read),
    )


def _gap(path: Path, chosen: WorkflowFormat, error: UnreadableError) -> Gap:
    return Gap(
        "repository",
        UNREAD,
        f"what {path} ({chosen.id}) installs is not known: {error}",
        f"correct {path}, or answer for it: customhouse approve {path} --gap {UNREAD} --reason … --owner …",
        str(path),
    )
