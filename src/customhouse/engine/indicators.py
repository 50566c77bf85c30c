"""Indicators of compromise as `sweep` is asked for them: single values, lists of lines, and CSV files.

A value that cannot be what it claims is an error and no indicator: a digest that lost a character would never match,
and nobody would notice. Beyond that any value is taken: whoever looks for a host of the own network may.
"""

import ipaddress
from collections.abc import Iterable, Iterator
from pathlib import Path

from customhouse.indicators.checking import checked_digest
from customhouse.indicators.defanging import refanged
from customhouse.indicators.tables import Entry, layout_of, plain_values, records
from customhouse.indicators.values import HOST, is_address, named_release, told_apart
from customhouse.model.errors import CustomhouseError
from customhouse.model.indicator import Indicator, IndicatorKind
from customhouse.model.purl import make_purl

#: What evidence is searched for by kind; everything else is looked for as text.
_KINDS: dict[str, IndicatorKind] = {
    "digest": "digest", "domain": "host", "address": "address", "url": "url", "path": "file",
}  # fmt: skip
_HINT = "give a digest (sha1, sha256, sha512 or SRI), a host, an IP address, a URL, name@version, a path, or text:…"


def read_indicators(values: Iterable[str]) -> tuple[Indicator, ...]:
    """Read values as the command line gives them; `@FILE` reads a file.

    Raises CustomhouseError, which names the file and line, for a value that is none.
    """
    found: dict[tuple[str, str], Indicator] = {}
    for value in values:
        each = _from_file(Path(value[1:])) if value.startswith("@") and not named_release(value) else [indicator(value)]
        for one in each:
            found.setdefault((one.kind, one.value), one)
    return tuple(found.values())


def indicator(text: str, note: str = "") -> Indicator:
    """Tell what a single value is; `text:` before it says that it is to be found as it stands."""
    told = told_apart(text)
    if told is None:
        raise CustomhouseError(f"{text!r} is no indicator that can be told apart", hint=_HINT)
    kind, value = told
    return Indicator("release", value, note) if kind == "release" else _made(_KINDS.get(kind, "text"), value, note)


def _made(kind: IndicatorKind, text: str, note: str) -> Indicator:
    value = refanged(text.strip())
    if kind == "digest":
        digest = checked_digest(value)
        if digest.algorithm == "md5":
            raise CustomhouseError(
                f"{value!r} has 32 digits: evidence holds no md5",
                hint="give the sha1 (40), sha256 (64) or sha512 (128)",
            )
        value = digest.hex
    elif kind == "host":
        value = value.lower().rstrip(".")
        if not HOST.match(value):
            raise CustomhouseError(f"{text!r} is no host name", hint=_HINT)
    elif kind == "address":
        if not is_address(value):
            raise CustomhouseError(f"{text!r} is no IP address", hint=_HINT)
        value = str(ipaddress.ip_address(value))
    if not value or (kind == "text" and len(value) < 4):  # noqa: PLR2004 - shorter texts are found everywhere
        raise CustomhouseError(f"{text!r} is too short to look for", hint=_HINT)
    return Indicator(kind, value, note)


def _from_file(path: Path) -> list[Indicator]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CustomhouseError(f"{path} cannot be read: {error}", hint="give a text or CSV file in UTF-8") from error
    lines = list(plain_values(text))
    if not lines:
        raise CustomhouseError(f"{path} holds no indicators", hint=_HINT)
    reader = layout_of(text)
    if reader is None:
        return [_at(path, number, line) for number, line in lines]
    found: list[Indicator] = []
    for record in records(text):
        try:
            found.extend(made for entry in reader(record.row) for made in _from_entry(entry))
        except CustomhouseError as error:
            raise CustomhouseError(f"{path}, record {record.number}: {error.message}", hint=error.hint) from error
    return found


def _from_entry(entry: Entry) -> Iterator[Indicator]:
    if entry.kind == "release":
        if entry.ranges:
            raise CustomhouseError(f"{entry.value} has a range of versions", hint="list the versions one by one")
        for version in entry.versions or (None,):
            yield Indicator("release", str(make_purl(entry.ecosystem, entry.value, version)), entry.note)
    elif entry.kind is not None:
        yield _made(_KINDS.get(entry.kind, "text"), entry.value, entry.note)
    elif "indicator" in entry.row:  # a kind that nobody knows is looked for as text; images and actions are not
        yield _made("text", entry.value, entry.note)


def _at(path: Path, number: int, line: str) -> Indicator:
    try:
        return indicator(line)
    except CustomhouseError as error:
        raise CustomhouseError(f"{path}:{number}: {error.message}", hint=error.hint) from error
