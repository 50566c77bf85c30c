from itertools import count

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from customhouse.evidence.lock_changes import compare_locks
from customhouse.model.digest import Digest
from customhouse.model.locked import LockedArtifact, LockedPackage, Source

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def digest(number, algorithm="sha512"):
    return Digest(algorithm, f"{number:0{128 if algorithm == 'sha512' else 64 if algorithm == 'sha256' else 40}x}")


def entry(name, version="1.0.0", digests=None, ecosystem="npm", **parts):
    marked = (digest(sum(map(ord, f"{name}{version}"))),) if digests is None else digests
    artifacts = (LockedArtifact(digests=tuple(marked)),) if marked else ()
    key = parts.pop("key", f"node_modules/{name}")
    return LockedPackage(ecosystem, name, version, artifacts=artifacts, key=key, **parts)


def lock(*packages, path="package-lock.json", form="package-lock", **parts):
    return Source(path, form, "parsed", packages, **parts)


def only(base, now, **options):
    (found,) = compare_locks([lock(*base)], [lock(*now)], **options)
    return found


def said(comparison):
    return [(change.kind, change.purl.display, change.novelty) for change in comparison.changes]


def test_what_stays_is_counted_and_nothing_else():
    found = only([entry("a"), entry("b")], [entry("b", line=9, key="x/b"), entry("a")])
    assert (found.status, said(found), found.unchanged) == ("unchanged", [], 2)


def test_added_upgraded_downgraded_removed():
    found = only(
        [entry("a", "1.0.0"), entry("b", "2.0.0"), entry("c"), entry("d")],
        [entry("a", "1.10.0"), entry("b", "1.9.0"), entry("d"), entry("e")],
    )
    assert said(found) == [
        ("upgraded", "a@1.10.0", None),
        ("downgraded", "b@1.9.0", None),
        ("added", "e@1.0.0", "name"),
        ("removed", "c@1.0.0", None),
    ]
    assert found.changes[0].before.version == "1.0.0"
    assert found.unchanged == 1


def test_with_every_change_to_be_approved_upgrades_need_it_too():
    found = only([entry("a", "1.0.0"), entry("b")], [entry("a", "2.0.0"), entry("b")], every=True)
    assert said(found) == [("upgraded", "a@2.0.0", "version")]


def test_of_several_versions_each_is_paired_with_the_nearest():
    base = [entry("a", "1.2.0", key="node_modules/a"), entry("a", "2.5.0", key="node_modules/x/node_modules/a")]
    now = [entry("a", "2.6.0", key="node_modules/a"), entry("a", "1.2.9", key="node_modules/x/node_modules/a")]
    pairs = {change.after.version: change.before.version for change in only(base, now).changes}
    assert pairs == {"2.6.0": "1.2.0", "1.2.9": "2.5.0"}  # the place in the tree says which one it replaces
    moved = [msgspec.structs.replace(one, key=f"elsewhere/{one.key}") for one in now]
    pairs = {change.after.version: change.before.version for change in only(base, moved).changes}
    assert pairs == {"2.6.0": "2.5.0", "1.2.9": "1.2.0"}


def test_another_copy_beside_the_old_one_says_so():
    found = only([entry("a", "1.0.0")], [entry("a", "1.0.0"), entry("a", "2.0.0", key="node_modules/x/node_modules/a")])
    (change,) = found.changes
    assert (change.kind, change.beside, found.unchanged) == ("upgraded", True, 1)


def test_one_of_two_versions_goes():
    found = only([entry("a", "1.0.0"), entry("a", "2.0.0", key="x")], [entry("a", "2.0.0", key="x")])
    assert said(found) == [("removed", "a@1.0.0", None)]


def test_other_bytes_of_the_same_version_need_somebodys_word():
    found = only([entry("a", digests=[digest(1)])], [entry("a", digests=[digest(2)])])
    assert said(found) == [("integrity-changed", "a@1.0.0", "bytes")]


def test_a_file_that_a_release_got_later_is_other_bytes():
    base = entry("a", ecosystem="pypi", digests=[digest(1, "sha256")])
    more = entry("a", ecosystem="pypi", digests=[digest(1, "sha256"), digest(2, "sha256")])
    assert said(only([base], [more])) == [("integrity-changed", "a==1.0.0", "bytes")]
    assert said(only([more], [base])) == []


