"""The npm client against a registry that is honest, then against one that is not."""

import asyncio
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.npm import registry as registry_module
from customhouse.ecosystems.npm.configuration import NpmConfiguration, last_resort, read_npm_configuration
from customhouse.ecosystems.npm.registry import NpmProject, NpmRegistry
from customhouse.ecosystems.transport import Bounds, Transport
from customhouse.model.digest import digest_of
from customhouse.model.errors import HostileUpstream, NotFoundUpstream, UnreachableUpstream, UpstreamError
from customhouse.model.purl import Purl
from customhouse.model.release import Artifact, Dependency, Publisher, Script
from simulator import (
    RegistrySimulator,
    bomb,
    cut_body,
    huge_body,
    malformed,
    redirect_loop,
    redirect_to,
    stale_time,
    status,
    wrong_digest,
    wrong_package,
)

QUICK = Bounds(connect=2, read=0.5, total=5, backoff=0.01, backoff_max=0.02)
NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)


@pytest.fixture
def sim():
    with RegistrySimulator() as simulator:
        yield simulator


def ask(sim, question, *, configuration=None):
    """Run `question(registry)` with a client of the simulator's."""

    async def run():
        transport = Transport({}, QUICK)
        try:
            plain = NpmConfiguration(registry=sim.npm_url + "/", source="test", scopes={}, credentials={})
            return await question(NpmRegistry(configuration or plain, transport))
        finally:
            await transport.aclose()

    return asyncio.run(run())


def project(sim, name, **more):
    return ask(sim, lambda registry: registry.project(name), **more)


def fetch(sim, release, **more):
    return ask(sim, lambda registry: registry.fetch(release.purl, release.artifacts[0]), **more)


def test_everything_a_release_says(sim):
    data = sim.npm.publish(
        "@acme/axios",
        "1.14.0",
        files={"index.js": "1", "package.json": {"repository": {"url": "git+https://git.example/a"}, "bin": "cli.js"}},
        dependencies={"follow-redirects": "^1.15.0"},
        scripts={"postinstall": "node setup.js"},
        published=NOON,
        publisher=("jason", "jason@axios.test"),
        trusted=True,
        provenance=True,
        deprecated="use 2",
    )
    release = project(sim, "@acme/axios").release("1.14.0")
    assert release.purl == Purl("npm", "@acme/axios", "1.14.0")
    assert release.published == NOON
    assert release.publisher == Publisher("jason", "jason@axios.test", trusted=True)
    assert release.provenance is True
    assert release.withdrawn == "use 2"
    assert release.unpacked_size == 1
    manifest = release.manifest
    assert manifest.dependencies == (Dependency("follow-redirects", "^1.15.0"),)
    assert manifest.scripts == (Script("postinstall", "node setup.js"),)
    assert manifest.repository == "git+https://git.example/a"
    assert manifest.commands == (Script("axios", "cli.js"),)
    (artifact,) = release.artifacts
    assert artifact.filename == "axios-1.14.0.tgz"
    assert artifact.digests == (digest_of(data, "sha512"), digest_of(data, "sha1"))
    assert artifact.uploaded == NOON
    assert fetch(sim, release) == data
    assert sim.requests[0].path == "/@acme%2faxios"
    assert sim.requests[0].headers["accept"] == "application/json"


def test_what_is_not_said_is_none(sim):
    sim.npm.announces = False
    sim.npm.times = False
    sim.npm.publish("left", "1.0.0")
    found = project(sim, "left")
    release = found.release("1.0.0")
    assert (release.published, release.publisher, release.provenance) == (None, None, None)
    assert release.has_install_script is None
    assert found.created is None
    assert [time.published for time in found.times] == [None]
    assert found.release("2.0.0") is None


def test_a_registry_that_signs_says_that_there_is_no_provenance(sim):
    sim.npm.publish("left", "1.0.0", publisher=None)
    release = project(sim, "left").release("1.0.0")
    assert release.provenance is False
    assert release.publisher is None


