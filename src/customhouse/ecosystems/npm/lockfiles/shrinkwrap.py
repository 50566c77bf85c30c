"""npm-shrinkwrap.json: package-lock.json under the name that is published and that npm prefers."""

from pathlib import Path, PurePath

from customhouse.ecosystems.files import Files
from customhouse.ecosystems.lockfile import LockfileFormat
from customhouse.ecosystems.npm.lockfiles.package_lock import read_as
from customhouse.model.locked import Source

_HINT = "regenerate it with `npm install --package-lock-only && npm shrinkwrap`, and look at what changes"


def _matches(path: PurePath) -> bool:
    return path.name == "npm-shrinkwrap.json"


def _read(path: Path, data: bytes, files: Files) -> tuple[Source, ...]:
    return read_as("npm-shrinkwrap", path, data, files, project=path.parent, hint=_HINT)


NPM_SHRINKWRAP = LockfileFormat("npm-shrinkwrap", "npm", _matches, _read)
