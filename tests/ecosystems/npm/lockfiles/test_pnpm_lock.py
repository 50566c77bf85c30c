"""Against locks that pnpm 3, 5, 7, 8, 9 and 12 wrote, and against everything a lock should not be.

Counts are those of `pnpm ls --recursive --depth Infinity --json` of the same client over the same lock: distinct pairs
of name and version. pnpm 5.2's own list has two links more, which are no entries of the lock; the count of 5.1 was not
compared with its client. Times are processor time: the machine may be busy with other things.
"""

import json
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.npm.lockfiles.pnpm_lock import PNPM_INSTALLED_LOCK, PNPM_LOCK
from customhouse.model.locked import LockedPackage, Source

FIXTURES = Path(__file__).with_name("fixtures") / "pnpm"
VERSIONS = ["5.1", "5.2", "5.4", "6.0", "9.0"]
#: Nothing lies beside it, so that no manifest plays a part.
NOWHERE = Path("no-such-folder/pnpm-lock.yaml")
SHA512 = "sha512-" + "A" * 86 + "=="


def fixture(name: str) -> tuple[Source, ...]:
    path = FIXTURES / name / "pnpm-lock.yaml"
    return PNPM_LOCK.read(path, path.read_bytes(), DISK)


def packages(name: str) -> dict[str, LockedPackage]:
    (source,) = fixture(name)
    assert source.status == "parsed"
    return {one.purl.display if one.version else one.key: one for one in source.packages}


def read(text: str | bytes, path: Path = NOWHERE) -> Source:
    (source,) = PNPM_LOCK.read(path, text if isinstance(text, bytes) else text.encode(), DISK)
    return source


def version_9(
    entries: dict[str, str], importer: str = "", snapshots: dict[str, str] | None = None, more: str = ""
) -> str:
    """Write a lock of version 9: key → resolution; each package is a production dependency of the project."""
    named = "".join(f"      {key[: key.find('@', 1)]!r}: {{specifier: x, version: '{key}'}}\n" for key in entries)
    lines = [f"  {key!r}:\n    resolution: {value}\n" for key, value in entries.items()]
    shots = snapshots if snapshots is not None else dict.fromkeys(entries, "{}")
    return (
        "lockfileVersion: '9.0'\n"
        + more
        + "importers:\n  .:\n"
        + (importer or (f"    dependencies:\n{named}" if named else "    {}\n"))
        + ("packages:\n" + "".join(lines) if lines else "")
        + ("snapshots:\n" + "".join(f"  {key!r}: {value}\n" for key, value in shots.items()) if shots else "")
    )


REGISTRY = f"{{integrity: {SHA512}}}"


# What pnpm writes


@pytest.mark.parametrize(("name", "count"), [("5.1", 46), ("5.2", 153), ("5.4", 154), ("6.0", 154), ("9.0", 156)])
def test_counts_are_those_of_the_client(name: str, count: int):
    assert len(packages(name)) == count


@pytest.mark.parametrize("name", VERSIONS)
def test_registry_packages_are_pinned_by_their_digest(name: str):
    for one in packages(name).values():
        if one.source == "registry":
            assert [digest.algorithm for digest in one.integrity] == ["sha512"], one
            assert one.resolved == ""


@pytest.mark.parametrize("name", VERSIONS)
def test_line_numbers_lead_to_the_entry(name: str):
    lines = (FIXTURES / name / "pnpm-lock.yaml").read_text().splitlines()
    for one in packages(name).values():
        assert one.line is not None
        own = one.key if one.version else one.name
        assert own in lines[one.line - 1]