def test_a_dependency_called_signatures_is_no_signature(sim):
    sim.npm.announces = False
    sim.npm.publish("left", "1.0.0", dependencies={"signatures": "1", "attestations": "1"})
    assert project(sim, "left").release("1.0.0").provenance is None


def test_unpublished_releases_count_for_the_beginning_only(sim):
    sim.npm.publish("left", "0.9.0", published=NOON - timedelta(days=30))
    sim.npm.publish("left", "1.0.0", published=NOON)
    sim.npm.unpublish("left", "0.9.0")
    found = project(sim, "left")
    assert [(time.version, time.published) for time in found.times] == [("1.0.0", NOON)]
    assert found.created.version == "0.9.0"
    assert found.created.published == NOON - timedelta(days=30)
    assert found.release("0.9.0") is None


def test_a_package_that_is_unpublished_whole(sim):
    sim.npm.publish("left", "1.0.0", published=NOON)
    sim.npm.unpublish("left")
    found = project(sim, "left")
    assert found.times == ()
    assert found.created.published == NOON


def test_the_registry_may_disagree_with_the_archive(sim):
    sim.npm.publish(
        "left", "1.0.0", scripts={"install": "node x"}, manifest_override={"scripts": None, "gypfile": True}
    )
    manifest = project(sim, "left").release("1.0.0").manifest
    assert manifest.scripts == ()
    assert manifest.gyp is True


def test_tags_are_told(sim):
    sim.npm.publish("left", "1.0.0")
    sim.npm.publish("left", "2.0.0-rc.1", tag="next")
    assert project(sim, "left").tags == {"latest": "1.0.0", "next": "2.0.0-rc.1"}


def test_scopes_are_asked_at_their_own_registry(sim):
    sim.npm.publish("@acme/right", "1.0.0")
    nowhere = "http://127.0.0.1:1/"
    scoped = NpmConfiguration(registry=nowhere, source="", scopes={"@acme": sim.npm_url + "/"}, credentials={})
    release = project(sim, "@acme/right", configuration=scoped).release("1.0.0")
    assert fetch(sim, release, configuration=scoped)
    with pytest.raises(UnreachableUpstream):
        project(sim, "left", configuration=scoped)


@pytest.mark.parametrize("code", [403, 404, 410, 451])
def test_what_the_registry_does_not_hand_out(sim, code):
    sim.npm.publish("left", "1.0.0")
    release = project(sim, "left").release("1.0.0")
    sim.misbehave("left", status(code))
    with pytest.raises(NotFoundUpstream, match=f"left: {code}"):
        project(sim, "left")
    with pytest.raises(NotFoundUpstream, match=f"left@1.0.0: {code}"):
        fetch(sim, release)


LIES = {
    "another package": (wrong_package("other"), HostileUpstream),
    "half a document": (malformed(), HostileUpstream),
    "an array": (malformed(b"[]"), HostileUpstream),
    "nothing said": (malformed(b"{}"), HostileUpstream),
    "empty": (malformed(b""), HostileUpstream),
    "versions as an array": (malformed(b'{"name":"left","versions":[]}'), HostileUpstream),
    "nested without end": (malformed(b'{"name":"left","versions":' + b'{"1.0.0":' * 100_000), HostileUpstream),
    "not UTF-8": (malformed(b'{"name":"left\xff"}'), HostileUpstream),
    "a bomb": (bomb(300_000_000), HostileUpstream),
    "a circle": (redirect_loop(), HostileUpstream),
    "cloud metadata": (redirect_to("http://169.254.169.254/"), HostileUpstream),
    "broken": (status(500), UnreachableUpstream),
    "cut": (cut_body(), UnreachableUpstream),
    "huge": (huge_body(10_000, declared=3 * 2**30), HostileUpstream),
}


