"""yarn.lock of yarn 2 and later ("berry"), `__metadata` version 4 to 10.

Every entry is one package, as in `yarn info --all --recursive`: its key lists the descriptors that lead to it, and
`resolution` is its locator. A patched package and the one it is made of are two entries, and both are read. Virtual
packages, one for each set of peers, do not stand in the lock.

`checksum` is of the zip that yarn makes of an archive, so it says nothing of the registry's own: it is kept as
`foreign_checksum` and never compared with a digest.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.lockfile import failed, in_short, printable
from customhouse.ecosystems.npm.lockfiles.yarn_berry_entries import Lock
from customhouse.ecosystems.yaml_documents import YamlDocument, yaml_documents
from customhouse.model.locked import Source

_ID = "yarn-berry-lock"
_HINT = "regenerate it with `yarn install --mode=update-lockfile`, and look at what changes"
_UNSUPPORTED = (
    "update customhouse, or write it with a yarn whose lock can be read (`yarn set version 4.9.0 && yarn install "
    "--mode=update-lockfile`, in a copy of the project)"
)
#: 4 is of yarn 2, 5 and 6 of yarn 3, 7 of its betas, 8 of yarn 4.0, 9 and 10 of yarn 4.14 and 4.18.
_VERSIONS = ("4", "5", "6", "7", "8", "9", "10")
_METADATA = "__metadata"


def read_berry(path: Path, data: bytes, files: Files) -> tuple[Source, ...]:
    """Read a lock of yarn 2 or later into one Source; as a `LockfileFormat.read`, it never raises.

    Scopes and the edges that `resolutions` or catalogs bend come from package.json and .yarnrc.yml beside it.
    """
    try:
        found = list(yaml_documents(data, levels=1))
    except UnreadableError as error:
        return failed(path, _ID, f"cannot be read: {error}", _HINT)
    if len(found) != 1:
        return failed(path, _ID, f"holds {len(found)} YAML documents, and yarn writes one", _HINT)
    value = found[0].value
    if not isinstance(value, Mapping) or _METADATA not in value:
        return failed(path, _ID, "is YAML, but no lock of yarn 2 or later: it has no __metadata", _HINT)
    metadata: Any = value[_METADATA]
    version = metadata.get("version") if isinstance(metadata, Mapping) else None
    if not isinstance(version, str):
        return failed(path, _ID, "has no version in its __metadata", _HINT)
    if version not in _VERSIONS:
        reason = f"has version {printable(version)} in its __metadata, and {_VERSIONS[0]} to {_VERSIONS[-1]} are known"
        return (Source(str(path), _ID, "unsupported", (), reason, _UNSUPPORTED),)
    return (_source(path, found[0], files),)


def _source(path: Path, document: YamlDocument, files: Files) -> Source:
    lock = Lock(document, path.parent, files)
    if lock.problems:
        reason = in_short(lock.problems)
        return Source(str(path), _ID, "failed", lock.packages, reason, _HINT, importers=lock.importers)
    patched = [
        f"{one.purl.display} is patched by {printable(one.patch)}" for one in lock.packages if _own_patch(one.patch)
    ]
    return Source(str(path), _ID, "parsed", lock.packages, in_short(patched), importers=lock.importers)


def _own_patch(patch: str) -> bool:
    """Leave out the patches that every yarn brings along."""
    return bool(patch) and "builtin<" not in patch
