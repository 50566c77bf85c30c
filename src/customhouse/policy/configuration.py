"""What can be configured: the shape of customhouse.toml and of `[tool.customhouse]`, with every default.

The defaults stand here and nowhere else. The JSON Schema in docs/schemas/configuration.json is generated from these
records, and the file that `customhouse policy init` writes is tested against them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from customhouse.model.finding import Confidence, Severity
from customhouse.model.purl import Ecosystem
from customhouse.model.verdict import Decision
from customhouse.policy.durations import PATTERN as DURATION

Duration = Annotated[str, Meta(pattern=DURATION, description='A duration: "72h", "3d", "1d12h" or "0".')]
#: One `sha256:<64 hex digits>` (or what else `exceptions.DIGEST` admits), or several. `exceptions.problems_of` checks
#: the form: msgspec 0.22 corrupts memory on a union of a constrained string with an array.
Sha256s = str | tuple[str, ...]
#: Something was said, not only blanks.
Said = Annotated[str, Meta(pattern=r"\S")]
Bound = Annotated[int, Meta(gt=0)]
#: Where a value was written, by its keys from the top: `("policy", "high", "medium")` → `customhouse.toml:12`.
Origins = Mapping[tuple[str, ...], str]

#: The gap kind that says nobody configured an advisory source: a note, because it is a choice and not a failure.
NO_ADVISORY_SOURCE = "no-advisory-source"
#: A build file that cannot be read: what it could hide is told and not held where nothing is configured, so is this.
UNREAD_WORKFLOW = "unread-workflow"

#: What was asked beside the registry and not answered. Nothing in the release depends on it, and no attacker gains by
#: its absence what an absent attestation or tag is not itself a finding of.
LOOKUP_GAPS = ("attestation-unread", "source-unreachable", "mail-domain-unknown")


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file: an unknown key in it is an error."""


class CriticalRow(_Section, frozen=True):
    """Decisions over findings of critical severity, by confidence."""

    high: Decision = "block"
    medium: Decision = "block"
    low: Decision = "hold"


class HighRow(_Section, frozen=True):
    """Decisions over findings of high severity, by confidence."""

    high: Decision = "block"
    medium: Decision = "hold"
    low: Decision = "hold"


class MediumRow(_Section, frozen=True):
    """Decisions over findings of medium severity, by confidence."""

    high: Decision = "hold"
    medium: Decision = "allow"
    low: Decision = "allow"


class QuietRow(_Section, frozen=True):
    """Decisions over findings of low severity and of mere information, by confidence."""

    high: Decision = "allow"
    medium: Decision = "allow"
    low: Decision = "allow"


class Matrix(_Section, frozen=True):
    """The decision matrix: severity of the finding by the rule's confidence in it."""

    critical: CriticalRow = CriticalRow()
    high: HighRow = HighRow()
    medium: MediumRow = MediumRow()
    low: QuietRow = QuietRow()
    info: QuietRow = QuietRow()

    def decision(self, severity: Severity, confidence: Confidence) -> Decision:
        """Look one cell up."""
        decision: Decision = getattr(getattr(self, severity), confidence)
        return decision


class RuleSettings(_Section, frozen=True):
    """What one rule's findings mean here. `decision` replaces the matrix; `severity` replaces the rule's own."""

    decision: Decision | None = None
    severity: Severity | None = None


class CooldownPackages(_Section, frozen=True):
    """Another minimum age for packages whose name matches one of the patterns."""

    match: Annotated[tuple[Said, ...], Meta(min_length=1)]
    minimum_age: Duration


class Cooldown(_Section, frozen=True):
    """How long a release must have been public before it may come in.

    Patterns are `pkg:npm/@acme/*`, `npm:left-*` or a bare name for both ecosystems; `*` and `?` stand for anything.
    The first match of `exempt`, then of `packages`, then the ecosystem's age, then `minimum_age` decides.
    """

    minimum_age: Duration = "72h"
    npm: Duration | None = None
    pypi: Duration | None = None
    exempt: tuple[Said, ...] = ()
    packages: tuple[CooldownPackages, ...] = ()


class Vulnerabilities(_Section, frozen=True):
    """What findings of known-vulnerable mean, by severity; the matrix has no say over them."""

    hold: tuple[Severity, ...] = ("critical", "high")
    block: tuple[Severity, ...] = ()
    #: `judge`: development dependencies like all others; `allow`: their vulnerabilities never hold.
    dev_scope: Literal["judge", "allow"] = "judge"
    #: `judge`: all alike; `allow`: those without a fixed version never hold, since there is nothing to move to.
    without_fix: Literal["judge", "allow"] = "judge"


