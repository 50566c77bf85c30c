"""What a packument looks like when some of it is hidden."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.npm.configuration import last_resort
from customhouse.gateway.npm.clients import Form
from customhouse.gateway.npm.packuments import ShownPackument, UnreadableError
from customhouse.model.gateway import Listing, Standing
from customhouse.model.purl import Purl
from customhouse.versions.npm import parse
from gateway.npm.doors import BASE, NOW, held, listed
from simulator.npm import NpmStore

FULL, SHORT = Form("full", BASE), Form("abbreviated", BASE)


@pytest.fixture
def store():
    return NpmStore("https://registry.example")


def shown(packument, *hidden, form=FULL):
    """What clients get of a packument."""
    told = listed(packument, {version: held(version) for version in hidden})
    return ShownPackument(told.document.data, told.listing, form).whole()


def without_address(stated):
    return {**stated, "dist": {key: value for key, value in stated["dist"].items() if key != "tarball"}}


def test_everything_shown_is_what_upstream_says_but_for_addresses(store):
    for version in ("1.0.0", "1.1.0"):
        store.publish("@acme/pad", version, provenance=True, manifest_override={"x-own": {"deep": [1, 2.50, None]}})
    store.readme("@acme/pad", "# pad")
    packument = store.packument("@acme/pad")
    got = json.loads(shown(packument))
    for version, stated in got["versions"].items():
        assert stated["dist"].pop("tarball") == f"{BASE}@acme/pad/-/pad-{version}.tgz"
        del packument["versions"][version]["dist"]["tarball"]
    assert got == packument


def test_bytes_of_what_is_kept_are_upstreams(store):
    store.publish("pad", "1.0.0")
    data = json.dumps(store.packument("pad"))
    odd = '"x-own": {"b" :1e2,"a":\t"\\u00e9\\/", "a": 1.0}'
    data = data.replace('"main": "index.js"', odd, 1).encode()
    for form in (FULL, SHORT):
        got = shown(data, form=form)
        assert (odd.partition(": ")[2].encode() in got) == (form is FULL)
        integrity = re.search(rb'"integrity": ("[^"]+")', data).group(1)
        signatures = re.search(rb'"signatures": (\[.*?\])', data).group(1)
        assert integrity in got
        assert signatures in got


def test_a_hidden_version_leaves_versions_times_and_tags_together(store):
    for version in ("1.0.0", "1.1.0", "2.0.0"):
        store.publish("pad", version)
    store.tag("pad", "next", "2.0.0")
    for form in (FULL, SHORT):
        got = json.loads(shown(store.packument("pad"), "2.0.0", form=form))
        assert list(got["versions"]) == ["1.0.0", "1.1.0"]
        assert set(got["time"]) == {"created", "modified", "1.0.0", "1.1.0"}
        assert got["dist-tags"] == {"latest": "1.1.0"}
        assert b"2.0.0" not in shown(store.packument("pad"), "2.0.0", form=form)


def test_times_of_what_was_unpublished_are_not_told(store):
    for version in ("1.0.0", "1.0.1-evil"):
        store.publish("pad", version)
    store.unpublish("pad", "1.0.1-evil")
    packument = store.packument("pad")
    packument["time"]["unpublished"] = {"name": "someone", "versions": ["1.0.1-evil"]}
    assert b"evil" not in shown(packument)
    assert b"unpublished" not in shown(packument)


def test_the_package_is_described_by_what_is_latest_now(store):
    store.publish("pad", "1.0.0", manifest_override={"description": "pads", "homepage": "https://pad.example"})
    store.publish("pad", "2.0.0")
    packument = store.packument("pad") | {
        "description": "call evil.invalid",
        "readme": "read evil.invalid",
        "license": "EVIL",
        "homepage": "https://evil.invalid",
        "maintainers": [{"name": "someone"}],
        "_attachments": {"pad-2.0.0.tgz": {}},
        "x-unknown": "2.0.0",
    }
    got = json.loads(shown(packument, "2.0.0"))
    assert {"description": "pads", "homepage": "https://pad.example"}.items() <= got.items()
    assert "evil" not in json.dumps(got).lower()
    assert "2.0.0" not in json.dumps(got)
    assert got["maintainers"] == [{"name": "someone"}]
    everything = json.loads(shown(packument))
    assert everything["readme"] == "read evil.invalid"
    only_above = json.loads(shown(packument | {"dist-tags": {"latest": "1.0.0"}}, "1.0.0"))
    assert "latest" not in only_above["dist-tags"]
    assert "evil" not in json.dumps(only_above)


def test_the_abbreviated_form_has_what_installing_needs(store):
    store.publish(
        "pad",
        "1.0.0",
        dependencies={"left": "^1"},
        scripts={"postinstall": "node x", "test": "t"},
        deprecated="do not",
        manifest_override={
            "bin": {"pad": "x"},
            "engines": {"node": ">=18"},
            "os": ["linux"],
            "libc": ["glibc"],
            "peerDependenciesMeta": {"a": {"optional": True}},
            "_hasShrinkwrap": False,
            "readme": "long",
            "gitHead": "0" * 40,
            "exports": {},
        },
    )
    store.publish("pad", "1.1.0", scripts={"install-later": "x", "prepare": "y"})
    store.publish("pad", "1.2.0", manifest_override={"hasInstallScript": True})
    got = json.loads(shown(store.packument("pad"), form=SHORT))
    expected = store.packument("pad", abbreviated=True)
    assert {"name", "modified", "dist-tags", "versions", "time"} == set(got)
    first = got["versions"]["1.0.0"]
    assert first.pop("_hasShrinkwrap") is False
    assert without_address(first) == without_address(expected["versions"]["1.0.0"])
    assert first["hasInstallScript"] is True
    assert "hasInstallScript" not in got["versions"]["1.1.0"]
    assert got["versions"]["1.2.0"]["hasInstallScript"] is True
    assert got["modified"] == expected["modified"] == got["time"]["modified"]


def test_npms_own_client_is_told_of_its_default_registry(store):
    store.publish("@acme/pad", "1.0.0-rc.1")
    got = json.loads(shown(store.packument("@acme/pad"), form=Form("full", last_resort())))
    address = got["versions"]["1.0.0-rc.1"]["dist"]["tarball"]
    assert address == f"{last_resort()}@acme/pad/-/pad-1.0.0-rc.1.tgz"


def test_no_address_is_told_where_none_is_wanted(store):
    store.publish("pad", "1.0.0")
    dist = json.loads(shown(store.packument("pad"), form=Form("abbreviated", "")))["versions"]["1.0.0"]["dist"]
    assert "tarball" not in dist
    assert dist["integrity"].startswith("sha512-")


def test_where_upstream_tells_no_times_the_gateways_own_are_told(store):
    store.times = False
    store.publish("pad", "1.0.0")
    store.publish("pad", "1.1.0")
    told = listed(store.packument("pad"), {})
    listing = told.listing
    standings = dict(listing.standings) | {
        "1.0.0": Standing("1.0.0", "allow", "admitted", published=NOW, first_seen=True)
    }
    listing = type(listing)(listing.purl, standings, NOW)
    for form in (FULL, SHORT):
        got = json.loads(ShownPackument(told.document.data, listing, form).whole())
        assert got["time"] == {"1.0.0": "2026-11-30T12:00:00.000Z"}


def test_a_version_nobody_judged_is_hidden(store):
    store.publish("pad", "1.0.0")
    store.publish("pad", "1.1.0")
    told = listed(store.packument("pad"), {})
    listing = type(told.listing)(told.listing.purl, {"1.0.0": told.listing.standings["1.0.0"]}, NOW)
    got = json.loads(ShownPackument(told.document.data, listing, FULL).whole())
    assert list(got["versions"]) == ["1.0.0"]
    assert got["dist-tags"] == {"latest": "1.0.0"}


@pytest.mark.parametrize("stated", [None, 1, "x", [], {}, {"dist": None}, {"dist": {}}, {"dist": "x"}, {"dist": [1]}])
def test_a_version_that_names_no_file_is_left_out(store, stated):
    store.publish("pad", "1.0.0")
    store.publish("pad", "1.1.0")
    packument = store.packument("pad")
    packument["versions"] = dict(packument["versions"]) | {"1.1.0": stated}
    for form in (FULL, SHORT):
        got = json.loads(shown(packument, form=form))
        assert list(got["versions"]) == ["1.0.0"]
        assert got["dist-tags"] == {"latest": "1.0.0"}


def test_a_key_that_stands_twice_stands_once(store):
    """Readers disagree over which of two counts: none may find an address that is not the gateway's."""
    store.publish("pad", "1.0.0")
    data = json.dumps(store.packument("pad"))
    twice = data.replace('"dist": {', '"dist": {"tarball": "https://evil.invalid/1"}, "d\\u0069st": {', 1)
    twice = twice.replace('"tarball": ', '"tarball": "https://evil.invalid/2", "t\\u0061rball": ', 2)
    twice = twice.replace('"versions": {', '"versions": {"9.9.9": {"dist": {}}}, "versions": {', 1)
    assert twice.count("evil.invalid") == 3
    for form in (FULL, SHORT):
        got = shown(twice.encode(), form=form)
        assert b"evil.invalid" not in got
        assert b"9.9.9" not in got
        assert got.count(b'"tarball"') == 1


