"""What the gateway does by itself: judging again what was admitted, withdrawing what is no longer, tidying up."""

import asyncio
import contextlib
import time
from datetime import UTC, datetime, timedelta

import structlog

from customhouse.gateway.admission.advisories import Advisories
from customhouse.gateway.admission.standing import Word
from customhouse.gateway.inspection.desk import Desk
from customhouse.gateway.interface import UnavailableError
from customhouse.gateway.state import State
from customhouse.gateway.watch import Watch
from customhouse.gateway.withdrawals import Withdrawals
from customhouse.model.gateway import Admission
from customhouse.model.purl import Purl
from customhouse.storage.documents import DocumentCache

#: Seconds between two looks at the advisory index, and between two rounds of judging again.
_ADVISORIES, _ROUND = 1.0, 30.0
#: Admissions judged again in a round, and bytes of upstream's documents that are kept.
_A_ROUND, _DOCUMENTS = 200, 8 * 1024**3
_MOST_IN_VAIN = 10_000
_ABANDONED = timedelta(hours=1)


class Housekeeping:
    """Runs beside the requests. Whatever fails is tried again in the next round."""

    def __init__(
        self,
        state: State,
        desk: Desk,
        advisories: Advisories,
        watch: Watch,
        documents: DocumentCache,
        withdrawals: Withdrawals,
        kept: timedelta,
    ) -> None:
        """`kept` is for how long it is remembered who fetched what."""
        self._state = state
        self._desk = desk
        self._advisories = advisories
        self._watch = watch
        self._documents = documents
        self._keep = kept
        self._withdrawals = withdrawals
        #: Files that could not be judged in this turn through all of them, and the policy that it is under.
        self._in_vain: set[tuple[Purl, str]] = set()
        self._judged_by = state.policy
        self._log = structlog.get_logger("customhouse.gateway")
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin."""
        self._tasks = [asyncio.create_task(self._follow_advisories()), asyncio.create_task(self._rounds())]

    async def stop(self) -> None:
        """Stop, whatever is under way."""
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _follow_advisories(self) -> None:
        """Let nothing that is kept in memory outlive the advisories that it was judged by."""
        before = self._advisories.revision
        await self._guarded(self.withdraw_covered())
        while True:
            await asyncio.sleep(_ADVISORIES)
            now = await asyncio.to_thread(lambda: self._advisories.revision)
            if now != before:
                before = now
                self._watch.forget()
                await self._guarded(self.withdraw_covered())

    async def _rounds(self) -> None:
        while True:
            await asyncio.sleep(_ROUND)
            await self._guarded(self.judge_again())
            await self._guarded(self._tidy())

    async def _guarded(self, work: "asyncio.Future[None] | asyncio.Task[None] | object") -> None:
        try:
            await work  # type: ignore[misc]
        except Exception as error:  # noqa: BLE001 - the next round tries again
            self._log.warning("housekeeping.failed", error=f"{type(error).__name__}: {error}")

    async def judge_again(self) -> None:
        """Have admissions judged again that rest on another policy or whose time has come."""
        now = datetime.now(UTC)
        if self._state.policy != self._judged_by:
            self._judged_by = self._state.policy
            self._in_vain.clear()
        most = _A_ROUND + len(self._in_vain)
        stale = await asyncio.to_thread(self._state.admissions.stale, self._state.policy, most)
        due = await asyncio.to_thread(lambda: self._state.admissions.due(now, limit=most))
        # Those that upstream no longer has stay what they were, and must not keep the others from their turn.
        waiting = [each for each in dict.fromkeys((*due, *stale)) if (each.purl, each.filename) not in self._in_vain]
        for before in waiting[:_A_ROUND]:
            after = None
            with contextlib.suppress(UnavailableError):
                after = await self._desk.inspect(before.purl, before.filename, self._state.policy)
            if after is None:
                self._in_vain.add((before.purl, before.filename))
            elif before.decision == "allow" and after.decision != "allow":
                await self._withdrawals.withdraw(before, Word(after.decision, after.reasons))
        if len(waiting) < _A_ROUND or len(self._in_vain) > _MOST_IN_VAIN:
            self._in_vain.clear()  # all had their turn

    async def withdraw_covered(self) -> None:
        """Withdraw what was admitted and the advisories now hold or block."""
        last: Admission | None = None
        while True:
            page = await asyncio.to_thread(
                lambda after: self._state.admissions.all(decision="allow", after=after, verdicts=False), last
            )
            if not page:
                return
            last = page[-1]
            digests: dict[Purl, tuple[str, ...]] = {each.purl: (f"sha256:{each.sha256}",) for each in page}
            words = await self._advisories.words(list(digests), digests, datetime.now(UTC))
            for each in page:
                if (word := words.get(each.purl)) is not None:
                    await self._withdrawals.withdraw(each, word)

    async def _tidy(self) -> None:
        await self._state.blobs.sweep_staging(_ABANDONED)
        await asyncio.to_thread(self._documents.shrink, _DOCUMENTS)
        oldest = datetime.fromtimestamp(time.time(), UTC) - self._keep
        await asyncio.to_thread(self._state.fetches.forget_before, oldest)
        await asyncio.to_thread(self._state.downgrades.forget_before, oldest.date())
