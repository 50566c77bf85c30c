"""Online sources over loopback servers: batched, bounded, distrusted, and kept."""

import asyncio
import json

import pytest

from advisories.records import ranged, record
from customhouse.ecosystems.registries import open_registries
from customhouse.ecosystems.transport import Bounds, Transport
from customhouse.engine.intelligence import Intelligence
from customhouse.engine.online_advisories import NpmAdvisories, OsvApi, npm_source, osv_source
from customhouse.model.errors import CustomhouseError, HostileUpstream, UnreachableUpstream
from customhouse.model.purl import make_purl
from customhouse.storage.evidence_cache import EvidenceCache
from simulator import RegistrySimulator
from simulator.http import Response, Server

LIB = make_purl("npm", "lib", "1.0.0")
REQUESTS = make_purl("pypi", "requests", "2.0")
QUICK = Bounds(connect=2, read=2, total=5, attempts=1)


class Osv:
    """The query API over some records, a page of one at a time where `paged`."""

    def __init__(self, *records):
        self.records = {each["id"]: each for each in records}
        self.asked, self.paged, self.answer = [], False, None

    def __call__(self, request):
        self.asked.append((request.method, request.path))
        if self.answer is not None:
            return Response(body=self.answer)
        if request.path.startswith("/v1/vulns/"):
            return Response(body=json.dumps(self.records[request.path.rpartition("/")[2]]).encode())
        results = []
        for query in json.loads(request.body)["queries"]:
            names = [
                {"id": each["id"], "modified": each["modified"]}
                for each in self.records.values()
                if each["affected"][0]["package"] == query["package"]
            ]
            start = int(query.get("page_token", 0))
            result = {"vulns": names[start : start + 1] if self.paged else names}
            if self.paged and start + 1 < len(names):
                result["next_page_token"] = str(start + 1)
            results.append(result)
        return Response(body=json.dumps({"results": results}).encode())


@pytest.fixture
def osv():
    api = Osv(
        record("MAL-1", versions=["1.0.0"]),
        record("GHSA-1", ranges=ranged(("introduced", "0"), ("fixed", "2.0.0"))),
        record("PYSEC-1", "requests", "PyPI", versions=["2.0.0"]),
    )
    server = Server()
    api.url = f"http://127.0.0.1:{server.listen('osv', api)}"
    yield api
    server.close()


def ask(osv, cache, *purls):
    return asyncio.run(OsvApi(Transport({}, QUICK), cache, osv.url).ask(purls))


@pytest.mark.parametrize("paged", [False, True])
def test_one_batch_and_each_record_once_ever(osv, tmp_path, paged):
    osv.paged = paged
    with EvidenceCache(tmp_path) as cache:
        found = ask(osv, cache, LIB, REQUESTS)
        assert {name: {each.id for each in records} for name, records in found.items()} == {
            ("npm", "lib"): {"MAL-1", "GHSA-1"},
            ("pypi", "requests"): {"PYSEC-1"},
        }
        batches = 2 if paged else 1
        assert [method for method, _ in osv.asked] == ["POST"] * batches + ["GET"] * 3
        ask(osv, cache, LIB, REQUESTS)
        assert len(osv.asked) == 2 * batches + 3


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"<html>", "does not read"),
        (b'{"results": []}', "0 of 1 questions"),
        (b'{"results": [{"vulns": [{"id": "../../x"}]}]}', "names a record"),
        (b'{"results": [{"next_page_token": "again"}]}', "more than"),
        (json.dumps({"results": [{"vulns": [{"id": f"A-{at}"} for at in range(20_001)]}]}).encode(), "beyond"),
        (b'{"results": [{"vulns": [{"id": "A-1"}]}], "id": "B-1"}', "when asked for A-1"),
    ],
)
def test_what_is_not_an_answer_is_refused(osv, tmp_path, answer, said):
    osv.answer = answer
    with EvidenceCache(tmp_path) as cache, pytest.raises(HostileUpstream, match=said):
        ask(osv, cache, LIB)


def test_matches_through_the_intelligence_of_a_run(osv, tmp_path):
    with EvidenceCache(tmp_path) as cache:
        opened = Intelligence([], online=[OsvApi(Transport({}, QUICK), cache, osv.url)])
        asyncio.run(opened.prepare([LIB, REQUESTS]))
    assert [match.id for match in opened.match(LIB)] == ["MAL-1", "GHSA-1"]
    assert [match.id for match in opened.match(REQUESTS)] == ["PYSEC-1"]
    assert opened.gaps() == ()


def test_only_https_elsewhere(tmp_path):
    with EvidenceCache(tmp_path) as cache, pytest.raises(CustomhouseError, match="only HTTPS is"):
        osv_source(cache, {"CUSTOMHOUSE_OSV_API": "http://api.example"})


ADVISORY = {
    "id": 1,
    "url": "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
    "title": "A weakness",
    "severity": "high",
    "vulnerable_versions": "<1.2.0",
    "cwe": ["CWE-79"],
    "cvss": {"score": 0, "vectorString": None},
}


def ask_npm(answer, *purls, tmp_path, spoil=None):
    with RegistrySimulator() as registry:
        how = spoil or (lambda _request, _response: Response(body=json.dumps(answer).encode()))
        registry.misbehave("advisories/bulk", how)

        async def run():
            async with open_registries(tmp_path, {"HOME": str(tmp_path)}, npm_registry=registry.npm_url) as registries:
                return await npm_source(registries).ask(purls)

        found = asyncio.run(run())
        return found, [json.loads(request.body) for request in registry.asked("npm")]


def test_the_registrys_own_advisories(tmp_path):
    malware = {**ADVISORY, "id": 2, "url": "", "severity": "low", "cwe": ["CWE-506"], "vulnerable_versions": ">=0"}
    found, asked = ask_npm(
        {"lib": [ADVISORY, malware], "not-asked": [ADVISORY]},
        LIB, make_purl("npm", "lib", "1.2.0"), make_purl("npm", "lib", "1.2.0-rc.1"), REQUESTS,
        tmp_path=tmp_path,
    )  # fmt: skip
    assert asked == [{"lib": ["1.0.0", "1.2.0", "1.2.0-rc.1"]}]
    assert set(found) == {("npm", "lib")}
    flaw, bad = found["npm", "lib"]
    assert (flaw.id, flaw.severity, flaw.affected[0].versions) == (
        "GHSA-aaaa-bbbb-cccc",
        "high",
        ("1.0.0", "1.2.0-rc.1"),
    )
    assert (bad.id, bad.kind, bad.severity) == ("npm-2", "malicious", "critical")


def test_an_answer_of_another_shape_or_none_is_the_registrys_fault(tmp_path):
    with pytest.raises(HostileUpstream, match="does not read"):
        ask_npm({"lib": [{"title": "no range"}]}, LIB, tmp_path=tmp_path)
    with pytest.raises(UnreachableUpstream, match="unexpected status 400"):
        ask_npm({}, LIB, tmp_path=tmp_path, spoil=lambda *_: Response(status=400))
    assert NpmAdvisories.name == "the npm registry"