@pytest.mark.parametrize("name", ["5.2", "5.4", "6.0", "9.0"])
def test_scopes_and_directness(name: str):
    found = packages(name)
    assert {
        key: (found[key].scope, found[key].dependency) for key in ("mocha@10.2.0", "glob@7.2.3", "lodash@4.18.1")
    } == {
        "mocha@10.2.0": ("dev", "direct"),
        "glob@7.2.3": ("dev", "transitive"),
        "lodash@4.18.1": ("prod", "direct"),
    }
    assert (found["fsevents@2.3.3"].scope, found["fsevents@2.3.3"].dependency) == ("optional", "direct")
    assert found["left-pad@1.3.0"].dependency == "direct"  # a project of the workspace asks for it
    assert found["lodash@4.18.1"].alias == "lodash4"


@pytest.mark.parametrize("name", ["5.2", "5.4", "6.0"])
def test_scopes_agree_with_the_flags_that_these_versions_write(name: str):
    import yaml  # noqa: PLC0415

    text = (FIXTURES / name / "pnpm-lock.yaml").read_text()
    rows = yaml.safe_load(text)["packages"]
    flagged = {key.split("(")[0].split("_")[0]: row.get("dev") for key, row in rows.items() if key.startswith("/")}
    for one in packages(name).values():
        if one.key in flagged and flagged[one.key] is not None:
            assert (one.scope == "dev") is flagged[one.key], one


@pytest.mark.parametrize("name", ["5.2", "5.4", "6.0", "9.0"])
def test_several_installations_of_one_package_are_one_entry_with_all_edges(name: str):
    found = packages(name)
    shim = found["use-sync-external-store@1.2.0"]
    keys = {one.key: purl for purl, one in found.items()}
    assert {keys[key] for key in shim.requires} == {"react@17.0.2", "react@18.2.0"}


@pytest.mark.parametrize("name", ["5.4", "6.0", "9.0"])
def test_patches_are_told(name: str):
    (source,) = fixture(name)
    assert source.reason == "ms@2.0.0 is patched by 'patches/ms@2.0.0.patch'"
    assert {one.purl.display for one in source.packages if one.patch} == {"ms@2.0.0"}


@pytest.mark.parametrize("name", ["5.4", "6.0"])
def test_install_scripts_are_what_the_lock_says(name: str):
    found = packages(name)
    assert found["esbuild@0.19.2"].has_install_script is True
    assert found["react@18.2.0"].has_install_script is None


@pytest.mark.parametrize("name", ["5.2", "5.4", "6.0", "9.0"])
def test_importers(name: str):
    (source,) = fixture(name)
    assert [one.folder for one in source.importers] == ["", "packages/a", "packages/b"]
    root, first, _ = source.importers
    assert dict(root.specifiers or ())["lodash4"] == "npm:lodash@^4.17.20"
    assert dict(first.specifiers or ()) == {
        "@babel/core": "7.22.9",
        "@demo/b": "workspace:*",
        "left-pad": "1.3.0",
        "ms": "2.0.0",
    }
    keys = {one.key for one in source.packages}
    assert all(set(one.requires) <= keys for one in (*source.importers, *source.packages))
    assert "link:packages/b" in first.requires
    assert root.overridden == ("glob",)


@pytest.mark.parametrize("name", ["5.2", "6.0", "9.0"])
def test_links_between_projects_carry_the_path_on(name: str):
    link = packages(name)["link:packages/b"]
    assert (link.name, link.version, link.source, link.resolved) == ("@demo/b", None, "workspace", "packages/b")
    assert any("debug" in key for key in link.requires)
    assert packages(name)["link:vendor/linked"].source == "file"


def test_catalogs_and_folders_of_version_9():
    (source,) = fixture("9.0")
    specifiers = dict(source.importers[0].specifiers or ())
    assert (specifiers["is-number"], specifiers["for-own"]) == ("catalog:", "catalog:old")
    folder = next(one for one in source.packages if one.key == "linked@file:vendor/linked")
    assert (folder.source, folder.resolved, folder.alias, folder.version) == ("file", "vendor/linked", "vend", None)


# The two documents of pnpm 11 and later


