"""The door as the app uses it: a call goes in, a reply comes out."""

import asyncio
import gzip
import json
import tracemalloc
import zlib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.npm.configuration import last_resort
from customhouse.gateway.interface import Call, Client, Reply, UnavailableError, header
from customhouse.gateway.npm import NpmDoor
from customhouse.gateway.npm.bodies import LARGEST
from customhouse.model.gateway import Reason
from customhouse.model.purl import Purl
from gateway.npm.doors import ABBREVIATED, BASE, NOW, NPM_AGENT, Behind, Door, held
from simulator.npm import NpmStore

BULK = "/-/npm/v1/security/advisories/bulk"


@pytest.fixture
def store():
    store = NpmStore("https://registry.example")
    for version in ("1.0.0", "1.1.0", "2.0.0"):
        store.publish("pad", version)
    store.publish("@acme/pad", "1.0.0")
    return store


@pytest.fixture
def behind(store):
    return Behind(store)


@pytest.fixture
def door(behind):
    return Door(behind)


def said(reply):
    assert reply.content_type == "application/json"
    document = json.loads(reply.body)
    assert list(document) == ["error"]
    return document["error"]


def body_of(reply):
    async def whole():
        return b"".join([piece async for piece in reply.file.read(0, reply.file.size)])

    return asyncio.run(whole())


def test_a_packument_in_both_forms(door, behind):
    behind.hide("pad", "2.0.0")
    full = door.ask("/pad")
    short = door.ask("/pad", headers={"accept": f"{ABBREVIATED}; q=1.0, application/json; q=0.8, */*"})
    assert (full.status, full.content_type) == (200, "application/json")
    assert (short.status, short.content_type) == (200, ABBREVIATED)
    for reply in (full, short):
        assert json.loads(reply.body)["dist-tags"] == {"latest": "1.1.0"}
        assert reply.reusable
        assert reply.varies == ("accept", "user-agent")
        assert header(reply.headers, "cache-control") == "no-cache"
    assert full.etag
    assert full.etag != short.etag
    assert full.etag == door.ask("/pad").etag
    behind.hide("pad", "1.1.0")
    assert door.ask("/pad").etag != full.etag


def test_the_answer_holds_no_longer_than_the_listing(store):
    class Ending(Behind):
        async def listed(self, purl):
            told = await super().listed(purl)
            listing = type(told.listing)(told.listing.purl, told.listing.standings, NOW, NOW + timedelta(hours=1))
            return type(told)(told.document, listing, told.revision, listing.until.timestamp())

    assert Door(Ending(store)).ask("/pad").until == (NOW + timedelta(hours=1)).timestamp()


def test_addresses_are_the_gateways_for_all_but_npm(door):
    for path in ("/pad", "/pad/1.0.0"):
        told = door.json(path)
        stated = told.get("versions", {}).get("1.0.0", told)
        assert stated["dist"]["tarball"] == f"{BASE}pad/-/pad-1.0.0.tgz"
        told = door.json(path, headers={"user-agent": NPM_AGENT})
        stated = told.get("versions", {}).get("1.0.0", told)
        assert stated["dist"]["tarball"] == f"{last_resort()}pad/-/pad-1.0.0.tgz"


@pytest.mark.parametrize("query", ["write=true", "version=2.0.0", "rev=1&revs=true", "%2e%2e", "a=b?c"])
def test_a_query_changes_nothing(door, behind, query):
    behind.hide("pad", "2.0.0")
    for path in ("/pad", "/pad/latest", "/-/package/pad/dist-tags", "/pad/-/pad-2.0.0.tgz"):
        assert door.ask(f"{path}?{query}") == door.ask(path)


def test_every_version_hidden_is_refused_by_name(door, behind):
    behind.hide("pad", "1.0.0", "1.1.0", "2.0.0")
    for path in ("/pad", "/-/package/pad/dist-tags"):
        reply = door.ask(path)
        assert reply.status == 403
        text = said(reply)
        assert "all its 3 versions are hidden" in text
        assert "2.0.0 is held until 2026-12-03 12:00 UTC (release-cooldown)" in text
        assert "customhouse explain pkg:npm/pad --gateway http://gateway.test:8080/" in text
        assert "ground=cooldown" in header(reply.headers, "customhouse-reason")


