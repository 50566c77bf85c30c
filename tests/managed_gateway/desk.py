"""A desk that inspects nothing: it fetches a file from the simulator, pins it, and says what the test told it to."""

import asyncio
import hashlib
from datetime import UTC, datetime

import msgspec

from customhouse.gateway.interface import UnavailableError
from customhouse.model.audit import Inspection
from customhouse.model.finding import Finding, Location
from customhouse.model.gateway import Admission, Pin, Reason
from customhouse.model.verdict import Judgement, Verdict
from customhouse.report.documents import inspect_document


class SpokenFor:
    """`words` are decisions by file name, each with a rule and its message; a file without one is allowed."""

    def __init__(self, state, registries):
        self.words = {}
        self.orders = []
        self.running = True
        self.waiting = self.deaths = 0
        self.away = False
        self._state = state
        self._registries = registries

    async def inspect(self, purl, filename, policy, *, bytes_only=""):  # noqa: ARG002 - the desk's signature
        self.orders.append((str(purl), filename))
        if self.away:
            raise UnavailableError("the inspecting process does not answer", 7)
        registry = self._registries.for_(purl.ecosystem)
        project = await registry.project(purl.name)
        release = project.release(purl.version)
        artifact = next((each for each in release.artifacts if each.filename == filename), None)
        if artifact is None:
            return None
        kept = await asyncio.to_thread(self._state.admissions.one, purl, filename)
        if kept is not None and kept.policy == policy:
            return kept
        with self._state.blobs.stage() as staged:
            await registry.fetch(purl, artifact, staged)
            size, sha256 = staged.size, await self._state.blobs.commit(staged)
        now = datetime.now(UTC)
        await asyncio.to_thread(self._state.pins.pin, Pin(purl, filename, sha256, size, now))
        admission = self._admission(purl, filename, sha256, size, policy, now)
        await asyncio.to_thread(self._state.admissions.put, admission)
        return admission

    def _admission(self, purl, filename, sha256, size, policy, now):
        decision, rule, message = self.words.get(filename, ("allow", "", ""))
        judgements, reasons = (), ()
        if rule:
            finding = Finding(rule, "critical", "high", purl, message, (Location("package.json"),), "look at it")
            judgements = (Judgement(finding, decision, "policy.critical.high = block (default)"),)
            reasons = (Reason(rule, message, "critical"),)
        verdict = Verdict(purl, decision, judgements, digests=(f"sha256:{sha256}",))
        told = msgspec.json.encode(inspect_document(Inspection(str(purl), verdict)))
        return Admission(purl, filename, sha256, size, decision, now, policy, reasons, None, told)


def digest(data):
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
