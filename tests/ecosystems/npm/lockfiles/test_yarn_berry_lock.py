"""Against locks that yarn 2, 3 and 4 wrote, and against everything a lock should not be.

Counts are those of `yarn info --all --recursive --json` of the same client over the same lock (yarn 2 leaves the three
packages out that its built-in patches are applied to). Times are processor time.
"""

import json
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.npm.lockfiles.yarn_berry_lock import read_berry
from customhouse.model.locked import LockedPackage, Source

FIXTURES = Path(__file__).with_name("fixtures") / "berry"
VERSIONS = ["4", "6", "8", "10"]
NOWHERE = Path("no-such-folder/yarn.lock")


def fixture(name: str) -> Source:
    path = FIXTURES / name / "yarn.lock"
    (source,) = read_berry(path, path.read_bytes(), DISK)
    assert source.status == "parsed", source.reason
    return source


def by_resolution(source: Source) -> dict[str, LockedPackage]:
    return {f"{one.alias or one.name}{'!' if one.patch else ''}": one for one in source.packages}


def read(text: str | bytes, path: Path = NOWHERE) -> Source:
    (source,) = read_berry(path, text if isinstance(text, bytes) else text.encode(), DISK)
    return source


def lock(*entries: str, version: str = "8") -> str:
    return f"__metadata:\n  version: {version}\n  cacheKey: 10c0\n\n" + "\n".join(entries)


def entry(key: str, resolution: str = "", version: str = "1.0.0", more: str = "") -> str:
    # yarn writes a key of more than 1,024 characters in YAML's explicit form
    head = f'"{key}":' if len(key) < 1_000 else f'? "{key}"\n:'
    body = f'  version: {version}\n  resolution: "{resolution or key}"\n{more}  languageName: node\n  linkType: hard\n'
    return f"{head}\n{body}"


def project(dependencies: str = "", more: str = "") -> str:
    needs = f"  dependencies:\n{dependencies}" if dependencies else ""
    return entry("app@workspace:.", version="0.0.0-use.local", more=needs + more)


# What yarn writes


@pytest.mark.parametrize("name", VERSIONS)
def test_counts_are_those_of_the_client(name: str):
    assert len(fixture(name).packages) == 189


@pytest.mark.parametrize("name", VERSIONS)
def test_what_each_entry_is(name: str):
    found = by_resolution(fixture(name))
    assert {key: found[key].source for key in ("demo", "@demo/a", "linked", "portal", "lib", "debug", "lodash4")} == {
        "demo": "workspace",
        "@demo/a": "workspace",
        "linked": "file",
        "portal": "file",
        "lib": "file",
        "debug": "registry",
        "lodash4": "registry",
    }
    assert (found["lodash4"].name, found["lodash4"].version, found["lodash5"].version) == (
        "lodash",
        "4.18.1",
        "4.17.21",
    )
    assert (found["@demo/a"].version, found["@demo/a"].resolved) == (None, "packages/a")
    assert found["ms!"].patch.endswith("./patches/ms@2.0.0.patch")
    assert (found["ms!"].version, found["ms!"].source) == ("2.0.0", "registry")
    assert "builtin<compat/typescript>" in found["typescript!"].patch
    # yarn calls an archive what the project calls it; its registry says what it is
    assert (found["tarball"].name, found["tarball"].version) == ("is-odd", "3.0.1")
    assert found["tarball"].resolved == "https://registry.example/is-odd/-/is-odd-3.0.1.tgz"


@pytest.mark.parametrize("name", VERSIONS)
def test_yarns_checksum_is_no_digest_of_the_archive(name: str):
    source = fixture(name)
    assert all(one.integrity == () for one in source.packages)
    found = by_resolution(source)
    assert len(found["debug"].foreign_checksum.rpartition("/")[2]) == 128
    assert found["debug"].foreign_checksum.startswith("10c0/") is (name in ("8", "10"))
    assert found["demo"].foreign_checksum == ""


