"""Online sources of advisories: the OSV query API, and the npm registry's own advisories. Asked only when configured.

Both answer for many releases at once. What they say is evaluated here, by the records, like what the index has.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from customhouse.ecosystems.fetching import Ask, Fetcher
from customhouse.ecosystems.registries import Registries
from customhouse.engine.artifacts import end_tasks
from customhouse.evidence.intelligence import PackageName
from customhouse.evidence.osv_record import MAX_RECORD, RecordError, read_record
from customhouse.evidence.severity import severity_of
from customhouse.model.advisory import AdvisoryRecord, AffectedPackage
from customhouse.model.errors import CustomhouseError, HostileUpstream
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import Purl
from customhouse.storage.evidence_cache import EvidenceCache
from customhouse.versions import npm

#: https://google.github.io/osv.dev/api/; CUSTOMHOUSE_OSV_API names another.
OSV_API = "https://api.osv.dev"
#: Questions in one batch: the API's own bound.
_BATCH = 1000
#: Pages of one question, and records of one run, before an answer is not believed.
_PAGES, _RECORDS = 20, 20_000
_ANSWER_LIMIT = 64 * 2**20
_NPM_NAMES = 500
_KIND, _VERSION = "osv-record", "1"
_AT_ONCE = 12
_ID = lazy_regex(r"[A-Za-z0-9][A-Za-z0-9._:-]{1,127}")
_GHSA = lazy_regex(r"GHSA(?:-[0-9a-z]{4}){3}")
_HINT = "leave it out of [advisories] online, or try again later"


class OsvApi:
    """The OSV query API: ids by batch, then each record once; records are kept by id and `modified`."""

    name = "the OSV query API"

    def __init__(self, fetcher: Fetcher, cache: EvidenceCache, base: str = OSV_API) -> None:
        """Ask through `fetcher`, which this closes after each answer."""
        self._fetcher = fetcher
        self._cache = cache
        self._base = base.rstrip("/")

    async def ask(self, purls: Sequence[Purl]) -> dict[PackageName, tuple[AdvisoryRecord, ...]]:
        """Return the records about these releases. Raises UpstreamError."""
        tasks: list[asyncio.Task[AdvisoryRecord]] = []
        try:
            wanted: dict[str, str] = {}
            for start in range(0, len(purls), _BATCH):
                wanted |= await self._ids(purls[start : start + _BATCH])
            if len(wanted) > _RECORDS:
                raise HostileUpstream(f"{self.name} names {len(wanted):,} records, beyond {_RECORDS:,}", hint=_HINT)
            slots = asyncio.Semaphore(_AT_ONCE)
            tasks += [asyncio.create_task(self._record(*each, slots)) for each in wanted.items()]
            return by_package(await asyncio.gather(*tasks), purls)
        finally:
            await end_tasks(tasks)
            await self._fetcher.aclose()

    async def _ids(self, purls: Sequence[Purl]) -> dict[str, str]:
        """Return id → modified of everything that speaks of these releases."""
        questions: list[dict[str, Any]] = [
            {"package": {"ecosystem": "npm" if each.ecosystem == "npm" else "PyPI", "name": each.name},
             "version": each.version}
            for each in purls
        ]  # fmt: skip
        found: dict[str, str] = {}
        for _ in range(_PAGES):
            body = msgspec.json.encode({"queries": questions})
            answer = await self._fetcher.get(
                Ask(f"{self._base}/v1/querybatch", self.name, _ANSWER_LIMIT, (self._base,), body=body)
            )
            results = _decoded(answer.data, _Batch, self.name).results
            if len(results) != len(questions):
                raise HostileUpstream(f"{self.name} answered {len(results)} of {len(questions)} questions", hint=_HINT)
            following = []
            for question, result in zip(questions, results, strict=True):
                for each in result.vulns or ():
                    if not _ID.fullmatch(each.id):
                        raise HostileUpstream(f"{self.name} names a record {each.id[:80]!r}", hint=_HINT)
                    found[each.id] = each.modified
                if result.next_page_token:
                    following.append({**question, "page_token": result.next_page_token})
            if not following:
                return found
            questions = following
        raise HostileUpstream(f"{self.name} answers in more than {_PAGES} pages", hint=_HINT)

    async def _record(self, identity: str, modified: str, slots: asyncio.Semaphore) -> AdvisoryRecord:
        subject = f"{identity} {modified}"
        kept = self._cache.get(_KIND, subject, _VERSION, AdvisoryRecord)
        if kept is not None:
            return kept[0]
        url = f"{self._base}/v1/vulns/{quote(identity, safe='')}"
        async with slots:
            answer = await self._fetcher.get(Ask(url, f"advisory {identity}", MAX_RECORD, (self._base,)))
        try:
            record = read_record(answer.data)
        except RecordError as error:
            raise HostileUpstream(f"{self.name}: {identity}: {error}", hint=_HINT) from None
        if record.id != identity:
            raise HostileUpstream(f"{self.name} answered {record.id!r} when asked for {identity}", hint=_HINT)
        self._cache.put(_KIND, subject, _VERSION, record, time.time())
        return record


class NpmAdvisories:
    """What the configured npm registry knows: the endpoint that `npm audit` asks."""

    name = "the npm registry"

    def __init__(self, registries: Registries) -> None:
        """Ask where the registries' configuration says, with its credentials."""
        self._registries = registries

    async def ask(self, purls: Sequence[Purl]) -> dict[PackageName, tuple[AdvisoryRecord, ...]]:
        """Return the records about these releases. Raises UpstreamError.

        Scoped packages of another registry than the default are asked there.
        """
        versions: dict[str, set[str]] = {}
        for purl in purls:
            if purl.ecosystem == "npm" and purl.version:
                versions.setdefault(purl.name, set()).add(purl.version)
        found: dict[PackageName, tuple[AdvisoryRecord, ...]] = {}
        names = sorted(versions)
        for start in range(0, len(names), _NPM_NAMES):
            asked = {name: sorted(versions[name]) for name in names[start : start + _NPM_NAMES]}
            for answer in await self._ask(asked):
                told = _decoded(answer, dict[str, list[_NpmAdvisory]], self.name)
                for name, advisories in told.items():
                    if name in asked:
                        records = tuple(_npm_record(name, each, asked[name]) for each in advisories)
                        found["npm", name] = (*found.get(("npm", name), ()), *records)
        return found

    async def _ask(self, asked: Mapping[str, Sequence[str]]) -> list[bytes]:
        try:
            return await self._registries.npm.advisories(asked)
        except CustomhouseError as error:  # its configuration cannot be read: told once more where packages are asked
            raise HostileUpstream(error.message, hint=error.hint) from None


