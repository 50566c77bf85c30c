"""What was within reach of whatever ran: credentials of machines and homes, secrets of builds; names alone."""

from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath

from customhouse.hunt.ci_secrets import ci_secrets
from customhouse.hunt.hosts.credentials_present import exposed_homes, exposed_machines
from customhouse.hunt.notes import Notebook
from customhouse.model.exposure import AssetExposure

#: Repositories whose build files are read.
_MAX_REPOSITORIES = 5000
#: What a home holds and a project does not.
_HOME_SIGNS = (".ssh", ".aws", ".config", ".bash_history", ".zsh_history", ".bashrc", ".zshrc", ".profile", "AppData")


def exposures(
    paths: Sequence[Path], homes: Sequence[Path], root: Path | None, notes: Notebook, *, live: bool
) -> tuple[AssetExposure, ...]:
    """Say what the machines and homes that were looked at hold, and what builds of hit repositories are handed.

    Of `paths` those count that are homes. `notes` are those of the whole hunt: they say which repositories and build
    logs there were.
    """
    found: list[AssetExposure] = []
    if live or root is not None:
        found += exposed_machines(root, homes, notes)
    else:
        named = dict.fromkeys((*homes, *(each for each in paths if _is_home(each))))
        found += exposed_homes(tuple(named), notes) if named else ()
    return (*found, *_builds(notes))


def _is_home(path: Path) -> bool:
    try:
        return path.is_dir() and any((path / sign).exists() for sign in _HOME_SIGNS)
    except OSError:
        return False


def _builds(notes: Notebook) -> Iterable[AssetExposure]:
    hit = {each.asset: each.area for each in notes.hits if each.campaign}
    logs = dict.fromkeys(each.asset for each in notes.hits if each.campaign and each.area == "log")
    seen = dict.fromkeys(each.asset for each in notes.places if each.area in {"project", "history"})
    secrets = {asset: ci_secrets(Path(asset)) for asset in list(seen)[:_MAX_REPOSITORIES] if asset in hit or logs}
    for asset, names in secrets.items():
        if names and asset in hit:
            yield AssetExposure(asset, ci_secrets=names)
    for asset in logs:
        names = secrets.get(_repository(asset, tuple(secrets)), ())
        if names:
            yield AssetExposure(asset, ci_secrets=names)


def _repository(log: str, repositories: tuple[str, ...]) -> str:
    """Return the repository that a build is of: the one of its name, else the only one; empty where it is not told.

    Builds are called `owner/name: job` (GitHub) or `group/name` (GitLab) where their log says so.
    """
    named = log.partition(": ")[0]
    if not named.startswith(("/", "\\")) and "/" in named:
        name = named.rpartition("/")[2]
        same = [each for each in repositories if PurePath(each).name == name]
        if len(same) == 1:
            return same[0]
    return repositories[0] if len(repositories) == 1 else ""
