"""Targets as clients write them and as attackers do; our own addresses read back as what they were made for."""

import string
from urllib.parse import quote, urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from customhouse.gateway.pypi import paths
from customhouse.gateway.pypi.paths import read_target
from customhouse.model.purl import pypi_name

WHEEL = "alpha-1.0.0-py3-none-any.whl"
PLACE = "/files/https/files.example/packages/ab/cd"


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/simple/", paths.Root()),
        ("/", paths.Moved("simple/")),
        ("/simple", paths.Moved("simple/")),
        ("/simple/alpha/", paths.Page("alpha")),
        ("/simple/alpha-two/", paths.Page("alpha-two")),
        ("/simple/json/", paths.Page("json")),
        (
            f"{PLACE}/{WHEEL}",
            paths.File(WHEEL, ("alpha",), f"https://files.example/packages/ab/cd/{WHEEL}"),
        ),
        (
            f"/files/http/127.0.0.1:8080/{WHEEL}",
            paths.File(WHEEL, ("alpha",), f"http://127.0.0.1:8080/{WHEEL}"),
        ),
        (
            f"{PLACE}/{WHEEL}.metadata",
            paths.Metadata(paths.File(WHEEL, ("alpha",), f"https://files.example/packages/ab/cd/{WHEEL}")),
        ),
        (
            "/files/https/files.example/alpha-1.0%2Bcpu-py3-none-any.whl",
            paths.File(
                "alpha-1.0+cpu-py3-none-any.whl",
                ("alpha",),
                "https://files.example/alpha-1.0%2Bcpu-py3-none-any.whl",
            ),
        ),
        (f"/integrity/alpha/1.0.0/{WHEEL}/provenance", paths.Provenance("alpha", WHEEL)),
        ("/alpha/json", paths.Document("alpha")),
        ("/Alpha_Two/json/", paths.Document("alpha-two")),
        ("/alpha/1.0.0/json", paths.Document("alpha", "1.0.0")),
        (f"/refused/alpha/{WHEEL}/cooldown/until/2026", paths.Refusal("alpha", WHEEL)),
    ],
)
def test_what_clients_ask_for(path, target):
    assert read_target(path) == target


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/", "/simple/"),
        ("/simple", "/simple/"),
        ("/simple/alpha", "/simple/alpha/"),
        ("/simple/Alpha", "/simple/alpha/"),
        ("/simple/Alpha.Two/", "/simple/alpha-two/"),
        ("/simple/alpha__two", "/simple/alpha-two/"),
        ("/simple/al%50ha/", "/simple/alpha/"),
    ],
)
def test_other_spellings_are_moved_to_our_own(path, leads_to):
    moved = read_target(path)
    assert isinstance(moved, paths.Moved)
    assert urlsplit(moved.to).scheme == urlsplit(moved.to).netloc == ""
    # Behind a proxy that mounts it anywhere.
    for root in ("http://gateway.test/pypi", "https://proxy.test/a/b/pypi"):
        assert urljoin(root + path, moved.to) == root + leads_to
    assert not isinstance(read_target(leads_to), paths.Moved)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "simple/alpha/",
        "/simple/../alpha/",
        "/simple/%2e%2e/alpha/",
        "/simple/..%2falpha/",
        "/simple/alpha%00/",
        "/simple/alpha\0/",
        "/simple/alpha%0d%0aSet-Cookie:x/",
        "/simple/al\tpha/",
        "/simple/alpha%5c..%5cbeta/",
        "/simple\\alpha/",
        "/simple/alph\u00e4/",
        "/simple/%ff/",
        "/simple/%c0%ae%c0%ae/",
        "/simple/%zz/",
        "/simple/alpha%",
        "/simple/al pha/",
        f"{PLACE}/../../../{WHEEL}",
        f"{PLACE}/%2E%2E/{WHEEL}",
        f"{PLACE}/x%2f..%2f..%2f{WHEEL}",
        f"{PLACE}/./{WHEEL}",
        f"{PLACE}/a%5cb/{WHEEL}",
        f"{PLACE}/%00/{WHEEL}",
        f"{PLACE}/{WHEEL}%00.tar.gz",
        "/" + "a" * 5000,
    ],
)
def test_hostile_shapes_are_no_addresses(path):
    told = read_target(path)
    assert isinstance(told, paths.Malformed)
    assert told.why


