"""The one pipeline: release → case → findings → verdict. Every surface asks this, and none has a rule of its own."""

from collections.abc import Iterable

import msgspec

from customhouse.ecosystems.registries import Registries
from customhouse.engine.cases import CaseBuilder
from customhouse.engine.kept_cases import KeptCases
from customhouse.engine.verdicts import verdict_on
from customhouse.evidence.review import review_facts
from customhouse.model.closure import Arrival
from customhouse.model.evidence import Case
from customhouse.model.locked import LockedPackage
from customhouse.model.purl import Purl
from customhouse.model.review import ReviewFacts
from customhouse.model.verdict import Verdict
from customhouse.policy.configuration import Configuration
from customhouse.policy.cooldown import minimum_age_for


class Examined(msgspec.Struct, frozen=True):
    """A verdict, and what a reviewer wants to know beside it."""

    verdict: Verdict
    review: ReviewFacts


class Inspector:
    """Inspects releases one at a time or many at once; holds no state but what its builder caches."""

    def __init__(
        self, registries: Registries, builder: CaseBuilder, configuration: Configuration, kept: KeptCases
    ) -> None:
        """Share one builder among all inspections of a run, and keep every case that they judge."""
        self._kept = kept
        self._registries = registries
        self._builder = builder
        self._configuration = configuration

    async def prepare(self, purls: Iterable[Purl]) -> None:
        """Announce what will be inspected, so that what can be looked up at once is."""
        await self._builder.prepare(purls)

    async def inspect(
        self, purl: Purl, locked: LockedPackage | None = None, *, lock_path: str = "", previous: str | None = None
    ) -> Verdict:
        """Inspect one release, against `previous` or the one before it; raises nothing for what others do."""
        registry = self._registries.for_(purl.ecosystem)
        case = await self._builder.build(
            registry, purl, minimum_age_for(self._configuration, purl), locked, previous, lock_path
        )
        return self._judge(case)

    async def examine(self, locked: LockedPackage, lock_path: str, arrival: Arrival, replaces: str | None) -> Examined:
        """Inspect a release that comes into a project, against the version that it replaces there.

        Where the registry no longer has that version (it may have been taken down for what it was), the one before the
        release stands in; the review then says which.
        """
        purl = locked.purl
        registry, age = self._registries.for_(purl.ecosystem), minimum_age_for(self._configuration, purl)
        case = await self._builder.build(registry, purl, age, locked, replaces, lock_path)
        if replaces is not None and case.metadata is not None and case.metadata.previous is None:
            case = await self._builder.build(registry, purl, age, locked, None, lock_path)
        case = msgspec.structs.replace(case, arrival=arrival)
        return Examined(self._judge(case), review_facts(case, replaces=replaces is not None))

    def _judge(self, case: Case) -> Verdict:
        verdict = verdict_on(case, self._configuration)
        self._kept.keep(case, verdict.decision)
        return verdict