def test_both_documents_are_read():
    environment, project = fixture("two-documents")
    assert [(one.document, one.status, len(one.packages)) for one in (environment, project)] == [
        (1, "parsed", 1),
        (2, "parsed", 153),  # 153 by `pnpm ls`
    ]
    (even,) = environment.packages
    assert (even.purl.display, even.scope, even.dependency, even.line) == ("is-even@1.0.0", "prod", "direct", 14)
    assert "environment" in environment.reason
    assert [one.specifiers for one in environment.importers] == [None]
    assert project.packages[0].line
    assert project.packages[0].line > 20
    assert "ms@2.0.0 is patched" in project.reason


ENVIRONMENT = f"""---
lockfileVersion: '9.0'
importers:
  .:
    packageManagerDependencies:
      pnpm: {{specifier: 12.0.0, version: 12.0.0}}
packages:
  pnpm@12.0.0:
    resolution: {REGISTRY}
snapshots:
  pnpm@12.0.0: {{}}
"""


def documents(text: str, path: Path = NOWHERE) -> list[Source]:
    return list(PNPM_LOCK.read(path, text.encode(), DISK))


def test_pnpm_itself_is_a_tool():
    first, second = documents(ENVIRONMENT + "---\n" + version_9({"a@1.0.0": REGISTRY}))
    assert (first.packages[0].scope, first.status, second.status) == ("dev", "parsed", "parsed")


def test_an_environment_without_a_project_fails_where_one_is_due(tmp_path: Path):
    (tmp_path / "package.json").write_text('{"dependencies": {"a": "1"}}')
    for text in (ENVIRONMENT, ENVIRONMENT + "---\n"):
        last = documents(text, tmp_path / "pnpm-lock.yaml")[-1]
        assert last.status == "failed"
        assert "package.json asks for" in last.reason
    (tmp_path / "package.json").write_text("{}")
    assert [one.status for one in documents(ENVIRONMENT + "---\n", tmp_path / "pnpm-lock.yaml")] == ["parsed", "parsed"]


def test_two_projects_are_not_guessed_between():
    first, second = documents(version_9({"a@1.0.0": REGISTRY}) + "---\n" + version_9({"b@1.0.0": REGISTRY}))
    assert (first.status, second.status) == ("failed", "parsed")
    assert [one.name for one in (*first.packages, *second.packages)] == ["a", "b"]


def test_a_document_before_a_broken_one_is_kept():
    first, second = documents(ENVIRONMENT + "---\na: [\n")
    assert (first.status, len(first.packages), first.document) == ("parsed", 1, 1)
    assert (second.status, second.document) == ("failed", 2)
    assert "not YAML" in second.reason


# Where packages come from