@pytest.mark.parametrize("name", VERSIONS)
def test_line_numbers_lead_to_the_entry(name: str):
    lines = (FIXTURES / name / "yarn.lock").read_text().splitlines()
    for one in fixture(name).packages:
        assert one.line is not None
        assert lines[one.line - 1].rstrip(":").strip('"') == one.key


@pytest.mark.parametrize("name", VERSIONS)
def test_scopes_come_from_the_manifests(name: str):
    found = by_resolution(fixture(name))
    assert {
        key: (found[key].scope, found[key].dependency) for key in ("mocha", "glob", "debug", "fsevents!", "node-gyp")
    } == {
        "mocha": ("dev", "direct"),
        "glob": ("dev", "transitive"),
        "debug": ("prod", "direct"),
        "fsevents!": ("optional", "direct"),
        "node-gyp": ("optional", "transitive"),
    }
    assert found["left-pad"].dependency == "direct"


@pytest.mark.parametrize("name", VERSIONS)
def test_importers_and_edges(name: str):
    source = fixture(name)
    assert [(one.folder, one.name, one.specifiers is None) for one in source.importers] == [
        ("packages/a", "@demo/a", False),
        ("packages/b", "@demo/b", False),
        ("", "demo", False),
        ("vendor/portal", "portal", True),
    ]
    keys = {one.key for one in source.packages}
    assert all(set(one.requires) <= keys for one in (*source.importers, *source.packages))
    root = dict(source.importers[2].specifiers or ())
    assert (root["debug"], root["lodash4"], root["linked"]) == ("^4.3.4", "npm:lodash@^4.17.20", "link:./vendor/linked")
    found = by_resolution(source)
    by_key = {one.key: one for one in source.packages}
    assert found["glob"].key in found["mocha"].requires  # by `resolutions`: mocha asks for another version
    assert "ms!" not in {by_key[key].name + "!" * bool(by_key[key].patch) for key in found["@demo/a"].requires}
    patched = found["ms!"]
    assert [by_key[key].purl.display for key in patched.requires] == ["ms@2.0.0"]
    assert found["resolve!"].key in source.importers[2].requires  # not the package that the patch is applied to


@pytest.mark.parametrize("name", VERSIONS)
def test_only_the_projects_own_patches_are_told(name: str):
    assert fixture(name).reason == "ms@2.0.0 is patched by './patches/ms@2.0.0.patch'"


def test_catalogs_and_resolutions_lie_beside_the_lock(tmp_path: Path):
    assert len(fixture("catalog").packages) == 14
    shutil.copy(FIXTURES / "catalog" / "yarn.lock", tmp_path)
    shutil.copy(FIXTURES / "catalog" / "package.json", tmp_path)
    source = read((tmp_path / "yarn.lock").read_bytes(), tmp_path / "yarn.lock")
    assert (source.status, "'is-number'" in source.reason) == ("failed", True)
    # without any manifest nobody knows what it resolves to, and the only entry of the name is taken
    assert read((tmp_path / "yarn.lock").read_bytes()).status == "parsed"


# Where packages come from


