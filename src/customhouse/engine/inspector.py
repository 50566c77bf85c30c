"""The one pipeline: release → case → findings → verdict. Every surface asks this, and none has a rule of its own."""

from collections.abc import Iterable
from datetime import timedelta

import msgspec

from customhouse.ecosystems.registries import Registries
from customhouse.engine.brought import ClosureCollector
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
        self,
        registries: Registries,
        builder: CaseBuilder,
        configuration: Configuration,
        closure: ClosureCollector,
        kept: KeptCases,
    ) -> None:
        """Share one builder and one closure among all inspections of a run, and keep every case that they judge."""
        self._closure = closure
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
        """Inspect one release, against the one before it and `previous`; raises nothing for what others do.

        Without a lock entry, what the release newly brings along is inspected as well: a lock pins that itself.
        """
        registry = self._registries.for_(purl.ecosystem)
        case = await self._builder.build(
            registry, purl, minimum_age_for(self._configuration, purl), locked, previous, lock_path
        )
        if locked is None:
            case = await self._closure.complete(registry, case)
        return self._judge(case)

    async def case_of(self, purl: Purl, *, only: frozenset[str]) -> Case:
        """Build the case of some files of a release, and keep it. Raises nothing for what others do.

        Its age is not judged, nor what it brings along: whoever asks for single files hands them out one by one, asks
        for each one's age then, and may hand out another version of a dependency than the registry's newest.
        """
        registry = self._registries.for_(purl.ecosystem)
        case = await self._builder.build(registry, purl, timedelta(), only=only)
        self._kept.keep(case, verdict_on(case, self._configuration).decision)
        return case

    async def with_closure(self, case: Case) -> Case:
        """Add what a release that was built elsewhere newly brings along."""
        return await self._closure.complete(self._registries.for_(case.purl.ecosystem), case)

    async def examine(self, locked: LockedPackage, lock_path: str, arrival: Arrival, replaces: str | None) -> Examined:
        """Inspect a release that comes into a project, against the version it replaces there and the one before it.

        Where the registry no longer has the former (it may have been taken down for what it was), the latter alone
        counts; the review then says which.
        """
        purl = locked.purl
        registry, age = self._registries.for_(purl.ecosystem), minimum_age_for(self._configuration, purl)
        case = await self._builder.build(registry, purl, age, locked, replaces, lock_path)
        if replaces is not None and case.metadata is not None and case.project_previous is None:
            case = await self._builder.build(registry, purl, age, locked, None, lock_path)
        case = msgspec.structs.replace(case, arrival=arrival)
        return Examined(self._judge(case), review_facts(case, replaces=replaces is not None))

    def _judge(self, case: Case) -> Verdict:
        verdict = verdict_on(case, self._configuration)
        self._kept.keep(case, verdict.decision)
        return verdict