@pytest.mark.parametrize(
    ("key", "resolution", "kind", "resolved", "version"),
    [
        ("a@1.0.0", REGISTRY, "registry", "", "1.0.0"),
        (
            "a@1.0.0",
            f"{{integrity: {SHA512}, tarball: https://registry.example/a/-/a-1.0.0.tgz}}",
            "registry",
            "https://registry.example/a/-/a-1.0.0.tgz",
            "1.0.0",
        ),
        (
            "a@1.0.0",
            f"{{integrity: {SHA512}, tarball: https://registry.example/b/-/b-1.0.0.tgz}}",
            "url",
            "https://registry.example/b/-/b-1.0.0.tgz",
            "1.0.0",
        ),
        ("a@1.0.0", f"{{integrity: {SHA512}, tarball: /b/-/b-1.0.0.tgz}}", "url", "/b/-/b-1.0.0.tgz", "1.0.0"),
        ("a@1.0.0", f"{{integrity: {SHA512}, tarball: a/-/a-1.0.0.tgz}}", "registry", "a/-/a-1.0.0.tgz", "1.0.0"),
        (
            "a@https://codeload.github.com/o/a/tar.gz/0123",
            "{tarball: https://codeload.github.com/o/a/tar.gz/0123}",
            "git",
            "https://codeload.github.com/o/a/tar.gz/0123",
            "2.0.0",
        ),
        (
            "a@https://git.invalid/o/a/archive/0123.tar.gz",
            "{gitHosted: true, path: /packages/a, tarball: https://git.invalid/o/a/archive/0123.tar.gz}",
            "git",
            "https://git.invalid/o/a/archive/0123.tar.gz",
            "2.0.0",
        ),
        (
            "a@git+ssh://git@git.invalid/o/a.git#0123",
            "{type: git, repo: 'git@git.invalid:o/a.git', commit: '0123'}",
            "git",
            "git@git.invalid:o/a.git#0123",
            "2.0.0",
        ),
        (
            "a@https://files.invalid/a.tgz",
            f"{{integrity: {SHA512}, tarball: 'https://user:secret@files.invalid/a.tgz'}}",
            "url",
            "https://files.invalid/a.tgz",
            "2.0.0",
        ),
        (
            "a@file:vendor/a.tgz",
            f"{{integrity: {SHA512}, tarball: 'file:vendor/a.tgz'}}",
            "file",
            "file:vendor/a.tgz",
            "2.0.0",
        ),
        ("a@file:vendor/a", "{type: directory, directory: vendor/a}", "file", "vendor/a", None),
    ],
)
def test_origins(key: str, resolution: str, kind: str, resolved: str, version: str | None):
    own = "    version: 2.0.0\n" if version == "2.0.0" else ""
    text = version_9({key: resolution}).replace(
        f"    resolution: {resolution}\n", f"    resolution: {resolution}\n{own}"
    )
    source = read(text)
    assert (source.status, source.reason) == ("parsed", "")
    (one,) = source.packages
    assert (one.name, one.source, one.resolved, one.version) == ("a", kind, resolved, version)


def test_a_runtime_is_an_archive_for_each_platform():
    variants = ", ".join(
        f"{{resolution: {{type: binary, archive: tarball, url: 'https://node.invalid/{n}.tgz', integrity: {SHA512}}}, targets: []}}"
        for n in (1, 2)
    )
    source = read(version_9({"node@runtime:22.0.0": f"{{type: variations, variants: [{variants}]}}"}))
    (one,) = source.packages
    assert (one.name, one.version, one.source, len(one.artifacts)) == ("node", "22.0.0", "url", 2)


def test_hosts_and_addresses_of_older_keys():
    source = read(
        f"""lockfileVersion: 5.4
specifiers: {{a: ^1, b: 'github:o/b', c: 'https://files.invalid/c.tgz', d: 'file:my_lib'}}
dependencies:
  a: registry.example/a/1.0.0
  b: git.invalid/o/b/0123
  c: '@files.invalid/c.tgz'
  d: file:my_lib
packages:
  registry.example/a/1.0.0:
    resolution: {{integrity: {SHA512}, registry: 'https://registry.example/', tarball: 'https://registry.example/a/-/a-1.0.0.tgz'}}
  git.invalid/o/b/0123:
    resolution: {{tarball: 'https://codeload.github.com/o/b/tar.gz/0123'}}
    name: b
    version: 3.0.0
  '@files.invalid/c.tgz':
    resolution: {{integrity: {SHA512}, tarball: 'https://files.invalid/c.tgz'}}
    name: c
    version: 4.0.0
  file:my_lib:
    resolution: {{directory: my_lib, type: directory}}
    name: d
"""
    )
    assert source.status == "parsed"
    assert [(one.purl.display, one.source, one.dependency) for one in source.packages] == [
        ("a@1.0.0", "registry", "direct"),
        ("b@3.0.0", "git", "direct"),
        ("c@4.0.0", "url", "direct"),
        ("d", "file", "direct"),
    ]
    assert source.packages[0].resolved == "https://registry.example/a/-/a-1.0.0.tgz"


