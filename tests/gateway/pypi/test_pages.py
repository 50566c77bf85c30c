"""Pages as clients get them: nothing of what is hidden, everything else as it was, in both forms."""

import asyncio
import json
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.ecosystems.fetching import Answer
from customhouse.ecosystems.pypi.simple import read_page
from customhouse.gateway.interface import Document
from customhouse.gateway.pypi.entries import read_document
from customhouse.gateway.pypi.pages import hidden_notes, rendered, rendered_root, shown_page
from customhouse.gateway.pypi.paths import File, Metadata, read_target
from customhouse.model.gateway import Listing, Reason, Standing
from customhouse.model.purl import Purl
from gateway.pypi.world import BASE, FILES, LATER, NOW, World

PAGE = f"{BASE}simple/alpha/"
KINDS = {"json": "application/vnd.pypi.simple.v1+json", "html": "text/html"}
SHA = "a" * 64


def world(**switches):
    """Four releases of several files each."""
    made = World()
    made.store.announces_metadata = True
    for switch, value in switches.items():
        setattr(made.store, switch, value)
    made.store.publish("alpha", "1.0.0", requires_python=">=3.8", yanked='broken <b> & "bad"')
    made.store.publish("alpha", "1.1.0", source={"setup.py": "x"}, yanked=True)
    made.store.publish(
        "alpha",
        "2.0.0",
        wheels={"cp311-cp311-manylinux_2_17_x86_64": {}, "py3-none-any": {}},
        source={"setup.py": "x"},
        provenance="https://registry.example/integrity/alpha/2.0.0/provenance",
    )
    made.store.publish("alpha", "2.1.0rc1+local.1", raw={"alpha-2.1.0rc1+local.1.tar.gz": b"x"})
    return made


def pages(made, name="alpha"):
    listed = asyncio.run(made.listed(Purl("pypi", name)))
    page = read_document(name, listed.document)
    return page, shown_page(page, listed.listing), listed


def ours(body, form):
    """Read a page of ours as the tool itself reads upstream's."""
    return read_page("alpha", Answer(PAGE, KINDS[form], body))


def theirs(document):
    return read_page("alpha", Answer(document.url, document.content_type.partition(";")[0], document.data))


MODES = (
    {},
    {"html_only": True},
    {"html_only": True, "upload_time_attribute": True},
    {"upload_times": False},
    {"announces_provenance": False},
    {"announces_metadata": False},
    {"announces_metadata": False, "html_only": True},
)


@pytest.mark.parametrize("switches", MODES, ids=str)
@pytest.mark.parametrize("form", ["json", "html"])
def test_kept_entries_say_what_upstream_says(switches, form):
    _, shown, listed = pages(world(**switches))
    body = rendered(shown, form, {})
    upstream = {file.filename: file for file in theirs(listed.document)}
    found = {file.filename: file for file in ours(body, form)}
    assert list(found) == list(upstream)
    for name, file in found.items():
        before = upstream[name]
        assert (file.digests, file.uploaded) == (before.digests, before.uploaded), name
        # HTML has no place for a size, nor for the reason that says nothing.
        assert file.size == (before.size if form == "json" else None)
        assert (file.yanked, file.yank_reason) == (before.yanked, before.yank_reason)
        if form == "json":
            assert file.provenance == before.provenance
        assert bool(file.provenance_url) == bool(before.provenance_url)
        assert file.url.startswith(f"{BASE}files/https/files.example/packages/")
        assert file.url.replace(f"{BASE}files/https/", "https://") == before.url


@pytest.mark.parametrize("switches", MODES, ids=str)
def test_both_forms_say_the_same(switches):
    _, shown, _ = pages(world(**switches))
    as_json, as_html = ours(rendered(shown, "json", {}), "json"), ours(rendered(shown, "html", {}), "html")
    assert [(one.filename, one.url, one.digests, one.uploaded, one.yanked, one.yank_reason) for one in as_json] == [
        (one.filename, one.url, one.digests, one.uploaded, one.yanked, one.yank_reason) for one in as_html
    ]


