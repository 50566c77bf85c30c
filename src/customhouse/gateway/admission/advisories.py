"""What advisories say of versions at the moment of asking: the index is opened anew when it was renamed into place."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from customhouse.engine.intelligence import Intelligence
from customhouse.gateway.admission.standing import Word
from customhouse.gateway.interface import UnavailableError
from customhouse.model.errors import CustomhouseError
from customhouse.model.evidence import Case
from customhouse.model.gateway import Reason
from customhouse.model.purl import Purl
from customhouse.model.verdict import Verdict
from customhouse.policy.configuration import Configuration
from customhouse.policy.decide import decide
from customhouse.policy.exceptions import gap_rule
from customhouse.rules.advisory import known_malicious, known_vulnerable
from customhouse.rules.judge import judge

#: Versions asked about with one opening of the sources, which remember each of them.
_MOST_ASKED = 200_000
_RULES = (known_malicious.RULE, known_vulnerable.RULE)


class Advisories:
    """The words of the advisories in force on any number of versions."""

    def __init__(self, opened: Callable[[], Intelligence], index: Path, configuration: Configuration) -> None:
        """`opened` opens the sources; `index` is the folder whose change makes that necessary again."""
        self._open = opened
        self._index = index
        self._configuration = configuration
        self._current: Intelligence | None = None
        self._stamp: object = None
        self._asked = 0

    def follow(self, configuration: Configuration) -> None:
        """Go by another policy from now on."""
        self._configuration = configuration
        self._current = None

    @property
    def revision(self) -> object:
        """What is another when the index is."""
        try:
            found = [(path.name, path.stat().st_mtime_ns, path.stat().st_ino) for path in self._index.iterdir()]
        except OSError:
            return None
        return tuple(sorted(found))

    async def words(
        self, purls: Sequence[Purl], digests: Mapping[Purl, tuple[str, ...]], now: datetime
    ) -> dict[Purl, Word]:
        """Judge versions by their advisories alone. `digests` (`sha256:…`) are what exceptions must name."""
        intelligence = await self._intelligence()
        self._asked += len(purls)
        await intelligence.prepare(purls)
        return await asyncio.to_thread(self._words, intelligence, tuple(purls), digests, now)

    async def vulnerabilities(self, purl: Purl) -> dict[str, str]:
        """Return the vulnerabilities of a version: id → what to call it. Aliases stand for themselves too.

        Not malware: what comes after a hijacked release need not come from somebody else.
        """
        intelligence = await self._intelligence()
        await intelligence.prepare((purl,))
        matches = [match for match in intelligence.match(purl) if match.kind == "vulnerability"]
        return {name: match.id for match in matches for name in (match.id, *match.aliases)}

    async def gaps(self, purl: Purl, now: datetime) -> Word:
        """Say what policy makes of sources that are missing, stale or damaged: the same for every release."""
        intelligence = await self._intelligence()
        verdict = decide(purl, (), intelligence.gaps(), (), (), self._configuration, now, "prod")
        return _word(verdict)

    async def _intelligence(self) -> Intelligence:
        stamp = self.revision
        current = self._current
        if current is None or stamp != self._stamp or self._asked > _MOST_ASKED:
            try:
                current = await asyncio.to_thread(self._open)
            except CustomhouseError as error:
                raise UnavailableError(f"the advisories cannot be read: {error.message}", 30) from None
            self._current, self._stamp, self._asked = current, stamp, 0
        return current

    def _words(
        self,
        intelligence: Intelligence,
        purls: tuple[Purl, ...],
        digests: Mapping[Purl, tuple[str, ...]],
        now: datetime,
    ) -> dict[Purl, Word]:
        found = {}
        for purl in purls:
            matches = intelligence.match(purl)
            if not matches:
                continue
            case = Case(purl, now, timedelta(), advisories=matches)
            named = digests.get(purl, ())
            verdict = decide(purl, judge(case, _RULES), (), (), named, self._configuration, now, "prod")
            if verdict.decision != "allow":
                found[purl] = _word(verdict)
        return found


def _word(verdict: Verdict) -> Word:
    reasons = [
        Reason(each.finding.rule, each.finding.message, each.finding.severity)
        for each in verdict.findings
        if each.decision != "allow"
    ]
    reasons += [Reason(gap_rule(each.gap.kind), each.gap.message) for each in verdict.gaps if each.decision != "allow"]
    return Word(verdict.decision, tuple(reasons))
