"""The door as a whole: which call gets which reply, over a listing, a gate and an upstream in memory."""

import asyncio
import hashlib
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customhouse.gateway.interface import Call, Document, Reply, UnavailableError
from customhouse.gateway.pypi import door as door_module
from customhouse.gateway.pypi.refusals import PROBLEM
from customhouse.model.gateway import Reason, Standing
from customhouse.model.purl import Purl
from gateway.pypi.world import BASE, FILES, LATER, NOW, ROOT, World, ask, bytes_of, call, headers, location

JSON = "application/vnd.pypi.simple.v1+json"


@pytest.fixture
def world():
    """A project with an old release, a young one that is hidden, and one that only the gate knows to be bad."""
    made = World()
    made.store.announces_metadata = True
    made.store.publish("alpha", "1.0.0", source={"setup.py": "x"})
    made.store.publish("alpha", "1.0.0", provenance="https://registry.example/integrity/alpha/1.0.0/p")
    made.store.publish("alpha", "1.1.0", provenance="https://registry.example/integrity/alpha/1.1.0/p")
    made.store.publish("alpha", "0.9.0")
    made.hide("alpha", "1.1.0")
    made.gated["alpha", "0.9.0"] = Standing(
        "0.9.0", "block", "verdict", (Reason("downloads-and-runs", "setup.py downloads and runs it", "critical"),), NOW
    )
    return made


def file_of(world, version, ending=".whl"):
    return next(f for f in world.store._projects["alpha"] if f.version == version and f.filename.endswith(ending))


def address(world, version, ending=".whl"):
    return "/files/" + FILES.replace("://", "/") + file_of(world, version, ending).path


def shown(world, name="alpha", accept=JSON):
    reply = ask(world, f"/simple/{name}/", accept=accept)
    assert reply.status == 200
    return {file["filename"]: file for file in json.loads(reply.body)["files"]}


class TestPages:
    def test_the_list_hides_what_is_hidden(self, world):
        assert set(shown(world)) == {
            "alpha-0.9.0-py3-none-any.whl",
            "alpha-1.0.0-py3-none-any.whl",
            "alpha-1.0.0.tar.gz",
        }

    @pytest.mark.parametrize(
        ("accept", "kind"),
        [
            (JSON, JSON),
            ("application/vnd.pypi.simple.latest+html", "application/vnd.pypi.simple.v1+html; charset=utf-8"),
            ("text/html", "text/html; charset=utf-8"),
            ("*/*", "text/html; charset=utf-8"),
        ],
    )
    def test_headers(self, world, accept, kind):
        for path in ("/simple/alpha/", "/simple/"):
            reply = ask(world, path, accept=accept)
            assert (reply.status, reply.content_type, reply.varies) == (200, kind, ("accept",))
            assert headers(reply)["Cache-Control"] == "no-cache"
            assert headers(reply)["Vary"] == "Accept"
            assert reply.etag

    def test_a_client_that_says_nothing_gets_html(self, world):
        assert b"<a href=" in ask(world, "/simple/alpha/").body

    def test_a_form_that_there_is_not(self, world):
        for path in ("/simple/alpha/", "/simple/"):
            reply = ask(world, path, accept="application/json")
            assert reply.status == 406
            assert JSON.encode() in reply.body
            assert ("Vary", "Accept") in reply.headers

    def test_a_page_may_be_kept_until_the_listing_changes(self, world):
        reply = ask(world, "/simple/alpha/", accept=JSON)
        assert (reply.reusable, reply.until) == (True, LATER.timestamp())
        assert headers(reply)["Customhouse-Hidden"] == "1"

    def test_its_validator_names_form_and_revision(self, world):
        first = ask(world, "/simple/alpha/", accept=JSON).etag
        assert ask(world, "/simple/alpha/", accept=JSON).etag == first
        assert ask(world, "/simple/alpha/", accept="text/html").etag != first
        world.hide("alpha", "1.0.0")
        assert ask(world, "/simple/alpha/", accept=JSON).etag != first

    def test_where_all_is_hidden_the_page_is_empty_and_not_missing(self, world):
        """With 404 a client would ask its next index for the name."""
        world.hide("alpha", "1.0.0")
        world.hide("alpha", "0.9.0")
        assert shown(world) == {}
        assert b"hidden: 1.1.0 (cooldown, until 2026-12-03 12:00 UTC)" in ask(world, "/simple/alpha/").body

    def test_a_project_that_upstream_has_not(self, world):
        reply = ask(world, "/simple/nothing/", accept="text/html")
        assert (reply.status, reply.content_type) == (404, "text/plain; charset=utf-8")
        assert b"nothing" in reply.body

    def test_other_spellings_lead_to_the_page(self, world):
        reply = ask(world, "/simple/ALPHA", accept=JSON)
        assert reply.status == 301
        assert location("/simple/ALPHA", reply) == "/simple/alpha/"
        assert world.listings_asked == []

    def test_an_index_that_cannot_be_read_gives_nothing(self, world):
        world.documents["alpha"] = Document(b'{"files": 1}', JSON, ROOT, ROOT, "r")
        door = world.door

        async def listed(purl):  # the listing is another reader's: here it took what this one does not
            return await World(store=world.store).listed(purl)

        door._listings = type("Listings", (), {"listed": staticmethod(listed)})()
        assert asyncio.run(door.answer(call("/simple/alpha/"))).status == 200
        with pytest.raises(UnavailableError):
            door_module.read_document("alpha", world.documents["alpha"])

    def test_a_large_page_is_read_beside_the_loop(self, world, monkeypatch):
        monkeypatch.setattr(door_module, "_LARGE", 10)
        assert len(shown(world)) == 3

    def test_pages_are_kept_read_up_to_a_bound(self, world, monkeypatch):
        for number in range(20):
            world.store.publish(f"package-{number}", "1.0.0")

        async def asked():
            door = world.door
            for number in range(20):
                await door.answer(call(f"/simple/package-{number}/"))
            return len(door._pages)

        assert asyncio.run(asked()) == 20
        monkeypatch.setattr(door_module, "_KEPT_BYTES", 1000)
        assert asyncio.run(asked()) < 5


