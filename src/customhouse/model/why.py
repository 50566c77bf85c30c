"""Why a package is in a project: every entry that pins it, and the paths that lead there."""

import msgspec

from customhouse.model.dependency_graph import Paths
from customhouse.model.locked import LockedPackage, Source


class Occurrence(msgspec.Struct, frozen=True):
    """One entry of the package. `known` is False where its lock does not record who needs whom.

    `paths` then has none but those of what a project itself asks for; a manifest is such a source too. `passed` holds
    the entries of every key on the paths.
    """

    source: Source
    entry: LockedPackage
    known: bool
    paths: tuple[Paths, ...] = ()
    passed: dict[str, LockedPackage] = {}


class Why(msgspec.Struct, frozen=True):
    """The answer to one question. `unread` are files that may pin the package too, since nobody could read them."""

    question: str
    occurrences: tuple[Occurrence, ...]
    unread: tuple[Source, ...] = ()
