"""pnpm-lock.yaml: lockfileVersion 5 to 5.4, 6.0, 6.1 and 9.0, with all of its documents.

Since version 11 pnpm writes two documents into the file. The first is its own environment (configuration dependencies,
and the release of pnpm itself), the second is the project's; both say `9.0`. Each is a Source of its own.

One package stands in the lock once for every set of peers it is installed with. All of these are the same archive, so
they are one entry here, as they are one name and version in `pnpm ls`; its edges are those of all of them.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.lockfile import LockfileFormat, failed, in_short, printable
from customhouse.ecosystems.npm.lockfiles.pnpm_document import Document
from customhouse.ecosystems.npm.lockfiles.pnpm_keys import Major
from customhouse.ecosystems.npm.lockfiles.tree import manifest_beside
from customhouse.ecosystems.yaml_documents import YamlDocument, yaml_documents
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.locked import Source

HINT = "regenerate it with `pnpm install --lockfile-only`, and look at what changes"
INSTALLED_HINT = (
    "keep node_modules as it is if you are looking into an incident; otherwise `pnpm install` writes it anew"
)
#: pnpm with git-branch-lockfile writes one lock a branch, `pnpm-lock.feature.yaml`.
_NAME = lazy_regex(r"pnpm-lock(?:\.[^/]+)?\.yaml", re.DOTALL)
#: Every version that pnpm 3 to 12 wrote, with the grammar it follows.
_VERSIONS: dict[str, Major] = {
    "5": 5,
    "5.0": 5,
    "5.1": 5,
    "5.2": 5,
    "5.3": 5,
    "5.4": 5,
    "5.3-inlineSpecifiers": 5,
    "5.4-inlineSpecifiers": 5,
    "6.0": 6,
    "6.1": 6,
    "9.0": 9,
}
_UNSUPPORTED = (
    "update customhouse, or write it with a pnpm whose lock can be read (`npx pnpm@10 install --lockfile-only`, in a "
    "copy of the project)"
)


def read_as(format_id: str, path: Path, data: bytes, files: Files, *, project: Path, hint: str) -> tuple[Source, ...]:
    """Read the file into one Source a document; `project` is the folder whose packages it pins."""
    found: list[YamlDocument] = []
    broken = ""
    try:
        found.extend(yaml_documents(data, deep=frozenset({"importers"})))
    except UnreadableError as error:
        broken = f"cannot be read: {error}"
    if not found:
        return failed(path, format_id, broken or "cannot be read: it holds no document", hint)
    several = len(found) > 1 or bool(broken)
    sources = [
        _source(path, format_id, one, number if several else 0, hint) for number, one in enumerate(found, start=1)
    ]
    if broken:
        return (*sources, Source(str(path), format_id, "failed", (), broken, hint, document=len(found) + 1))
    return tuple(_checked_together(sources, found, project, files, hint))


def _source(path: Path, format_id: str, one: YamlDocument, number: int, hint: str) -> Source:
    def refused(reason: str) -> Source:
        return Source(str(path), format_id, "failed", (), reason, hint, document=number)

    if one.value is None:
        return Source(str(path), format_id, "parsed", (), "is empty", document=number)
    if not isinstance(one.value, Mapping):
        return refused("is YAML, but no pnpm lock: it is no table")
    version = one.value.get("lockfileVersion")
    if not isinstance(version, str):
        return refused("is YAML, but no pnpm lock: it has no lockfileVersion")
    major = _VERSIONS.get(version)
    if major is None:
        reason = f"has lockfileVersion {printable(version)}, and {', '.join(_VERSIONS)} are known"
        return Source(str(path), format_id, "unsupported", (), reason, _UNSUPPORTED, document=number)
    lock = Document(one, major)
    if lock.problems:
        reason = in_short(lock.problems)
        return Source(
            str(path), format_id, "failed", lock.packages, reason, hint, document=number, importers=lock.importers
        )
    return Source(str(path), format_id, "parsed", lock.packages, lock.note, document=number, importers=lock.importers)


def _is_environment(value: Any) -> bool:
    """Tell pnpm's environment from a project: its importers have no other tables than those of one."""
    return isinstance(value, Mapping) and Document.is_environment(value)


def _checked_together(
    sources: list[Source], found: list[YamlDocument], project: Path, files: Files, hint: str
) -> Iterator[Source]:
    """Refuse what pnpm does not write: a project in another place than the last document, or none where one is due."""
    last = len(found) - 1
    for index, (source, one) in enumerate(zip(sources, found, strict=True)):
        reason = ""
        if index < last and not _is_environment(one.value):
            reason = f"document {index + 1} is not pnpm's environment, and a project stands in the last document alone"
        elif index == last and (one.value is None or _is_environment(one.value)):
            manifest = manifest_beside(project, files)
            if manifest is not None and any(True for _ in manifest.required()):
                reason = "no document pins what package.json asks for; there is pnpm's own environment alone"
            elif one.value is None and last == 0:
                reason = "cannot be read: it is empty"
        if reason and source.status == "parsed":
            yield Source(
                source.path,
                source.format,
                "failed",
                source.packages,
                reason,
                hint,
                document=source.document,
                importers=source.importers,
            )
        else:
            yield source


def _matches(path: PurePath) -> bool:
    return _NAME.fullmatch(path.name) is not None


def _read(path: Path, data: bytes, files: Files) -> tuple[Source, ...]:
    return read_as("pnpm-lock", path, data, files, project=path.parent, hint=HINT)


def _is_installed(path: PurePath) -> bool:
    return path.name == "lock.yaml" and path.parent.name == ".pnpm"


def _read_installed(path: Path, data: bytes, files: Files) -> tuple[Source, ...]:
    project = path.parent.parent.parent
    return read_as("pnpm-installed-lock", path, data, files, project=project, hint=INSTALLED_HINT)


PNPM_LOCK = LockfileFormat("pnpm-lock", "npm", _matches, _read)
#: node_modules/.pnpm/lock.yaml: what pnpm really installed, in the same form.
PNPM_INSTALLED_LOCK = LockfileFormat("pnpm-installed-lock", "npm", _is_installed, _read_installed)
