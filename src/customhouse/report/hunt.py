"""Telling what a hunt found: for people, and as `customhouse/hunt/1` for programs."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from customhouse.model.hunt import GRADES, Area, Grade, Hit, Hunted, Looked, Unexamined
from customhouse.report.identity import utc
from customhouse.report.json import encode
from customhouse.report.text import counted, visible

#: Hits of one asset, and things not looked at, and campaigns, that are told by name; the JSON has all.
_SHOWN, _LEFT_OUT, _NAMED = 12, 10, 4
_AREAS: dict[Area, str] = {
    "project": "lock files and manifests",
    "history": "git history",
    "install": "what clients left behind",
    "log": "build logs",
    "host": "the machine",
    "network": "network records",
}


class AssetDocument(msgspec.Struct, frozen=True):
    """One affected asset: how far the attack got, and what happened when (UTC), earliest first."""

    asset: str
    grade: Grade | None
    hits: int
    timeline: tuple[tuple[str, str], ...]


class HuntDocument(msgspec.Struct, frozen=True):
    """What `customhouse hunt --format json` writes. `grade` is the gravest of any campaign's hit, null without one."""

    schema: Literal["customhouse/hunt/1"]
    grade: Grade | None
    campaigns: tuple[str, ...]
    since: str | None
    until: str | None
    started: str
    seconds: float
    assets: tuple[AssetDocument, ...]
    hits: tuple[Hit, ...]
    looked: tuple[Looked, ...]
    unexamined: tuple[Unexamined, ...]
    #: Where the case is kept, and the digest that its custody record ends with; empty without one.
    case: str = ""
    custody: str = ""


def hunt_json(hunted: Hunted, case: str = "", custody: str = "") -> str:
    """Write a hunt as `customhouse/hunt/1`."""
    document = HuntDocument(
        schema="customhouse/hunt/1",
        grade=hunted.worst,
        campaigns=hunted.campaigns,
        since=utc(hunted.since) if hunted.since else None,
        until=utc(hunted.until) if hunted.until else None,
        started=utc(hunted.started),
        seconds=round(hunted.seconds, 3),
        assets=tuple(_asset(hunted, asset, hits) for asset, hits in hunted.assets().items()),
        hits=hunted.hits,
        looked=hunted.looked,
        unexamined=hunted.unexamined,
        case=case,
        custody=custody,
    )
    return encode(msgspec.to_builtins(document))


def _asset(hunted: Hunted, asset: str, hits: tuple[Hit, ...]) -> AssetDocument:
    timeline = tuple((utc(hit.when.at), hit.message) for hit in hunted.timeline(asset) if hit.when is not None)
    return AssetDocument(asset, _grade(hits), len(hits), timeline)


def _grade(hits: tuple[Hit, ...]) -> Grade | None:
    grades = [GRADES.index(hit.grade) for hit in hits if hit.campaign]
    return GRADES[max(grades)] if grades else None


def hunt_text(hunted: Hunted) -> str:
    """Write a hunt for people, without a newline at its end."""
    blocks = ["\n".join(_told(hunted, asset, hits)) for asset, hits in hunted.assets().items()]
    blocks.append("\n".join(_where(hunted)))
    left_out = list(_left_out(hunted))
    if left_out:
        blocks.append("\n".join(left_out))
    blocks.append("\n".join(_summary(hunted)))
    return "\n\n".join(blocks)


def _told(hunted: Hunted, asset: str, hits: tuple[Hit, ...]) -> Iterator[str]:
    grade = _grade(hits)
    yield visible(f"{(grade or 'odd').upper():12} {asset}")
    for hit in hits[:_SHOWN]:
        what = hit.campaign or hit.anomaly or "odd"
        doubt = "" if hit.confidence == "high" else f", {hit.confidence} confidence"
        yield visible(f"  {hit.grade}: {hit.message} [{what}{doubt}]")
        yield visible(f"    {_place(hit)}{_moment(hit)}")
        if hit.excerpt:
            yield visible(f"    | {hit.excerpt[:200]}")
    if len(hits) > _SHOWN:
        yield f"  and {len(hits) - _SHOWN} more (--format json has all)"
    dated = hunted.timeline(asset)
    if len(dated) > 1:
        first, last = dated[0].when, dated[-1].when
        if first is not None and last is not None:
            yield visible(f"  first seen {utc(first.at)}, last seen {utc(last.until or last.at)}")


def _place(hit: Hit) -> str:
    place = hit.place
    member = f" {place.member}" if place.member else ""
    line = f":{place.line}" if place.line else ""
    commit = f" in {place.commit[:12]}" if place.commit else ""
    author = f" by {hit.author}" if hit.author else ""
    removed = f", taken out by {hit.removed_by}" if hit.removed_by else ""
    return f"{place.path}{member}{line}{commit}{author}{removed}"


def _moment(hit: Hit) -> str:
    if hit.when is None:
        return ""
    until = f" to {utc(hit.when.until)}" if hit.when.until else ""
    doubt = ", by a clock that may be wrong" if hit.when.doubtful else ""
    return f" ({utc(hit.when.at)}{until}{f', {hit.when.by}' if hit.when.by else ''}{doubt})"


def _where(hunted: Hunted) -> Iterator[str]:
    """What was looked at, a line an area: "not found" says where."""
    if not hunted.looked:
        yield "looked at nothing"
        return
    yield "looked at:"
    for area, name in _AREAS.items():
        every = [each for each in hunted.looked if each.area == area]
        if not every:
            continue
        sums: dict[str, int] = {}
        for each in every:
            for what, count in each.counts:
                sums[what] = sums.get(what, 0) + count
        kinds = ", ".join(sorted({each.kind for each in every})[:6])
        told = ", ".join(f"{count:,} {what}" for what, count in sorted(sums.items()))
        yield visible(f"  {name}: {counted(len(every), 'place')} ({kinds}){f'; {told}' if told else ''}")
        blind = [each for each in every if each.control is False]
        if blind:
            note = f" ({blind[0].note})" if blind[0].note else ""
            yield visible(f"    {len(blind)} of them could not have shown it: {blind[0].path}{note}")


def _left_out(hunted: Hunted) -> Iterator[str]:
    serious = [each for each in hunted.unexamined if each.serious]
    if serious:
        yield "not examined:"
    for each in serious[:_LEFT_OUT]:
        yield visible(f"  {each.path}: {each.reason}")
    if len(serious) > _LEFT_OUT:
        yield f"  and {len(serious) - _LEFT_OUT} more (--format json names them)"


def _summary(hunted: Hunted) -> Iterator[str]:
    affected = {hit.asset for hit in hunted.hits if hit.campaign}
    odd = {hit.asset for hit in hunted.hits if not hit.campaign} - affected
    if affected:
        found = tuple(dict.fromkeys(hit.campaign for hit in hunted.hits if hit.campaign))
        assets = counted(len(affected), "asset")
        yield visible(f"{assets} with traces of {_named(found)}, at worst {hunted.worst}")
    elif hunted.campaigns:
        yield visible(f"no traces of {_named(hunted.campaigns)} where it was looked for")
    else:
        yield "no campaign was asked about; something odd is all that was looked for"
    if odd:
        yield f"{counted(len(odd), 'asset')} with something odd that belongs to no campaign asked about"
    yield f"in {hunted.seconds:.1f} s"


def _named(campaigns: tuple[str, ...]) -> str:
    more = len(campaigns) - _NAMED
    return ", ".join(campaigns[:_NAMED]) + (f" and {more} more" if more > 0 else "")