class Registries(_Section, frozen=True):
    """Registries to ask; without them, what npm's and pip's own configuration says. `pypi` is a simple-API root."""

    npm: Said | None = None
    pypi: Said | None = None


class Advisories(_Section, frozen=True):
    """Published advisories to consult.

    `paths` are OSV databases read anew in each run: directories, .json or .zip files, relative to the file that names
    them. The local index (`customhouse db update`) is consulted wherever it is there.
    """

    paths: tuple[Said, ...] = ()
    #: What `db update` reads into the index: URLs or paths. Without any, the OSV project's bulk exports.
    sources: tuple[Said, ...] = ()
    #: Where the index is kept. Without it, the user's data directory.
    directory: Said | None = None
    #: How long ago the index may have been updated before that is a gap (`stale-advisories`).
    max_age: Duration = "7d"
    #: Sources asked over the network in each run: the OSV query API, and the npm registry's own advisories.
    online: tuple[Literal["osv", "npm"], ...] = ()


class Cache(_Section, frozen=True):
    """Where evidence is kept, and how old what a registry said may be before it is asked again."""

    directory: Said | None = None
    metadata_max_age: Duration = "1h"


class Limits(_Section, frozen=True):
    """Bounds on archives; what is not set keeps its built-in bound. Sizes in bytes."""

    #: The archive as downloaded; all its members together; one member.
    max_archive: Bound | None = None
    max_unpacked: Bound | None = None
    max_member: Bound | None = None
    max_members: Bound | None = None
    #: Unpacked bytes for each packed one.
    max_ratio: Bound | None = None
    max_nesting: Annotated[int, Meta(ge=0)] | None = None


class Discovery(_Section, frozen=True):
    """Which files of a repository are read. Patterns are globs, relative to the folder that is checked."""

    exclude: tuple[Said, ...] = ()
    #: Read what is installed too: node_modules and virtual environments.
    include_installed: bool = False


class Pypi(_Section, frozen=True):
    """Which files of a PyPI release are inspected: all of them, or those that an installer here could take."""

    artifacts: Literal["all", "installable"] = "all"


class Lookups(_Section, frozen=True):
    """What may be asked beside registries and advisories, about recent releases only.

    `attestations`: the documents that registries announce with releases. `source_hosts`: hosts whose git remotes are
    asked for the tags of a release (`git ls-remote`), `github.com` or `https://git.example:8443`; none by default.
    `mail_domains`: whether the domain of a publisher's address still exists (one DNS question).
    """

    attestations: bool = True
    source_hosts: tuple[Said, ...] = ()
    mail_domains: bool = False


class Repository(_Section, frozen=True):
    """What is wanted of the repository itself.

    `exact_versions`: manifests must name exact versions. `hashes`: every requirement must carry one. `internal`: names
    of packages that are the organisation's own (`@acme/*`, `acme-*`). `workflows`: build files are read (CI's own,
    image recipes, scripts). `registries`: addresses that locks and settings here may name beside the public registry;
    empty means those that the clients are set to.
    """

    exact_versions: bool = False
    hashes: bool = True
    internal: tuple[Said, ...] = ()
    workflows: bool = True
    registries: tuple[Said, ...] = ()


class ChangeGate(_Section, frozen=True):
    """What of a change needs somebody's approval, and where approvals are read.

    `new`: packages that nothing at the base had, another source, other bytes of the same version; `all`: upgrades and
    downgrades too. With `approvals_from = "base"` an approval counts only once it stands in the revision compared with,
    so that nobody can bring a dependency and its approval in one change.
    """

    approve: Literal["new", "all", "none"] = "new"
    approvals_from: Literal["working-tree", "base"] = "working-tree"


class GatewaySettings(_Section, frozen=True):
    """How `customhouse gateway` serves.

    `metadata_max_age`: how old what a registry said may be before it is asked again. `wait`: how long a client waits
    for an inspection before it is told to come back. `inspect_younger_than`: versions published more recently are
    inspected before a list shows them, the newest `inspect_first` of each package. `keep_fetches`: for how long it is
    remembered who fetched what.
    """

    metadata_max_age: Duration = "5m"
    wait: Duration = "50s"
    inspect_younger_than: Duration = "30d"
    inspect_first: Annotated[int, Meta(ge=0, le=20)] = 2
    keep_fetches: Duration = "400d"