@pytest.mark.parametrize(
    "path",
    [
        "//simple/alpha/",
        "//files.example/alpha/",
        "/simple//alpha/",
        "/simple/alpha//",
        "/simple/alpha/beta/",
        "/simple/-alpha/",
        "/simple/alpha-/",
        "/simple/%25%32%65%25%32%65/",
        "/simple/%2561lpha/",
        "/simple/alpha%2f/",
        "/simple/alpha%3f/",
        "/simple/" + "a" * 201 + "/",
        "/files/",
        f"/files/{WHEEL}",
        f"/files/https/{WHEEL}",
        f"/files/ftp/files.example/{WHEEL}",
        f"/files/HTTPS/files.example/{WHEEL}",
        f"/files/https/user@files.example/{WHEEL}",
        f"/files/https/user%40files.example/{WHEEL}",
        f"/files/https/files.example:99999999/{WHEEL}",
        f"/files/https//{WHEEL}",
        f"{PLACE}/alpha%252D1.0.0-py3-none-any.whl",
        f"{PLACE}/a%2f{WHEEL}",
        f"{PLACE}/.metadata",
        f"{PLACE}/readme.txt",
        f"{PLACE}/alpha.whl",
        f"{PLACE}/{WHEEL}/",
        f"{PLACE}/{WHEEL}.metadata.metadata",
        f"{PLACE}/{WHEEL}.asc",
        f"{PLACE}/" + "a" * 250 + "-1.0.0.tar.gz",
        f"/integrity/alpha/1.0.0/{WHEEL}",
        "/alpha/1.0.0/json/more",
        "/-/ping",
    ],
)
def test_what_is_no_address_of_ours(path):
    assert isinstance(read_target(path), paths.Unknown)


@pytest.mark.parametrize(
    ("filename", "projects"),
    [
        ("alpha-1.0.tar.gz", ("alpha",)),
        ("alpha_two-1.0.tar.gz", ("alpha-two",)),
        ("alpha-two-1.0.tar.gz", ("alpha-two",)),
        ("alpha-2-1.tar.gz", ("alpha-2", "alpha")),
        ("alpha-1.0.win32-py2.7.exe", ("alpha",)),
        ("Alpha.Two-1.0-py2.py3-none-any.whl", ("alpha-two",)),
        ("alpha-1.0-1-py3-none-any.whl", ("alpha",)),
        ("alpha-1.0-py3.11.egg", ("alpha",)),
        ("alpha.tar.gz", ()),
        ("alpha-two.tar.gz", ()),
        ("a" * 300 + "-1.tar.gz", ()),
    ],
)
def test_the_project_is_told_by_the_name_of_the_file(filename, projects):
    assert paths.projects_of(filename) == projects


def test_a_name_of_hyphens_is_of_a_few_projects():
    assert len(paths.projects_of("-".join("1" * 100) + ".tar.gz")) <= paths.MAX_PROJECTS


names = st.from_regex(r"\A[A-Za-z0-9]([A-Za-z0-9._-]{0,20}[A-Za-z0-9])?\Z")
versions = st.from_regex(r"\A[0-9]{1,3}(\.[0-9]{1,3}){0,3}(a1|rc2|\.post3|\.dev4)?(\+[a-z0-9]{1,5})?\Z")