@pytest.mark.parametrize(
    "version", ["1.0.0/../../x", '1.0.0"', "1.0.0\n", "\u202e1.0.0", "1.0.0?x=1", "1.0.0#x", "1 0", "%2e%2e", ""]
)
def test_no_version_writes_anything_else_into_its_address(store, version):
    store.publish("pad", "1.0.0")
    packument = store.packument("pad")
    packument["versions"] = {version: packument["versions"]["1.0.0"]}
    for form in (FULL, SHORT):
        address = json.loads(shown(packument, form=form))["versions"][version]["dist"]["tarball"]
        assert re.fullmatch(re.escape(f"{BASE}pad/-/pad-") + r"(?:[A-Za-z0-9.+~/!-]|%[0-9A-F]{2})*\.tgz", address)


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"null", b"{", b'{"versions": []}', b'{"versions": null}', b"\xff", b"[" * 100_000]
)
def test_what_is_no_packument_is_said_to_be_none(store, data):
    store.publish("pad", "1.0.0")
    told = listed(store.packument("pad"), {})
    with pytest.raises(UnreadableError, match="what upstream says of pad is no packument"):
        ShownPackument(data, told.listing, FULL)


@pytest.mark.parametrize(
    "odd", [{"time": None, "dist-tags": None}, {"time": [], "dist-tags": {"latest": 1, "a": None}}]
)
def test_odd_times_and_tags_are_none(store, odd):
    store.publish("pad", "1.0.0")
    told = listed(store.packument("pad"), {})
    data = json.dumps(store.packument("pad") | odd).encode()
    got = json.loads(ShownPackument(data, told.listing, FULL).whole())
    assert got["dist-tags"] == {}
    assert got["time"] == {"1.0.0": "2025-01-01T00:00:00.000Z"}