def test_a_digest_lost_gained_and_written_by_another_algorithm():
    strong, weak = entry("a", digests=[digest(1)]), entry("a", digests=[digest(1, "sha1")])
    assert said(only([strong], [weak])) == [("integrity-lost", "a@1.0.0", "bytes")]
    assert said(only([strong], [entry("a", digests=[])])) == [("integrity-lost", "a@1.0.0", "bytes")]
    gained = only([weak], [strong])
    assert said(gained) == [("integrity-gained", "a@1.0.0", None)]
    rewritten = only([strong], [entry("a", digests=[digest(1, "sha256")])])
    assert said(rewritten) == [("integrity-rewritten", "a@1.0.0", None)]
    assert gained.changes[0].needs_inspection
    assert rewritten.changes[0].needs_inspection


def test_another_source_needs_somebodys_word():
    git = entry("a", digests=[], source="git", resolved=f"git+ssh://git@host.test/a.git#{COMMIT}")
    assert said(only([entry("a")], [git])) == [("source-changed", "a@1.0.0", "source")]
    workspace = entry("a", None, digests=[], source="workspace", resolved="packages/a")
    assert said(only([workspace], [entry("a", "9.9.9")])) == [("source-changed", "a@9.9.9", "source")]
    assert said(only([entry("a")], [workspace])) == [("source-changed", "a", None)]


def test_another_commit_needs_somebodys_word():
    other = COMMIT[::-1]
    git = entry("a", digests=[], source="git", resolved=f"git+ssh://git@host.test/a.git#{COMMIT}")
    moved = entry("a", digests=[], source="git", resolved=f"git+ssh://git@host.test/a.git#{other}")
    assert said(only([git], [moved])) == [("source-changed", "a@1.0.0", "bytes")]
    assert said(only([git], [git])) == []


def test_another_host_is_another_source_that_is_looked_at():
    here = entry("a", resolved="https://registry.example/a/-/a-1.0.0.tgz")
    there = entry("a", resolved="https://elsewhere.test/a/-/a-1.0.0.tgz")
    (change,) = only([here], [there]).changes
    assert (change.kind, change.novelty, change.needs_inspection) == ("source-changed", None, True)
    assert said(only([entry("a")], [here])) == []  # a client that writes no addresses


def test_leaving_development_is_judged_anew_and_becoming_direct_is_told():
    found = only([entry("a", scope="dev")], [entry("a", scope="prod")])
    (change,) = found.changes
    assert (change.kind, change.left_development, change.needs_inspection) == ("changed", True, True)
    found = only([entry("a")], [entry("a", dependency="direct")])
    (change,) = found.changes
    assert (change.kind, change.became_direct, change.needs_inspection) == ("changed", True, False)
    assert found.unchanged == 1
    assert said(only([entry("a", scope="prod")], [entry("a", scope="dev")])) == []


def test_scripts_gained_by_an_upgrade_are_told():
    (change,) = only([entry("a")], [entry("a", "1.1.0", has_install_script=True)]).changes
    assert change.scripts_gained
    (change,) = only([entry("a", has_install_script=True)], [entry("a", "1.1.0", has_install_script=True)]).changes
    assert not change.scripts_gained


def test_a_moved_lock_brings_nothing_new():
    packages = [entry(name) for name in "abcd"]
    (found,) = compare_locks(
        [lock(*packages, path="old/package-lock.json")], [lock(*packages, path="new/package-lock.json")]
    )
    assert (found.status, found.base_path, found.unchanged, found.changes) == ("moved", "old/package-lock.json", 4, ())


def test_another_clients_lock_is_compared_by_package():
    packages = [entry(name) for name in "abcd"]
    now = [msgspec.structs.replace(one, key=f"{one.name}@{one.version}", resolved="") for one in packages]
    (found,) = compare_locks([lock(*packages)], [lock(*now, entry("e"), path="pnpm-lock.yaml", form="pnpm-lock")])
    assert (found.status, found.base_format, found.unchanged) == ("moved", "package-lock", 4)
    assert said(found) == [("added", "e@1.0.0", "name")]


