"""Campaigns as text and JSON: a list of them, and all that one says."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from customhouse.model.campaign import AffectedReleases, Campaign
from customhouse.model.credentials import BY_SLUG
from customhouse.report.text import counted, visible

#: Packages that a page names one by one.
_MANY = 40


def campaigns_text(campaigns: Iterable[Campaign]) -> str:
    """One line each: id, when, how much is known, title."""
    listed = list(campaigns)
    width = max((len(each.id) for each in listed), default=0)
    return "\n".join(
        visible(f"{each.id:<{width}}  {len(each.releases):>4} packages {len(each.facts):>3} facts  {each.title}")
        for each in listed
    )


def campaigns_json(campaigns: Iterable[Campaign]) -> str:
    """`customhouse/indicators/1`: the list."""
    listed = [
        {
            "id": each.id,
            "title": each.title,
            "starts": each.starts,
            "ends": each.ends,
            "releases": len(each.releases),
            "facts": len(each.facts),
            "aliases": each.aliases,
            "tlp": each.tlp,
        }
        for each in campaigns
    ]
    return _json({"schema": "customhouse/indicators/1", "campaigns": listed})


def campaign_json(campaign: Campaign) -> str:
    """`customhouse/campaign/1`: everything."""
    return _json({"schema": "customhouse/campaign/1", "campaign": campaign})


def campaign_text(campaign: Campaign) -> str:
    """Everything, as a page."""
    return "\n".join(visible(line) for line in _page(campaign))


def _page(campaign: Campaign) -> Iterator[str]:
    yield f"{campaign.id}: {campaign.title} (TLP:{campaign.tlp.upper()})"
    yield campaign.summary
    if campaign.starts or campaign.ends:
        yield f"window: {_moment(campaign.starts) or 'open'} to {_moment(campaign.ends) or 'open'}"
    if campaign.aliases:
        yield f"also known as: {', '.join(campaign.aliases)}"
    for danger in campaign.dangers:
        yield f"DANGER: do not {danger.act} before you {danger.before}: {danger.because}"
    yield from _section("what it does", campaign.payload)
    taken = [BY_SLUG[each].title if each in BY_SLUG else each for each in campaign.takes]
    yield from _section("what it takes", taken)
    yield from _section(counted(len(campaign.releases), "package"), _releases(campaign))
    facts = [
        f"{each.role:<12} {each.kind:<12} {each.value}"
        f"{f' on {each.platform}' if each.platform != 'any' else ''}{f': {each.note}' if each.note else ''}"
        f"{f' [{each.confidence} confidence]' if each.confidence != 'high' else ''}"
        for each in campaign.facts
    ]
    yield from _section(counted(len(campaign.facts), "fact"), facts)
    disputed = [
        f"{each.about}: {' / '.join(claim.says for claim in each.claims)}; held here: {each.held}"
        for each in campaign.contradictions
    ]
    yield from _section("what sources disagree on", disputed)
    yield from _section("references", [f"{each.id}: {each.title} {each.url}".rstrip() for each in campaign.references])


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    listed = list(lines)
    if listed:
        yield ""
        yield f"{title}:"
        yield from (f"  {line}" for line in listed)


def _releases(campaign: Campaign) -> Iterator[str]:
    for each in campaign.releases[:_MANY]:
        yield _release(each)
    if len(campaign.releases) > _MANY:
        yield f"and {len(campaign.releases) - _MANY} more (--format json has them all)"


def _release(each: AffectedReleases) -> str:
    versions = ", ".join((*each.versions, *each.ranges)) or "versions not known"
    told = [f"{each.ecosystem} {each.name} {versions}"]
    if each.runs:
        told.append(f"runs at {each.runs}")
    if each.published or each.removed:
        told.append(f"{_moment(each.published) or 'open'} to {_moment(each.removed) or 'open'}")
    told += [str(digest) for digest in each.digests]
    told += [each.note] if each.note else []
    return "; ".join(told)


def _moment(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC") if moment else ""


def _json(document: object) -> str:
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