@pytest.mark.parametrize(
    ("key", "resolution", "kind", "resolved"),
    [
        ("a@npm:^1", "a@npm:1.0.0", "registry", ""),
        (
            "a@npm:^1",
            "a@npm:1.0.0::__archiveUrl=https%3A%2F%2Fother.invalid%2Fa%2F-%2Fa-1.0.0.tgz",
            "registry",
            "https://other.invalid/a/-/a-1.0.0.tgz",
        ),
        (
            "a@npm:^1",
            "a@npm:1.0.0::__archiveUrl=https%3A%2F%2Fother.invalid%2Fevil.tgz",
            "url",
            "https://other.invalid/evil.tgz",
        ),
        (
            "a@https://git.invalid/o/a.git#main",
            "a@https://git.invalid/o/a.git#commit=0123",
            "git",
            "https://git.invalid/o/a.git#commit=0123",
        ),
        (
            "a@git@git.invalid:o/a.git",
            "a@git@git.invalid:o/a.git#commit=0123",
            "git",
            "git@git.invalid:o/a.git#commit=0123",
        ),
        (
            "a@git+ssh://git@git.invalid/o/a.git",
            "a@git+ssh://git@git.invalid/o/a.git#commit=0123",
            "git",
            "git+ssh://git@git.invalid/o/a.git#commit=0123",
        ),
        (
            "a@https://files.invalid/a.tgz",
            "a@https://user:secret@files.invalid/a.tgz",
            "url",
            "https://files.invalid/a.tgz",
        ),
        ("a@portal:../a::locator=app%40workspace%3A.", "", "file", "portal:../a"),
        ("a@link:../a::locator=app%40workspace%3A.", "", "file", "link:../a"),
        ("a@file:./a.tgz::locator=app%40workspace%3A.", "", "file", "file:./a.tgz"),
        ("a@exec:./make.js::locator=app%40workspace%3A.", "", "file", "exec:./make.js"),
        ("a@workspace:packages/a", "", "workspace", "packages/a"),
    ],
)
def test_origins(key: str, resolution: str, kind: str, resolved: str):
    source = read(lock(entry(key, resolution)))
    assert (source.status, source.reason) == ("parsed", "")
    (one,) = source.packages
    assert (one.name, one.version, one.source, one.resolved) == ("a", "1.0.0", kind, resolved)


def test_patches_of_patches():
    inner = "a@patch:a@npm%3A1.0.0#./one.patch::version=1.0.0&hash=1&locator=app%40workspace%3A."
    outer = (
        "a@patch:a@patch%3Aa@npm%253A1.0.0%23./one.patch%3A%3Aversion=1.0.0&hash=1&locator=app%2540workspace%253A."
        "#./two.patch::version=1.0.0&hash=2&locator=app%40workspace%3A."
    )
    source = read(lock(entry("a@npm:1.0.0"), entry(inner), entry(outer)))
    assert source.status == "parsed"
    assert [(one.source, one.patch) for one in source.packages] == [
        ("registry", ""),
        ("registry", "./one.patch"),
        ("registry", "./two.patch"),
    ]


def test_patches_stacked_beyond_reason_are_refused():
    from customhouse.ecosystems.npm.lockfiles.yarn_locator import encoded  # noqa: PLC0415

    text = "a@npm:1.0.0"
    for _ in range(10):
        text = f"a@patch:{encoded(text)}#p"
    source = read(lock(entry(text)))
    assert (source.status, "patches are stacked" in source.reason) == ("failed", True)


def test_long_keys_are_written_in_another_form():
    source = read(
        lock(project('    a: "npm:^299"\n'), entry(", ".join(f"a@npm:^{n}" for n in range(300)), "a@npm:1.0.0"))
    )
    assert source.status == "parsed"
    assert [one.line for one in source.packages] == [5, 13]
    assert source.importers[0].requires == (source.packages[1].key,)


def test_resolutions_of_one_parent(tmp_path: Path):
    (tmp_path / "package.json").write_text('{"resolutions": {"a/b": "2.0.0", "c@npm:^1": "npm:3.0.0"}}')
    text = lock(
        project('    a: "npm:1.0.0"\n    b: "npm:^1"\n    c: "npm:^1"\n'),
        entry("a@npm:1.0.0", more='  dependencies:\n    b: "npm:^1"\n'),
        entry("b@npm:^1", "b@npm:1.0.0"),
        entry("b@npm:2.0.0", version="2.0.0"),
        entry("c@npm:3.0.0", version="3.0.0"),
    )
    source = read(text, tmp_path / "yarn.lock")
    assert source.status == "parsed"
    assert {one.key: one.requires for one in source.packages if one.requires} == {
        "app@workspace:.": ("a@npm:1.0.0", "b@npm:^1", "c@npm:3.0.0"),
        "a@npm:1.0.0": ("b@npm:2.0.0",),
    }


