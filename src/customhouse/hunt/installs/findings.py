"""What every reader of a client's trace shares: the question, the notes, and how a release that is found is told."""

from pathlib import Path

from customhouse.hunt.asked import Asked
from customhouse.hunt.hosts.masking import masked
from customhouse.hunt.notes import Notes
from customhouse.model.campaign import AffectedReleases, Campaign, Fact
from customhouse.model.digest import parse_named
from customhouse.model.hunt import Grade, Hit, Looked, Moment, Place, Unexamined
from customhouse.model.intelligence import Confidence
from customhouse.model.purl import Ecosystem, make_purl

_EXCERPT = 300


class Findings:
    """The question and the notes of one hunt through installations."""

    def __init__(self, asked: Asked, notes: Notes) -> None:
        """Arrange the digests that campaigns name."""
        self.asked = asked
        self.notes = notes
        #: Digests of files, as bare hex, with whose they are.
        self.digests: dict[str, list[tuple[Campaign, Fact]]] = {}
        for campaign, fact in asked.facts():
            if fact.kind == "digest":
                named = parse_named(fact.value)
                self.digests.setdefault(named.hex if named else fact.value.lower(), []).append((campaign, fact))

    def affected(self, ecosystem: Ecosystem, name: str, version: str) -> tuple[tuple[Campaign, AffectedReleases], ...]:
        """Return what campaigns say of a release."""
        return self.asked.affected(ecosystem, name, version)

    def release(  # noqa: PLR0913 - the fields of a hit, by name
        self,
        ecosystem: Ecosystem,
        name: str,
        version: str,
        grade: Grade,
        message: str,
        place: Place,
        asset: str,
        *,
        when: Moment | None = None,
        excerpt: str = "",
        digest: str = "",
        anomaly: str = "",
        confidence: Confidence = "high",
    ) -> bool:
        """Note a release for every campaign that it is of; return whether it is of any. `message` is a sentence."""
        found = self.affected(ecosystem, name, version)
        subject = str(make_purl(ecosystem, name, version))
        for identity in dict.fromkeys(campaign.id for campaign, _ in found):
            self.notes.hit(
                Hit(
                    identity,
                    asset,
                    "install",
                    grade,
                    subject,
                    message,
                    place,
                    confidence,
                    when,
                    masked(excerpt, _EXCERPT) if excerpt else "",
                    digest,
                    anomaly=anomaly,
                )
            )
        return bool(found)

    def odd(  # noqa: PLR0913 - as above
        self,
        anomaly: str,
        subject: str,
        message: str,
        place: Place,
        asset: str,
        *,
        campaign: str = "",
        grade: Grade = "fetched",
        excerpt: str = "",
        digest: str = "",
        confidence: Confidence = "medium",
    ) -> None:
        """Note something odd; without a campaign it accuses nobody by itself."""
        self.notes.hit(
            Hit(
                campaign,
                asset,
                "install",
                grade,
                subject,
                message,
                place,
                confidence,
                excerpt=masked(excerpt, _EXCERPT) if excerpt else "",
                digest=digest,
                anomaly=anomaly,
            )
        )

    def looked(
        self, path: Path, kind: str, asset: str, *, control: bool | None = None, note: str = "", **counts: int
    ) -> None:
        """Note what was looked at, with its counts by name."""
        self.notes.looked(Looked("install", asset, str(path), kind, tuple(counts.items()), control, note))

    def unexamined(self, path: Path, reason: str, *, serious: bool = True) -> None:
        """Note what was not."""
        self.notes.unexamined(Unexamined("install", str(path), reason, serious))
