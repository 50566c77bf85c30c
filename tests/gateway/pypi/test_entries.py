"""Upstream's pages, sound and not, into entries."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.fetching import Answer
from customhouse.ecosystems.pypi.filenames import read_filename
from customhouse.ecosystems.pypi.simple import read_page
from customhouse.gateway.interface import Document, UnavailableError
from customhouse.gateway.pypi.entries import read_document
from customhouse.model.errors import UpstreamError

JSON, HTML = "application/vnd.pypi.simple.v1+json", "text/html"
URL = "https://registry.example/simple/alpha/"
WHEEL = "alpha-1.0.0-py3-none-any.whl"
SHA = "a" * 64


def document(data, kind=JSON):
    data = data if isinstance(data, bytes) else data.encode()
    return Document(data, kind, URL, "https://registry.example/simple/", "r")


def read(data, kind=JSON):
    return read_document("alpha", document(data, kind))


def page(*files, **more):
    return json.dumps({"meta": {"api-version": "1.1"}, "name": "alpha", "files": list(files)} | more)


def entry(**more):
    return {"filename": WHEEL, "url": f"https://files.example/{WHEEL}", "hashes": {"sha256": SHA}} | more


def only(data, kind=JSON):
    (found,) = read(data, kind).entries.values()
    return found


def test_values_are_kept_as_they_were_written():
    told = only(
        f'{{"files": [{{"filename": "{WHEEL}", "url": "../../{WHEEL}", "hashes": {{ "sha256" : "{SHA}" }},'
        r' "requires-python": "\u003e=3.8", "yanked": "bad \u00e4", "size": 1.0e1, "upload-time": "2024-01-01T00:00:00Z"'
        "}]}".replace("1.0e1", "10")
    )
    assert bytes(told.said["requires-python"]) == rb'"\u003e=3.8"'
    assert bytes(told.said["hashes"]) == f'{{ "sha256" : "{SHA}" }}'.encode()
    assert bytes(told.said["yanked"]) == rb'"bad \u00e4"'
    assert told.url == f"https://registry.example/{WHEEL}"
    assert told.value("size") == 10


@pytest.mark.parametrize(
    "wrong",
    [
        {"filename": None},
        {"filename": 3},
        {"filename": "../alpha-1.0.0-py3-none-any.whl"},
        {"filename": "beta-1.0.0-py3-none-any.whl", "url": "https://files.example/beta-1.0.0-py3-none-any.whl"},
        {"filename": "alpha-x-py3-none-any.whl", "url": "https://files.example/alpha-x-py3-none-any.whl"},
        {"filename": "alpha.txt", "url": "https://files.example/alpha.txt"},
        {"url": "https://files.example/alpha-2.0.0-py3-none-any.whl"},
        {"url": ""},
        {"url": None},
        {"url": "https://[::1/x"},
        {"hashes": ["sha256"]},
        {"hashes": {"sha256": 3}},
        {"size": -1},
        {"size": True},
        {"size": "10"},
        {"yanked": {"why": "x"}},
        {"requires-python": [">=3"]},
        {"upload-time": 5},
        {"gpg-sig": "yes"},
    ],
)
def test_entries_that_are_not_sound_are_left_out(wrong):
    assert read(page(entry(**wrong))).entries == {}
    good = entry(filename="alpha-2.0.0.tar.gz", url="https://files.example/alpha-2.0.0.tar.gz")
    assert list(read(page(entry(**wrong), good)).entries) == ["alpha-2.0.0.tar.gz"]


@pytest.mark.parametrize("number", ["1e400", "9" * 400, "-0", "1.5"])
def test_numbers_that_are_no_size(number):
    said = f'{{"files": [{{"filename": "{WHEEL}", "url": "https://files.example/{WHEEL}", "size": {number}}}]}}'
    assert read(said).entries == {} or only(said).value("size") == 0


def test_null_says_nothing():
    told = only(page(entry(**{"requires-python": None, "size": None, "upload-time": None})))
    assert list(told.said) == ["hashes"]


@pytest.mark.parametrize(
    ("announced", "digests"),
    [
        ({"core-metadata": {"sha256": SHA}}, {"sha256": SHA}),
        ({"dist-info-metadata": {"sha256": SHA}}, {"sha256": SHA}),
        ({"data-dist-info-metadata": {"sha512": "b" * 128}}, {"sha512": "b" * 128}),
        ({"core-metadata": True}, {}),
        ({"core-metadata": False}, {}),
        ({"core-metadata": {}}, {}),
        ({"core-metadata": {"md5": "b" * 32}}, {}),
        ({"core-metadata": {"sha256": "b"}}, {}),
        ({"core-metadata": {"sha256": 7}}, {}),
        ({}, {}),
    ],
)
def test_metadata_count_with_a_strong_digest_alone(announced, digests):
    assert only(page(entry(**announced))).metadata == digests


@pytest.mark.parametrize(
    ("told", "taken"),
    [
        ("https://registry.example/integrity/x", "https://registry.example/integrity/x"),
        ("/integrity/x", "https://registry.example/integrity/x"),
        ("https://elsewhere.example/x", ""),
        ("http://registry.example/x", ""),
        ("https://registry.example:8443/x", ""),
        ("http://169.254.169.254/latest", ""),
        (None, ""),
        (5, ""),
    ],
)
def test_attestations_are_taken_from_where_the_page_came_from(told, taken):
    found = only(page(entry(provenance=told)))
    assert (found.provenance, found.knows_provenance) == (taken, True)


def test_a_name_that_comes_twice_counts_once():
    twice = page(entry(), entry(url=f"https://evil.example/{WHEEL}", hashes={"sha256": "b" * 64}))
    assert only(twice).url == f"https://files.example/{WHEEL}"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("", JSON),
        ("[]", JSON),
        ("{", JSON),
        ('{"files": 1}', JSON),
        ('{"files": [1]}', JSON),
        ("[" * 100_000, JSON),
        (b'{"files": [], "name": "\xff"}', JSON),
        ('{"files": [], "name": "beta"}', JSON),
        ('{"files": [], "meta": {"api-version": "2.0"}}', JSON),
        ('{"files": [], "meta": {"api-version": 1}}', JSON),
        ('<meta name="pypi:repository-version" content="2.0">', HTML),
        ("hello", "text/plain"),
        ("hello", ""),
    ],
)
def test_what_is_no_page_is_not_guessed_at(data, kind):
    with pytest.raises(UnavailableError) as caught:
        read(data, kind)
    assert "alpha" in caught.value.message


def test_html_is_read_as_clients_read_it():
    told = read(
        '<base href="https://files.example/a/"><base href="https://evil.example/">'
        f'<a href="{WHEEL}#sha256={SHA.upper()}" data-requires-python="&gt;=3.8" data-yanked data-gpg-sig="true"'
        f' data-core-metadata="sha256={SHA}" data-provenance="https://registry.example/p" href="https://evil.example/">x</a>'
        f'<a href="alpha-2.0.0.tar.gz#egg=alpha" data-yanked="broken &amp; bad" data-dist-info-metadata="true">y</a>'
        '<meta name="pypi:project-status" content="archived"><meta name="pypi:project-status-reason" content="done">',
        HTML,
    )
    first, second = told.entries.values()
    assert first.url == f"https://files.example/a/{WHEEL}"
    assert first.value("hashes") == {"sha256": SHA}
    assert first.value("requires-python") == ">=3.8"
    assert first.value("yanked") is True
    assert first.value("gpg-sig") is True
    assert first.metadata == {"sha256": SHA}
    assert first.provenance == "https://registry.example/p"
    assert second.value("hashes") is None
    assert second.value("yanked") == "broken & bad"
    assert second.metadata == {}
    assert told.status == {"status": "archived", "reason": "done"}
    assert told.versions is None


texts = st.sampled_from(
    [WHEEL, "alpha-2.tar.gz", "beta-1.tar.gz", "a/../alpha-3.zip", "//h.example/alpha-4.zip", "%61lpha-5.zip", "",
     "alpha-6.zip?x=1#sha256=" + SHA, "http://[", "alpha-7.zip#md5=" + "b" * 32, " alpha-8.zip ", "alpha-1%2B9.zip"]
)  # fmt: skip


@given(st.lists(st.tuples(texts, texts)), st.booleans())
def test_what_is_shown_is_what_the_gate_sees_too(pairs, as_json):
    """The listing and the gate read the same page by another reader: neither may see a file elsewhere than the other."""
    if as_json:
        data = page(*({"filename": name, "url": url, "hashes": {}} for name, url in pairs))
    else:
        data = "".join(f'<a href="{url}">{name}</a>' for name, url in pairs)
    kind = JSON if as_json else HTML
    theirs: dict[str, str] = {}
    for file in read_page("alpha", Answer(URL, kind, data.encode())):
        theirs.setdefault(file.filename, file.url)
    for name, found in read(data, kind).entries.items():
        assert found.url == theirs[name]
        told = read_filename(name, "alpha")
        assert told is not None
        assert told.version == found.version


@given(st.binary(max_size=300), st.sampled_from([JSON, HTML]))
def test_no_page_breaks_the_reader(data, kind):
    try:
        found = read(data, kind)
    except UnavailableError:
        return
    try:
        theirs = read_page("alpha", Answer(URL, kind, data))
    except UpstreamError:
        theirs = ()
    assert set(found.entries) <= {file.filename for file in theirs}
