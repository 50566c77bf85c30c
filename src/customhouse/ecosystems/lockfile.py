"""What a lockfile format is: a name, the files it matches, and a reader that never raises."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePath

import msgspec

from customhouse.ecosystems.files import Files
from customhouse.model.locked import Importer, LockedPackage, Source
from customhouse.model.purl import Ecosystem

#: How many problems of one file its reason spells out; the rest are counted.
_SPELT_OUT = 3


class LockfileFormat(msgspec.Struct, frozen=True):
    """One lockfile format; a line in `formats.LOCKFILES` puts it to use.

    `matches` judges a file by its path alone. `read` is given the path as the user knows it, its bytes, and the files
    among which it stands (what it includes and the manifest beside it are found there, never on the disk directly). It
    accounts for the file, for each of its documents where it holds several, and for every file it includes, with one
    Source each, and turns whatever is wrong with them into a `failed` one. It never raises.
    """

    id: str
    ecosystem: Ecosystem
    matches: Callable[[PurePath], bool]
    read: Callable[[Path, bytes, Files], tuple[Source, ...]]


def failed(
    path: Path,
    format_id: str,
    reason: str,
    hint: str,
    packages: Iterable[LockedPackage] = (),
    importers: tuple[Importer, ...] = (),
) -> tuple[Source, ...]:
    """Account for a file that could not be read, or not as a whole; `packages` are those that could."""
    return (Source(str(path), format_id, "failed", tuple(packages), reason, hint, importers=importers),)


def in_short(problems: Sequence[str]) -> str:
    """Put several problems into one reason."""
    more = len(problems) - _SPELT_OUT
    return "; ".join(problems[:_SPELT_OUT]) + (f"; and {more} more" if more > 0 else "")


def printable(text: str, limit: int = 120) -> str:
    """Quote a text out of a hostile file: control characters escaped, bounded."""
    return repr(text if len(text) <= limit else text[:limit] + "…")