releases = st.builds("{}.{}.{}".format, *(st.integers(10, 14) for _ in range(3)))
marked = st.builds("{}{}".format, releases, st.sampled_from(["", "", "-beta.77", "-beta.78", "-rc.99"]))


@given(st.lists(marked, min_size=1, max_size=9, unique=True), st.data())
def test_no_trace_of_any_hidden_version(versions, data):
    store = NpmStore("https://registry.example")
    for index, version in enumerate(versions):
        store.publish("@acme/pad", version, deprecated="old" if index % 3 == 0 else "", tag=f"t{index}")
    latest = data.draw(st.sampled_from(versions))
    store.tag("@acme/pad", "latest", latest)
    store.readme("@acme/pad", f"Install {latest}")
    hidden = data.draw(st.sets(st.sampled_from(versions)))
    form = data.draw(st.sampled_from([FULL, SHORT, Form("full", last_resort())]))
    raw = shown(store.packument("@acme/pad"), *hidden, form=form)
    got = json.loads(raw)
    kept = [version for version in versions if version not in hidden]
    assert list(got["versions"]) == kept
    assert set(re.findall(r"\d+\.\d+\.\d+(?:-[a-z]+\.\d+)?", raw.decode())) <= set(kept)
    assert set(got["dist-tags"].values()) <= set(kept)
    if any(parse(version) <= parse(latest) for version in kept):
        assert parse(got["dist-tags"]["latest"]) <= parse(latest)
    else:
        assert "latest" not in got["dist-tags"]


scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8))
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
files = st.fixed_dictionaries({}, optional={"tarball": values, "integrity": values, "x": values})
stated_versions = st.fixed_dictionaries(
    {},
    optional={"dist": files | values, "name": values, "scripts": values, "deprecated": values, "readme": values},
)
documents = st.fixed_dictionaries(
    {},
    optional={
        "versions": st.dictionaries(st.sampled_from(["1.0.0", "2.0.0", "x"]) | st.text(max_size=5), stated_versions | values),
        "time": st.dictionaries(st.sampled_from(["1.0.0", "2.0.0", "modified", "unpublished"]), values) | values,
        "dist-tags": st.dictionaries(st.sampled_from(["latest", "next"]), st.sampled_from(["1.0.0", "2.0.0"]) | values) | values,
        "readme": values,
        "modified": values,
    },
)  # fmt: skip


@given(documents, st.sampled_from([FULL, SHORT, Form("abbreviated", "")]))
def test_whatever_upstream_says_no_file_is_anywhere_else(document, form):
    data = json.dumps(document).encode()
    names = document.get("versions")
    standings = {
        each: Standing(each, "hold" if each == "2.0.0" else "allow", "admitted")
        for each in (names if isinstance(names, dict) else [])
    }
    try:
        packument = ShownPackument(data, Listing(Purl("npm", "pad"), standings, NOW), form)
        got = json.loads(packument.whole())
    except UnreadableError:
        return
    assert set(got["versions"]) <= set(standings) - {"2.0.0"}
    assert set(got["dist-tags"].values()) <= set(got["versions"])
    assert set(got.get("time", {})) <= {*got["versions"], "created", "modified"}
    for version, stated in got["versions"].items():
        address = stated["dist"].get("tarball", "")
        assert address.startswith(f"{BASE}pad/-/pad-") if form.root else not address
        assert json.loads(packument.version(version)) == stated
