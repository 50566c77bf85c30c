"""`customhouse gateway locks`: finding the lock files that name a gateway, and putting them right."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from customhouse.ecosystems.formats import lockfile_format
from customhouse.ecosystems.registries import open_registries
from customhouse.gateway.clients.lockfiles import Upstreams, put_right
from customhouse.model.errors import CustomhouseError

_PASSED_OVER = frozenset({"node_modules", ".git", ".venv", "venv", "__pycache__"})


def put_locks_right(
    paths: Sequence[Path], gateway: str, npm_registry: str | None, pypi_index: str | None, *, write: bool
) -> list[Path]:
    """Return the locks below `paths` that name the gateway; with `write`, put right.

    The addresses to name instead are those that the clients in this folder are set to, less the gateway's own. Raises
    CustomhouseError for a lock that cannot be put right, and where no other address is known.
    """
    found = [path for given in paths for path in _locks(given)]
    named = [path for path in found if gateway.rstrip("/").partition("://")[2].encode() in path.read_bytes()]
    if not named:
        return []
    upstreams = _upstreams(gateway, npm_registry, pypi_index)
    changed = []
    for path in named:
        data = path.read_bytes()
        right = put_right(path.name, data, gateway, upstreams)
        if right != data:
            changed.append(path)
            if write:
                _replace(path, right)
    return changed


def _locks(given: Path) -> list[Path]:
    if given.is_file():
        return [given]
    found = []
    for folder, folders, names in os.walk(given):
        folders[:] = sorted(name for name in folders if name not in _PASSED_OVER)
        found += [Path(folder) / name for name in sorted(names) if lockfile_format(Path(name)) is not None]
    return found


def _upstreams(gateway: str, npm_registry: str | None, pypi_index: str | None) -> Upstreams:
    """The addresses that the clients would ask without the gateway, which their variables name where it is in use."""
    host = gateway.rstrip("/").partition("://")[2]
    environ = {name: value for name, value in os.environ.items() if host not in value}
    registries = open_registries(Path(), environ, npm_registry=npm_registry, pypi_index=pypi_index, offline=True)
    try:
        return Upstreams(registries.npm.configuration.registry, registries.pypi.configuration.indexes[-1])
    except CustomhouseError as error:
        raise CustomhouseError(error.message, hint="name them: --npm-registry URL --pypi-index URL") from None


def _replace(path: Path, data: bytes) -> None:
    """Write beside it and rename, so that a lock is never half."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as aside:
        aside.write(data)
    made = Path(aside.name)
    made.chmod(path.stat().st_mode & 0o7777)
    made.replace(path)
