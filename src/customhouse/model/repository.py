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
    #: Patterns of internal names: `@acme/*`, `acme-*`.
    internal: tuple[str, ...] = ()


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
    public_answers: tuple[PublicAnswer, ...] = ()
    wishes: RepositoryWishes = RepositoryWishes()
    gaps: tuple[Gap, ...] = ()
