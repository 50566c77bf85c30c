"""What an approval has to name: the bytes of releases as the locks pin them now, found the way a check finds them."""

from collections.abc import Sequence

import msgspec

from customhouse.engine.audit import Progress
from customhouse.engine.base import Base
from customhouse.engine.gate import gate_sources
from customhouse.engine.session import Session
from customhouse.evidence.lock_changes import question
from customhouse.model.errors import CustomhouseError
from customhouse.model.locked import LockedPackage, Source
from customhouse.model.purl import Purl
from customhouse.model.verdict import Verdict
from customhouse.policy.approvals import APPROVAL_RULE


class Approvable(msgspec.Struct, frozen=True):
    """A release that can be approved: what names its bytes, and a verdict for each way in which it is locked."""

    purl: Purl
    digests: tuple[str, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def held_for(self) -> tuple[str, ...]:
        """Rules and gaps that stop it and that no approval answers."""
        rules = (one.finding.rule for each in self.verdicts for one in each.findings if one.decision != "allow")
        gaps = (one.gap.kind for each in self.verdicts for one in each.gaps if one.decision != "allow")
        return tuple(dict.fromkeys(name for name in (*rules, *gaps) if name != APPROVAL_RULE))


async def locked_releases(session: Session, sources: Sequence[Source], purls: Sequence[Purl]) -> tuple[Approvable, ...]:
    """Inspect every way in which the locks pin each release. Raises CustomhouseError for one that none of them has."""
    found = []
    for purl in purls:
        asked: dict[LockedPackage, tuple[str, LockedPackage]] = {}
        for source in sources:
            for entry in source.packages:
                if entry.purl == purl:
                    asked.setdefault(question(entry), (source.path, entry))
        if not asked:
            raise CustomhouseError(
                f"no lock here has {purl.display}",
                hint="add it to the project first, check its spelling, or name its bytes yourself with --digest",
            )
        verdicts = [await session.inspector.inspect(purl, entry, lock_path=path) for path, entry in asked.values()]
        found.append(_approvable(purl, verdicts))
    return tuple(found)


async def held_releases(
    session: Session, sources: tuple[Source, ...], base: Base, progress: Progress
) -> tuple[Approvable, ...]:
    """Run the change gate, and return every release that waits for an approval."""
    audit = await gate_sources(session.inspector, sources, base, progress)
    verdicts: dict[Purl, list[Verdict]] = {}
    for package in audit.packages:
        if any(one.finding.rule == APPROVAL_RULE and not one.excepted for one in package.verdict.findings):
            verdicts.setdefault(package.verdict.purl, []).append(package.verdict)
    return tuple(_approvable(purl, several) for purl, several in verdicts.items())


def _approvable(purl: Purl, verdicts: Sequence[Verdict]) -> Approvable:
    digests = tuple(sorted({digest for verdict in verdicts for digest in verdict.digests}))
    if not all(verdict.digests for verdict in verdicts):
        raise CustomhouseError(
            f"nothing names the bytes of {purl.display}: it was not inspected, and the lock has no strong digest",
            hint="pin it (a whole commit for git, --generate-hashes for pip, a lock for a manifest), then approve it",
        )
    return Approvable(purl, digests, tuple(verdicts))
