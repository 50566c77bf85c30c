"""Against locks that yarn 1 wrote, and what it never would."""

import json
from pathlib import Path

import pytest

from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.npm.lockfiles.yarn_lock import YARN_LOCK
from customhouse.model.locked import LockedPackage, Source

FIXTURES = Path(__file__).with_name("fixtures")
NOWHERE = Path("no-such-folder/yarn.lock")
DIGEST = "sha512-" + "A" * 86 + "=="
SHA1 = "0123456789abcdef0123456789abcdef01234567"


def read(text: str, path: Path = NOWHERE) -> Source:
    (source,) = YARN_LOCK.read(path, ("# yarn lockfile v1\n\n" + text).encode(), DISK)
    return source


def fixture(name: str) -> Source:
    path = FIXTURES / name / "yarn.lock"
    (source,) = YARN_LOCK.read(path, path.read_bytes(), DISK)
    return source


def entry(header: str, version: str = "1.0.0", rest: str = "") -> str:
    return f'{header}:\n  version "{version}"\n{rest}\n'


def by_key(source: Source) -> dict[str, LockedPackage]:
    return {one.key: one for one in source.packages}


def test_what_yarn_writes() -> None:
    """`yarn list --json` names 154 packages here, the two members of the workspace among them."""
    source = fixture("yarn-1")
    assert (source.format, source.status, source.reason) == ("yarn-lock", "parsed", "")
    assert len({(one.alias or one.name, one.version) for one in source.packages}) == len(source.packages) == 154
    found = by_key(source)
    express = found["express@^4.19.0"]
    assert (express.name, express.source, express.scope, express.dependency) == (
        "express",
        "registry",
        "prod",
        "direct",
    )
    assert express.resolved.startswith("https://registry.example/express/-/express-4.")
    assert [one.algorithm for one in express.integrity] == ["sha512"]
    alias = found["lodash4@npm:lodash@4.17.21"]
    assert (alias.name, alias.alias, alias.version) == ("lodash", "lodash4", "4.17.21")
    assert found["mocha@10.4.0"].scope == "dev"
    assert found["fsevents@^2.3.3"].scope == "optional"
    local = found["loc@file:./vendor/local"]
    assert (local.source, local.resolved, local.artifacts) == ("workspace", "vendor/local", ())
    assert {found[key].version for key in local.requires} == {"2.0.0"}
    # Two versions of one name lead each to their own.
    assert {key for key in found if key.startswith("ms@")} == {"ms@2.0.0", "ms@2.1.2", "ms@2.1.3"}
    assert "ms@2.0.0" in found["debug@2.6.9"].requires


def test_the_manifests_say_who_asks() -> None:
    source = fixture("yarn-1")
    root, a, b = source.importers
    assert (root.folder, root.name, root.specifiers) == ("", "demo", None)
    assert len(root.requires) == 7
    assert (a.folder, a.name, a.requires) == (
        "packages/a",
        "@demo/a",
        ("left-pad@^1.3.0", "debug@^4.3.0", "@demo/b@workspace:packages/b"),
    )
    assert (b.folder, b.name, b.requires) == (
        "packages/b",
        "@demo/b",
        ("chalk@^4.1.0", "semver@^7.6.0"),
    )  # its header: chalk@^4.1.0, chalk@^4.1.2
    found = by_key(source)
    member = found["@demo/b@workspace:packages/b"]
    assert (member.source, member.version, member.resolved) == ("workspace", "1.0.0", "packages/b")
    assert member.requires == b.requires
    assert {key for key, one in found.items() if one.dependency == "direct"} == {
        *(key for one in source.importers for key in one.requires),
        "@demo/a@workspace:packages/a",
    }
    still = [key for one in source.importers for key in one.requires]
    reached = set(still)
    while still:
        still += (new := set(found[still.pop()].requires) - reached)
        reached |= new
    assert reached == set(found) - {"@demo/a@workspace:packages/a"}


