"""node_modules/.package-lock.json: what npm 7 and later really installed, kept even when a package hides itself."""

from pathlib import Path, PurePath

from customhouse.ecosystems.files import Files
from customhouse.ecosystems.lockfile import LockfileFormat
from customhouse.ecosystems.npm.lockfiles.package_lock import read_as
from customhouse.model.locked import Source

_HINT = "keep node_modules as it is if you are looking into an incident; otherwise `npm ci` writes it anew"


def _matches(path: PurePath) -> bool:
    return path.name == ".package-lock.json"


def _read(path: Path, data: bytes, files: Files) -> tuple[Source, ...]:
    return read_as("npm-hidden-lockfile", path, data, files, project=path.parent.parent, hint=_HINT)


NPM_HIDDEN_LOCKFILE = LockfileFormat("npm-hidden-lockfile", "npm", _matches, _read)