class TestFiles:
    def test_an_admitted_file_is_the_gates(self, world):
        reply = ask(world, address(world, "1.0.0"))
        data = file_of(world, "1.0.0").data
        assert (reply.status, reply.content_type, bytes_of(reply)) == (200, "application/octet-stream", data)
        assert reply.etag == hashlib.sha256(data).hexdigest()
        assert (reply.reusable, reply.about) == (True, Purl("pypi", "alpha"))
        assert (reply.handed.purl, reply.handed.sha256) == (Purl("pypi", "alpha", "1.0.0"), reply.etag)
        assert world.opened == [("pkg:pypi/alpha@1.0.0", "alpha-1.0.0-py3-none-any.whl")]
        assert headers(reply)["Cache-Control"] == "private, no-cache"
        assert world.asked == []

    def test_every_address_of_the_page_is_served(self, world):
        for name, file in shown(world).items():
            path = "/" + file["url"].removeprefix("../../")
            reply = ask(world, path)
            assert reply.status == (403 if "0.9.0" in name else 200), name

    @pytest.mark.parametrize("version", ["1.1.0", "0.9.0"])
    @pytest.mark.parametrize("headers_sent", [{}, {"range": "bytes=0-9"}, {"if-none-match": "*"}, {"host": "other"}])
    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_what_the_gate_refuses_is_refused_to_every_way_of_asking(self, world, version, headers_sent, method):
        reply = ask(world, address(world, version), method=method, **headers_sent)
        assert reply.status == 403
        assert reply.file is None
        assert file_of(world, version).data not in reply.body

    def test_a_hidden_release_is_the_gates_to_decide(self, world):
        """An approval that the list has not seen yet, or a lock of before: the list is a courtesy."""
        ask(world, address(world, "1.1.0"))
        assert world.opened == [("pkg:pypi/alpha@1.1.0", "alpha-1.1.0-py3-none-any.whl")]

    @pytest.mark.parametrize(
        "path",
        [
            "/files/https/evil.example/alpha-1.0.0-py3-none-any.whl",
            "/files/http/127.0.0.1:1/x/alpha-1.0.0-py3-none-any.whl",
            "/files/https/files.example/packages/00/00/other/alpha-1.0.0-py3-none-any.whl",
        ],
    )
    def test_nothing_is_fetched_from_where_the_path_says(self, world, path):
        reply = ask(world, path)
        assert bytes_of(reply) == file_of(world, "1.0.0").data
        assert world.asked == []
        assert world.opened == [("pkg:pypi/alpha@1.0.0", "alpha-1.0.0-py3-none-any.whl")]

    @pytest.mark.parametrize(
        "name", ["alpha-1.0.1-py3-none-any.whl", "alpha-1.0.0-cp311-none-any.whl", "beta-1.0.0-py3-none-any.whl"]
    )
    def test_a_file_that_no_page_lists_is_not_asked_for(self, world, name):
        assert ask(world, f"/files/https/files.example/{name}").status == 404
        assert world.opened == []

    def test_a_name_that_two_projects_may_have_is_found_where_it_is(self, world):
        world.store.publish("beta", "2-1", raw={"beta-2-1.tar.gz": b"of beta"})
        reply = ask(world, "/files/https/files.example/beta-2-1.tar.gz")
        assert bytes_of(reply) == b"of beta"
        world.store.publish("beta-2", "1", raw={"beta-2-1.tar.gz": b"of beta-2"})
        for name, data in (("beta", b"of beta"), ("beta-2", b"of beta-2")):
            file = world.store._projects[name][0]
            assert bytes_of(ask(world, f"/files/https/files.example{file.path}")) == data

    def test_the_version_is_the_listings_text(self, world):
        world.store.publish("gamma", "1.0", raw={"gamma-1.00.tar.gz": b"x"})
        ask(world, "/files/https/files.example/gamma-1.00.tar.gz")
        assert world.opened == [("pkg:pypi/gamma@1.0", "gamma-1.00.tar.gz")]

    def test_a_file_that_vanished_upstream(self, world):
        del world.store._projects["alpha"][1:]
        listed = World(store=world.store)
        world.store._projects["alpha"][0] = file_of(world, "1.0.0", ".tar.gz")
        door = world.door
        door._gate = type("Gate", (), {"open": staticmethod(_missing)})()
        reply = asyncio.run(door.answer(call(address(listed, "1.0.0", ".tar.gz"))))
        assert (reply.status, reply.file) == (404, None)


