"""What was admitted and is no longer: into the ledger, told who had it, and blocked bytes taken out of the store."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog

from customhouse.gateway.admission.standing import Word
from customhouse.gateway.state import State
from customhouse.model.gateway import Admission, Reason

_ERROR = 400


class Withdrawals:
    """Withdraws files, each once however often it is noticed."""

    def __init__(self, state: State) -> None:
        """Work on this state."""
        self._state = state
        self._log = structlog.get_logger("customhouse.gateway")
        #: Those that are being withdrawn now.
        self._running: set[tuple[str, str]] = set()

    async def withdraw(self, admission: Admission, word: Word) -> None:
        """Withdraw a file that was admitted. Raises what the state and the store raise; then it may be tried again."""
        key = (str(admission.purl), admission.sha256)
        if key in self._running or await self.told(admission):
            return
        self._running.add(key)
        try:
            await self._withdraw(admission, word)
        finally:
            self._running.discard(key)

    async def told(self, admission: Admission) -> bool:
        """Whether the withdrawal of these bytes is in the ledger already."""
        entries = await asyncio.to_thread(self._state.ledger.of, admission.purl)
        digest = f"sha256:{admission.sha256}"
        return any(each.act == "withdraw" and digest in each.digests for each in entries)

    async def _withdraw(self, admission: Admission, word: Word) -> None:
        said = "; ".join(reason.message for reason in word.reasons[:3])[:500]
        entry = await asyncio.to_thread(
            lambda: self._state.ledger.append(
                "withdraw",
                str(admission.purl),
                reason=f"{admission.filename}: {said}",
                owner="system",
                actor="system",
                now=datetime.now(UTC),
                digests=(f"sha256:{admission.sha256}",),
            )
        )
        had = await asyncio.to_thread(self._state.fetches.by_digest, admission.sha256)
        who = sorted({f"{each.client} {each.project}".strip() for each in had if each.status < _ERROR})
        self._log.warning(
            "withdrawn",
            purl=str(admission.purl),
            file=admission.filename,
            decision=word.decision,
            rules=_rules(word.reasons),
            entry=entry.number,
            fetched_by=who,
        )
        if word.decision == "block":
            others = await asyncio.to_thread(self._state.admissions.by_digest, admission.sha256)
            if all(each.purl == admission.purl for each in others):
                await self._state.blobs.delete(admission.sha256)


def _rules(reasons: Sequence[Reason]) -> list[str]:
    return sorted({each.rule for each in reasons})