def test_what_upstream_does_not_have_is_missing(door, store):
    store.unpublish("@acme/pad")
    for path in ("/none", "/none/-/none-1.0.0.tgz", "/@acme/pad", "/-/package/none/dist-tags", "/pad/9.9.9"):
        assert door.ask(path).status == 404
        assert said(door.ask(path))


def test_one_version_by_number_and_by_tag(door, behind, store):
    store.tag("pad", "next", "2.0.0")
    behind.hide("pad", "2.0.0")
    assert door.json("/pad/1.0.0")["_id"] == "pad@1.0.0"
    assert door.json("/pad/latest")["_id"] == "pad@1.1.0"
    assert door.ask("/pad/next").status == 404
    assert door.json("/-/package/pad/dist-tags") == {"latest": "1.1.0"}
    assert door.json("/-/package/@acme%2fpad/dist-tags") == {"latest": "1.0.0"}
    hidden = door.ask("/pad/2.0.0")
    assert hidden.status == 403
    assert "pad@2.0.0 is held since 2026-11-30 10:00 UTC, until 2026-12-03 12:00 UTC" in said(hidden)


def test_a_tarball_is_what_the_gate_opens(door, behind, store):
    for path in ("/pad/-/pad-1.0.0.tgz", "/%70ad/-/pad-1%2e0.0.tgz"):
        reply = door.ask(path)
        assert reply.status == 200
        assert reply.content_type == "application/octet-stream"
        assert body_of(reply) == store._tarballs["/pad/-/pad-1.0.0.tgz"]
        assert len(reply.etag) == 64
        assert header(reply.headers, "cache-control") == "no-cache"
        assert (reply.reusable, reply.about) == (True, Purl("npm", "pad"))
        assert (reply.handed.purl, reply.handed.sha256) == (Purl("npm", "pad", "1.0.0"), reply.etag)
    for path in ("/@acme/pad/-/pad-1.0.0.tgz", "/@acme%2fpad/-/pad-1.0.0.tgz", "/@acme%2Fpad/-/pad-1.0.0.tgz"):
        assert door.ask(path).file is not None
    assert behind.opened[-1] == ("pkg:npm/%40acme/pad@1.0.0", "pad-1.0.0.tgz")


def test_a_tarball_of_no_version_is_not_asked_for(door, behind):
    for path in ("/pad/-/pad-9.9.9.tgz", "/pad/-/pad-1.0.tgz", "/pad/-/pad-latest.tgz", "/pad/-/pad-1.0.0.tgz.tgz"):
        assert door.ask(path).status == 404
    assert behind.opened == []


def test_a_refused_tarball_says_all_there_is_to_say(door, behind):
    told = Reason("risky-new-dependency", "plain-crypto-js ^4.2.1\x1b[2J\r\nX: 1 \u202ewas added", "critical")
    behind.late["pad", "2.0.0"] = held("2.0.0", decision="block", ground="verdict", until=None, reasons=(told,))
    for method in ("GET", "HEAD"):
        reply = door.ask("/pad/-/pad-2.0.0.tgz", method)
        assert reply.status == 403
        assert reply.file is None
        text = said(reply)
        assert text.startswith("pad@2.0.0 is blocked since 2026-11-30 10:00 UTC, until somebody decides otherwise: ")
        assert "[risky-new-dependency] plain-crypto-js ^4.2.1" in text
        command = "customhouse approve pkg:npm/pad@2.0.0 --gateway http://gateway.test:8080/ --reason ... --owner ..."
        assert text.endswith(command)
        assert text.isprintable()
        notice = header(reply.headers, "npm-notice")
        assert notice == "customhouse: pad@2.0.0 is blocked (risky-new-dependency)"
        why = header(reply.headers, "customhouse-reason")
        assert why == "decision=block; ground=verdict; rules=risky-new-dependency"
        assert header(reply.headers, "cache-control") == "no-store"
        assert not reply.reusable
        assert (reply.handed.purl.version, reply.handed.sha256) == ("2.0.0", "")