async def _missing(*_args, **_more):
    from customhouse.gateway.interface import Missing  # noqa: PLC0415 - of this one fake

    return Missing("it")


class TestMetadata:
    def test_upstreams_are_handed_out_when_they_have_the_pages_digest(self, world):
        reply = ask(world, address(world, "1.0.0") + ".metadata")
        assert reply.status == 200
        assert reply.body == file_of(world, "1.0.0").metadata
        assert reply.body.startswith(b"Metadata-Version")
        assert world.opened == []  # no wheel is fetched or inspected for it
        assert world.asked == [FILES + file_of(world, "1.0.0").path + ".metadata"]

    def test_others_never(self, world):
        at = FILES + file_of(world, "1.0.0").path + ".metadata"
        world.replies[at] = Reply(200, file_of(world, "1.0.0").metadata + b"Requires-Dist: evil\n")
        with pytest.raises(UnavailableError):
            ask(world, address(world, "1.0.0") + ".metadata")

    def test_of_a_hidden_release_there_are_none(self, world):
        assert ask(world, address(world, "1.1.0") + ".metadata").status == 404
        assert world.asked == []

    def test_without_a_digest_there_are_none(self, world):
        world.store.announces_metadata = False
        assert ask(world, address(world, "1.0.0") + ".metadata").status == 404
        assert ask(world, address(world, "1.0.0", ".tar.gz") + ".metadata").status == 404
        assert world.asked == []

    @pytest.mark.parametrize("status", [404, 403, 410])
    def test_what_upstream_has_not(self, world, status):
        world.replies[FILES + file_of(world, "1.0.0").path + ".metadata"] = Reply(status, b"no")
        assert ask(world, address(world, "1.0.0") + ".metadata").status == 404

    @pytest.mark.parametrize("reply", [Reply(500), Reply(302, headers=(("Location", "x"),)), Reply(200, b"x" * 2**24)])
    def test_what_upstream_cannot_say_now(self, world, reply):
        world.replies[FILES + file_of(world, "1.0.0").path + ".metadata"] = reply
        with pytest.raises(UnavailableError):
            ask(world, address(world, "1.0.0") + ".metadata")


