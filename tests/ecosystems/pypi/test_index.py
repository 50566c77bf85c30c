"""The Python index client against an index that is honest, then against one that is not."""

import asyncio
import io
from datetime import UTC, datetime, timedelta

import pytest

from customhouse.ecosystems.pypi.configuration import PypiConfiguration, read_pypi_configuration
from customhouse.ecosystems.pypi.index import PypiRegistry
from customhouse.ecosystems.transport import Bounds, Transport
from customhouse.model.digest import digest_of
from customhouse.model.errors import HostileUpstream, NotFoundUpstream, UnreachableUpstream
from customhouse.model.purl import Purl
from simulator import (
    RegistrySimulator,
    bomb,
    cut_body,
    huge_body,
    malformed,
    redirect_loop,
    redirect_to,
    status,
    wrong_digest,
    wrong_package,
)

QUICK = Bounds(connect=2, read=0.5, total=5, backoff=0.01, backoff_max=0.02)
NOON = datetime(2026, 3, 24, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=2)


@pytest.fixture
def sim():
    with RegistrySimulator() as simulator:
        yield simulator


def ask(sim, question, configuration=None):
    async def run():
        transport = Transport({}, QUICK)
        try:
            plain = PypiConfiguration(indexes=(sim.pypi_url,), source="test")
            return await question(PypiRegistry(configuration or plain, transport))
        finally:
            await transport.aclose()

    return asyncio.run(run())


def project(sim, name, configuration=None):
    return ask(sim, lambda registry: registry.project(name), configuration)


def fetch(sim, release, index=0, configuration=None):
    return ask(sim, lambda registry: registry.fetch(release.purl, release.artifacts[index]), configuration)


def litellm(sim):
    """Publish a release of two files, the second two hours after the first, and one more release."""
    wheel = sim.pypi.publish("LiteLLM", "1.82.6", published=NOON, requires_python=">=3.8")
    source = sim.pypi.publish("LiteLLM", "1.82.6", source={"litellm.py": ""}, published=LATER)
    sim.pypi.publish("LiteLLM", "1.82.7", published=LATER)
    return {**wheel, **source}


@pytest.mark.parametrize("form", ["json", "json without times", "html", "html with times"])
def test_every_file_of_a_release_in_every_form(sim, form):
    sim.pypi.html_only = form.startswith("html")
    sim.pypi.upload_times = form == "json"
    sim.pypi.upload_time_attribute = form == "html with times"
    built = litellm(sim)
    found = project(sim, "litellm")
    release = found.release("1.82.6")
    assert release.purl == Purl("pypi", "litellm", "1.82.6")
    assert {artifact.filename: artifact.kind for artifact in release.artifacts} == {
        "litellm-1.82.6-py3-none-any.whl": "wheel",
        "litellm-1.82.6.tar.gz": "sdist",
    }
    for index, artifact in enumerate(release.artifacts):
        data = built[artifact.filename]
        assert artifact.digests == (digest_of(data),)
        assert fetch(sim, release, index) == data
    assert [artifact.uploaded for artifact in release.artifacts] == [NOON, LATER]
    assert release.published == NOON
    assert sorted((time.version, time.published) for time in found.times) == [("1.82.6", NOON), ("1.82.7", LATER)]
    assert found.created.version == "1.82.6"
    documents = [request.path for request in sim.asked("pypi") if request.path.endswith("/json")]
    assert documents == ([] if form in ("json", "html with times") else ["/pypi/litellm/json"])


def test_without_any_times_the_release_has_none(sim):
    sim.pypi.html_only, sim.pypi.json_documents = True, False
    litellm(sim)
    sim.pypi.publish("other", "1")

    async def both(registry):
        return await registry.project("litellm"), await registry.project("other")

    first, second = ask(sim, both)
    assert first.release("1.82.6").published is None
    assert first.created is None
    assert second.release("1").published is None
    assert [request.path for request in sim.asked("pypi") if request.path.endswith("/json")] == ["/pypi/litellm/json"]


def test_a_broken_document_is_a_missing_time_and_no_error(sim):
    sim.pypi.html_only = True
    litellm(sim)
    sim.misbehave("/json", status(500))
    assert project(sim, "litellm").release("1.82.6").published is None


