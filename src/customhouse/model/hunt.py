"""What a hunt finds, where it looked, and what it could not look at."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec

from customhouse.model.exposure import AssetExposure
from customhouse.model.intelligence import Confidence

#: How far the attack got, from what somebody wished for to what called home.
Grade = Literal["declared", "resolved", "fetched", "script-ran", "contacted"]
GRADES: tuple[Grade, ...] = ("declared", "resolved", "fetched", "script-ran", "contacted")
#: Which kind of evidence: lock files and manifests as they are, and as they were; what clients left behind; logs of
#: builds; a machine's files, processes and histories; what network devices wrote down.
Area = Literal["project", "history", "install", "log", "host", "network"]


class Place(msgspec.Struct, frozen=True, order=True):
    """Where something stands: a path, with the line, the member of an archive or the commit where there is one."""

    path: str
    line: int | None = None
    #: The commit's full name, of what stands in a repository's history.
    commit: str = ""
    #: The member, of what stands in an archive.
    member: str = ""


class Moment(msgspec.Struct, frozen=True):
    """When something was so, in UTC, and what says so. With `until`, from then on up to that moment."""

    at: datetime
    until: datetime | None = None
    #: `log line`, `file time`, `commit`, `cache entry`.
    by: str = ""
    #: Whether the clock is one that may be set by whom it accuses, or has no zone.
    doubtful: bool = False


class Hit(msgspec.Struct, frozen=True):
    """One trace of a campaign, or of something odd that no campaign is known for (`campaign` is then empty).

    `asset` is what is affected: a repository, an environment, a machine, a run of a build. `subject` is a purl, or the
    fact's value. `message` is a sentence; `excerpt` the evidence itself, shortened, never with a secret's value.
    """

    campaign: str
    asset: str
    area: Area
    grade: Grade
    subject: str
    message: str
    place: Place
    confidence: Confidence = "high"
    when: Moment | None = None
    excerpt: str = ""
    #: `sha256:…` of the bytes that the excerpt was taken of, where they were read whole; empty otherwise.
    digest: str = ""
    #: Who brought it in, and which commit took it out again: of what stands in a history.
    author: str = ""
    removed_by: str = ""
    #: What of the evidence is odd without being a campaign's: `tree-changed`, `unknown-pth`, `new-persistence`, …
    anomaly: str = ""


class Looked(msgspec.Struct, frozen=True):
    """Something that was looked at, so that "not found" says where. `control` tells whether it could have shown it."""

    area: Area
    asset: str
    path: str
    #: What it was taken for: `package-lock.json`, `GitHub Actions log`, `npm cache`, …
    kind: str
    #: Of what there were how many: `entries`, `revisions`, `lines`, `files`, `bytes`.
    counts: tuple[tuple[str, int], ...] = ()
    #: Of logs: whether lines of the kind that would name a package were seen at all; None where that is no question.
    control: bool | None = None
    note: str = ""


class Unexamined(msgspec.Struct, frozen=True):
    """Something that was not looked at, or not to its end, and why."""

    area: Area
    path: str
    reason: str
    #: Whether what was not seen may hide something: a broken repository, a truncated log. False of a socket.
    serious: bool = True


class Hunted(msgspec.Struct, frozen=True):
    """A whole hunt: what was asked, what was found, and where it was looked for. Times are UTC."""

    #: Ids of the campaigns; empty when only what is odd by itself was looked for.
    campaigns: tuple[str, ...]
    since: datetime | None
    until: datetime | None
    started: datetime
    seconds: float
    #: Gravest first, then by asset.
    hits: tuple[Hit, ...] = ()
    looked: tuple[Looked, ...] = ()
    unexamined: tuple[Unexamined, ...] = ()
    #: What was within reach of what was looked at; empty where no campaign left a trace.
    exposure: tuple[AssetExposure, ...] = ()

    @property
    def worst(self) -> Grade | None:
        """The gravest grade of any hit of a campaign; None without one."""
        grades = [GRADES.index(hit.grade) for hit in self.hits if hit.campaign]
        return GRADES[max(grades)] if grades else None

    def assets(self) -> dict[str, tuple[Hit, ...]]:
        """The hits of each asset, the most affected asset first."""
        found: dict[str, list[Hit]] = {}
        for hit in self.hits:
            found.setdefault(hit.asset, []).append(hit)
        return {asset: tuple(hits) for asset, hits in found.items()}

    def timeline(self, asset: str) -> tuple[Hit, ...]:
        """What happened to an asset, as far as moments are known, earliest first."""
        dated = [(hit.when.at, hit) for hit in self.hits if hit.asset == asset and hit.when is not None]
        return tuple(hit for _, hit in sorted(dated, key=lambda pair: pair[0]))


def in_order(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Order hits: campaigns' before what is only odd, gravest first, then by asset and place."""
    return tuple(
        sorted(
            hits,
            key=lambda hit: (
                not hit.campaign,
                -GRADES.index(hit.grade),
                hit.asset,
                hit.place.path,
                hit.place.line or 0,
                hit.subject,
            ),
        )
    )
