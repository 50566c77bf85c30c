"""What must hold of a campaign as a whole, whichever form it came in; each fault with the keys that lead to it."""

from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from customhouse.indicators.checking import ALGORITHMS, checked_value
from customhouse.model.campaign import AffectedReleases, Campaign, Fact
from customhouse.model.credentials import BY_SLUG
from customhouse.model.errors import CustomhouseError
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import Ecosystem, make_purl
from customhouse.model.toml_mistakes import Mistake
from customhouse.versions import npm, pypi

_SLUG = lazy_regex(r"[a-z0-9][a-z0-9.-]{1,79}")
_NAME = {"npm": lazy_regex(r"(?:@[\w.~-]+/)?[\w.~-]{1,214}"), "pypi": lazy_regex(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")}
#: C0 controls but the tab and the line's end, DEL, C1, and what changes the direction of text.
_UNFIT = lazy_regex("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_NO_OFFSET = "has no offset from UTC"


def faults(campaign: Campaign) -> Iterator[Mistake]:
    """Tell everything that is wrong with a campaign."""
    if not _SLUG.fullmatch(campaign.id):
        yield Mistake(("id",), f"{campaign.id!r} is no id", "use small letters, digits, `-` and `.`: axios-2026-03")
    for key in ("title", "summary"):
        if not getattr(campaign, key).strip():
            yield Mistake((key,), "is empty")
    yield from _times(campaign.starts, campaign.ends, ("starts",), ("ends",))
    known = {reference.id for reference in campaign.references}
    yield from _references(campaign)
    for index, each in enumerate(campaign.releases):
        yield from _release(each, known, ("releases", index))
    yield from _twice(campaign.releases, "releases")
    for index, fact in enumerate(campaign.facts):
        yield from _fact(fact, known, ("facts", index))
    yield from _unfit(campaign)
    yield from _twice([(fact.kind, fact.value, fact.platform) for fact in campaign.facts], "facts")
    yield from _takes(campaign)
    for index, danger in enumerate(campaign.dangers):
        yield from _sources(danger.sources, known, ("dangers", index))
    for index, contradiction in enumerate(campaign.contradictions):
        for number, claim in enumerate(contradiction.claims):
            yield from _sources(claim.sources, known, ("contradictions", index, "claims", number))


def _unfit(value: object, keys: tuple[str | int, ...] = ()) -> Iterator[Mistake]:
    """Tell every text that would command a terminal, or turn what is read there around: packs are printed and sent."""
    if isinstance(value, str):
        if _UNFIT.search(value):
            yield Mistake(keys, "holds a control character, or one that turns text around", "write plain text")
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            if (*keys, name)[-3::2] != ("facts", "value"):  # which is checked by its kind
                yield from _unfit(getattr(value, name), (*keys, name))
    elif isinstance(value, tuple):
        for index, each in enumerate(value):
            yield from _unfit(each, (*keys, index))


def _takes(campaign: Campaign) -> Iterator[Mistake]:
    for index, slug in enumerate(campaign.takes):
        if slug not in BY_SLUG:
            yield Mistake(
                ("takes", index), f"{slug!r} is no kind of credential", f"known: {', '.join(sorted(BY_SLUG))}"
            )


def release_problem(ecosystem: Ecosystem, name: str) -> str:
    """Say what is wrong with a package's name; empty when nothing."""
    if not _NAME[ecosystem].fullmatch(make_purl(ecosystem, name).name):
        return f"{name!r} is no name that {ecosystem} has"
    return ""


def version_problem(ecosystem: Ecosystem, version: str) -> str:
    """Say what is wrong with a version; empty when nothing."""
    parsed = npm.parse(version) if ecosystem == "npm" else pypi.parse(version)
    return "" if parsed is not None else f"{version!r} is no version that {ecosystem} has"


def range_problem(ecosystem: Ecosystem, text: str) -> str:
    """Say what is wrong with a range; empty when nothing. An empty one is refused: it would mean every version."""
    parsed = npm.parse_range(text) if ecosystem == "npm" else pypi.parse_specifier(text)
    return "" if parsed is not None and text.strip() else f"{text!r} is no range that {ecosystem} has"


def _references(campaign: Campaign) -> Iterator[Mistake]:
    for index, reference in enumerate(campaign.references):
        if not _SLUG.fullmatch(reference.id):
            yield Mistake(
                ("references", index, "id"), f"{reference.id!r} is no id", "use small letters, digits, `-` and `.`"
            )
        if reference.url and (problem := _url_problem(reference.url)):
            yield Mistake(("references", index, "url"), problem)
    yield from _twice([reference.id for reference in campaign.references], "references")


def _url_problem(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return f"{url!r} is no URL"
    return "" if parts.scheme in ("http", "https") and parts.netloc else f"{url!r} is no http or https URL"


def _release(each: AffectedReleases, known: set[str], keys: tuple[str | int, ...]) -> Iterator[Mistake]:
    if problem := release_problem(each.ecosystem, each.name):
        yield Mistake((*keys, "name"), problem)
    elif (canonical := make_purl(each.ecosystem, each.name).name) != each.name:
        yield Mistake((*keys, "name"), f"{each.name!r} is not canonical", f"write {canonical}")
    for index, version in enumerate(each.versions):
        if problem := version_problem(each.ecosystem, version):
            yield Mistake((*keys, "versions", index), problem)
    for index, text in enumerate(each.ranges):
        if problem := range_problem(each.ecosystem, text):
            yield Mistake((*keys, "ranges", index), problem)
    if each.safe and (problem := version_problem(each.ecosystem, each.safe)):
        yield Mistake((*keys, "safe"), problem)
    yield from _times(each.published, each.removed, (*keys, "published"), (*keys, "removed"))
    yield from _sources(each.sources, known, keys)


def _fact(fact: Fact, known: set[str], keys: tuple[str | int, ...]) -> Iterator[Mistake]:
    try:
        value = checked_value(fact.kind, fact.value)
    except CustomhouseError as error:
        yield Mistake((*keys, "value"), error.message, error.hint)
    else:
        if value != fact.value:
            yield Mistake((*keys, "value"), f"{fact.value!r} is not the form that is compared", f"write {value}")
        if fact.kind == "digest" and ALGORITHMS[len(value)] == "md5" and fact.confidence != "low":
            yield Mistake((*keys, "confidence"), "an md5 collides at will", 'write confidence = "low"')
    yield from _sources(fact.sources, known, keys)


def _times(
    begins: datetime | None, ends: datetime | None, first: tuple[str | int, ...], last: tuple[str | int, ...]
) -> Iterator[Mistake]:
    for moment, keys in ((begins, first), (ends, last)):
        if moment is not None and moment.utcoffset() is None:
            yield Mistake(keys, _NO_OFFSET, "write it in UTC: 2026-03-31T00:21:00Z")
        elif moment is not None and moment.utcoffset() != timedelta():
            yield Mistake(keys, "is not in UTC", "write it in UTC: 2026-03-31T00:21:00Z")
    if begins and ends and (begins.utcoffset() is None) == (ends.utcoffset() is None) and begins > ends:
        yield Mistake(last, f"is before {first[-1]}")


def _sources(sources: tuple[str, ...], known: set[str], keys: tuple[str | int, ...]) -> Iterator[Mistake]:
    for index, source in enumerate(sources):
        if source not in known:
            yield Mistake(
                (*keys, "sources", index), f"{source!r} is no reference here", f"known: {', '.join(sorted(known))}"
            )


def _twice(values: Iterable[Hashable], key: str) -> Iterator[Mistake]:
    seen: set[Hashable] = set()
    for index, value in enumerate(values):
        if value in seen:
            yield Mistake((key, index), "stands here twice")
        seen.add(value)