def test_a_registry_named_by_the_key_is_told():
    text = f"lockfileVersion: '6.0'\ndependencies:\n  a: {{specifier: ^1, version: other.invalid/a@1.0.0}}\npackages:\n  other.invalid/a@1.0.0:\n    resolution: {REGISTRY}\n"
    (one,) = read(text).packages
    assert (one.source, one.resolved) == ("registry", "https://other.invalid/a/-/a-1.0.0.tgz")


def test_inline_specifiers_of_version_5():
    text = f"lockfileVersion: 5.4-inlineSpecifiers\ndependencies:\n  a: {{specifier: ^1, version: 1.0.0}}\npackages:\n  /a/1.0.0:\n    resolution: {REGISTRY}\n    dev: false\n"
    source = read(text)
    assert (source.status, source.importers[0].specifiers) == ("parsed", (("a", "^1"),))


# What is wrong with a lock


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            version_9({}, importer="    dependencies:\n      a: {specifier: ^1, version: 1.0.0}\n"),
            "the project needs 'a'",
        ),
        (version_9({"a@1.0.0": REGISTRY}, snapshots={"a@1.0.0": "{dependencies: {b: 1.0.0}}"}), "'a@1.0.0' needs 'b'"),
        (version_9({"a@1.0.0": REGISTRY}, snapshots={}), "has no snapshot"),
        (
            version_9({"a@1.0.0": REGISTRY}, snapshots={"a@1.0.0": "{}", "b@1.0.0": "{}"}),
            "snapshot 'b@1.0.0' is of a package",
        ),
        (version_9({"a@1.0.0": "{}"}), "its resolution is empty"),
        (version_9({"a@1.0.0": "{type: svn}"}), "unknown type 'svn'"),
        (version_9({"a@1.0.0": "{type: git, repo: x}"}), "names no repository and commit"),
        (version_9({"a@1.0.0": "[]"}), "does not say what it is resolved to"),
        (version_9({"a@1.0.0": "{integrity: [x]}"}), "`integrity` of its resolution is no text"),
        (version_9({"a@1.0.0": "{integrity: nonsense}"}), "holds no digest"),
        (version_9({"a@one": REGISTRY}), "its key gives no version"),
        (version_9({"../a@1.0.0": REGISTRY}), "is no package name"),
        (
            version_9({"a@1.0.0": REGISTRY}).replace("    resolution", "    name: evil\n    resolution"),
            "calls itself 'evil'",
        ),
        (
            version_9({"a@1.0.0": REGISTRY}).replace("    resolution", "    version: 6.6.6\n    resolution"),
            "calls itself version '6.6.6'",
        ),
        (
            version_9({"a@1.0.0": REGISTRY}).replace("specifier: x", "specifier: 'catalog:'"),
            "which the lock does not have",
        ),
        ("lockfileVersion: '9.0'\npackages: []\n", "`packages` is no table"),
        ("lockfileVersion: '9.0'\nimporters: x\n", "`importers` is no table"),
        ("lockfileVersion: '9.0'\nimporters:\n  .: []\n", "importer '.' is no table"),
        (
            "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies: {a: [x]}\n",
            "'a' of importer '.' has no version",
        ),
        ("lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies: {a: {specifier: x}}\n", "has no version"),
        ("lockfileVersion: '9.0'\npackages:\n  a@1.0.0:\nsnapshots:\n  a@1.0.0:\n", "entry 'a@1.0.0' is no table"),
        (version_9({"a@1.0.0": REGISTRY}, snapshots={"a@1.0.0": "[]"}), "snapshot 'a@1.0.0' is no table"),
        (
            f"lockfileVersion: '6.0'\npackages:\n  /a@1.0.0(b@1):\n    resolution: {REGISTRY}\n  /a@1.0.0(b@2):\n    resolution: {{integrity: {'sha512-' + 'B' * 86 + '=='}}}\n",
            "pin different bytes",
        ),
    ],
)
def test_contradictions_fail_and_name_the_entry(text: str, expected: str):
    source = read(text)
    assert source.status == "failed"
    assert expected in source.reason
    assert "pnpm install --lockfile-only" in source.hint