# What is wrong with a lock


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (lock(project('    a: "npm:^1"\n')), "needs 'a', which the lock does not pin"),
        (lock(entry("a@npm:^1", "a@npm:2.0.0")), "its version is '1.0.0', and it is resolved to 'a@npm:2.0.0'"),
        (lock(entry("a@npm:^1", "a@odd:1.0.0")), "comes by 'odd:', which is unknown"),
        (lock(entry("a@npm:^1", "a@virtual:0123#npm:1.0.0")), "comes by 'virtual:'"),
        (lock(entry("a@npm:^1", "a")), "does not say what it is resolved to"),
        (lock('"a@npm:^1": x\n'), "entry 'a@npm:^1' is no table"),
        (lock('"a@npm:^1": {version: 1.0.0}\n'), "does not say what it is resolved to"),
        (lock(entry("a@npm:one", version="one")), "'one' of a is no version"),
        (lock(entry("../a@npm:1.0.0")), "is no package name"),
        (lock(entry("a@npm:1.0.0", more="  dependencies: [b]\n")), "`dependencies` of entry 'a@npm:1.0.0' is no table"),
        (lock(entry("a@npm:1.0.0", more="  dependencies:\n    b: [c]\n")), "asks for 'b' and does not say which"),
        (lock(entry("a@npm:1.0.0", more="  checksum: [c]\n")), "its version or checksum is no text"),
        (lock(entry("a@npm:^1, a@npm:1.0.0", "a@npm:1.0.0"), entry("a@npm:1.0.0")), "stands in two entries"),
        ("__metadata:\n  cacheKey: 8\n", "has no version in its __metadata"),
        ("__metadata: 8\n", "has no version in its __metadata"),
        ("a: 1\n", "no __metadata"),
        ("- a\n", "no __metadata"),
        (lock() + "---\n" + lock(), "holds 2 YAML documents"),
    ],
)
def test_contradictions_fail_and_name_the_entry(text: str, expected: str):
    source = read(text)
    assert source.status == "failed"
    assert expected in source.reason
    assert "yarn install" in source.hint


def test_what_is_optional_may_be_missing():
    meta = "  dependenciesMeta:\n    a:\n      optional: true\n"
    assert read(lock(project('    a: "npm:^1"\n', meta))).status == "parsed"
    assert read(lock(project(more='  optionalDependencies:\n    a: "npm:^1"\n'))).status == "parsed"


def test_what_could_be_read_of_a_bad_lock_is_kept():
    source = read(lock(entry("a@npm:1.0.0"), entry("b@npm:one", version="one")))
    assert (source.status, [one.name for one in source.packages]) == ("failed", ["a"])


@pytest.mark.parametrize("version", ["1", "3", "11", "8.0", "x"])
def test_unknown_versions_are_unsupported(version: str):
    source = read(lock(version=version))
    assert source.status == "unsupported"
    assert "4 to 10 are known" in source.reason
    assert "yarn set version" in source.hint


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "it is empty"),
        (b"# only this\n", "holds 0 YAML documents"),
        (lock().encode("utf-16"), "UTF-16"),
        (lock().encode() + b"x: \xe9\n", "is not UTF-8"),
        (lock().encode() + b"<<<<<<< HEAD\n", "is a merge conflict"),
        (
            lock(entry("a@npm:1.0.0"), entry("a@npm:1.0.0")).encode(),
            "stands twice in one mapping, the second time in line 11",
        ),
        (lock().encode() + b"a: &x 1\n", "has a YAML anchor"),
        (lock().encode() + b"a: !!binary x\n", "has a YAML tag"),
        (b"a: " + b"{a: " * 10_000, "deep"),
        (lock().encode() + b"\n" * 40_000_000, "larger than"),
    ],
)
def test_bad_files(data: bytes, expected: str):
    source = read(data)
    assert source.status == "failed"
    assert expected in source.reason
    assert source.hint


