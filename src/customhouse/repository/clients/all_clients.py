"""Every client that is known, and what a repository's files say of each that it uses."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from customhouse.ecosystems.files import DISK, Files
from customhouse.model.clients import ClientState
from customhouse.model.evidence import Gap
from customhouse.model.locked import Source
from customhouse.repository.clients.bun import BUN
from customhouse.repository.clients.client import Client
from customhouse.repository.clients.in_use import clients_in_use
from customhouse.repository.clients.npm import NPM
from customhouse.repository.clients.pdm import PDM
from customhouse.repository.clients.pip import PIP
from customhouse.repository.clients.pipenv import PIPENV
from customhouse.repository.clients.pnpm import PNPM
from customhouse.repository.clients.poetry import POETRY
from customhouse.repository.clients.project import Project, SettingsReader
from customhouse.repository.clients.uv import UV
from customhouse.repository.clients.yarn import YARN
from customhouse.repository.clients.yarn_berry import YARN_BERRY

CLIENTS: tuple[Client, ...] = (NPM, PNPM, YARN, YARN_BERRY, BUN, PIP, UV, POETRY, PDM, PIPENV)
_BY_NAME = {client.name: client for client in CLIENTS}


class UsedClient(msgspec.Struct, frozen=True):
    """A client that is in use, where, and how it stands."""

    client: Client
    project: Project
    state: ClientState


def used_clients(
    paths: Sequence[Path], sources: Sequence[Source], files: Files = DISK
) -> tuple[tuple[UsedClient, ...], tuple[Gap, ...]]:
    """Read the state of every client in use under `paths`; settings files that cannot be read are gaps."""
    reader = SettingsReader(files)
    found = []
    for use in clients_in_use(sources, reader):
        client = _BY_NAME[use.client]
        project = Project(use.folder, _root(use.folder, paths), reader, use.scripted)
        state = client.read(project)
        found.append(
            UsedClient(client, project, msgspec.structs.replace(state, because=use.because, because_path=use.path))
        )
    return tuple(found), tuple(reader.gaps)


def _root(folder: Path, paths: Sequence[Path]) -> Path:
    """The path of the check that a folder lies under: settings above it are not the repository's."""
    return next((path for path in paths if path == folder or path in folder.parents), folder)
