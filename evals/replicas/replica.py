"""The records: a replica of an incident, and the releases that it consists of.

A replica is inert. Every name is invented; hosts lie under `.invalid`, which no resolver answers for, and addresses in
the ranges of RFC 5737, which are routed nowhere. What would do harm (persistence, deletion, publishing) stands behind
an answer from such a host, as the real ones waited for theirs, so that it cannot happen. Nothing here is ever run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from customhouse.model.purl import Ecosystem, Purl, make_purl

Files = Mapping[str, str | bytes]
Worthy = Literal["hold", "block"]

#: How long after its publication a release is judged: about what most of these lived.
_AN_HOUR = timedelta(hours=1)
_TWO_MONTHS = timedelta(days=61)


def at(moment: str) -> datetime:
    """Read `2026-03-31 00:21` as UTC."""
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def _one_lower(version: str) -> str:
    """Return a plausible version before this one: one patch or minor lower; empty when there is none."""
    major, minor, patch = map(int, version.split("."))
    if patch:
        return f"{major}.{minor}.{patch - 1}"
    return f"{major}.{minor - 1}.0" if minor else ""


@dataclass(frozen=True, kw_only=True)
class ReleaseSpec:
    """One release: what its archive holds, and what the registry says of it.

    `files` are the npm tarball's (without package.json, which is `manifest` with name and version) or the wheel's;
    `sdist` is a PyPI release's source distribution, where it has one. A PyPI release without `files` has no wheel.
    """

    version: str
    published: datetime
    files: Files = field(default_factory=dict)
    #: npm: package.json beyond name and version.
    manifest: Mapping[str, Any] = field(default_factory=dict)
    #: npm: account and e-mail address.
    publisher: tuple[str, str] = ("maintainer", "maintainer@people.test")
    trusted: bool = False
    provenance: bool = False
    #: PyPI: the source distribution's files.
    sdist: Files | None = None
    #: PyPI: `Requires-Dist`.
    requires: tuple[str, ...] = ()
    #: PyPI: files of the wheel that its RECORD does not list.
    unrecorded: tuple[str, ...] = ()
    #: The project, where it is another one than the replica's.
    name: str = ""
    #: Which files carry the hostile code; variations change these.
    payload: tuple[str, ...] = ()
    #: Those of the payload's files that are obfuscated, as they were before: other disguises start from these.
    plain: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Replica:
    """An incident's shape as a before/after pair, with the registry around it."""

    id: str
    #: What it is modelled on, and when.
    incident: str
    family: str
    ecosystem: Ecosystem
    name: str
    before: ReleaseSpec | None
    after: ReleaseSpec
    #: Earlier releases of the project, and releases of other projects (`name` set).
    others: tuple[ReleaseSpec, ...] = ()
    #: What the release deserved in fact.
    worthy: Worthy = "block"
    #: Rules that a responder could name first; the first finding's must be one of them.
    reasons: tuple[str, ...]
    #: Earlier releases of the same shape as `before`, two months apart; none where the project was new.
    history: int = 6
    #: The project among `others` whose last release has the payload; empty when `after` has it.
    carrier: str = ""
    #: The variation that made it; empty for the replica itself.
    variation: str = ""

    @property
    def judged(self) -> datetime:
        """When it is judged (UTC)."""
        return self.after.published + _AN_HOUR

    @property
    def purl(self) -> Purl:
        """The release under judgement."""
        return make_purl(self.ecosystem, self.name, self.after.version)

    @property
    def earlier(self) -> tuple[ReleaseSpec, ...]:
        """The releases before `before`, newest first, so that the project has the past that it had in fact."""
        made: list[ReleaseSpec] = []
        before = self.before
        while before is not None and len(made) < self.history:
            version = _one_lower(before.version)
            before = replace(before, version=version, published=before.published - _TWO_MONTHS) if version else None
            if before is not None and all(it.version != version for it in self.others if not it.name):
                made.append(before)
        return tuple(made)

    @property
    def carrying(self) -> ReleaseSpec:
        """The release that has the payload."""
        if not self.carrier:
            return self.after
        return [release for release in self.others if release.name == self.carrier][-1]

    def carry(self, release: ReleaseSpec) -> "Replica":
        """Return it with the release that has the payload exchanged."""
        if not self.carrier:
            return replace(self, after=release)
        return replace(self, others=tuple(release if it is self.carrying else it for it in self.others))

    def varied(self, variation: str, release: ReleaseSpec) -> "Replica":
        """Return it as a variation of itself."""
        return replace(self.carry(release), variation=variation)
