"""What a path asks for: every spelling that clients use, and nothing by any other."""

import string
from urllib.parse import quote, unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from customhouse.gateway.npm.paths import (
    Account,
    Attestations,
    Audit,
    Keys,
    Nothing,
    Packument,
    Ping,
    Search,
    Tags,
    Tarball,
    Version,
    WhoAmI,
    filename,
    is_name,
    read_path,
)

SPELLINGS = [
    ("/left-pad", Packument("left-pad")),
    ("/JSONStream", Packument("JSONStream")),  # capitals are legacy, and another package than without
    ("/@acme/pad", Packument("@acme/pad")),
    ("/@acme%2fpad", Packument("@acme/pad")),
    ("/@acme%2Fpad", Packument("@acme/pad")),
    ("/%40acme%2fpad", Packument("@acme/pad")),
    ("/%40acme/pad", Packument("@acme/pad")),
    ("/@_acme/_pad", Packument("@_acme/_pad")),
    ("/lodash.merge", Packument("lodash.merge")),
    ("/a'b!c~d(e)*", Packument("a'b!c~d(e)*")),  # legacy, still there
    ("/-", Packument("-")),
    ("/left-pad/1.0.0", Version("left-pad", "1.0.0")),
    ("/left-pad/latest", Version("left-pad", "latest")),
    ("/left-pad/1.0.0-rc.1%2Bbuild.5", Version("left-pad", "1.0.0-rc.1+build.5")),
    ("/@acme/pad/next", Version("@acme/pad", "next")),
    ("/@acme%2fpad/1.0.0", Version("@acme/pad", "1.0.0")),
    ("/left-pad/-/left-pad-1.3.0.tgz", Tarball("left-pad", "1.3.0", "left-pad-1.3.0.tgz")),
    ("/@acme/pad/-/pad-1.0.0-rc.1.tgz", Tarball("@acme/pad", "1.0.0-rc.1", "pad-1.0.0-rc.1.tgz")),
    ("/@acme%2fpad/-/pad-1.0.0.tgz", Tarball("@acme/pad", "1.0.0", "pad-1.0.0.tgz")),  # yarn 4
    ("/-/-/--0.0.1.tgz", Tarball("-", "0.0.1", "--0.0.1.tgz")),
    ("/-/package/left-pad/dist-tags", Tags("left-pad")),
    ("/-/package/@acme%2fpad/dist-tags", Tags("@acme/pad")),
    ("/-/package/@acme/pad/dist-tags", Tags("@acme/pad")),
    ("/-/npm/v1/attestations/left-pad@1.0.0", Attestations("left-pad", "1.0.0")),
    ("/-/npm/v1/attestations/@acme%2fpad@1.0.0", Attestations("@acme/pad", "1.0.0")),
    ("/-/npm/v1/attestations/%40acme%2fpad%401.0.0", Attestations("@acme/pad", "1.0.0")),
    ("/-/npm/v1/security/advisories/bulk", Audit("-/npm/v1/security/advisories/bulk")),
    ("/-/npm/v1/security/audits/quick", Audit("-/npm/v1/security/audits/quick")),
    ("/-/npm/v1/security/audits", Audit("-/npm/v1/security/audits")),
    ("/-/npm/v1/keys", Keys()),
    ("/-/v1/search", Search()),
    ("/-/ping", Ping()),
    ("/", Ping()),
    ("/-/whoami", WhoAmI()),
    ("/-/npm/v1/tokens", Account()),
    ("/-/v1/login", Account()),
    ("/-/team/acme/people/user", Account()),
    ("/-/package/left-pad/collaborators", Account()),
]
HOSTILE = [
    "",
    "left-pad",
    "//",
    "//left-pad",
    "/left-pad/",
    "/left-pad//1.0.0",
    "/./left-pad",
    "/left-pad/.",
    "/left-pad/..",
    "/..",
    "/../etc/passwd",
    "/%2e%2e/etc",
    "/left-pad/%2e%2e",
    "/left-pad/-/..%2f..%2fother-1.0.0.tgz",
    "/left-pad/-/%2e%2e",
    "/left-pad%2f-%2fleft-pad-1.0.0.tgz",
    "/left-pad%2f1.0.0",
    "/@acme%2fpad%2f1.0.0",
    "/@acme%252fpad",
    "/left%2dpad%00",
    "/left-pad\x00",
    "/left-pad%0d%0aX:1",
    "/left-pad\r\n",
    "/left pad",
    "/left%20pad",
    "/left\\pad",
    "/left%5cpad",
    "/%E0%B8%81",
    "/l\u0435ft-pad",  # a Cyrillic letter
    "/l%D0%B5ft-pad",
    "/left-pad%",
    "/left-pad%2",
    "/left-pad%zz",
    "/left-pad?x",
    "/left-pad#x",
    "/left-pad;v=1",
    "http://registry.example/left-pad",
    "/http://registry.example/left-pad",
    "/http:%2f%2fregistry.example%2fleft-pad",
    "/@acme",
    "/@/pad",
    "/@acme/",
    "/acme/@pad/1.0.0",
    "/@acme/@pad",
    "/.hidden",
    "/@acme/.hidden",
    "/@.acme/pad",
    "/_all_docs",
    "/_design/app",
    "/node_modules",
    "/favicon.ico",
    "/" + "a" * 215,
    "/@" + "a" * 107 + "/" + "b" * 107,
    "/" + "a" * 4000,
    "/left-pad/" + "1" * 257,
    "/left-pad/-/right-pad-1.0.0.tgz",
    "/left-pad/-/left-pad-.tgz",
    "/left-pad/-/left-pad-1.0.0.tar.gz",
    "/left-pad/-/left-pad-1.0.0.tgz/more",
    "/left-pad/-/left-pad-1.0.0.tgz/",
    "/left-pad/-/LEFT-PAD-1.0.0.tgz",
    "/@acme/pad/-/@acme/pad-1.0.0.tgz",
    "/@acme/pad/-/acme-pad-1.0.0.tgz",
    "/left-pad/-",
    "/left-pad/-rev/1-x",
    "/-/",
    "/-/all",
    "/-/user/org.couchdb.user:someone",
    "/-/ping/",
    "/-/ping/x",
    "/-/npm/v1/attestations/left-pad",
    "/-/npm/v1/attestations/left-pad@",
    "/-/npm/v1/attestations/@1.0.0",
    "/-/npm/v1/attestations/../keys@1.0.0",
    "/-/package/dist-tags",
    "/-/package/left-pad/dist-tags/latest",
    "/-/npm/v1/security/advisories",
    "/-/npm/v1/security/advisories/bulk/x",
]
#: What hostile and honest paths are made of.
PIECES = [
    *(
        "/",
        "-",
        "@",
        "%2f",
        "%2F",
        "%40",
        "..",
        ".",
        "%2e",
        "%25",
        "%252f",
        "\\",
        "%00",
        "\x00",
        "\r\n",
        " ",
        "+",
        "%2B",
    ),
    *("a", "A", "left-pad", "@acme", "1.0.0", ".tgz", "left-pad-1.0.0.tgz", "package", "dist-tags", "npm", "v1"),
    *("attestations", "\u0435", "%D0%B5", "?", "#", "_", "~", "npm/v1/attestations/", "package/", "http://x"),
]


