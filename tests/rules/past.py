"""Cases of a release with a past, for the rules that read the registry's metadata."""

from datetime import timedelta
from typing import Any

from customhouse.model.evidence import Case, MetadataFacts
from customhouse.model.history import Publication
from customhouse.model.purl import parse_purl
from customhouse.model.release import Release, ReleaseTime
from rules.cases import NOW, NPM, case


def at(days: float, version: str = "1.0.0", **parts: Any) -> Publication:
    """A release so many days before the one that is judged, which came an hour before NOW."""
    return Publication(version, NOW - timedelta(hours=1, days=days), **parts)


def near(hours: float, version: str) -> ReleaseTime:
    return ReleaseTime(version, NOW - timedelta(hours=1) - timedelta(hours=hours))


def young(purl: str = NPM, *, days: float = 0, count: int = 0, **parts: Any) -> Case:
    """A release of a project that began so many days before it."""
    return with_past(purl, first=days, count=count, before=None, **parts)


def with_past(
    purl: str = NPM,
    *earlier: Publication,
    before: str | None = "1.14.0",
    first: float = 2000,
    count: int | None = None,
    release: dict[str, Any] | None = None,
    contents: tuple[Any, ...] = (),
    **facts: Any,
) -> Case:
    named = parse_purl(purl)
    published = NOW - timedelta(hours=1)
    previous = Release(parse_purl(f"{purl.rpartition('@')[0]}@{before}")) if before else None
    return case(
        purl,
        contents=contents,
        metadata=MetadataFacts(
            release=Release(named, published=published, **(release or {})),
            previous=previous,
            first_published=published - timedelta(days=first),
            earlier=earlier,
            earlier_count=len(earlier) if count is None else count,
            **facts,
        ),
    )