def test_what_cannot_be_a_path_is_not_asked_for(door, behind):
    for path in ("/..", "//pad", "/pad/", "/%2e%2e/x", "/@acme%252fpad", "/_all_docs", "http://registry.example/pad"):
        assert door.ask(path).status == 404
    assert behind.asked == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/pad"),
        ("PUT", "/@acme%2fpad"),
        ("PUT", "/pad/-rev/1-x"),
        ("DELETE", "/pad/-rev/1-x"),
        ("DELETE", "/pad/-/pad-1.0.0.tgz/-rev/1-x"),
        ("PUT", "/-/package/pad/dist-tags/latest"),
        ("DELETE", "/-/package/pad/dist-tags/latest"),
        ("PUT", "/-/user/org.couchdb.user:someone"),
        ("POST", "/-/v1/login"),
        ("POST", "/-/npm/v1/tokens"),
        ("DELETE", "/-/npm/v1/tokens/token/x"),
        ("PUT", "/-/team/acme/people/user"),
        ("POST", "/-/package/pad/access"),
        ("PATCH", "/pad"),
        ("OPTIONS", "/pad"),
        ("CONNECT", "/pad"),
        ("get", "/pad"),
        ("POST", "/../.."),
    ],
)
def test_nothing_is_taken(door, behind, method, path):
    reply = door.ask(path, method, body=b"{}")
    assert reply.status == 405
    assert "publish" in said(reply)
    assert header(reply.headers, "allow") == "GET, HEAD"
    assert behind.asked == []


def test_accounts_are_the_registrys(door, behind):
    for path in ("/-/npm/v1/tokens", "/-/npm/v1/user", "/-/org/acme/team", "/-/package/pad/collaborators"):
        assert door.ask(path).status == 403
        assert "no accounts" in said(door.ask(path))
    assert behind.asked == []


def test_ping_and_whoami_are_answered_here(door, behind):
    assert door.json("/-/ping?write=true") == {}
    assert door.json("/") == {}
    assert door.json("/-/whoami", token="ci-main") == {"username": "ci-main"}  # noqa: S106 - a token's name
    assert door.ask("/-/whoami").status == 401
    assert not door.ask("/-/whoami", token="ci-main").reusable  # noqa: S106
    assert behind.asked == []


def test_keys_attestations_and_search_are_upstreams(door, behind):
    behind.answers = {
        "-/npm/v1/keys": Reply(200, b'{"keys":[]}', headers=(("Set-Cookie", "a=b"),)),
        "-/npm/v1/attestations/@acme%2fpad@1.0.0": Reply(200, b'{"attestations":[]}'),
        "-/v1/search?text=pad&size=20": Reply(200, b'{"objects":[]}'),
        "-/v1/search": Reply(200, b'{"total":0}'),
    }
    assert door.json("/-/npm/v1/keys") == {"keys": []}
    assert door.ask("/-/npm/v1/keys").headers == (("Cache-Control", "no-store"),)
    for path in ("@acme/pad@1.0.0", "@acme%2fpad@1.0.0", "%40acme%2Fpad@1.0.0"):
        assert door.json(f"/-/npm/v1/attestations/{path}") == {"attestations": []}
    assert ("npm", "-/npm/v1/attestations/@acme%2fpad@1.0.0", "@acme/pad", None) in behind.asked
    assert door.json("/-/v1/search?text=pad&size=20") == {"objects": []}
    assert door.json("/-/v1/search") == {"total": 0}
    for query in ("text=a b", "text=%", "text=\r\nX:1", "text=\u0435", "text=a#b", "t" * 3000):
        assert door.ask(f"/-/v1/search?{query}").status == 400


def test_what_upstream_refuses_is_refused_in_words_of_ours(door, behind):
    reply = door.ask("/-/npm/v1/keys")
    assert reply.status == 404
    assert said(reply) == "the registry behind this gateway answered 404"
    behind.answers["-/npm/v1/keys"] = Reply(403, b"<script>", content_type="text/html")
    assert door.ask("/-/npm/v1/keys").status == 403
    assert said(door.ask("/-/npm/v1/keys"))