@pytest.mark.parametrize("asked", ["1.0", "1", "1.0.0", "v1.0"])
def test_versions_are_equal_by_pep_440(sim, asked):
    sim.pypi.publish("left", "1.0.0")
    found = project(sim, "left")
    assert found.release(asked).artifacts[0].filename == "left-1.0.0-py3-none-any.whl"
    assert found.release("1.0.1") is None
    assert found.release("not a version") is None


def test_legacy_files_belong_to_their_release(sim):
    sim.pypi.publish(
        "left", "1.0", raw={"left-1.0-py2.7.egg": b"e", "left-1.0.win32-py2.7.exe": b"x", "notes.txt": b"n"}
    )
    found = project(sim, "left")
    assert [artifact.kind for artifact in found.release("1.0").artifacts] == ["egg", "other"]
    assert found.unreadable == ["notes.txt"]


@pytest.mark.parametrize("html_only", [False, True])
def test_yanked_files_do_not_date_a_release_and_say_why(sim, html_only):
    sim.pypi.html_only, sim.pypi.upload_time_attribute = html_only, True
    sim.pypi.publish("left", "1.0", source={"a.py": ""}, published=NOON, yanked="bad metadata")
    sim.pypi.publish("left", "1.0", published=LATER)
    sim.pypi.publish("left", "2.0", published=LATER, yanked="broken")
    sim.pypi.publish("left", "3.0", published=LATER, yanked=True)
    found = project(sim, "left")
    assert found.release("1.0").published == LATER
    assert found.release("1.0").withdrawn == ""
    assert [artifact.yanked for artifact in found.release("1.0").artifacts] == [True, False]
    assert (found.release("2.0").withdrawn, found.release("2.0").published) == ("broken", LATER)
    assert found.release("3.0").withdrawn == "yanked"


def test_provenance_holds_for_a_release_when_it_holds_for_each_file(sim):
    sim.pypi.publish("left", "1.0", provenance="https://index.example/p")
    sim.pypi.publish("left", "2.0", provenance="https://index.example/p")
    sim.pypi.publish("left", "2.0", source={"a.py": ""})
    found = project(sim, "left")
    assert found.release("1.0").provenance is True
    assert found.release("2.0").provenance is False
    sim.pypi.announces_provenance = False
    assert project(sim, "left").release("1.0").provenance is None


def test_the_first_index_that_has_the_name_answers(sim):
    with RegistrySimulator() as private:
        private.pypi.publish("internal", "1.0")
        sim.pypi.publish("internal", "99.0")
        sim.pypi.publish("public", "1.0")
        both = PypiConfiguration(indexes=(private.pypi_url, sim.pypi_url), source="test")
        assert [time.version for time in project(sim, "internal", both).times] == ["1.0"]
        assert [time.version for time in project(sim, "public", both).times] == ["1.0"]
        assert "/simple/internal/" not in [request.path for request in sim.requests]
        private.misbehave("public", status(403))
        with pytest.raises(NotFoundUpstream, match="403"):
            project(sim, "public", both)
        private.behave()
        private.misbehave("public", status(503))
        with pytest.raises(UnreachableUpstream):
            project(sim, "public", both)


def test_a_pinned_name_is_asked_at_its_index_only(sim):
    with RegistrySimulator() as private:
        sim.pypi.publish("torch", "1.0")
        pinned = PypiConfiguration((sim.pypi_url,), "test", {"torch": (private.pypi_url,)})
        with pytest.raises(NotFoundUpstream):
            project(sim, "torch", pinned)
        assert sim.requests == []


def test_a_redirected_page_is_read_from_where_it_is(sim):
    sim.pypi.publish("left-pad", "1.0")
    sim.misbehave("/simple/left-pad/", redirect_to(sim.elsewhere_url + "/simple/left-pad/"), times=1)
    assert project(sim, "left-pad").release("1.0")