def test_what_could_be_read_of_a_bad_lock_is_kept():
    source = read(version_9({"a@1.0.0": REGISTRY, "b@one": REGISTRY}))
    assert (source.status, [one.name for one in source.packages]) == ("failed", ["a"])


def test_what_is_optional_may_be_missing():
    source = read(version_9({"a@1.0.0": REGISTRY}, snapshots={"a@1.0.0": "{optionalDependencies: {b: 1.0.0}}"}))
    assert source.status == "parsed"


@pytest.mark.parametrize("version", ["4", "5.5", "6.2", "7.0", "9.1", "10.0", "'9'", "x"])
def test_unknown_versions_are_unsupported(version: str):
    source = read(f"lockfileVersion: {version}\n")
    assert source.status == "unsupported"
    assert "are known" in source.reason
    assert "pnpm@10" in source.hint


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "it is empty"),
        (b"# nothing\n", "no document"),
        (b"---\n", "it is empty"),
        (b"- a\n", "no table"),
        (b"a: 1\n", "no lockfileVersion"),
        (b"lockfileVersion: [9]\n", "no lockfileVersion"),
        ("lockfileVersion: '9.0'\n".encode("utf-16"), "UTF-16"),
        (b"lockfileVersion: '9.0'\nx: \xe9\n", "line 2 is not UTF-8"),
        (b"lockfileVersion: '9.0'\n<<<<<<< HEAD\n", "line 2 is a merge conflict"),
        (b"lockfileVersion: '9.0'\nlockfileVersion: '6.0'\n", "stands twice in one mapping, the second time in line 2"),
        (b"lockfileVersion: &v '9.0'\n", "line 1 has a YAML anchor"),
        (b"a: " + b"[" * 10_000, "deep"),
    ],
)
def test_bad_files(data: bytes, expected: str):
    source = read(data)
    assert source.status == "failed"
    assert expected in source.reason
    assert source.hint


