"""The edges of a compiled requirements file, out of the comments in which pip-compile and uv say who asked.

certifi==2025.1.31
    # via requests
requests==2.32.3
    # via
    #   -r requirements.in
    #   my-project (pyproject.toml)
"""

import os
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from customhouse.model.locked import Importer, LockedPackage
from customhouse.model.purl import pypi_name

_CONSTRAINTS = ("-c ", "--constraint ")
_INCLUDES = ("-r ", "--requirement ")


class Asked(msgspec.Struct, frozen=True):
    """An entry, and who asked for it by the comments below it."""

    package: LockedPackage
    via: tuple[str, ...] = ()


def with_edges(entries: Sequence[Asked], folder: str) -> tuple[list[LockedPackage], tuple[Importer, ...]]:
    """Give the entries with their edges, and the projects or files that asked for the direct ones.

    `folder` is the file's own, as its client may have been given it: paths in the comments start where the client ran.
    Without any comment nothing is known, and everything counts as asked for.
    """
    named: dict[str, list[int]] = {}
    for at, one in enumerate(entries):
        named.setdefault(one.package.name, []).append(at)
    requires: dict[int, dict[str, None]] = {}
    importers: dict[str, dict[str, None]] = {}
    packages = []
    for one in entries:
        direct = one.package.dependency == "direct"
        for who in one.via:
            origin = _origin(who, named)
            if origin is None:
                for at in named[pypi_name(who.strip())]:
                    requires.setdefault(at, {})[one.package.key] = None
            elif origin:
                direct = True
                importers.setdefault(origin, {})[one.package.key] = None
        packages.append(msgspec.structs.replace(one.package, dependency="direct" if direct else "transitive"))
    found = [
        msgspec.structs.replace(one, requires=tuple(key for key in requires[at] if key != one.key))
        if at in requires
        else one
        for at, one in enumerate(packages)
    ]
    return found, tuple(_importers(importers, folder))


def _origin(who: str, named: Mapping[str, object]) -> str | None:
    """Name the project or file that asked; None where it is an entry, "" where a constraint only bounded it."""
    if who.startswith(_CONSTRAINTS):
        return ""
    for option in _INCLUDES:
        if who.startswith(option):
            return who.removeprefix(option).strip()
    return None if pypi_name(who.strip()) in named else who.strip()


def _importers(importers: Mapping[str, Mapping[str, None]], folder: str) -> Iterator[Importer]:
    for origin, keys in importers.items():
        name, _, file = origin.partition(" (")
        where = os.path.dirname(file.removesuffix(")") if file else origin)  # noqa: PTH120 - as written, not a path here
        # `-r requirements/dev.in` in requirements/dev.txt: the client ran in the folder above.
        if where and folder.endswith(where):
            where = ""
        yield Importer(where.replace("\\", "/"), name, tuple(keys))