class TestProvenance:
    PATH = "/integrity/alpha/1.0.0/alpha-1.0.0-py3-none-any.whl/provenance"
    UPSTREAM = "https://registry.example/integrity/alpha/1.0.0/p"

    def test_it_is_upstreams(self, world):
        world.replies[self.UPSTREAM] = Reply(200, b'{"version":1,"attestation_bundles":[]}')
        assert shown(world)["alpha-1.0.0-py3-none-any.whl"]["provenance"] == f"../..{self.PATH}"
        reply = ask(world, self.PATH)
        assert (reply.status, reply.content_type) == (200, "application/vnd.pypi.integrity.v1+json")
        assert reply.body == b'{"version":1,"attestation_bundles":[]}'
        assert world.asked == [self.UPSTREAM]

    @pytest.mark.parametrize("body", [b"<html>", b"[]", b"\xff{}"])
    def test_what_is_none_is_not_passed_on(self, world, body):
        world.replies[self.UPSTREAM] = Reply(200, body)
        with pytest.raises(UnavailableError):
            ask(world, self.PATH)

    def test_upstream_has_none(self, world):
        assert ask(world, self.PATH).status == 404

    def test_of_a_hidden_release_or_none_at_all(self, world):
        for path in (self.PATH.replace("1.0.0", "1.1.0"), self.PATH.replace("-py3-none-any.whl", ".tar.gz")):
            assert ask(world, path).status == 404
        assert world.asked == []


class TestDocuments:
    def test_hidden_releases_are_not_in_it(self, world):
        at = "https://registry.example/pypi/alpha/"
        whole = json.loads(world.store.handle(_request("/pypi/alpha/json")).body)
        whole["info"] |= {"version": "1.1.0", "summary": "of the hidden one", "download_url": "https://x.example/a.zip"}
        whole["urls"] = whole["releases"]["1.1.0"]
        world.replies[f"{at}json"] = Reply(200, json.dumps(whole).encode())
        old = {**whole, "info": {"name": "alpha", "version": "1.0.0", "summary": "of the old one"}}
        world.replies[f"{at}1.0.0/json"] = Reply(200, json.dumps(old | {"urls": whole["releases"]["1.0.0"]}).encode())
        reply = ask(world, "/alpha/json")
        told = json.loads(reply.body)
        assert b"1.1.0" not in reply.body
        assert told["info"] == {"name": "alpha", "version": "1.0.0", "summary": "of the old one", "download_url": None}
        assert set(told["releases"]) == {"0.9.0", "1.0.0"}
        assert {file["filename"] for file in told["urls"]} == {"alpha-1.0.0-py3-none-any.whl", "alpha-1.0.0.tar.gz"}
        for files in told["releases"].values():
            for file in files:
                assert file["url"].startswith(f"{BASE}files/https/files.example/")
                assert ask(world, "/" + file["url"].removeprefix(BASE)).status in (200, 403)
        assert world.asked == [f"{at}json", f"{at}1.0.0/json"]

    def test_one_version(self, world):
        at = "https://registry.example/pypi/alpha/1.0.0/json"
        world.replies[at] = Reply(200, b'{"info":{"version":"1.0.0"},"urls":[{"filename":"x"},3],"evil":1}')
        assert json.loads(ask(world, "/alpha/1.0.0/json").body) == {
            "info": {"version": "1.0.0", "download_url": None},
            "urls": [],
        }

    def test_a_hidden_version_or_none(self, world):
        for path in ("/alpha/1.1.0/json", "/alpha/7/json", "/alpha/x/json", "/nothing/json"):
            assert ask(world, path).status == 404
        assert world.asked == []

    def test_another_version_than_was_asked_for_is_not_told(self, world):
        world.replies["https://registry.example/pypi/alpha/1.0.0/json"] = Reply(200, b'{"info":{"version":"1.1.0"}}')
        assert ask(world, "/alpha/1.0.0/json").status == 404

    def test_without_a_document_of_the_newest_its_version_is_all_that_is_told(self, world):
        document = b'{"info":{"version":"1.1.0","summary":"x"},"releases":{},"urls":[]}'
        world.replies["https://registry.example/pypi/alpha/json"] = Reply(200, document)
        assert json.loads(ask(world, "/alpha/json").body)["info"] == {
            "name": "alpha",
            "version": "1.0.0",
            "download_url": None,
        }

    @pytest.mark.parametrize("body", [b"", b"[]", b"[" * 100_000, b"\xff"])
    def test_what_does_not_read(self, world, body):
        world.replies["https://registry.example/pypi/alpha/json"] = Reply(200, body)
        with pytest.raises(UnavailableError):
            ask(world, "/alpha/json")

    def test_an_index_without_documents(self, world):
        world.store.json_documents = False
        assert ask(world, "/alpha/json").status == 404

    def test_where_all_is_hidden(self, world):
        for version in ("1.0.0", "0.9.0"):
            world.hide("alpha", version)
        reply = ask(world, "/alpha/json")
        assert reply.status == 404
        assert b"1.1.0: cooldown, until 2026-12-03 12:00 UTC" in reply.body


