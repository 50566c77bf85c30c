"""Submodules that a repository names and does not have here: their history was not looked at."""

import os

from customhouse.hunt.notes import Notes
from customhouse.hunt.projects.repositories import Repository
from customhouse.model.hunt import Unexamined
from customhouse.repository.git_objects import ObjectStore

_MAX_MODULES = 1 << 20


def note_submodules(repository: Repository, store: ObjectStore, notes: Notes) -> None:
    """Note the submodules of HEAD, as `.gitmodules` names them, that are neither checked out nor kept."""
    for name, path in store.submodules(_MAX_MODULES):
        kept = os.path.join(repository.git_dir, "modules", name, "objects")  # noqa: PTH118
        beside = os.path.join(repository.asset, path, ".git")  # noqa: PTH118
        if not os.path.isdir(kept) and not os.path.lexists(beside):  # noqa: PTH112
            reason = f"the submodule {name!r} is not here, so its history was not looked at"
            notes.unexamined(Unexamined("history", os.path.join(repository.asset, path), reason))  # noqa: PTH118
