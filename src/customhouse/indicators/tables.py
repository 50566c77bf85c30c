"""CSV files of indicators, in the layouts in which they are published; which one a file has, its header says.

Three are common: a kind and a value (`type,indicator,context`), a package and a version
(`package_name,package_version`), and an artifact with several versions (`artifact_type,name,affected_versions`).
"""

import csv
from collections.abc import Callable, Iterator
from typing import Literal

import msgspec

from customhouse.model.campaign import FactKind
from customhouse.model.errors import CustomhouseError
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import Ecosystem

_VERSIONS = lazy_regex(r"[,;]|\|\|")
#: What published lists call their kinds.
KINDS: dict[str, FactKind] = {
    "md5": "digest", "sha1": "digest", "sha256": "digest", "sha512": "digest", "hash": "digest", "digest": "digest",
    "sha-1": "digest", "sha-256": "digest", "sha-512": "digest", "file-hash": "digest", "domain-name": "domain",
    "domain": "domain", "hostname": "domain", "fqdn": "domain", "host": "domain",
    "ip": "address", "ipv4": "address", "ipv6": "address", "ip-address": "address", "address": "address",
    "url": "url", "uri": "url",
    "filepath": "path", "file": "path", "filename": "path", "path": "path",
    "registry": "registry-key", "registry-key": "registry-key", "regkey": "registry-key",
    "user-agent": "user-agent", "useragent": "user-agent", "process": "process", "service": "service", "text": "text",
}  # fmt: skip
_PACKAGES: dict[str, Ecosystem] = {
    "npm package": "npm", "npm": "npm", "pypi package": "pypi", "pypi": "pypi", "python package": "pypi",
}  # fmt: skip
_RANGES: dict[str, Ecosystem] = {"npm range": "npm", "pypi range": "pypi"}


class Entry(msgspec.Struct, frozen=True):
    """What one record says: a value of a kind, or a package of an ecosystem.

    `kind` is None for a kind that nobody knows (`stated` has its name). `row` has every column by its name.
    """

    kind: FactKind | Literal["release"] | None
    value: str
    stated: str = ""
    note: str = ""
    ecosystem: Ecosystem = "npm"
    versions: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    row: dict[str, str] = {}


class Record(msgspec.Struct, frozen=True):
    """A record of a file: its number (the header is 1), its 1-based line, and its cells by column."""

    number: int
    line: int
    row: dict[str, str]


Layout = Callable[[dict[str, str]], Iterator[Entry]]


def layout_of(text: str) -> Layout | None:
    """Return what reads the records of a file; None for one without a header that is known: a plain list."""
    header = next((row for _, row in _lines(text)), None)
    try:
        columns = {name.strip().lower() for name in next(csv.reader([header or ""]), ())}
    except csv.Error:  # a line longer than any cell may be: no header
        return None
    return next((reader for wanted, reader in _LAYOUTS if set(wanted) <= columns), None)


def records(text: str) -> Iterator[Record]:
    """Give the records below the header. Raises CustomhouseError where the CSV itself is broken."""
    at = 0

    def lines() -> Iterator[str]:
        nonlocal at
        for at, line in _lines(text):  # noqa: B007 - read below, once the csv reader has taken the line
            yield line

    reader = csv.reader(lines())
    try:
        header = [name.strip().lower() for name in next(reader, ())]
        for number, cells in enumerate(reader, 2):
            yield Record(number, at, {name: cell.strip() for name, cell in zip(header, cells, strict=False)})
    except csv.Error as error:
        raise CustomhouseError(f"line {at}: {error}", hint="give CSV as RFC 4180 has it") from error


def plain_values(text: str) -> Iterator[tuple[int, str]]:
    """Give the lines of a plain list that hold a value, with their 1-based numbers."""
    return ((number, line.strip()) for number, line in _lines(text))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line


def _typed(row: dict[str, str]) -> Iterator[Entry]:
    """A kind and a value."""
    stated, value, note = row.get("type", "").lower(), row.get("indicator", ""), row.get("context", "")
    if stated not in _PACKAGES and stated not in _RANGES:
        stated = stated.replace(" ", "-").replace("_", "-")
    if stated in _PACKAGES:
        mark = "==" if "==" in value else "@"
        name, _, version = value.rpartition(mark)
        yield Entry(
            kind="release",
            value=name or value,
            stated=stated,
            note=note,
            ecosystem=_PACKAGES[stated],
            versions=(version,) if name else (),
            row=row,
        )
    elif stated in _RANGES:
        name, at, text = value[1:].partition("@")
        yield Entry(
            kind="release",
            value=value[:1] + name,
            stated=stated,
            note=note,
            ecosystem=_RANGES[stated],
            ranges=(text,) if at else (),
            row=row,
        )
    else:
        yield Entry(KINDS.get(stated), value, stated, note, row=row)


def _package(row: dict[str, str]) -> Iterator[Entry]:
    """A package and a version; npm's unless a column says otherwise."""
    ecosystem = _PACKAGES.get(row.get("ecosystem", "npm").lower(), "npm")
    yield _releases(ecosystem, row.get("package_name", ""), row.get("package_version", ""), row)


def _artifact(row: dict[str, str]) -> Iterator[Entry]:
    """An artifact and its versions. Images, actions and extensions are no packages."""
    stated = row.get("artifact_type", "").lower()
    ecosystem = _PACKAGES.get(stated)
    if ecosystem is None:
        yield Entry(None, row.get("name", ""), stated, row=row)
    else:
        yield _releases(ecosystem, row.get("name", ""), row.get("affected_versions", ""), row)


def _releases(ecosystem: Ecosystem, name: str, versions: str, row: dict[str, str]) -> Entry:
    listed = tuple(version.strip(" v=") for version in _VERSIONS.split(versions) if version.strip(" v="))
    if not name or not listed:
        raise CustomhouseError(f"a package without a name or version: {name!r} {versions!r}", hint="mend the list")
    return Entry("release", name, ecosystem=ecosystem, versions=listed, row=row)


_LAYOUTS: tuple[tuple[tuple[str, ...], Layout], ...] = (
    (("type", "indicator"), _typed),
    (("package_name", "package_version"), _package),
    (("artifact_type", "name", "affected_versions"), _artifact),
)
