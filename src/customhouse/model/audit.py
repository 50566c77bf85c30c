"""What the surfaces report: the inspection of one release, the audit of a project."""

import msgspec

from customhouse.model.closure import Changes
from customhouse.model.locked import LockedPackage, Source
from customhouse.model.verdict import Decision, RepositoryVerdict, Verdict


class Inspection(msgspec.Struct, frozen=True):
    """One release inspected by itself. `target` is what the user named; `against` what it was compared with."""

    target: str
    verdict: Verdict
    against: str = ""
    warnings: tuple[str, ...] = ()


class AuditedPackage(msgspec.Struct, frozen=True):
    """One lock entry with its verdict. `source` is the path of the file that pins it."""

    source: str
    locked: LockedPackage
    verdict: Verdict
    #: As the release states it, in its archive or to its registry; empty when unknown.
    licence: str = ""


class Audit(msgspec.Struct, frozen=True):
    """A project audited: every file found, every entry of it, and the decision over the whole."""

    decision: Decision
    sources: tuple[Source, ...]
    packages: tuple[AuditedPackage, ...]
    #: True when something that policy refuses to guess about is missing, so the decision rests on a gap.
    incomplete: bool = False
    #: Unused or expired exceptions and the like; one sentence each.
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0
    #: What the rules over the repository itself say.
    repository: RepositoryVerdict = RepositoryVerdict()
    #: Set when the project was compared with a revision of it: then only what changed is among `packages`.
    changes: Changes | None = None


class RulePage(msgspec.Struct, frozen=True):
    """A rule explained: its facts and the parts of its page, in order, as (heading, Markdown)."""

    id: str
    title: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, str], ...]
