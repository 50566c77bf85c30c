"""One file, inspected for the gateway: its release's case with that file alone, the verdict, and the admission kept."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

import msgspec
import structlog

from customhouse.engine.intelligence import Intelligence
from customhouse.engine.session import Session
from customhouse.engine.verdicts import verdict_on
from customhouse.gateway.admission.standing import OF_THE_MOMENT
from customhouse.gateway.inspection.store_source import StoreSource
from customhouse.gateway.interface import UnavailableError
from customhouse.gateway.state import State
from customhouse.model.audit import Inspection
from customhouse.model.errors import HostileUpstream, NotFoundUpstream, UpstreamError
from customhouse.model.evidence import Case
from customhouse.model.gateway import Admission, Reason
from customhouse.model.purl import Purl
from customhouse.model.release import Artifact
from customhouse.model.verdict import Verdict
from customhouse.policy.decide import worst
from customhouse.policy.exceptions import gap_rule
from customhouse.report.documents import inspect_document

#: What was missing may be there soon: a word that rests on a gap is asked anew after this long.
_AGAIN = timedelta(minutes=10)
#: Gaps that say that the file itself was not had: no word on it at all.
_NOT_HAD = frozenset({"artifact-unavailable", "registry-unreachable", "offline"})
_NO_ADVISORIES = Intelligence(())
#: Seconds that another instance may take over the same file.
_CLAIM = 300.0
#: Files inspected at once. Each holds a claim, which is a connection to the database, and whoever waits for one holds a
#: thread that the others need to get done: two instances with more orders than threads would wait for each other.
_AT_ONCE = 20


class FileInspector:
    """Inspects files, each once across all instances that share the state."""

    def __init__(self, session: Session, state: State, source: StoreSource) -> None:
        """Work in an open session, whose archives come from `source`."""
        self._session = session
        self._configuration = session.settings.configuration
        self._state = state
        self._source = source
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._log = structlog.get_logger("customhouse.gateway.inspection")

    async def inspect(self, purl: Purl, filename: str, policy: str) -> Admission | None:
        """Return the admission of one file, made now or found made by another instance; None where there is none.

        Raises UnavailableError when upstream or the evidence cannot be had now.
        """
        kept = await asyncio.to_thread(self._state.admissions.one, purl, filename)
        if kept is not None and _current(kept, policy):
            return kept
        async with self._slots, _held(self._state.claims.claim(f"{purl} {filename}", timeout=_CLAIM)):
            kept = await asyncio.to_thread(self._state.admissions.one, purl, filename)
            if kept is not None and _current(kept, policy):
                return kept
            began = time.monotonic()
            found = await self._inspect(purl, filename, policy)
            if found is not None:
                await asyncio.to_thread(self._state.admissions.put, found)
                self._log.info(
                    "inspected",
                    purl=str(purl),
                    filename=filename,
                    sha256=found.sha256,
                    decision=found.decision,
                    seconds=round(time.monotonic() - began, 3),
                )
            return found

    async def fetch_again(self, purl: Purl, filename: str, sha256: str) -> None:
        """Bring bytes back that the store has lost: those very bytes, or none. Raises UnavailableError."""
        artifact = await self._artifact(purl, filename)
        if artifact is None:
            raise UnavailableError(f"upstream no longer has {filename}, and the store has lost it", 300)
        try:
            found = await self._source.keep(self._session.registries.for_(purl.ecosystem), purl, artifact)
        except UpstreamError as error:
            raise UnavailableError(error.message, 60) from None
        if found != sha256:
            raise UnavailableError(f"upstream has other bytes for {filename} than were admitted", 300)

    async def _inspect(self, purl: Purl, filename: str, policy: str) -> Admission | None:
        artifact = await self._artifact(purl, filename)
        if artifact is None:
            return None
        now = datetime.now(UTC)
        # Advisories are asked by the front, at every look.
        inspector = self._session.at(now, advisories=_NO_ADVISORIES).inspector
        with self._source.asked(purl, filename):
            case = await inspector.case_of(purl, only=frozenset({filename}))
        if not case.contents:
            return self._not_had(case, artifact, policy, now)
        content = case.contents[0]
        verdict = verdict_on(case, self._configuration)
        try:
            # Evidence of an earlier run may have answered without fetching, and so without a look at the pin.
            await self._source.hold(purl, artifact, content.sha256, content.size)
        except HostileUpstream as error:
            reasons = (Reason(gap_rule("hostile-artifact"), error.message),)
            return Admission(purl, filename, "", 0, "block", now, policy, reasons, now + _AGAIN)
        await self._require_bytes(purl, artifact, content.sha256)
        return _admission(purl, filename, content.sha256, content.size, verdict, policy, now)

    async def _artifact(self, purl: Purl, filename: str) -> Artifact | None:
        try:
            project = await self._session.registries.for_(purl.ecosystem).project(purl.name)
            release = project.release(purl.version or "")
        except NotFoundUpstream:
            return None
        except UpstreamError as error:
            raise UnavailableError(error.message) from None
        artifacts = release.artifacts if release is not None else ()
        return next((each for each in artifacts if each.filename == filename), None)

    def _not_had(self, case: Case, artifact: Artifact, policy: str, now: datetime) -> Admission:
        """Say what follows from a file that could not be opened: an attack is refused, the rest is tried again."""
        gaps = [gap for gap in case.gaps if gap.collector == "content"]
        if not gaps or any(gap.kind in _NOT_HAD for gap in gaps):
            raise UnavailableError("; ".join(gap.message for gap in gaps) or f"{artifact.filename} was not opened")
        reasons = tuple(Reason(gap_rule(gap.kind), gap.message) for gap in gaps)
        return Admission(case.purl, artifact.filename, "", 0, "block", now, policy, reasons, now + _AGAIN)

    async def _require_bytes(self, purl: Purl, artifact: Artifact, sha256: str) -> None:
        """Have the bytes in the store, where evidence of an earlier run has answered."""
        if not await self._state.blobs.has(sha256):
            await self.fetch_again(purl, artifact.filename, sha256)


@asynccontextmanager
async def _held(claim: AbstractContextManager[None]) -> AsyncIterator[None]:
    """Hold a claim without holding up the loop while it is waited for."""
    with ExitStack() as stack:
        await asyncio.to_thread(stack.enter_context, claim)
        try:
            yield
        finally:
            await asyncio.to_thread(stack.close)


def _current(admission: Admission, policy: str) -> bool:
    due = admission.recheck is not None and admission.recheck <= datetime.now(UTC)
    return admission.policy == policy and not due


def _admission(
    purl: Purl, filename: str, sha256: str, size: int, verdict: Verdict, policy: str, now: datetime
) -> Admission:
    """Keep of a verdict what does not change by itself: age and advisories are asked at every look."""
    findings = [each for each in verdict.findings if each.finding.rule not in OF_THE_MOMENT]
    gaps = [
        each
        for each in verdict.gaps
        if gap_rule(each.gap.kind) not in OF_THE_MOMENT and each.gap.collector != "intelligence"
    ]
    reasons = [
        Reason(each.finding.rule, each.finding.message, each.finding.severity)
        for each in findings
        if each.decision != "allow"
    ]
    reasons += [Reason(gap_rule(each.gap.kind), each.gap.message) for each in gaps if each.decision != "allow"]
    decision = worst((*(each.decision for each in findings), *(each.decision for each in gaps)))
    again = now + _AGAIN if any(each.decision != "allow" for each in gaps) else None
    told = msgspec.json.encode(inspect_document(Inspection(str(purl), verdict)))
    return Admission(purl, filename, sha256, size, decision, now, policy, tuple(reasons), again, told)
