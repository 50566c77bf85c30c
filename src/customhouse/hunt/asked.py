"""What a hunt is asked: campaigns and a window, arranged for looking things up."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property

from customhouse.model.campaign import AffectedReleases, Campaign, Fact
from customhouse.model.purl import Ecosystem, make_purl
from customhouse.versions import npm, pypi


class Asked:
    """The campaigns that are hunted, and the window; without campaigns only what is odd by itself is told."""

    def __init__(
        self, campaigns: Iterable[Campaign], since: datetime | None = None, until: datetime | None = None
    ) -> None:
        """`since` and `until` (UTC) bound what is looked at in histories and logs; None leaves an end open."""
        self.campaigns = tuple(campaigns)
        self.since = since
        self.until = until

    @cached_property
    def _by_name(self) -> dict[tuple[Ecosystem, str], list[tuple[Campaign, AffectedReleases]]]:
        found: dict[tuple[Ecosystem, str], list[tuple[Campaign, AffectedReleases]]] = {}
        for campaign in self.campaigns:
            for each in campaign.releases:
                found.setdefault((each.ecosystem, each.name), []).append((campaign, each))
        return found

    @property
    def names(self) -> tuple[tuple[Ecosystem, str], ...]:
        """Every package that a campaign is about; names are canonical."""
        return tuple(self._by_name)

    def packages(self, ecosystem: Ecosystem, name: str) -> tuple[tuple[Campaign, AffectedReleases], ...]:
        """What campaigns say of a package, whichever version."""
        return tuple(self._by_name.get((ecosystem, make_purl(ecosystem, name).name), ()))

    def affected(self, ecosystem: Ecosystem, name: str, version: str) -> tuple[tuple[Campaign, AffectedReleases], ...]:
        """Return what campaigns say of one release; empty for one that none is about."""
        return tuple(pair for pair in self.packages(ecosystem, name) if covers(pair[1], version))

    def facts(self) -> Iterator[tuple[Campaign, Fact]]:
        """Give every fact of every campaign."""
        for campaign in self.campaigns:
            for fact in campaign.facts:
                yield campaign, fact


def covers(releases: AffectedReleases, version: str) -> bool:
    """Say whether a version is one of those listed, or lies in one of the ranges, by the ecosystem's own rules."""
    if version in releases.versions:
        return True
    if releases.ecosystem == "npm":
        return any(npm.satisfies(version, each, include_prerelease=True) for each in releases.ranges)
    parsed = pypi.parse(version)
    listed = (pypi.parse(each) for each in releases.versions)
    return (parsed is not None and any(parsed == each for each in listed)) or any(
        pypi.satisfies(version, each) for each in releases.ranges
    )