def test_lines_lead_to_the_entry() -> None:
    lines = (FIXTURES / "yarn-1" / "yarn.lock").read_text().splitlines()
    for one in fixture("yarn-1").packages:
        if one.key.startswith("@demo/"):  # not in the lock
            assert one.line is None
            continue
        assert one.line is not None
        assert one.key in lines[one.line - 1]
        assert lines[one.line - 1].endswith(":")


def test_where_yarn_takes_things_from() -> None:
    source = fixture("yarn-1-sources")
    assert (source.status, len(source.packages)) == ("parsed", 15)
    found = {one.name: one for one in source.packages}
    assert {name: one.source for name, one in found.items() if one.source != "registry"} == {
        "gitted": "git",
        "tarred": "url",
        "localtar": "file",
    }
    assert found["gitted"].resolved == "git+https://git.invalid/gitted.git#b76d0e6adfade035921c4e4bf429d2b45f565d53"
    assert found["gitted"].artifacts == ()
    assert found["tarred"].resolved == "https://files.invalid/tarred-1.2.3.tgz"
    assert [str(one) for one in found["tarred"].integrity] == ["sha1:ab906fbe9082c3090c44efac52442a129678bbbc"]
    assert [one.algorithm for one in found["localtar"].integrity] == ["sha1"]
    assert (found["@types/node"].alias, found["@types/node"].version) == ("@types/x", "18.0.0")
    assert found["is-odd"].requires == ("is-number@6.0.0",)  # `is-number@6.0.0, is-number@^6.0.0:` is one entry
    assert found["tarred"].requires == ("ms@2.1.3",)


def test_one_archive_under_two_names_is_two_entries() -> None:
    source = read(entry('lodash@^4.17.0, "l4@npm:lodash@^4.17.21"', "4.17.21", "  name lodash\n"))
    assert [(one.key, one.name, one.alias) for one in source.packages] == [
        ("lodash@^4.17.0", "lodash", ""),
        ("l4@npm:lodash@^4.17.21", "lodash", "l4"),
    ]


def test_a_registry_and_its_mirror_are_registries() -> None:
    source = read(
        entry("a@^1", rest=f'  resolved "https://user:secret@registry.example/a/-/a-1.0.0.tgz?cache=0#{SHA1}"\n')
        + entry('"@s/b@^1"', rest=f'  resolved "https://registry.example/@s/b/-/b-1.0.0.tgz#{SHA1}"\n')
        + entry("c@^1", rest=f'  resolved "https://registry.example/a/-/a-1.0.0.tgz#{SHA1}"\n')
        + entry("d@^1")
    )
    assert {one.name: one.source for one in source.packages} == {
        "a": "registry",
        "@s/b": "registry",
        "c": "url",  # what it is resolved to is another package
        "d": "registry",
    }
    assert source.packages[0].resolved == "https://registry.example/a/-/a-1.0.0.tgz?cache=0"


