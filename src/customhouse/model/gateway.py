"""What the gateway knows and says: who may see which version, which bytes are admitted, who decided, who fetched."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

import msgspec

from customhouse.model.purl import Ecosystem, Purl
from customhouse.model.verdict import Decision

#: Why a version is shown or hidden, as scripts may compare it.
Ground = Literal[
    "admitted",  # nothing speaks against it, or its inspection allowed it
    "not-inspected",  # shown, and inspected when its file is asked for
    "fixes-advisory",  # younger than the cooldown asks, and let through because it fixes what the older one has
    "approved",  # somebody answers for it
    "cooldown",  # too young
    "verdict",  # its inspection held or blocked it
    "advisory",  # the advisories hold or block it
    "blocked-here",  # somebody blocked it on this gateway
    "bytes-replaced",  # upstream now names other bytes under the version than were handed out before
    "undated",  # neither the registry nor this gateway can say how old it is
]
Role = Literal["reader", "approver", "admin"]
#: `withdraw` and `alarm` are the gateway's own.
Act = Literal["approve", "block", "release", "withdraw", "alarm", "token"]


class Reason(msgspec.Struct, frozen=True):
    """One thing that speaks against a release. `rule` is a rule's id, or `gap:<kind>`."""

    rule: str
    message: str
    severity: str = ""


class Standing(msgspec.Struct, frozen=True):
    """What holds for one version at one moment. Times in UTC; `until` is None where nothing ends it by itself."""

    version: str
    decision: Decision
    ground: Ground
    reasons: tuple[Reason, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    #: When it was published, by the registry's word or by our own first sight of it.
    published: datetime | None = None
    #: `published` is the moment when this gateway first saw the version.
    first_seen: bool = False
    #: Who answers for an approval or a block.
    owner: str = ""


class Listing(msgspec.Struct, frozen=True):
    """Every version of one package, and which of them clients see. `until` is the first moment when that may change.

    `files` are those that clients do not see although their version is shown, by name.
    """

    purl: Purl
    standings: Mapping[str, Standing]
    moment: datetime
    until: datetime | None = None
    files: Mapping[str, Standing] = {}

    @property
    def shown(self) -> frozenset[str]:
        """The versions that clients see."""
        return frozenset(version for version, each in self.standings.items() if each.decision == "allow")

    @property
    def hidden(self) -> tuple[Standing, ...]:
        """The others."""
        return tuple(each for each in self.standings.values() if each.decision != "allow")


class Admission(msgspec.Struct, frozen=True):
    """The word on one file of one release, as it is kept.

    `sha256` and `size` (bytes) are of the bytes that were inspected; `policy` names the rules, readers and settings
    that the word rests on: under others it is judged anew. `recheck` is when it may change by itself (a cooldown ends).
    """

    purl: Purl
    filename: str
    sha256: str
    size: int
    decision: Decision
    judged: datetime
    policy: str
    reasons: tuple[Reason, ...] = ()
    recheck: datetime | None = None
    #: The verdict whole, as `inspect --format json` tells it.
    verdict: bytes = b""


class Pin(msgspec.Struct, frozen=True):
    """The bytes that a file name of a release stands for, since first seen; others under it are an alarm."""

    purl: Purl
    filename: str
    sha256: str
    size: int
    first_seen: datetime
    #: What upstream promised of it then (`sha512:…`).
    promised: tuple[str, ...] = ()


class LedgerEntry(msgspec.Struct, frozen=True):
    """One decision, in the order of a chain: `hash` covers every other field, `previous` the entry before.

    A purl without a version is the whole package. `digests` (`sha256:…`) bind an approval to bytes; a block needs none.
    `owner` answers for it, `actor` is the token that said it (`system` for the gateway itself).
    """

    number: int
    at: datetime
    act: Act
    purl: str
    reason: str
    owner: str
    actor: str
    digests: tuple[str, ...] = ()
    expires: date | None = None
    previous: str = ""
    hash: str = ""


class Fetch(msgspec.Struct, frozen=True):
    """One file handed out, or refused.

    `client` is the name of the token, else the address; `project` is what the client called itself.
    """

    at: datetime
    purl: Purl
    filename: str
    sha256: str
    status: int
    client: str
    agent: str = ""
    project: str = ""


class Token(msgspec.Struct, frozen=True):
    """A client's or a person's token; the secret itself is kept nowhere, only its digest."""

    name: str
    role: Role
    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None


class Downgrade(msgspec.Struct, frozen=True):
    """How often on a day (UTC) clients were shown an older version than upstream's newest, which they were not told."""

    day: date
    ecosystem: Ecosystem
    name: str
    newest: str
    shown: str
    ground: Ground
    count: int = 1
