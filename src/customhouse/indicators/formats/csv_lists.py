"""CSV and plain lists: facts and versions; what a campaign says beside them has no column."""

import csv
import io
from typing import get_args

from customhouse.indicators.defanging import refanged
from customhouse.indicators.draft import Draft
from customhouse.indicators.tables import Entry, layout_of, plain_values, records
from customhouse.indicators.values import told_apart
from customhouse.model.campaign import AffectedReleases, Campaign, Fact, FactKind, Platform, Role
from customhouse.model.errors import CustomhouseError
from customhouse.model.intelligence import Confidence
from customhouse.model.purl import Purl, parse_purl

_COLUMNS = ("type", "indicator", "context", "role", "platform", "confidence", "sources", "package")
_ROLES, _PLATFORMS, _CONFIDENCES = (frozenset(get_args(each)) for each in (Role, Platform, Confidence))
#: What kinds are called where lists have a usual name for them.
_STATED: dict[FactKind, str] = {"path": "filepath", "registry-key": "registry"}


def read_csv(data: bytes, name: str, draft: Draft) -> None:
    """Read a CSV file of one of the common layouts, or a list of one value a line."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CustomhouseError(f"{name} is not UTF-8 text", hint="save it as UTF-8") from error
    layout = layout_of(text)
    if layout is None:
        for line, value in plain_values(text):
            _value(f"{name}:{line}", value, draft)
        return
    try:
        for record in records(text):
            place = f"{name}:{record.line}"
            try:
                for entry in layout(record.row):
                    _entry(place, entry, draft)
            except CustomhouseError as error:
                draft.refuse(place, error.message, error.hint)
    except CustomhouseError as error:
        raise CustomhouseError(f"{name}: {error.message}", hint=error.hint) from error


def write_csv(campaign: Campaign) -> str:
    """Write releases and facts, one record each version and value."""
    into = io.StringIO()
    writer = csv.DictWriter(into, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    for each in campaign.releases:
        for row in _release_rows(each):
            writer.writerow(row)
    for fact in campaign.facts:
        writer.writerow(_fact_row(fact))
    return into.getvalue()


def _value(place: str, value: str, draft: Draft) -> None:
    try:
        told = told_apart(value)
    except CustomhouseError as error:
        draft.refuse(place, error.message, error.hint)
        return
    if told is None:
        draft.refuse(place, f"{value!r} is no indicator that can be told apart", "put its kind before it in a CSV file")
    elif told[0] == "release":
        purl = parse_purl(told[1])
        draft.release(place, purl.ecosystem, purl.name, versions=(purl.version,) if purl.version else ())
    else:
        draft.fact(place, told[0], told[1])


def _entry(place: str, entry: Entry, draft: Draft) -> None:
    row = entry.row
    said = {"sources": tuple(row.get("sources", "").split())}
    if row.get("confidence", "").lower() in _CONFIDENCES:
        said["confidence"] = row["confidence"].lower()  # type: ignore[assignment]
    if entry.kind == "release":
        draft.release(
            place, entry.ecosystem, entry.value, versions=entry.versions, ranges=entry.ranges, note=entry.note, **said
        )
    elif entry.kind == "digest" and row.get("package"):
        purl = parse_purl(row["package"])
        draft.release(place, purl.ecosystem, purl.name, digests=(entry.value,), note=entry.note, **said)
    elif entry.kind is None:
        draft.skip(place, f"a {entry.stated or 'record without a kind'} has no room in a pack: {entry.value}")
    else:
        kind, value, note = entry.kind, entry.value, entry.note
        if kind == "address" and refanged(value).count(":") == 1:  # a port is no part of an address
            value, _, port = refanged(value).partition(":")
            note = f"port {port}; {note}" if note else f"port {port}"
        role, platform = row.get("role", "").lower(), row.get("platform", "").lower()
        said["role"] = role if role in _ROLES else None  # type: ignore[assignment]
        said["platform"] = platform if platform in _PLATFORMS else _platform(note)  # type: ignore[assignment]
        draft.fact(place, kind, value, note=note, **said)  # type: ignore[arg-type]


def _platform(note: str) -> Platform:
    """Lists without a column say it first in the remark: `Windows: …`."""
    before, colon, _ = note.partition(":")
    found: dict[str, Platform] = {"linux": "linux", "macos": "macos", "windows": "windows"}
    return found.get(before.strip().lower(), "any") if colon else "any"


def _release_rows(each: AffectedReleases) -> list[dict[str, str]]:
    shared = {"context": each.note, "confidence": each.confidence, "sources": " ".join(each.sources)}
    kind, name = f"{each.ecosystem} package", each.name
    rows = [{"type": kind, "indicator": f"{name}@{version}", **shared} for version in each.versions]
    rows += [{"type": f"{each.ecosystem} range", "indicator": f"{name}@{text}", **shared} for text in each.ranges]
    purl = str(Purl(each.ecosystem, name))
    rows += [{"type": d.algorithm, "indicator": d.hex, "package": purl, **shared} for d in each.digests]
    return rows or [{"type": kind, "indicator": name, **shared}]


def _fact_row(fact: Fact) -> dict[str, str]:
    kind = _STATED.get(fact.kind, fact.kind)
    if fact.kind == "address":
        kind = "ipv6" if ":" in fact.value else "ipv4"
    return {
        "type": kind,
        "indicator": fact.value,
        "context": fact.note,
        "role": fact.role,
        "platform": fact.platform,
        "confidence": fact.confidence,
        "sources": " ".join(fact.sources),
    }
