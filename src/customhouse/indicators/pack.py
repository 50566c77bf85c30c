"""Reading and writing packs: one campaign as a TOML file. Every mistake is told at once, with its line and key."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from customhouse.ecosystems.documents import UnreadableError, toml_document
from customhouse.ecosystems.files import DiskFiles
from customhouse.indicators.consistency import faults
from customhouse.indicators.pack_file import PackFile, document
from customhouse.model.campaign import Campaign
from customhouse.model.errors import CustomhouseError
from customhouse.model.toml_mistakes import NATIVE, Mistake, mistaken, mistakes
from customhouse.model.toml_positions import Keys, key_lines

#: Bytes of one pack; the largest that is shipped has 40 thousand.
MAX_PACK = 8 * 1024 * 1024
_DOCUMENTATION = "docs/indicators.md explains every key"


def read_pack(path: Path) -> Campaign:
    """Read a pack from disk. Raises CustomhouseError that names file, line and key of every mistake."""
    try:
        data = DiskFiles().read(path, MAX_PACK)
    except UnreadableError as error:
        raise CustomhouseError(f"{path} cannot be read: {error}", hint="give a pack: a TOML file") from error
    return parse_pack(data, str(path))


def parse_pack(data: bytes, name: str) -> Campaign:
    """Read a pack's bytes; `name` is what its mistakes are told with. Raises CustomhouseError as `read_pack` does."""
    try:
        read = toml_document(data)
        text = data.decode("utf-8-sig")
    except (UnreadableError, UnicodeDecodeError) as error:
        raise CustomhouseError(f"{name} is no pack: {error}", hint=_DOCUMENTATION) from error
    found = list(mistakes(read, PackFile, _explained))
    if not found:
        pack = msgspec.convert(read, PackFile, builtin_types=NATIVE)
        found = [
            Mistake(("releases", index, *each.keys), each.message, each.hint)
            for index, release in enumerate(pack.releases)
            for each in release.problems()
        ]
        if not found:
            campaign = pack.campaign()
            found = list(_in_file(faults(campaign), pack))
            if not found:
                return campaign
    raise mistaken(name, found, key_lines(text), (), _DOCUMENTATION)


def write_pack(campaign: Campaign) -> str:
    """Return a campaign as a pack's text; reading it gives the same campaign."""
    import tomli_w  # noqa: PLC0415 - only when one is written

    return tomli_w.dumps(document(campaign))


def _in_file(found: Iterator[Mistake], pack: PackFile) -> Iterator[Mistake]:
    """Give the keys of the file for those of the campaign, where many packages are one table."""
    places: list[Keys] = []
    for index, release in enumerate(pack.releases):
        if release.packages:
            places += [("releases", index, "packages", name) for name in release.packages]
        else:
            places.append(("releases", index))
    for each in found:
        keys = each.keys
        if len(keys) > 1 and keys[0] == "releases" and isinstance(keys[1], int):
            place, rest = places[keys[1]], keys[2:]
            if "packages" in place:
                rest = rest[1:] if rest[:1] == ("versions",) else ()
            keys = (*place, *rest)
        yield Mistake(keys, each.message, each.hint)


def _explained(message: str, value: object) -> tuple[str, str] | None:
    """Say in better words what is wrong with a time."""
    if "Expected `datetime" in message:
        return f"{value!s} is no moment", "write it in UTC and without quotes: 2026-03-31T00:21:00Z"
    return None