def hostile_paths():
    made = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
    return st.one_of(made.map(lambda text: "/" + text), made, st.text(max_size=60), st.text("/%@.-a1", max_size=30))


def encoded(draw, text):
    """Percent-encode some characters of a path, as a client may; separators only between scope and name."""
    out = []
    for index, char in enumerate(text):
        joins = char == "/" and text[:index].startswith("/@") and text.count("/", 1, index) == 0
        if (char != "/" or joins) and draw(st.booleans()):
            code = f"%{ord(char):02X}"
            out.append(code.lower() if draw(st.booleans()) else code)
        else:
            out.append(char)
    return "".join(out)


@pytest.mark.parametrize(("path", "asked"), SPELLINGS)
def test_clients_spellings_are_read(path, asked):
    assert read_path(path) == asked


@pytest.mark.parametrize("path", HOSTILE)
def test_what_can_be_nothing_is_nothing(path):
    assert isinstance(read_path(path), Nothing)


@given(hostile_paths(), hostile_paths())
@example("/@a%2fb", "/@a/b")
@example("/left%2Dpad", "/left-pad")
def test_two_paths_lead_to_one_record_only_when_they_differ_by_encoding(one, other):
    first, second = read_path(one), read_path(other)
    if first == second and not isinstance(first, Nothing | Account | Ping):
        assert unquote(one) == unquote(other)


@given(hostile_paths())
def test_no_record_holds_what_could_lead_elsewhere(path):
    asked = read_path(path)
    if isinstance(asked, Packument | Version | Tarball | Tags | Attestations):
        assert is_name(asked.name)
        scope, slash, last = asked.name.rpartition("/")
        assert "/" not in scope
        assert bool(slash) == asked.name.startswith("@")
        parts = [scope.removeprefix("@"), last] if slash else [last]
        parts += [getattr(asked, field) for field in ("version", "wanted", "filename") if hasattr(asked, field)]
        for part in parts:
            assert part
            assert not part.startswith(".")
            assert set(part) <= set(string.ascii_letters + string.digits + "-._~!'()*+")
    if isinstance(asked, Tarball):
        assert asked.filename == filename(asked.name, asked.version)


names = st.from_regex(r"(@[A-Za-z0-9_-][A-Za-z0-9._-]{0,20}/)?[A-Za-z0-9~][A-Za-z0-9._~-]{0,30}", fullmatch=True)
versions = st.from_regex(r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(-[a-z0-9.]{1,9}[a-z])?(\+[a-z0-9]{1,9})?", fullmatch=True)


@given(names.filter(is_name), versions, st.data())
def test_every_encoding_of_a_file_leads_to_it(name, version, data):
    path = f"/{name}/-/{filename(name, version)}"
    assert read_path(encoded(data.draw, path)) == Tarball(name, version, filename(name, version))


@given(names.filter(is_name))
def test_a_name_as_npm_writes_it_is_read(name):
    assert read_path("/" + name.replace("/", "%2f")) == Packument(name)
    assert read_path("/" + quote(name, safe="")) == Packument(name)
    assert read_path("/" + name.upper()) == Packument(name.upper())