LIES = {
    "another project": (wrong_package("other"), HostileUpstream),
    "half a document": (malformed(), HostileUpstream),
    "nothing": (malformed(b""), HostileUpstream),
    "files of others": (
        malformed(b'{"name":"left","files":[{"filename":"o-1.zip","url":"o-1.zip"}]}'),
        HostileUpstream,
    ),
    "no files": (malformed(b'{"name":"left","files":[]}'), NotFoundUpstream),
    "a bomb": (bomb(200_000_000), HostileUpstream),
    "a circle": (redirect_loop(), HostileUpstream),
    "cloud metadata": (redirect_to("http://169.254.169.254/"), HostileUpstream),
    "missing": (status(404), NotFoundUpstream),
    "broken": (status(500), UnreachableUpstream),
    "cut": (cut_body(), UnreachableUpstream),
    "huge": (huge_body(10_000, declared=3 * 2**30), HostileUpstream),
}


@pytest.mark.parametrize(("how", "error"), LIES.values(), ids=LIES)
@pytest.mark.parametrize("html_only", [False, True], ids=["json", "html"])
def test_an_index_that_lies_or_dies_is_an_error_that_names_the_project(sim, how, error, html_only):
    sim.pypi.html_only = html_only
    sim.pypi.publish("left", "1.0")
    sim.misbehave("/simple/left", how)
    if html_only and how in (LIES["nothing"][0], LIES["half a document"][0], LIES["files of others"][0]):
        error = NotFoundUpstream  # as HTML these are pages without anchors
    with pytest.raises(error, match=r"left"):
        project(sim, "left")


def test_bytes_of_another_digest_are_the_callers_to_judge(sim):
    sim.pypi.publish("left", "1.0")
    release = project(sim, "left").release("1.0")
    sim.misbehave(".whl", wrong_digest())
    assert digest_of(fetch(sim, release)) not in release.artifacts[0].digests


def test_a_file_beyond_all_bounds_is_given_up(sim):
    sim.pypi.publish("left", "1.0")
    release = project(sim, "left").release("1.0")
    sim.misbehave(".whl", huge_body(10_000, declared=2**30))
    with pytest.raises(HostileUpstream, match="larger than its bound"):
        fetch(sim, release)


def test_an_archive_is_not_inflated_on_the_way(sim):
    data = sim.pypi.publish("left", "1.0", source={"a.py": ""})["left-1.0.tar.gz"]
    release = project(sim, "left").release("1.0")
    sim.misbehave(".tar.gz", lambda _, r: type(r)(r.status, {"Content-Encoding": "gzip"}, r.body))
    assert fetch(sim, release) == data


def test_credentials_stay_with_the_index(sim, tmp_path, caplog):
    caplog.set_level("DEBUG")
    sim.pypi.publish("left", "1.0")
    sim.require_token("s3cret", scope="pypi")
    at = sim.pypi_url.replace("://", "://user:s3cret@")
    configuration = read_pypi_configuration(tmp_path, {"HOME": str(tmp_path), "PIP_CONFIG_FILE": "/dev/null"}, at)
    release = project(sim, "left", configuration).release("1.0")
    assert fetch(sim, release, configuration=configuration)
    assert ["authorization" in request.headers for request in sim.requests] == [True, False]
    assert [request.listener for request in sim.requests] == ["pypi", "files"]
    assert "s3cret" not in repr(configuration) + caplog.text
    sim.misbehave("left", redirect_to(sim.elsewhere_url + "/simple/left/"), times=1)
    assert project(sim, "left", configuration)
    assert "authorization" not in sim.asked("elsewhere")[0].headers


@pytest.mark.parametrize("name", ["../x", "a/b", "", "-a", "A", "a b", "a?b", "a_b"])
def test_a_name_that_would_change_the_address_is_not_asked_for(sim, name):
    with pytest.raises(NotFoundUpstream, match="cannot be the name"):
        project(sim, name)
    assert sim.requests == []


def test_a_file_may_go_to_a_file_which_begins_anew_after_a_cut(sim):
    data = sim.pypi.publish("left", "1.0.0", files={"left.py": "x = 1\n" * 500})
    release = project(sim, "left").release("1.0.0")
    sim.misbehave(release.artifacts[0].filename, cut_body(), times=2)
    sink = io.BytesIO(b"what was there before, and longer than the wheel" * 1000)
    assert ask(sim, lambda registry: registry.fetch(release.purl, release.artifacts[0], sink)) == b""
    assert sink.getvalue() == data[release.artifacts[0].filename]