def test_json_values_are_upstreams_bytes():
    document = Document(
        rb'{"meta":{"api-version":"1.4","_last-serial":12,"tracks":["https://registry.example/x"]},"name":"alpha",'
        rb'"alternate-locations":["https://elsewhere.example/"],"project-status":{"status":"archived","reason":"\u00e4"},'
        rb'"versions":["1.0.0"],"files":[{"filename":"alpha-1.0.0.tar.gz","url":"https://files.example/alpha-1.0.0.tar.gz",'
        rb'"hashes":{"sha256" :  "aa","blake2b":"bb"},"requires-python":"\u003e=3","yanked":"na\u00efve","gpg-sig":false,'
        rb'"size":1,"upload-time":"2024-01-01T00:00:00.123456Z","mirror":"https://elsewhere.example/f"}]}',
        KINDS["json"],
        "https://registry.example/simple/alpha/",
        "https://registry.example/simple/",
        "r",
    )
    made = World(documents={"alpha": document})
    _, shown, _ = pages(made)
    body = rendered(shown, "json", {})
    for kept in (
        rb'"hashes":{"sha256" :  "aa","blake2b":"bb"}',
        rb'"requires-python":"\u003e=3"',
        rb'"yanked":"na\u00efve"',
        rb'"upload-time":"2024-01-01T00:00:00.123456Z"',
        b'"_last-serial":12',
        b'"gpg-sig":false',
    ):
        assert kept in body
    told = json.loads(body)
    assert told["project-status"] == {"status": "archived", "reason": "ä"}
    assert told["meta"]["api-version"] == "1.4"
    # What would lead a client elsewhere is not passed on.
    assert b"elsewhere" not in body
    assert b"tracks" not in body
    as_html = rendered(shown, "html", {})
    assert b"elsewhere" not in as_html
    assert "#" not in as_html.decode().partition("<a href=")[2].partition(">")[0]  # no digest that a client would know
    assert b'<meta name="pypi:project-status" content="archived">' in as_html


VERSIONS = ("1.0.0", "1.1.0", "2.0.0", "2.1.0rc1+local.1")


@settings(deadline=None)
@given(st.sets(st.sampled_from(VERSIONS)), st.sampled_from(MODES), st.sampled_from(["json", "html"]))
def test_nothing_of_a_hidden_version_is_on_the_page(hidden, switches, form):
    made = world(**switches)
    for version in hidden:
        made.hide("alpha", version)
    page, shown, listed = pages(made)
    body = rendered(shown, form, hidden_notes(listed.listing)).decode()
    for name, entry in page.entries.items():
        stays = str(entry.version) not in hidden
        assert (name in body) == stays
        assert (str(entry.value("hashes")["sha256"]) in body) == stays
    assert {file.filename for file in ours(body.encode(), form)} == set(shown.entries)
    if form == "json":
        told = json.loads(body)
        assert told.get("versions", sorted(set(VERSIONS) - hidden)) == sorted(set(VERSIONS) - hidden)
        assert ("versions" in told) == (page.versions is not None)
        assert set(told["meta"].get("_hidden", ())) == hidden


@settings(deadline=None)
@given(st.sets(st.sampled_from(VERSIONS)), st.sampled_from(["json", "html"]))
def test_what_nobody_judged_is_not_shown(judged, form):
    page, _, listed = pages(world())
    listing = Listing(listed.listing.purl, {version: Standing(version, "allow", "admitted") for version in judged}, NOW)
    shown = shown_page(page, listing)
    assert {str(entry.version) for entry in shown.entries.values()} == judged
    assert {file.filename for file in ours(rendered(shown, form, {}), form)} == set(shown.entries)


def test_a_version_written_in_two_ways_is_hidden_when_either_is():
    page, _, listed = pages(world())
    standings = {"2.0": Standing("2.0", "allow", "admitted"), "2.0.0": Standing("2.0.0", "block", "blocked-here")}
    shown = shown_page(page, Listing(listed.listing.purl, standings, NOW))
    assert (dict(shown.entries), shown.versions) == ({}, ())


def test_a_version_is_known_however_the_listing_writes_it():
    page, _, listed = pages(world())
    shown = shown_page(page, Listing(listed.listing.purl, {"2.0": Standing("2.0", "allow", "admitted")}, NOW))
    assert {str(entry.version) for entry in shown.entries.values()} == {"2.0.0"}
    assert shown.versions == ("2.0.0",)


@pytest.mark.parametrize("form", ["json", "html"])
def test_files_that_say_no_version_are_never_shown(form):
    made = world()
    made.store.publish("alpha", "3.0.0", raw={"notes.txt": b"x", "beta-3.0.0.tar.gz": b"x", "alpha-three.zip": b"x"})
    _, shown, _ = pages(made)
    body = rendered(shown, form, {}).decode()
    assert not any(name in body for name in ("notes", "beta", "three"))
    assert "3.0.0" not in body


@pytest.mark.parametrize("switches", [{}, {"html_only": True}], ids=str)
def test_files_without_a_digest_are_shown_without_one(switches):
    made = world(**switches)
    page, _, listed = pages(made)
    bare = listed.document.data.replace(b'"hashes": {', b'"hashes": {}, "x": {')
    bare = b"".join(piece if i == 0 else piece[64:] for i, piece in enumerate(bare.split(b"#sha256=")))
    made.documents["alpha"] = Document(bare, listed.document.content_type, listed.document.url, "", "r")
    _, shown, _ = pages(made)
    assert set(shown.entries) == set(page.entries)
    for form in KINDS:
        assert all(file.digests == () for file in ours(rendered(shown, form, {}), form))
    assert b'"hashes":{}' in rendered(shown, "json", {})


