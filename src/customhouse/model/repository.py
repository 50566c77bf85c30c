"""Everything known of a repository itself when it is judged: what a rule over repositories reads."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from customhouse.model.clients import ClientState
from customhouse.model.evidence import Gap
from customhouse.model.locked import Source
from customhouse.model.purl import Ecosystem
from customhouse.model.workflow import ActionUse, InstallCommand


class ConfiguredRegistry(msgspec.Struct, frozen=True):
    """A registry that the clients here would ask. `scope` is an npm scope (`@acme`), empty for the default one."""

    ecosystem: Ecosystem
    url: str
    scope: str = ""
    #: Further hosts that it serves its files from.
    hosts: tuple[str, ...] = ()
    #: It is the one that everybody can publish to.
    public: bool = False


class IndexUse(msgspec.Struct, frozen=True):
    """A registry that a file of the repository names. `extra` is one that is asked beside another, for the same names.

    `scope` is an npm scope (`@acme`), empty for every name.
    """

    ecosystem: Ecosystem
    url: str
    path: str
    line: int | None = None
    scope: str = ""
    extra: bool = False


class PublicAnswer(msgspec.Struct, frozen=True):
    """What the public registry says of a name that is internal here: `taken` when it serves a package of this name.

    For an npm scope (`name` is `@acme`), `unclaimed` when nobody can be told to own it there.
    """

    ecosystem: Ecosystem
    name: str
    status: Literal["taken", "absent", "unclaimed", "claimed"]
    #: Where the name is used here.
    path: str
    line: int | None = None


class RepositoryWishes(msgspec.Struct, frozen=True):
    """What policy wants of a repository, as far as a rule must know it to speak."""

    #: Manifests must name exact versions.
    exact_versions: bool = False
    #: Every requirement must carry a hash.
    hashes: bool = True
    minimum_age: timedelta = timedelta(hours=72)
    #: Of one ecosystem, where policy sets another one for it.
    npm_minimum_age: timedelta | None = None
    pypi_minimum_age: timedelta | None = None
    #: Patterns of internal names: `@acme/*`, `acme-*`.
    internal: tuple[str, ...] = ()
    #: Registries that locks and files here may name, beside the public one; empty: those that are configured.
    registries: tuple[str, ...] = ()

    def age(self, ecosystem: Ecosystem) -> timedelta:
        """The least age of a release of one ecosystem."""
        own = self.npm_minimum_age if ecosystem == "npm" else self.pypi_minimum_age
        return self.minimum_age if own is None else own


class RepositoryCase(msgspec.Struct, frozen=True):
    """Everything known of one repository. What could not be learned is in `gaps`; a rule stays silent over it."""

    now: datetime
    #: Every lock and manifest, read or not.
    sources: tuple[Source, ...] = ()
    #: The same at the revision that the check compares with; None when it compares with none.
    base: tuple[Source, ...] | None = None
    installs: tuple[InstallCommand, ...] = ()
    actions: tuple[ActionUse, ...] = ()
    clients: tuple[ClientState, ...] = ()
    registries: tuple[ConfiguredRegistry, ...] = ()
    indexes: tuple[IndexUse, ...] = ()
    public_answers: tuple[PublicAnswer, ...] = ()
    wishes: RepositoryWishes = RepositoryWishes()
    gaps: tuple[Gap, ...] = ()
