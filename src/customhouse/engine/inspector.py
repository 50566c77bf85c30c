"""The one pipeline: release → case → findings → verdict. Every surface asks this, and none has a rule of its own."""

from customhouse.engine.cases import CaseBuilder
from customhouse.ecosystems.registries import Registries
from customhouse.model.evidence import Case
from customhouse.model.locked import LockedPackage
from customhouse.model.purl import Purl
from customhouse.model.verdict import Verdict
from customhouse.policy.configuration import Configuration
from customhouse.policy.cooldown import minimum_age_for
from customhouse.policy.decide import decide
from customhouse.rules.judge import judge as find


class Inspector:
    """Inspects releases one at a time or many at once; holds no state but what its builder caches."""

    def __init__(self, registries: Registries, builder: CaseBuilder, configuration: Configuration) -> None:
        """Share one builder among all inspections of a run."""
        self._registries = registries
        self._builder = builder
        self._configuration = configuration

    async def inspect(self, purl: Purl, locked: LockedPackage | None = None) -> Verdict:
        """Inspect one release; raises nothing for what a registry or an archive does."""
        registry = self._registries.for_(purl.ecosystem)
        case = await self._builder.build(registry, purl, minimum_age_for(self._configuration, purl), locked)
        return verdict_on(case, self._configuration)


def verdict_on(case: Case, configuration: Configuration) -> Verdict:
    """Judge a case: rules first, then policy over what they found and over every gap."""
    return decide(
        case.purl,
        find(case),
        case.gaps,
        case.evidence,
        tuple(f"sha256:{content.sha256}" for content in case.contents),
        configuration,
        case.now,
        case.locked.scope if case.locked is not None else "prod",
    )