def test_metadata_are_announced_where_they_can_be_verified():
    _, shown, _ = pages(world())
    told = {file["filename"]: file for file in json.loads(rendered(shown, "json", {}))["files"]}
    wheels = [name for name in told if name.endswith(".whl")]
    assert wheels
    for name, file in told.items():
        assert ("core-metadata" in file) == (name in wheels)
        if name in wheels:
            assert file["core-metadata"] == file["dist-info-metadata"]
            assert isinstance(read_target("/" + urlsplit(urljoin(PAGE, file["url"])).path[6:] + ".metadata"), Metadata)
    body = rendered(shown, "html", {}).decode()
    assert body.count("data-core-metadata=") == body.count("data-dist-info-metadata=") == len(wheels)


def test_an_upload_time_is_never_made_up():
    made = world(html_only=True)
    when = datetime(2020, 1, 1, tzinfo=UTC)
    page, _, listed = pages(made)
    standings = {
        version: Standing(version, "allow", "admitted", published=when) for version in listed.listing.standings
    }
    shown = shown_page(page, Listing(listed.listing.purl, standings, NOW))
    for form in KINDS:
        assert b"upload-time" not in rendered(shown, form, {})


def test_pip_reads_the_same_out_of_both_forms():
    collector = pytest.importorskip("pip._internal.index.collector")
    _, shown, listed = pages(world())
    links = {}
    for form, kind in (("json", KINDS["json"]), ("html", "text/html; charset=utf-8")):
        content = collector.IndexContent(rendered(shown, form, {}), kind, "utf-8", PAGE)
        links[form] = {
            link.filename: (
                link.url_without_fragment,
                link.as_hashes(),
                link.yanked_reason,
                link.requires_python,
                # Older pips read it, and keep it in a field of another name.
                (found := getattr(link, "metadata_file_data", None)) and found.hashes,
            )
            for link in collector.parse_links(content)
        }
    assert links["json"] == links["html"]
    assert set(links["json"]) == {file.filename for file in theirs(listed.document)}
    assert links["json"]["alpha-1.0.0-py3-none-any.whl"][2:4] == ('broken <b> & "bad"', ">=3.8")


hostile = st.text(alphabet="<>&\"'=#/ ab\u00e4\u202e\n;", max_size=12)


@given(hostile, hostile, hostile, hostile)
def test_no_value_breaks_out_of_its_place(requires, yanked, uploaded, algorithm):
    entry = {
        "filename": "alpha-1.0.0.tar.gz",
        "url": f"{FILES}/alpha-1.0.0.tar.gz",
        "hashes": {algorithm: requires, "sha256": SHA},
        "requires-python": requires,
        "yanked": yanked,
        "upload-time": uploaded,
        "core-metadata": {algorithm: yanked, "sha256": SHA},
    }
    data = json.dumps({"files": [entry], "name": "alpha", "project-status": {"status": yanked, "reason": requires}})
    made = World(documents={"alpha": Document(data.encode(), KINDS["json"], f"{FILES}/simple/alpha/", FILES, "r")})
    _, shown, _ = pages(made)
    (as_json,) = json.loads(rendered(shown, "json", {}))["files"]
    assert (as_json["requires-python"], as_json["yanked"], as_json["hashes"]) == (requires, yanked, entry["hashes"])
    assert as_json["core-metadata"] == {"sha256": SHA}
    body = rendered(shown, "html", {"1<b>": f"{requires}<script>"}).decode()
    assert body.count("<a ") == 1
    assert "<script" not in body
    read = read_document("alpha", Document(body.encode(), "text/html", PAGE, BASE, "r"))
    (back,) = read.entries.values()
    assert (back.value("requires-python") or "") == requires
    assert (back.value("yanked") or "") == yanked
    assert back.value("hashes") == {"sha256": SHA}
    assert back.metadata == {"sha256": SHA}


def test_the_index_itself_names_nothing():
    assert json.loads(rendered_root("json")) == {"meta": {"api-version": "1.0"}, "projects": []}
    assert b"<a" not in rendered_root("html")
    assert b'content="1.0"' in rendered_root("html")


def test_notes_say_which_rule_and_until_when():
    hidden = {
        "1.0": Standing("1.0", "hold", "cooldown", until=LATER),
        "2.0": Standing(
            "2.0", "block", "verdict", (Reason("a-rule", "m"), Reason("b-rule", "m"), Reason("a-rule", "n"))
        ),
        "3.0": Standing("3.0", "allow", "admitted"),
    }
    notes = hidden_notes(Listing(Purl("pypi", "alpha"), hidden, NOW))
    assert notes == {"2.0": "a-rule, b-rule", "1.0": "cooldown, until 2026-12-03 12:00 UTC"}
    many = {f"{number}.0": Standing(f"{number}.0", "hold", "cooldown") for number in range(500)}
    assert next(iter(hidden_notes(Listing(Purl("pypi", "alpha"), many, NOW)))) == "499.0"
    assert len(hidden_notes(Listing(Purl("pypi", "alpha"), many, NOW))) == 50


def test_every_address_on_a_page_is_one_that_is_understood():
    _, shown, _ = pages(world())
    for file in json.loads(rendered(shown, "json", {}))["files"]:
        there = urljoin(PAGE, file["url"])
        assert isinstance(read_target("/" + there.removeprefix(BASE)), File)
