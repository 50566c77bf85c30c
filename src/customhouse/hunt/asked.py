"""What a hunt is asked: campaigns and a window, arranged for looking things up."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property

from customhouse.model.campaign import AffectedReleases, Campaign, Fact
from customhouse.model.purl import Ecosystem, make_purl
from customhouse.versions.affected import covers


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