def _request(path):
    from simulator.http import Request  # noqa: PLC0415 - of this one helper

    return Request("upstream", "GET", path, {})


class TestOthers:
    @pytest.mark.parametrize("path", ["/", "/legacy/", "/simple/", "/simple/alpha/", "/legacy/?:action=file_upload"])
    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
    def test_uploads_are_refused_with_a_word(self, world, path, method):
        reply = ask(world, path.partition("?")[0], method=method)
        assert reply.status == 403
        assert b"takes none in" in reply.body
        assert b"hint:" in reply.body
        assert world.listings_asked == world.opened == world.asked == []

    @pytest.mark.parametrize("method", ["DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"])
    def test_other_methods(self, world, method):
        reply = ask(world, "/simple/alpha/", method=method)
        assert reply.status == 405
        assert headers(reply)["Allow"] == "GET, HEAD"

    def test_what_is_no_address(self, world):
        assert ask(world, "/simple/../alpha/").status == 400
        assert ask(world, "/-/metrics").status == 404
        assert world.listings_asked == world.opened == world.asked == []

    def test_unavailable_is_the_apps_to_say(self, world):
        async def fails(*_args, **_more):
            raise UnavailableError("no")

        door = world.door
        door._gate = type("Gate", (), {"open": staticmethod(fails)})()
        with pytest.raises(UnavailableError):
            asyncio.run(door.answer(call(address(world, "1.0.0"))))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["alpha-1.1.0-py3-none-any.whl", "alpha-0.9.0-py3-none-any.whl"]),
    st.lists(
        st.sampled_from(["files", "https", "files.example", "simple", "packages", "..", "%2e%2e", "", ".", "%2f", "x"]),
        max_size=6,
    ),
    st.sampled_from(["", ".metadata", "/", "%00", "?x=1", "#x", "/provenance", "%2emetadata"]),
    st.sampled_from(["", "uv/1", "pip/26", "curl/8"]),
    st.sampled_from(["GET", "HEAD", "POST"]),
)
def test_no_way_of_asking_gets_a_refused_file(world, name, parts, ending, agent, method):
    world.hide("alpha", "0.9.0")
    path = "/" + "/".join([*parts, name]) + ending
    data = [file.data for file in world.store._projects["alpha"] if file.filename == name]
    reply = asyncio.run(
        world.door.answer(Call(method, path, {}, call("/", agent=agent).client, BASE, "filename=" + name))
    )
    assert reply.file is None
    assert reply.status >= 300
    assert all(each not in reply.body for each in data)
    assert reply.content_type == PROBLEM or reply.content_type.startswith(("text/plain", "application/json"))
