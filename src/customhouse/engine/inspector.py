"""The one pipeline: release → case → findings → verdict. Every surface asks this, and none has a rule of its own."""

from collections.abc import Iterable

from customhouse.ecosystems.registries import Registries
from customhouse.engine.cases import CaseBuilder
from customhouse.engine.verdicts import verdict_on
from customhouse.model.locked import LockedPackage
from customhouse.model.purl import Purl
from customhouse.model.verdict import Verdict
from customhouse.policy.configuration import Configuration
from customhouse.policy.cooldown import minimum_age_for


class Inspector:
    """Inspects releases one at a time or many at once; holds no state but what its builder caches."""

    def __init__(self, registries: Registries, builder: CaseBuilder, configuration: Configuration) -> None:
        """Share one builder among all inspections of a run."""
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
        return verdict_on(case, self._configuration)
