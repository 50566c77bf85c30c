"""Importing files of any form into one campaign: what form a file has is told by its ending and its content."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import DiskFiles
from customhouse.indicators.draft import Draft, Imported
from customhouse.indicators.formats.all_formats import BY_NAME, FORMATS
from customhouse.indicators.formats.interface import MAX_FILE
from customhouse.indicators.pack import parse_pack
from customhouse.model.errors import CustomhouseError

_JSON = ".json"
_PACK = ".toml"
#: Files of one import.
_MAX_FILES = 10_000


class _Keys(msgspec.Struct):
    """The keys that tell JSON documents apart."""

    type: Any = None
    Event: Any = None
    response: Any = None
    affected: Any = None
    schema_version: Any = None


def read_files(paths: Iterable[Path], form: str | None = None, **given: Any) -> Imported:
    """Read files into one campaign; `form` is their format where their names do not say, `given` what goes before.

    Raises CustomhouseError for a file that cannot be read, or is of none of the forms.
    """
    draft = Draft()
    name = ""
    for number, path in enumerate(paths):
        if number >= _MAX_FILES:
            raise CustomhouseError(f"more than {_MAX_FILES} files", hint="import them in parts")
        _read(path, form, draft)
        name = name or path.stem
    return draft.finish(name, **given)


def check_file(path: Path, form: str | None = None) -> Imported:
    """Read one file of any form, packs included. A pack raises CustomhouseError for its mistakes, with their lines."""
    if form is None and path.suffix.lower() == _PACK:
        return Imported(parse_pack(_bytes(path), str(path)))
    return read_files([path], form)


def _read(path: Path, form: str | None, draft: Draft) -> None:
    data = _bytes(path)
    name = form or _form(path, data)
    read = BY_NAME[name].read
    if read is None:
        raise CustomhouseError(f"{path}: {name} is written and not read", hint=f"read are {', '.join(readable())}")
    read(data, str(path), draft)


def readable() -> tuple[str, ...]:
    """Return the names of the forms that can be read."""
    return tuple(each.name for each in FORMATS if each.read)


def _bytes(path: Path) -> bytes:
    try:
        return DiskFiles().read(path, MAX_FILE)
    except UnreadableError as error:
        raise CustomhouseError(f"{path} cannot be read: {error}", hint="give a file of one of the forms") from error


def _form(path: Path, data: bytes) -> str:
    ending = path.suffix.lower()
    if ending == _PACK:
        raise CustomhouseError(f"{path} is a pack already", hint=f"customhouse indicators show {path}")
    if ending != _JSON:
        for each in FORMATS:
            if ending in each.endings:
                return each.name
        raise CustomhouseError(
            f"{path} has no ending that says what it is", hint=f"say it: --from {'|'.join(readable())}"
        )
    try:
        keys = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_Keys)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise CustomhouseError(f"{path} is no JSON object: {error}", hint="give one document") from error
    if keys.type == "bundle":
        return "stix"
    if keys.Event is not None or keys.response is not None:
        return "misp"
    if keys.affected is not None or keys.schema_version is not None:
        return "osv"
    raise CustomhouseError(
        f"{path} is neither a STIX bundle, a MISP event nor an OSV record",
        hint=f"say what it is: --from {'|'.join(readable())}",
    )
