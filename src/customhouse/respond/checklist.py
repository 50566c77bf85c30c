"""The checklist of a case: its items and who said what of them, kept in the case's chain of custody.

A change is only ever added. What an earlier state was, the file says; when it was so, the chain does.
"""

import difflib
from datetime import datetime

import msgspec

from customhouse.model.errors import CustomhouseError
from customhouse.model.response import Change, Checklist, Item, Response
from customhouse.storage.case_folder import CaseFolder

NAME = "checklist.json"
_SCHEMA = "customhouse/checklist/1"


class _File(msgspec.Struct, frozen=True):
    schema: str
    checklist: Checklist


def read_checklist(folder: CaseFolder) -> Checklist | None:
    """Return what the case keeps; None where it keeps none. Raises CustomhouseError when it cannot be read."""
    data = folder.added(NAME)
    return None if data is None else _read(data)


def _read(data: bytes) -> Checklist:
    try:
        return msgspec.json.decode(data, type=_File).checklist
    except msgspec.MsgspecError as error:
        raise CustomhouseError(
            f"{NAME} of the case cannot be read: {error}", hint="write it anew: customhouse respond CASE --write"
        ) from error


def current(folder: CaseFolder, response: Response) -> Checklist:
    """Return today's items with the changes that the case keeps; those of items that are gone stay too."""
    kept = read_checklist(folder)
    return Checklist(response.items, kept.changes if kept else ())


def keep_checklist(
    folder: CaseFolder, items: tuple[Item, ...], act: str, now: datetime, change: Change | None = None
) -> str:
    """Write today's items with every change that the case keeps, and with one more, if any; return custody's end.

    Changes are read and written in one: of two people who mark an item at once neither is lost. Raises CustomhouseError
    for a change that `changed` refuses.
    """

    def made(data: bytes | None) -> bytes:
        checklist = Checklist(items, _read(data).changes if data is not None else ())
        if change is not None:
            checklist = changed(checklist, change.id, change.by, change.at, done=change.done)
        return msgspec.json.format(msgspec.json.encode(_File(_SCHEMA, checklist)), indent=1)

    return folder.change(NAME, made, act, now=now)


def changed(checklist: Checklist, name: str, by: str, at: datetime, *, done: bool) -> Checklist:
    """Add a change. Raises CustomhouseError for an id that is none, or a state that is so already."""
    ids = [each.id for each in checklist.items]
    if name not in ids:
        near = difflib.get_close_matches(name, ids, 1)
        meant = f"; did you mean {near[0]}?" if near else ""
        raise CustomhouseError(f"no item is called {name}{meant}", hint="customhouse respond CASE --status names them")
    if (name in checklist.done()) == done:
        raise CustomhouseError(
            f"{name} is {'done already' if done else 'not done'}", hint="customhouse respond CASE --status shows it"
        )
    return Checklist(checklist.items, (*checklist.changes, Change(name, done, by, at)))