def test_scopes(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text(
        json.dumps({"dependencies": {"a": "1"}, "devDependencies": {"d": "1"}, "optionalDependencies": {"o": "1"}})
    )
    needs = '  dependencies:\n    {} "1"\n'.format
    may = '  optionalDependencies:\n    {} "1"\n'.format
    text = (
        entry("a@1", rest=needs("b") + may("x"))
        + entry("b@1")
        + entry("d@1", rest=needs("b") + '    e "1"\n')
        + entry("e@1")
        + entry("o@1")
        + entry("x@1")
        + entry("left@1")
    )
    source = read(text, tmp_path / "yarn.lock")
    assert {one.name: (one.scope, one.dependency) for one in source.packages} == {
        "a": ("prod", "direct"),
        "b": ("prod", "transitive"),
        "d": ("dev", "direct"),
        "e": ("dev", "transitive"),
        "o": ("optional", "direct"),
        "x": ("optional", "transitive"),
        "left": ("prod", "transitive"),  # nobody knows who asks for it
    }


def test_without_a_manifest_what_nothing_needs_is_direct() -> None:
    source = read(entry("a@1", rest='  dependencies:\n    b "1"\n') + entry("b@1"))
    assert {one.name: one.dependency for one in source.packages} == {"a": "direct", "b": "transitive"}
    assert source.importers[0].requires == ("a@1",)


def test_a_resolution_overrides_the_range(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"dependencies": {"a": "1"}, "resolutions": {"a/**/@s/b": "2.0.0"}}')
    text = entry("a@1", rest='  dependencies:\n    "@s/b" "^1"\n') + entry('"@s/b@2.0.0"', "2.0.0")
    source = read(text, tmp_path / "yarn.lock")
    assert source.status == "parsed"
    assert source.packages[0].requires == ("@s/b@2.0.0",)


def test_members_of_the_workspace_need_no_entry(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"workspaces": {"packages": ["packages/*"]}, "dependencies": {"a": "1"}}')
    (tmp_path / "packages/m").mkdir(parents=True)
    (tmp_path / "packages/m/package.json").write_text('{"name": "m", "version": "1.0.0"}')
    source = read(entry("a@1", rest='  dependencies:\n    m "^1"\n'), tmp_path / "yarn.lock")
    assert source.status == "parsed"
    assert by_key(source)["a@1"].requires == ("m@workspace:packages/m",)
    (tmp_path / "packages/m/package.json").unlink()
    assert read(entry("a@1", rest='  dependencies:\n    m "^1"\n'), tmp_path / "yarn.lock").status == "failed"


def test_a_lock_of_nothing_is_parsed() -> None:
    source = read("")
    assert (source.status, source.packages) == ("parsed", ())


def test_later_versions_are_unsupported() -> None:
    (source,) = YARN_LOCK.read(NOWHERE, b"# yarn lockfile v2\n\na@^1:\n  version: 1\n", DISK)
    assert (source.status, source.reason.partition(",")[0]) == ("unsupported", "is of yarn lockfile version 2")
    assert "yarn 4" in source.hint


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            entry("b@1", rest="  integrity sha512-short\n"),
            "line 6: entry 'b@1': integrity 'sha512-short' holds no digest",
        ),
        (entry("b@1", "one"), "line 6: entry 'b@1': 'one' of b is no version"),
        ("b@1:\n  resolved x\n", "line 6: entry 'b@1': has no version"),
        (entry('"../x@1"'), "'../x' is no package name"),
        (entry('"__proto__@1"'), "'__proto__' is no package name"),
        (entry('"b@npm:../x@1"'), "'../x' is no package name"),
        (entry("a@1"), "line 6: 'a@1' stands twice, the first time in line 3"),
        (entry("b@1", rest='  version "2.0.0"\n'), "line 8: 'version' stands twice in one entry"),
        (entry("b@1", rest='  dependencies:\n    a "1"\n    a "1"\n'), "line 10: 'a' stands twice in one entry"),
        (entry("b@1", rest='  dependencies:\n    c "1"\n'), "line 6: 'b@1' needs 'c@1', which the lock does not pin"),
        ("b@1\n", "line 6: 'b@1' is no entry"),
        ("b@1:\n   version 1\n", "line 7: 'version 1' stands where nothing can"),
        ("b@1:\n\tversion 1\n", "line 7: '\\tversion 1' is no entry"),
        (entry("b@1", rest="  version\n"), "line 8: 'version' is no key with a value"),
    ],
)
def test_bad_entries_are_named(text: str, reason: str) -> None:
    source = read(entry("a@1") + text)
    assert source.status == "failed"
    assert reason in source.reason
    assert "yarn install" in source.hint
    assert "a" in {one.name for one in source.packages}  # what could be read is not lost


def test_merge_conflicts_name_their_line() -> None:
    source = read("<<<<<<< HEAD\n" + entry("a@1") + "=======\n" + entry("a@1", "2.0.0") + ">>>>>>> other\n")
    assert source.reason == "cannot be read: line 3 is a merge conflict that nobody resolved"