@given(names, versions, st.sampled_from(["-py3-none-any.whl", ".tar.gz", ".zip"]), st.data())
def test_every_file_of_a_project_has_an_address_that_says_it(name, version, ending, data):
    stem = name.replace("-", "_") if ending.endswith("whl") else name
    filename = f"{stem}-{version}{ending}"
    folder = data.draw(st.lists(st.text(string.ascii_letters + string.digits + "~!$&'()*+,;=:@ \u00e4", max_size=8)))
    host = data.draw(st.sampled_from(["files.example", "127.0.0.1:8080", "user:secret@files.example", "[2001:db8::1]"]))
    scheme = data.draw(st.sampled_from(["https", "http"]))
    path = "".join(f"/{part}" for part in folder)
    encode = data.draw(st.sampled_from([quote, lambda text: text.replace("\u00e4", "%C3%A4")]))
    url = f"{scheme}://{host}{encode(path)}/{encode(filename)}?token=secret"
    address = paths.file_address(url, filename)
    assert address.startswith(f"files/{scheme}/")
    assert "secret" not in address
    told = read_target(f"/{address}")
    assert isinstance(told, paths.File)
    assert told.filename == filename
    assert pypi_name(name) in told.projects
    assert told.upstream == paths.upstream_address(url)
    assert read_target(f"/{address}.metadata") == paths.Metadata(told)
    # What puts lock files right.
    assert f"http://gateway.test/pypi/{address}".replace(
        f"http://gateway.test/pypi/files/{scheme}/", f"{scheme}://"
    ) == paths.upstream_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "files/alpha-1.0.0-py3-none-any.whl",
        f"ftp://files.example/{WHEEL}",
        f"file:///{WHEEL}",
        f"https:///{WHEEL}",
        f"https://files.example/../{WHEEL}",
        f"https://files.example/a/%2e%2e/{WHEEL}",
        f"https://files.example/a%00/{WHEEL}",
        f"https://files.example/a\\b/{WHEEL}",
        f"https://fil\u00e4s.example/{WHEEL}",
        "https://files.example/other-1.0.0-py3-none-any.whl",
        f"https://files.example/{WHEEL}/",
        f"https://[::1/{WHEEL}",
        f"https://files.example/{'a' * 5000}/{WHEEL}",
    ],
)
def test_a_file_that_lies_at_an_odd_address_has_none_of_ours(url):
    assert paths.file_address(url, WHEEL) == ""


@given(st.text(max_size=80).map(lambda text: "/" + text))
@example("/files/https/h/%2e%2e%2f%2e%2e%2fa-1.tar.gz")
@example("/simple/%E2%80%AE/")
def test_whatever_is_asked_becomes_a_plain_name_or_nothing(path):
    check(read_target(path), path)


pieces = st.sampled_from(
    ["simple", "files", "https", "http", "files.example", "integrity", "json", "refused", "provenance", "alpha", "Alpha",
     "..", ".", "", "%2e", "%2e%2e", "%2f", "%5c", "%00", "%25", "%0a", "?", "#", ";", WHEEL, f"{WHEEL}.metadata",
     "a-1.tar.gz", "1.0.0", "\\", "\u202e", "%e2%80%ae", "@", ":80"]
)  # fmt: skip


@given(st.lists(st.lists(pieces, max_size=3).map("".join), max_size=7))
def test_pieces_of_addresses_in_any_order(parts):
    path = "/" + "/".join(parts)
    check(read_target(path), path)


def check(told, path):
    """No name that is read out of a target is anything but a name."""
    match told:
        case paths.Page(project) | paths.Document(project, _):
            assert project == pypi_name(project)
            assert set(project) <= set(string.ascii_lowercase + string.digits + "-")
        case paths.Moved(to):
            assert set(to) <= set(string.ascii_lowercase + string.digits + "-./")
            assert "//" not in to
            assert urljoin("http://gateway.test/pypi" + path, to).startswith("http://gateway.test/pypi/")
        case paths.File() | paths.Metadata():
            file = told.file if isinstance(told, paths.Metadata) else told
            plain(file.filename)
            assert 1 <= len(file.projects) <= paths.MAX_PROJECTS
            assert urlsplit(file.upstream).scheme in paths.SCHEMES
        case paths.Provenance(project, filename) | paths.Refusal(project, filename):
            assert project == pypi_name(project)
            plain(filename)
        case paths.Malformed(why):
            assert why


def plain(filename):
    assert filename.isascii()
    assert filename.isprintable()
    assert not set(filename) & set("/\\%?# ")
    assert not filename.startswith(".")


def test_the_way_back_from_any_target_is_the_door():
    for path in ("/", "/a", f"{PLACE}/{WHEEL}"):
        assert urljoin("http://gateway.test/pypi" + path, paths.climbing(path) + "x") == "http://gateway.test/pypi/x"