@pytest.mark.parametrize(("how", "error"), LIES.values(), ids=LIES)
def test_a_registry_that_lies_or_dies_is_an_error_that_names_the_package(sim, how, error):
    sim.npm.publish("left", "1.0.0")
    sim.misbehave("left", how)
    with pytest.raises(error, match="left") as caught:
        project(sim, "left")
    assert caught.value.hint


def test_a_stale_time_is_handed_on_as_it_is_said(sim):
    sim.npm.publish("left", "1.0.0", published=NOON)
    sim.misbehave("left", stale_time(NOON - timedelta(days=900)))
    assert project(sim, "left").release("1.0.0").published == NOON - timedelta(days=900)


def test_bytes_of_another_digest_are_the_callers_to_judge(sim):
    data = sim.npm.publish("left", "1.0.0")
    release = project(sim, "left").release("1.0.0")
    sim.misbehave(".tgz", wrong_digest())
    got = fetch(sim, release)
    assert got != data
    assert digest_of(got, "sha512") not in release.artifacts[0].digests


def test_a_tarball_on_another_host_is_fetched_without_credentials(sim, tmp_path):
    sim.npm.publish("left", "1.0.0", tarball_url=f"{sim.elsewhere_url}/left/-/left-1.0.0.tgz")
    sim.require_token("s3cret")
    configuration = configured(tmp_path, f"registry={sim.npm_url}\n{sim.npm_url[5:]}/:_authToken=s3cret\n")
    release = project(sim, "left", configuration=configuration).release("1.0.0")
    assert fetch(sim, release, configuration=configuration)
    assert [request.headers.get("authorization") for request in sim.asked("npm")] == ["Bearer s3cret"]
    assert [request.headers.get("authorization") for request in sim.asked("elsewhere")] == [None]


def test_a_redirected_tarball_leaves_the_credential_behind(sim, tmp_path):
    sim.npm.publish("left", "1.0.0")
    sim.require_token("s3cret")
    configuration = configured(tmp_path, f"registry={sim.npm_url}\n{sim.npm_url[5:]}/:_authToken=s3cret\n")
    release = project(sim, "left", configuration=configuration).release("1.0.0")
    sim.misbehave(".tgz", redirect_to(sim.elsewhere_url + "/left/-/left-1.0.0.tgz"), times=1)
    assert fetch(sim, release, configuration=configuration)
    assert [request.headers.get("authorization") for request in sim.asked("npm")] == ["Bearer s3cret"] * 2
    assert [request.headers.get("authorization") for request in sim.asked("elsewhere")] == [None]


def configured(folder, text):
    (folder / ".npmrc").write_text(text)
    return read_npm_configuration(folder, {"HOME": str(folder), "PATH": ""})


@pytest.mark.parametrize("rule", ["npmjs", "always"])
def test_mirrors_that_keep_the_default_host_are_asked_themselves(sim, rule):
    sim.npm.publish("left", "1.0.0", tarball_url=last_resort() + "left/-/left-1.0.0.tgz")
    configuration = NpmConfiguration(sim.npm_url + "/", "", {}, {}, replaced_host=rule)
    release = project(sim, "left").release("1.0.0")
    assert release.artifacts[0].url.startswith(last_resort())
    assert fetch(sim, release, configuration=configuration)


def test_a_tarball_that_nobody_locates_is_where_npm_keeps_them(sim):
    data = sim.npm.publish("@acme/left", "1.0.0")
    artifact = Artifact("left-1.0.0.tgz", "npm-tarball")
    purl = Purl("npm", "@acme/left", "1.0.0")
    assert ask(sim, lambda registry: registry.fetch(purl, artifact)) == data


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "git+ssh://git@h.example/x", "http://[", "../x", "http://10.0.0.1/x"]
)
def test_a_tarball_elsewhere_than_on_the_web_is_refused(sim, url):
    artifact = Artifact("left-1.0.0.tgz", "npm-tarball", url)
    with pytest.raises(HostileUpstream, match="left@1"):
        ask(sim, lambda registry: registry.fetch(Purl("npm", "left", "1.0.0"), artifact))


