import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.fetching import Answer
from customhouse.ecosystems.pypi.simple import read_page, read_upload_times
from customhouse.model.digest import Digest
from customhouse.model.errors import HostileUpstream, UnreachableUpstream, UpstreamError

BASE = "https://index.example/simple/left/"
SHA = "ab" * 32
JSON = "application/vnd.pypi.simple.v1+json"


def html(body):
    return read_page("left", Answer(BASE, "text/html", body.encode()))


def json(text):
    return read_page("left", Answer(BASE, JSON, text.encode()))


def test_an_anchor_with_everything():
    (file,) = html(
        f'<a data-yanked="broken &amp; bad" data-requires-python="&gt;=3.8" data-upload-time="2026-01-02T03:04:05.6Z" '
        f"data-provenance='https://p.example/x' HREF=\"../../f/left-1.0.tar.gz#sha256={SHA}\">left-1.0.tar.gz</a>"
    )
    assert file.filename == "left-1.0.tar.gz"
    assert file.url == "https://index.example/f/left-1.0.tar.gz"
    assert file.digests == (Digest("sha256", SHA),)
    assert file.uploaded == datetime(2026, 1, 2, 3, 4, 5, 600000, UTC)
    assert (file.yanked, file.yank_reason, file.provenance) == (True, "broken & bad", True)


def test_an_anchor_with_nothing():
    (file,) = html("<a href=left-1.0.tar.gz>x")
    assert file.url == BASE + "left-1.0.tar.gz"
    assert (file.digests, file.uploaded, file.yanked, file.provenance) == ((), None, False, None)


@pytest.mark.parametrize(
    ("href", "url", "filename"),
    [
        ("//files.example/a/left-1.0.zip", "https://files.example/a/left-1.0.zip", "left-1.0.zip"),
        ("/a/left-1.0%2Bcpu.zip#md5=1", "https://index.example/a/left-1.0%2Bcpu.zip", "left-1.0+cpu.zip"),
        (" left-1.0.zip?q=1#frag ", BASE + "left-1.0.zip?q=1", "left-1.0.zip"),
        ("a/..%2f..%2fleft-1.0.zip", BASE + "a/..%2f..%2fleft-1.0.zip", "left-1.0.zip"),
    ],
)
def test_addresses_are_resolved(href, url, filename):
    (file,) = html(f'<a href="{href}">')
    assert (file.url, file.filename) == (url, filename)


def test_the_first_base_counts():
    (file,) = html('<base href="https://b.example/x/"><base href="https://c.example/"><a href="left-1.0.zip">')
    assert file.url == "https://b.example/x/left-1.0.zip"


def test_anchors_in_comments_and_scripts_are_none():
    assert html('<!-- <a href="left-1.0.zip"> --><script>"<a href=left-2.0.zip>"</script><a name="x"></a>') == ()


def test_a_yank_without_reason():
    (file,) = html('<a href="left-1.0.zip" data-yanked>')
    assert (file.yanked, file.yank_reason) == (True, "")


@pytest.mark.parametrize("time", ["", "soon", "2026-13-01T00:00:00Z"])
def test_an_upload_time_that_is_none_is_left_out(time):
    assert html(f'<a href="left-1.0.zip" data-upload-time="{time}">')[0].uploaded is None


def test_a_json_entry_with_everything():
    (file,) = json(
        '{"meta":{"api-version":"1.4"},"name":"Left","files":[{"filename":"left-1.0.zip","url":"../f/left-1.0.zip",'
        f'"hashes":{{"sha256":"{SHA}","sha512":"cut","blake2b":"00"}},"size":7,"upload-time":"2026-01-02T03:04:05Z",'
        '"yanked":"broken","provenance":null}]}'
    )
    assert file.url == "https://index.example/simple/f/left-1.0.zip"
    assert file.digests == (Digest("sha256", SHA),)
    assert (file.size, file.yank_reason, file.provenance) == (7, "broken", False)


def test_a_json_entry_of_the_first_version():
    (file,) = json('{"meta":{"api-version":"1.0"},"name":"left","files":[{"filename":"a","url":"a","hashes":{}}]}')
    assert (file.size, file.uploaded, file.yanked, file.provenance) == (None, None, False, None)


@pytest.mark.parametrize(
    "text",
    [
        '{"name":"right","files":[]}',
        "[]",
        "{",
        '{"files":{}}',
        '{"files":[1]}',
        "",
        '{"name":7,"files":[]}',
        "[" * 100_000,
    ],
    ids=["another project", "array", "half", "files", "file", "empty", "name", "nested"],
)
def test_a_page_that_does_not_read_is_hostile(text):
    with pytest.raises(HostileUpstream, match="left"):
        json(text)


def test_a_type_that_is_neither_form_is_hostile():
    with pytest.raises(HostileUpstream, match="neither JSON nor HTML"):
        read_page("left", Answer(BASE, "image/png", b""))


def test_a_later_api_is_not_guessed_at():
    with pytest.raises(UnreachableUpstream, match="version 2"):
        json('{"meta":{"api-version":"2.0"},"name":"left","files":[]}')
    with pytest.raises(UnreachableUpstream, match="version 2"):
        html('<meta name="pypi:repository-version" content="2.1">')


def test_a_projects_document_gives_upload_times():
    text = (
        '{"releases":{"1.0":[{"filename":"a","upload_time_iso_8601":"2026-01-02T03:04:05Z"},{"filename":"b"},7],'
        '"2.0":{},"3.0":[{"filename":"c","upload_time":"2026-01-02T03:04:05"}]}}'
    )
    when = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert read_upload_times(text.encode()) == {"a": when, "c": when}
    assert read_upload_times(b"{") == read_upload_times(b"[]") == read_upload_times(b'{"releases":[]}') == {}


@given(st.text(max_size=300) | st.text(alphabet="<a href='\"=>#/!-sha256 base", max_size=300))
def test_any_page_reads_or_is_refused(text):
    for kind in ("text/html", JSON):
        with contextlib.suppress(UpstreamError):
            read_page("left", Answer(BASE, kind, text.encode("utf-8", errors="surrogatepass")))