@pytest.mark.parametrize("path", [BULK, "/-/npm/v1/security/audits/quick", "/-/npm/v1/security/audits"])
def test_audits_are_passed_on_unpacked(door, behind, path):
    behind.answers[path[1:]] = Reply(200, b"{}")
    question = b'{"pad":["1.0.0"]}'
    for body, headers in ((question, {}), (gzip.compress(question), {"content-encoding": "gzip"})):
        assert door.ask(path, "POST", body=body, headers=headers).status == 200
        assert behind.asked[-1] == ("npm", path[1:], "", question)
    assert door.ask(path).status == 405


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        (b"", "", 400),
        (b"[]", "", 400),
        (b"{", "", 400),
        (b"[" * 100_000, "", 400),
        (b"{}", "gzip", 400),
        (gzip.compress(b"{}")[:-1], "gzip", 400),
        (gzip.compress(b"{}") + b"x", "gzip", 400),
        (b"", "gzip", 400),
        (zlib.compress(b"{}"), "deflate", 415),
        (gzip.compress(b"{}"), "gzip, gzip", 415),
        (gzip.compress(b" " * (LARGEST + 1)), "gzip", 413),
        (b" " * (LARGEST + 1), "", 413),
    ],
)
def test_a_body_that_cannot_be_used_goes_nowhere(door, behind, body, encoding, status):
    assert door.ask(BULK, "POST", body=body, headers={"content-encoding": encoding}).status == status
    assert behind.asked == []


def test_a_body_is_not_unpacked_beyond_its_bound(door):
    packer = zlib.compressobj(wbits=31)
    bomb = b"".join([*(packer.compress(bytes(2**24)) for _ in range(16)), packer.flush()])
    tracemalloc.start()
    try:
        assert door.ask(BULK, "POST", body=bomb, headers={"content-encoding": "gzip"}).status == 413
        assert tracemalloc.get_traced_memory()[1] < 3 * LARGEST
    finally:
        tracemalloc.stop()


def test_what_cannot_be_told_now_is_for_the_app_to_say(store):
    class Away(Behind):
        async def listed(self, purl):
            raise UnavailableError(f"{purl.display}: the registry does not answer")

    for path in ("/pad", "/pad/1.0.0", "/pad/-/pad-1.0.0.tgz", "/-/package/pad/dist-tags"):
        with pytest.raises(UnavailableError):
            Door(Away(store)).ask(path)


def test_a_document_that_does_not_read_is_not_told(store):
    class Broken(Behind):
        async def listed(self, purl):
            told = await super().listed(purl)
            document = type(told.document)(b'{"versions": 1}', "application/json", "", "", "2")
            return type(told)(document, told.listing, told.revision)

    with pytest.raises(UnavailableError, match="is no packument"):
        Door(Broken(store)).ask("/pad")


@given(
    st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "X"]),
    st.one_of(st.text(max_size=40), st.lists(st.sampled_from(["/", "-", "pad", "@acme", "%2f", "..", "1.0.0", "pad-1.0.0.tgz", "npm/v1", "v1/search", "security/audits", "ping"])).map("".join)),
    st.dictionaries(st.sampled_from(["accept", "user-agent", "content-encoding", "range", "x"]), st.text(max_size=40)),
    st.binary(max_size=20),
)  # fmt: skip
def test_whatever_is_asked_is_answered(method, path, headers, body):
    store = NpmStore("https://registry.example")
    store.publish("pad", "1.0.0")
    store.publish("@acme/pad", "1.0.0")
    behind = Behind(store)
    behind.hide("pad", "1.0.0")
    door = NpmDoor(behind, behind, behind)
    reply = asyncio.run(door.answer(Call(method, path, headers, Client("192.0.2.1"), BASE, body=body)))
    assert 200 <= reply.status < 500
    for name, value in reply.headers:
        assert f"{name}{value}".isascii()
        assert f"{name}{value}".isprintable()
    if reply.file is not None:
        assert behind.opened == [("pkg:npm/%40acme/pad@1.0.0", "pad-1.0.0.tgz")]
