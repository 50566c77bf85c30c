"""A registry as it stood shortly after a release, as far as its documents of today can tell.

Releases that came later are not seen: they are not counted, nor resolved to, nor compared with, but for the version
that the consuming project has, which is there even where it steps back to a lower one. Of a judged project a lower
version is always seen, since some registries (mirrors) date a release by when they made their copy of it: one that is
dated later than the moment loses its date, and then nobody says when the project began.

Of other projects, what is dated up to a day later is seen too, as of that moment: mirrors copy what was published
together one after another, and a release was not published before what it needs.

What a document tells without a date stays as it is today: who maintains a project, which releases were withdrawn or
deprecated since, and of releases that were taken down nothing is left.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any

import msgspec

from customhouse.ecosystems.fetching import Sink
from customhouse.ecosystems.interface import Project, Registry
from customhouse.model.history import About, Claims, Publication
from customhouse.model.purl import Ecosystem, Purl
from customhouse.model.release import Artifact, Release, ReleaseTime
from customhouse.versions import npm, pypi
from customhouse.versions.compare import newer
from customhouse.versions.release_line import same_line

#: Names what is hidden and what is not: raise it when that changes, or what was judged before is taken for good.
VERSION = "5"
#: By how much dates of different projects are believed to be out of step.
_SLACK = timedelta(days=1)


def dated_out_of_order(project: Project, version: str) -> bool:
    """Say whether a release's date contradicts those of its neighbours, the versions next to it in its release line.

    A mirror that dates releases by when it copied them is told by this: it copies old ones as they are asked for.
    """
    ecosystem = project.purl.ecosystem
    line = [each for each in project.times if same_line(ecosystem, each.version, version)]
    keyed = [(key, each) for each in line if each.published and (key := _key(ecosystem, each.version)) is not None]
    ordered = [each for _, each in sorted(keyed, key=lambda pair: pair[0])]
    pairs = [pair for pair in pairwise(ordered) if version in (pair[0].version, pair[1].version)]
    return any(one.published and two.published and two.published < one.published for one, two in pairs)


def _key(ecosystem: Ecosystem, text: str) -> Any:
    """Return what orders versions of an ecosystem; None of what is no version."""
    if ecosystem == "pypi":
        return pypi.parse(text)
    version = npm.parse(text)
    return version.key if version is not None else None


class ProjectAsOf:
    """A project without what came after a moment."""

    def __init__(self, inner: Project, moment: datetime, judged: Purl, had: str = "") -> None:
        """Hide what was published after `moment` (UTC), but for versions below the judged one and the one `had`."""
        self.today = self._inner = inner
        self._moment = moment
        self._judged = judged.version if (judged.ecosystem, judged.name) == _name(inner.purl) else None
        self._had = had if self._judged is not None else ""

    @property
    def purl(self) -> Purl:
        """The package, without a version."""
        return self._inner.purl

    @cached_property
    def times(self) -> tuple[ReleaseTime, ...]:
        """Every release that could be installed then, or whose time nobody tells."""
        seen = (each for each in self._inner.times if self._seen(each.version, each.published))
        return tuple(ReleaseTime(each.version, self._believed(each.published)) for each in seen)

    @property
    def created(self) -> ReleaseTime | None:
        """The project's first release; None where dates that cannot be are the reason for taking it for one."""
        first = self._inner.created
        if first is None or any(each.published is None for each in self.times):
            return None
        return first if self._there(first.published) else None

    @cached_property
    def tags(self) -> Mapping[str, str]:
        """Names that installers take for versions; one that has moved on since is on the highest release of then."""
        there = {each.version for each in self.times}
        highest = npm.max_satisfying(there, "*") if self.purl.ecosystem == "npm" else None
        stood = {tag: version if version in there else highest for tag, version in self._inner.tags.items()}
        return {tag: version for tag, version in stood.items() if version is not None}

    def publication(self, version: str) -> Publication | None:
        """How one release was published; None when it was not there yet."""
        found = self._inner.publication(version)
        if found is None or not self._seen(version, found.published):
            return None
        return msgspec.structs.replace(found, published=self._believed(found.published))

    def release(self, version: str) -> Release | None:
        """Everything said of one release; None when it was not there yet."""
        release = self._inner.release(version)
        if release is None or not self._seen(version, release.published):
            return None
        return msgspec.structs.replace(release, published=self._believed(release.published))

    def _seen(self, version: str, published: datetime | None) -> bool:
        if published is None or self._there(published):
            return True
        if self._judged is None:
            return published <= self._moment + _SLACK
        return version == self._had or newer(self._inner.purl.ecosystem, self._judged, version)

    def _there(self, published: datetime | None) -> bool:
        return published is None or published <= self._moment

    def _believed(self, published: datetime | None) -> datetime | None:
        if self._there(published):
            return published
        return self._moment if self._judged is None else None


class RegistryAsOf:
    """A registry whose projects are as they stood at a moment, when one release of it is judged."""

    def __init__(self, inner: Registry, moment: datetime, judged: Purl, had: str = "") -> None:
        """Hide what was published after `moment` (UTC); `had` is the version that the judged one replaces."""
        self._inner = inner
        self._moment = moment
        self._judged = judged
        self._had = had

    @property
    def ecosystem(self) -> Ecosystem:
        """Which ecosystem it serves."""
        return self._inner.ecosystem

    def origin(self, name: str) -> str:
        """URL of the registry that answers for this name, and the moment: evidence of two moments is kept apart."""
        beside = f" beside {self._had}" if self._had else ""
        return f"{self._inner.origin(name)} as of {self._moment.isoformat()}{beside} ({VERSION})"

    async def project(self, name: str) -> Project:
        """Fetch what the registry had of a canonical name; raises what the inner registry does."""
        return ProjectAsOf(await self._inner.project(name), self._moment, self._judged, self._had)

    async def claims(self, release: Release) -> Claims | None:
        """Fetch what the release's attestation claims; raises what the inner registry does."""
        return await self._inner.claims(release)

    async def about(self, project: Project) -> About:
        """Say what the registry shows of the project today; raises what the inner registry does."""
        return await self._inner.about(project.today if isinstance(project, ProjectAsOf) else project)

    async def fetch(self, purl: Purl, artifact: Artifact, sink: Sink | None = None) -> bytes:
        """Fetch an artifact's bytes; raises what the inner registry does."""
        return await (self._inner.fetch(purl, artifact, sink) if sink else self._inner.fetch(purl, artifact))


def _name(purl: Purl) -> tuple[Ecosystem, str]:
    return purl.ecosystem, purl.name
