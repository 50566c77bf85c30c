"""The seam between registries and everything that asks them: what each ecosystem's client offers."""

from collections.abc import Mapping
from typing import Protocol

from customhouse.ecosystems.fetching import Sink
from customhouse.model.history import About, Claims, Publication
from customhouse.model.purl import Ecosystem, Purl
from customhouse.model.release import Artifact, Release, ReleaseTime


class Project(Protocol):
    """Every release that a registry has of one name, as one answer of it said. Reading it does no I/O."""

    @property
    def purl(self) -> Purl:
        """The package, without a version."""

    @property
    def times(self) -> tuple[ReleaseTime, ...]:
        """Every release that can be installed, in no promised order; publish times in UTC where the registry says."""

    @property
    def created(self) -> ReleaseTime | None:
        """The project's first release, gone ones included where the registry remembers them."""

    @property
    def tags(self) -> Mapping[str, str]:
        """Names that installers take for versions: npm's dist-tags, `latest` and others. Empty where there are none."""

    def release(self, version: str) -> Release | None:
        """Everything said of one release, with all its artifacts; None when the registry does not have it."""

    def publication(self, version: str) -> Publication | None:
        """How one release was published, read without the rest of it; None when the registry does not have it."""


class Registry(Protocol):
    """One ecosystem's registry, or several behind one face (scoped registries, extra indexes)."""

    @property
    def ecosystem(self) -> Ecosystem:
        """Which ecosystem it serves."""

    def origin(self, name: str) -> str:
        """URL of the registry that answers for this name, without credentials: evidence is kept apart by it."""

    async def project(self, name: str) -> Project:
        """Fetch what the registry has of a canonical name.

        Raises NotFoundUpstream, UnreachableUpstream or HostileUpstream.
        """

    async def claims(self, release: Release) -> Claims | None:
        """Fetch what the release's attestation claims of where it was built; None when it announces none.

        Raises NotFoundUpstream, UnreachableUpstream or HostileUpstream.
        """

    async def about(self, project: Project) -> About:
        """Say what the registry shows of the project as a whole; empty where it shows nothing.

        Raises UnreachableUpstream or HostileUpstream.
        """

    async def fetch(self, purl: Purl, artifact: Artifact, sink: Sink | None = None) -> bytes:
        """Fetch an artifact's bytes, bounded; digests are checked by the caller, who must report both sides.

        With a sink they go there instead, from its beginning again at each attempt, and nothing is returned; after an
        error it holds what came until then, which is of no use. What the sink raises is passed on.

        Raises NotFoundUpstream, UnreachableUpstream or HostileUpstream.
        """