def test_a_mark_and_foreign_line_ends_change_nothing():
    data = (FIXTURES / "9.0" / "pnpm-lock.yaml").read_bytes()
    assert read(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n")) == read(data)


@pytest.mark.parametrize("name", VERSIONS)
def test_a_truncated_lock_never_passes_for_a_whole_one(name: str):
    data = (FIXTURES / name / "pnpm-lock.yaml").read_bytes()
    whole = len(read(data).packages)
    for part in range(1, 40):
        cut = data[: len(data) * part // 40]
        source = PNPM_LOCK.read(NOWHERE, cut, DISK)[-1]
        assert source.status == "failed" or len(source.packages) == whole


@pytest.mark.parametrize("path", ["pnpm-lock.yaml", "a/pnpm-lock.yaml", "pnpm-lock.feature!x.yaml"])
def test_names(path: str):
    assert PNPM_LOCK.matches(Path(path))


@pytest.mark.parametrize("path", ["pnpm-lock.yml", "pnpm-lockX.yaml", "pnpm-workspace.yaml", "lock.yaml"])
def test_other_names(path: str):
    assert not PNPM_LOCK.matches(Path(path))


def test_what_is_installed_is_read_by_the_same_grammar():
    path = Path("no-such-folder/node_modules/.pnpm/lock.yaml")
    assert PNPM_INSTALLED_LOCK.matches(path)
    assert not PNPM_INSTALLED_LOCK.matches(Path("lock.yaml"))
    (source,) = PNPM_INSTALLED_LOCK.read(path, (FIXTURES / "9.0" / "pnpm-lock.yaml").read_bytes(), DISK)
    assert (source.format, source.status, len(source.packages)) == ("pnpm-installed-lock", "parsed", 156)
    (source,) = PNPM_INSTALLED_LOCK.read(path, b"", DISK)
    assert "incident" in source.hint


# Speed, and whatever else


def thousand() -> bytes:
    keys = [f"package-{n}@1.{n}.0" for n in range(1_000)]
    shots = {key: f"{{dependencies: {{package-{n + 1}: 1.{n + 1}.0}}}}" for n, key in enumerate(keys[:-1])}
    return version_9(dict.fromkeys(keys, REGISTRY), snapshots={**shots, keys[-1]: "{}"}).encode()


def test_a_thousand_packages_take_little_time():
    data = thousand()
    PNPM_LOCK.read(NOWHERE, data, DISK)
    start = time.process_time()
    (source,) = PNPM_LOCK.read(NOWHERE, data, DISK)
    assert time.process_time() - start < 0.5  # 0.035 s on an idle core
    assert (source.status, len(source.packages)) == ("parsed", 1_000)


def explicit(key: str) -> str:
    """Write a lock with a key too long for YAML's short form."""
    return f"lockfileVersion: '9.0'\npackages:\n  ? {key!r}\n  : resolution: {REGISTRY}\nsnapshots:\n  ? {key!r}\n  : {{}}\n"


LINKS = "".join(f"      l{n}: {{specifier: x, version: 'link:l{n}'}}\n" for n in range(5_000))
HOSTILE = {
    "links": version_9({}, importer="    dependencies:\n" + LINKS),
    "brackets in a key": explicit("a@1.0.0" + "(" * 50_000 + ")" * 50_000),
    "closing brackets in a key": explicit("a@1.0.0" + ")" * 100_000),
    "a long folder": "lockfileVersion: '9.0'\nimporters:\n  " + "x" * 1_000 + ":\n    dependencies:\n" + LINKS,
    "installations": "lockfileVersion: 5.4\npackages:\n"
    + "".join(f"  /a/1.0.0_b@{n}:\n    resolution: {REGISTRY}\n" for n in range(10_000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_locks_take_linear_time(name: str):
    start = time.process_time()
    check(HOSTILE[name].encode())
    assert time.process_time() - start < 4


@settings(max_examples=150)
@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_accounted_for(data: bytes):
    check(data)


WHOLE = [(FIXTURES / name / "pnpm-lock.yaml").read_bytes()[:6_000] for name in (*VERSIONS, "two-documents")]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(WHOLE), st.integers(0, 6_000), st.integers(0, 60), st.binary(max_size=40))
def test_arbitrary_changes_are_accounted_for(data: bytes, at: int, length: int, instead: bytes):
    check(data[:at] + instead + data[at + length :])


_KEYS = [
    ".",
    "importers",
    "packages",
    "snapshots",
    "dependencies",
    "a@1.0.0",
    "/a@1.0.0(b)",
    "a",
    "version",
    "resolution",
]
_KEYS += ["integrity", "overrides", "catalogs", "type", "variants", "configDependencies"]


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.sampled_from(["x", "1.0.0", "a@1.0.0", "link:x", "file:a", "a@file:b(c)", "/a/1_b", ""]) | st.none(),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(
                st.sampled_from(_KEYS),
                inner,
                max_size=4,
            )
        ),
        max_leaves=20,
    ),
    st.sampled_from(["5.4", "6.0", "9.0"]),
)
def test_arbitrary_shapes_are_accounted_for(value: object, version: str):
    document = value if isinstance(value, dict) else {"packages": value}
    check(json.dumps({**document, "lockfileVersion": version}).encode())


def check(data: bytes) -> None:
    for source in PNPM_LOCK.read(NOWHERE, data, DISK):
        assert source.status in ("parsed", "failed", "unsupported")
        assert source.status == "parsed" or (source.reason and source.hint)
        for one in source.packages:
            assert one.name
            assert str(one.purl)