class _Found(msgspec.Struct):
    id: str
    modified: str = ""


class _Result(msgspec.Struct):
    vulns: list[_Found] | None = None
    next_page_token: str = ""


class _Batch(msgspec.Struct):
    results: list[_Result]


class _Cvss(msgspec.Struct):
    vector: str | None = msgspec.field(default=None, name="vectorString")


class _NpmAdvisory(msgspec.Struct, rename={"vulnerable": "vulnerable_versions"}):
    vulnerable: str
    id: int | str = 0
    url: str = ""
    title: str = ""
    severity: str = ""
    cwe: list[str] | None = None
    cvss: _Cvss | None = None


def _npm_record(name: str, told: _NpmAdvisory, versions: Sequence[str]) -> AdvisoryRecord:
    """Make a record that covers exactly those of the asked versions that the advisory's range covers.

    The range is npm's own and admits prereleases, as `npm audit` reads it.
    """
    identity = match.group() if (match := _GHSA.search(told.url)) else f"npm-{told.id}"
    covered = tuple(one for one in versions if npm.satisfies(one, told.vulnerable, include_prerelease=True))
    malicious = "CWE-506" in (told.cwe or ())
    vectors = [{"score": told.cvss.vector}] if told.cvss and told.cvss.vector else []
    severity, known = severity_of(told.severity, vectors)
    return AdvisoryRecord(
        id=identity,
        kind="malicious" if malicious else "vulnerability",
        summary=told.title[:300],
        severity="critical" if malicious else severity,
        severity_known=known or malicious,
        references=(told.url[:300],) if told.url else (),
        affected=(AffectedPackage("npm", name, versions=covered, known_range=told.vulnerable[:300]),),
    )


def by_package(
    records: Sequence[AdvisoryRecord], purls: Sequence[Purl]
) -> dict[PackageName, tuple[AdvisoryRecord, ...]]:
    """Sort records by the packages that were asked for."""
    wanted = {(purl.ecosystem, purl.name) for purl in purls}
    found: dict[PackageName, tuple[AdvisoryRecord, ...]] = {}
    for record in records:
        for name in {(each.ecosystem, each.name) for each in record.affected} & wanted:
            found[name] = (*found.get(name, ()), record)
    return found


def _decoded(data: bytes, kind: Any, who: str) -> Any:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise HostileUpstream(f"{who} answered what does not read: {error}", hint=_HINT) from None


def osv_source(cache: EvidenceCache, environ: Mapping[str, str]) -> OsvApi:
    """Make the OSV source over a transport of its own. Raises CustomhouseError for an address that is not HTTPS."""
    from customhouse.ecosystems.transport import Transport  # noqa: PLC0415 - only when it is asked
    from customhouse.engine.advisory_update import refuse_unencrypted  # noqa: PLC0415

    base = environ.get("CUSTOMHOUSE_OSV_API", "") or OSV_API
    refuse_unencrypted(base)
    return OsvApi(Transport(environ), cache, base)


def npm_source(registries: Registries) -> NpmAdvisories:
    """Make the npm source."""
    return NpmAdvisories(registries)