@pytest.mark.parametrize(
    "name", ["../x", "a/b", "@a", "@a/b/c", "@/b", "@a/..", "a?b", "a#b", "a%2fb", "", ".x", "a b", "a\\b"]
)
def test_a_name_that_would_change_the_address_is_not_asked_for(sim, name):
    with pytest.raises(NotFoundUpstream, match="cannot be the name"):
        project(sim, name)
    assert sim.requests == []


def test_a_packument_reads_the_same_when_it_is_packed(sim):
    sim.npm.publish("left", "1.0.0", published=NOON)
    sim.npm.publish("left", "2.0.0", provenance=True)
    warm, cold = project(sim, "left"), project(sim, "left")
    cold.cool()
    cold.cool()
    assert cold.release("1.0.0") == warm.release("1.0.0")
    assert cold.release("2.0.0") == warm.release("2.0.0")
    assert (cold.times, cold.created) == (warm.times, warm.created)
    assert cold.release("3.0.0") is None


def test_only_the_latest_packuments_stay_unpacked(sim):
    for number in range(40):
        sim.npm.publish(f"p{number}", "1.0.0")

    async def all_of_them(registry):
        return [await registry.project(f"p{number}") for number in range(40)]

    projects = ask(sim, all_of_them)
    assert [one._versions is None for one in projects] == [True] * 8 + [False] * 32
    assert all(one.release("1.0.0") for one in projects)


def test_only_the_version_asked_for_is_read():
    versions = ",".join(f'"1.0.{n}":{{"name":"big","dist":{{}}}}' for n in range(3000))
    found = NpmProject("big", f'{{"name":"big","versions":{{{versions},"9.9.9":17}}}}'.encode())
    assert len(found.times) == 3001
    assert found.release("1.0.7").manifest.name == "big"
    with pytest.raises(HostileUpstream, match=r"big@9\.9\.9"):
        found.release("9.9.9")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
    max_leaves=20,
)
FIELDS = [
    "dist",
    "scripts",
    "dependencies",
    "bin",
    "_npmUser",
    "deprecated",
    "repository",
    "exports",
    "name",
    "gypfile",
]


@given(st.dictionaries(st.sampled_from(FIELDS), JSON), JSON, JSON)
def test_any_document_reads_or_is_refused(version, times, versions):
    for document in ({"versions": {"1.0.0": version}, "time": {"1.0.0": times}}, {"versions": versions, "time": times}):
        try:
            found = NpmProject("left", json.dumps({"name": "left", **document}).encode())
            assert found.created is None or found.created.published
            for time in found.times:
                found.release(time.version)
        except UpstreamError:
            pass


def test_a_tarball_may_go_to_a_file_which_begins_anew_after_a_cut(sim):
    data = sim.npm.publish("left", "1.0.0", files={"index.js": "x" * 3000, "b.js": "y" * 3000})
    release = project(sim, "left").release("1.0.0")
    sim.misbehave("left-1.0.0.tgz", cut_body(), times=2)
    sink = io.BytesIO()
    sink.write(b"what was there before, and longer than the tarball" * 1000)
    assert ask(sim, lambda registry: registry.fetch(release.purl, release.artifacts[0], sink)) == b""
    assert sink.getvalue() == data


def test_a_tarball_that_goes_to_a_file_is_bounded(sim, monkeypatch):
    sim.npm.publish("left", "1.0.0")
    release = project(sim, "left").release("1.0.0")
    monkeypatch.setattr(registry_module, "TARBALL_LIMIT", 1000)
    sim.misbehave("left-1.0.0.tgz", huge_body(200_000))
    sink = io.BytesIO()
    with pytest.raises(HostileUpstream, match="larger than its bound"):
        ask(sim, lambda registry: registry.fetch(release.purl, release.artifacts[0], sink))
    assert len(sink.getvalue()) <= 1000
