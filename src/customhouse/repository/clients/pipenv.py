"""pipenv: no file of a repository restricts what it builds or how young a release may be; pip's environment does."""

from collections.abc import Iterator

from customhouse.model.clients import ClientState
from customhouse.model.hardening import Impossible, Setting
from customhouse.repository.clients.client import Client, Found, Wanted, days, state
from customhouse.repository.clients.project import Project
from customhouse.repository.clients.versions import shown


def _read(project: Project) -> ClientState:
    return state(
        "pipenv",
        project,
        shown(project.version("pipenv")),
        scripts=Found("unsupported", None, "no file of a repository keeps pipenv from building source distributions"),
        cooldown=Found("unsupported", None, "pipenv knows no minimum age of releases"),
        frozen=Found("off", None, "`pipenv install` may change the lock: `pipenv sync` keeps to it"),
    )


def _harden(project: Project, found: ClientState, wanted: Wanted) -> Iterator[Setting | Impossible]:  # noqa: ARG001 - as every client
    hint = "set PIP_ONLY_BINARY=:all: where pipenv runs"
    yield Impossible("pipenv", found.folder, "scripts", found.scripts_note, hint)
    if wanted.pypi_age:
        hint = (
            f"set PIP_UPLOADED_PRIOR_TO=P{days(wanted.pypi_age)}D where pipenv runs, or install through an index that "
            "holds young releases back"
        )
        yield Impossible("pipenv", found.folder, "cooldown", found.cooldown_note, hint)


PIPENV = Client("pipenv", "pypi", _read, _harden)
