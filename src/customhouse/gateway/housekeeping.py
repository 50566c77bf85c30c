"""What the gateway does by itself: judging again what was admitted, withdrawing what is no longer, tidying up."""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog

from customhouse.gateway.admission.advisories import Advisories
from customhouse.gateway.admission.standing import Word
from customhouse.gateway.inspection.desk import Desk
from customhouse.gateway.interface import UnavailableError
from customhouse.gateway.state import State
from customhouse.gateway.watch import Watch
from customhouse.model.gateway import Admission, Reason
from customhouse.model.purl import Purl
from customhouse.storage.documents import DocumentCache

#: Seconds between two looks at the advisory index, and between two rounds of judging again.
_ADVISORIES, _ROUND = 1.0, 30.0
#: Admissions judged again in a round, and bytes of upstream's documents that are kept.
_A_ROUND, _DOCUMENTS = 200, 8 * 1024**3
_ABANDONED = timedelta(hours=1)


class Housekeeping:
    """Runs beside the requests. Whatever fails is tried again in the next round."""

    def __init__(
        self, state: State, desk: Desk, advisories: Advisories, watch: Watch, documents: DocumentCache, kept: timedelta
    ) -> None:
        """`kept` is for how long it is remembered who fetched what."""
        self._state = state
        self._desk = desk
        self._advisories = advisories
        self._watch = watch
        self._documents = documents
        self._keep = kept
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
        stale = await asyncio.to_thread(self._state.admissions.stale, self._state.policy, _A_ROUND)
        due = await asyncio.to_thread(self._state.admissions.due, now)
        for before in dict.fromkeys((*stale, *due[:_A_ROUND])):
            with contextlib.suppress(UnavailableError):
                after = await self._desk.inspect(before.purl, before.filename, self._state.policy)
                if after is not None and before.decision == "allow" and after.decision != "allow":
                    await self._withdraw(before, Word(after.decision, after.reasons))

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
                if (word := words.get(each.purl)) is not None and not await self._told(each):
                    await self._withdraw(each, word)

    async def _told(self, admission: Admission) -> bool:
        """Whether the withdrawal of these bytes is in the ledger already."""
        entries = await asyncio.to_thread(self._state.ledger.of, admission.purl)
        digest = f"sha256:{admission.sha256}"
        return any(each.act == "withdraw" and digest in each.digests for each in entries)

    async def _withdraw(self, admission: Admission, word: Word) -> None:
        """Put a withdrawal into the ledger, tell who had the file, and take blocked bytes out of the store."""
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
        who = sorted({f"{each.client} {each.project}".strip() for each in had if each.status < 400})  # noqa: PLR2004
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

    async def _tidy(self) -> None:
        await self._state.blobs.sweep_staging(_ABANDONED)
        await asyncio.to_thread(self._documents.shrink, _DOCUMENTS)
        oldest = datetime.fromtimestamp(time.time(), UTC) - self._keep
        await asyncio.to_thread(self._state.fetches.forget_before, oldest)
        await asyncio.to_thread(self._state.downgrades.forget_before, oldest.date())


def _rules(reasons: Sequence[Reason]) -> list[str]:
    return sorted({each.rule for each in reasons})
