"""A campaign: what is known of one attack, fact by fact, each with where it was said and how sure that is.

A pack (a TOML file) is one campaign. Everything that looks for traces is asked with campaigns, and everything that
plans an answer reads them: what the payload does, what it takes, and what must not be done first.
"""

from datetime import datetime
from typing import Literal

import msgspec

from customhouse.model.digest import Digest
from customhouse.model.intelligence import Confidence
from customhouse.model.purl import Ecosystem

#: `path` is a file's path, with variables as their system writes them (`$TMPDIR`, `%TEMP%`, `~`) and `*` for any part
#: of a name; `text` stands in a log or file as it is; `service` is the name of a unit, agent or task.
FactKind = Literal[
    "digest", "path", "domain", "address", "url", "user-agent", "process", "service", "registry-key", "text"
]
#: What the fact is of: bytes that ran (`payload`), what was put aside on the way (`staging`), who is called
#: (`contact`), where stolen things go (`exfiltration`), what starts it again (`persistence`), what it leaves as a sign
#: (`marker`).
Role = Literal["payload", "staging", "contact", "exfiltration", "persistence", "marker"]
Platform = Literal["any", "linux", "macos", "windows"]
#: Who may see it: Traffic Light Protocol 2.0 (https://www.first.org/tlp/).
Tlp = Literal["clear", "green", "amber", "amber+strict", "red"]


class Reference(msgspec.Struct, frozen=True):
    """Where facts were said. `id` is what facts call it."""

    id: str
    title: str
    url: str = ""


class Fact(msgspec.Struct, frozen=True):
    """One indicator, in the form in which it is compared: refanged, digests and domains in lower case."""

    kind: FactKind
    value: str
    role: Role
    platform: Platform = "any"
    note: str = ""
    #: Ids of references.
    sources: tuple[str, ...] = ()
    confidence: Confidence = "high"


class AffectedReleases(msgspec.Struct, frozen=True):
    """Releases of one package that carry the attack. `name` is canonical."""

    ecosystem: Ecosystem
    name: str
    versions: tuple[str, ...] = ()
    #: Ranges beside the listed versions, as the ecosystem writes them (`>=1.0.0 <1.0.5`, `>=1.82.7,<=1.82.8`).
    ranges: tuple[str, ...] = ()
    #: Of the archives, whatever version they bear.
    digests: tuple[Digest, ...] = ()
    #: UTC: when the first of them could be installed, and from when on none could.
    published: datetime | None = None
    removed: datetime | None = None
    #: The version to go to; empty where none is known.
    safe: str = ""
    #: What the release did by itself: nothing told, ran at install, or when it was imported.
    runs: Literal["", "install", "import", "start"] = ""
    note: str = ""
    sources: tuple[str, ...] = ()
    confidence: Confidence = "high"


class Claim(msgspec.Struct, frozen=True):
    """What one reference says where others say otherwise."""

    says: str
    sources: tuple[str, ...] = ()


class Contradiction(msgspec.Struct, frozen=True):
    """Something that sources disagree on, and what is gone by here."""

    about: str
    claims: tuple[Claim, ...]
    held: str


class Danger(msgspec.Struct, frozen=True):
    """Something that must not be done before something else, or harm follows."""

    #: What not to do (`revoke the token`), before what (`stop the monitor`), and what happens otherwise.
    act: str
    before: str
    because: str
    sources: tuple[str, ...] = ()


class Campaign(msgspec.Struct, frozen=True):
    """Everything known of one attack."""

    id: str
    title: str
    summary: str
    #: UTC: the exposure window of the campaign as a whole; None where an end is open or unknown.
    starts: datetime | None
    ends: datetime | None
    releases: tuple[AffectedReleases, ...]
    facts: tuple[Fact, ...] = ()
    aliases: tuple[str, ...] = ()
    #: What the payload does, one sentence each, in the order in which it does it.
    payload: tuple[str, ...] = ()
    #: Kinds of credentials that it takes, as `model.credentials` names them once a plan needs them.
    takes: tuple[str, ...] = ()
    dangers: tuple[Danger, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    references: tuple[Reference, ...] = ()
    tlp: Tlp = "clear"