class Approval(_Section, frozen=True):
    """A release that somebody lets into the project: a table of customhouse.approvals.toml.

    `digest` names every archive that was inspected; where none was, what the lock itself vouches by: its strong
    digests, or `git:<commit>`. `expires` is the last day it works (UTC), at most a year after `approved`.
    """

    purl: Said
    digest: Sha256s
    reason: Said
    owner: Said
    approved: date
    expires: date

    @property
    def digests(self) -> tuple[str, ...]:
        """Every digest that is named."""
        return (self.digest,) if isinstance(self.digest, str) else self.digest


class ApprovalsFile(_Section, frozen=True):
    """customhouse.approvals.toml, at a repository's root."""

    approvals: tuple[Approval, ...] = ()


#: OpenVEX 0.2: why a product is not affected.
Justification = Literal[
    "component_not_present",
    "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist",
]


class PolicyException(_Section, frozen=True, kw_only=True):
    """One finding, or gap, of one release, or of the repository itself, that somebody answers for until a day.

    `rule` is a rule's id, or `gap:<kind>` for a gap. What concerns no release has a `path` instead of a purl, relative
    to the repository's root, with `*` and `?`; a file that cannot be read (`gap:unsupported-source`,
    `gap:failed-source`) its digest as well. Of a release, `digest` names the inspected archives: an exception covers a
    release only while every archive that was inspected is named, so a file added later is not covered.
    `advisory` narrows it to the finding about that advisory (its id or any alias), so that the next one of the release
    is judged.
    `expires` is the last day it holds (UTC), at most a year after `approved` (or after today where that is absent).
    """

    rule: Said
    purl: Said | None = None
    path: Said | None = None
    digest: Sha256s = ()
    reason: Said
    owner: Said
    expires: date
    approved: date | None = None
    #: Of a vulnerability: why it does not affect the project, in OpenVEX's words. Without, the risk is accepted.
    justification: Justification | None = None
    #: Of known-malicious and known-vulnerable: the advisory that is answered for, and no other.
    advisory: Said | None = None

    @property
    def digests(self) -> tuple[str, ...]:
        """Every digest that is named."""
        return (self.digest,) if isinstance(self.digest, str) else self.digest


class ConfigurationFile(_Section, frozen=True):
    """One file: customhouse.toml, or `[tool.customhouse]` of pyproject.toml."""

    #: In an organisation's file: whether repositories may add exceptions of their own.
    allow_repository_exceptions: bool = False
    #: In an organisation's file: whether repositories may leave files of their own out ([discovery] exclude).
    allow_repository_exclusions: bool = False
    policy: Matrix = Matrix()
    rules: dict[str, RuleSettings] = {}
    #: By gap kind, by collector, or `default`; the most exact wins.
    gaps: dict[str, Decision] = {}
    cooldown: Cooldown = Cooldown()
    vulnerabilities: Vulnerabilities = Vulnerabilities()
    registries: Registries = Registries()
    advisories: Advisories = Advisories()
    cache: Cache = Cache()
    limits: Limits = Limits()
    pypi: Pypi = Pypi()
    lookups: Lookups = Lookups()
    repository: Repository = Repository()
    discovery: Discovery = Discovery()
    changes: ChangeGate = ChangeGate()
    gateway: GatewaySettings = GatewaySettings()
    exceptions: tuple[PolicyException, ...] = ()


#: What a gap means where nothing is configured.
GAP_DEFAULTS: Mapping[str, Decision] = {
    "default": "hold",
    NO_ADVISORY_SOURCE: "allow",
    UNREAD_WORKFLOW: "allow",
    **dict.fromkeys(LOOKUP_GAPS, "allow"),
}


class Configuration(ConfigurationFile, frozen=True, forbid_unknown_fields=False):
    """The configuration in force: every value, where it was written, and the floor under it.

    `floor` is the organisation's configuration when a repository's lies on top: each decision is taken under both and
    the stricter one stands, so that nothing a repository writes can loosen what the organisation set.
    """

    origins: dict[tuple[str, ...], str] = {}
    floor: "Configuration | None" = None
    #: Of customhouse.approvals.toml; set where a project is compared with a base.
    approvals: tuple[Approval, ...] = ()

    def origin(self, *keys: str) -> str | None:
        """Where a value was written, `customhouse.toml:12`; None when it is the default."""
        return self.origins.get(keys)

    def registry(self, ecosystem: Ecosystem) -> str | None:
        """The registry configured for an ecosystem, if any."""
        return self.registries.npm if ecosystem == "npm" else self.registries.pypi