def test_a_mark_and_foreign_line_ends_change_nothing():
    data = (FIXTURES / "10" / "yarn.lock").read_bytes()
    assert read(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n")) == read(data)


@pytest.mark.parametrize("name", VERSIONS)
def test_a_truncated_lock_never_passes_for_a_whole_one(name: str):
    path = FIXTURES / name / "yarn.lock"
    data = path.read_bytes()
    for part in range(1, 40):
        (source,) = read_berry(path, data[: len(data) * part // 40], DISK)
        assert source.status == "failed"


# Speed, and whatever else


def test_a_thousand_packages_take_little_time():
    entries = [
        entry(
            f"package-{n}@npm:^1.0.0",
            f"package-{n}@npm:1.0.0",
            more=f'  dependencies:\n    package-{n + 1}: "npm:^1.0.0"\n',
        )
        for n in range(999)
    ]
    data = lock(
        project('    package-0: "npm:^1.0.0"\n'), *entries, entry("package-999@npm:^1.0.0", "package-999@npm:1.0.0")
    )
    read(data)
    start = time.process_time()
    source = read(data)
    assert time.process_time() - start < 0.5
    assert (source.status, len(source.packages)) == ("parsed", 1_001)


HOSTILE = {
    "entries of one name": lock(
        *(entry(f"a@npm:{n}.0.0", version=f"{n}.0.0", more='  dependencies:\n    a: "npm:x"\n') for n in range(10_000))
    ),
    "blanks in a key": lock(entry("a@npm:1.0.0" + " " * 200_000)),
    "a long chain of encodings": lock(entry("a@patch:" + "%25" * 100_000 + "#")),
    "many descriptors": lock(entry(", ".join(f"a@npm:^{n}" for n in range(20_000)), "a@npm:1.0.0")),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_locks_take_linear_time(name: str):
    start = time.process_time()
    check(HOSTILE[name].encode())
    assert time.process_time() - start < 4


def test_hostile_resolutions_take_linear_time(tmp_path: Path):
    wishes = {f"parent-{n}/a": f"npm:{n}" for n in range(20_000)} | {"@s/" * 20_000: "x"}
    (tmp_path / "package.json").write_text(json.dumps({"resolutions": wishes}))
    start = time.process_time()
    read(HOSTILE["entries of one name"], tmp_path / "yarn.lock")
    assert time.process_time() - start < 4


def check(data: bytes) -> None:
    for source in read_berry(NOWHERE, data, DISK):
        assert source.status in ("parsed", "failed", "unsupported")
        assert source.status == "parsed" or (source.reason and source.hint)
        for one in source.packages:
            assert one.name
            assert str(one.purl)


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_accounted_for(data: bytes):
    check(data)


WHOLE = [(FIXTURES / name / "yarn.lock").read_bytes()[-6_000:] for name in VERSIONS]
HEAD = lock().encode()


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(WHOLE), st.integers(0, 6_000), st.integers(0, 60), st.binary(max_size=40))
def test_arbitrary_changes_are_accounted_for(data: bytes, at: int, length: int, instead: bytes):
    begin = data.index(b"\n\n") + 1
    check(HEAD + data[begin:at] + instead + data[at + length :])


_PART = st.sampled_from(
    ["a", "@s/a", "@", "npm:", "1.0.0", "patch:", "a@npm%3A1", "#", "::", "locator=", "%", "workspace:", ".", ", "]
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(_PART, max_size=8), st.lists(_PART, max_size=8), st.lists(_PART, max_size=4)), max_size=4
    )
)
def test_arbitrary_descriptors_are_accounted_for(rows: list[tuple[list[str], list[str], list[str]]]):
    document = {"__metadata": {"version": "8"}} | {
        "".join(key): {"version": "1.0.0", "resolution": "".join(resolution), "dependencies": {"a": "".join(wanted)}}
        for key, resolution, wanted in rows
    }
    check(json.dumps(document).encode())