def test_a_second_lock_is_compared_with_the_whole_project():
    base = [lock(entry("a"), entry("b"), path="one/package-lock.json")]
    now = [*base, lock(entry("a"), entry("b", "2.0.0"), entry("c"), path="two/package-lock.json")]
    first, second = compare_locks(base, now)
    assert (first.status, second.status) == ("unchanged", "added")
    assert said(second) == [("upgraded", "b@2.0.0", None), ("added", "c@1.0.0", "name")]
    assert second.unchanged == 1


def test_a_lock_that_is_gone_takes_along_what_nothing_else_has():
    base = [lock(entry("a"), entry("b"), path="one/package-lock.json"), lock(entry("b"), path="two/package-lock.json")]
    kept, gone = compare_locks(base, base[1:])
    assert (kept.status, gone.status, said(gone)) == ("unchanged", "removed", [("removed", "a@1.0.0", None)])


def test_without_any_lock_at_the_base_everything_is_new():
    (found,) = compare_locks([], [lock(entry("a"), entry("b"))])
    assert (found.status, said(found)) == ("added", [("added", "a@1.0.0", "name"), ("added", "b@1.0.0", "name")])


def test_a_lock_deleted_beside_its_manifest_leaves_the_manifest_unpinned():
    asks = LockedPackage("npm", "a", None, key="a", specifier="^1.0.0", dependency="direct")
    manifest = Source("package.json", "package.json", "parsed", (asks,), kind="manifest")
    covered = Source("package.json", "package.json", "parsed", (), kind="manifest", covered_by="package-lock.json")
    now, gone = compare_locks([lock(entry("a"), entry("b")), covered], [manifest])
    assert said(now) == [("unpinned", "a", None)]
    assert now.changes[0].needs_inspection
    assert gone.status == "removed"
    back = compare_locks([manifest], [lock(entry("a")), covered])
    assert said(back[0]) == [("pinned", "a@1.0.0", None)]


def test_bundled_packages_and_workspaces_need_nobodys_word():
    found = only([], [entry("a", bundled=True), entry("b", None, digests=[], source="workspace", resolved="b")])
    assert [change.novelty for change in found.changes] == [None, None]


def test_copies_of_one_package_in_one_lock_are_told_once():
    found = only([], [entry("a", key="node_modules/x/node_modules/a"), entry("a", dependency="direct")])
    (change,) = found.changes
    assert change.after.dependency == "direct"


NAMES = st.sampled_from("abcde")
VERSIONS = st.sampled_from(["1.0.0", "1.1.0", "2.0.0", "2.0.1"])


@st.composite
def locks(draw):
    number = count()
    return [
        lock(
            *(
                entry(name, version, key=f"{next(number)}")
                for name, version in draw(st.lists(st.tuples(NAMES, VERSIONS), max_size=8))
            ),
            path=f"{place}/package-lock.json",
        )
        for place in draw(st.sets(st.sampled_from("xyz")))
    ]


def releases(sources):
    return {(one.name, one.version) for source in sources for one in source.packages}


@given(locks(), locks())
def test_every_release_that_comes_is_told_and_no_other(base, now):
    """Whatever the locks are: a release that the base had nowhere is inspected, and one that it had is not."""
    found = compare_locks(base, now)
    arrived = {
        (change.after.name, change.after.version) for one in found for change in one.changes if change.needs_inspection
    }
    assert arrived == releases(now) - releases(base)
    new_names = {name for name, _ in releases(now)} - {name for name, _ in releases(base)}
    assert {change.purl.name for one in found for change in one.changes if change.novelty == "name"} == new_names
    for one in found:
        for change in one.changes:
            if change.before is not None and change.after is not None:
                assert change.before.name == change.after.name
            assert change.novelty in (None, "name")


@given(locks())
def test_a_project_compared_with_itself_has_no_change(sources):
    found = compare_locks(sources, sources)
    assert [change for one in found for change in one.changes] == []
    assert sum(one.unchanged for one in found) == sum(len(source.packages) for source in sources)


def test_what_is_installed_on_this_machine_is_compared_with_nothing():
    installed = lock(entry("a"), path=".venv", form="site-packages", kind="environment")
    assert compare_locks([], [installed]) == ()
