"""A repository's store read in single passes, with objects that are hostile, broken or not there."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.repository.git_objects import Blob, ObjectStore, Row, _commit
from customhouse.repository.git_reflog import reflog_commits
from pipeline.repositories import Repository


@pytest.fixture
def made(tmp_path):
    repository = Repository(tmp_path / "project")
    (repository.folder / "a.lock").write_text("one")
    repository.first = repository.commit()
    (repository.folder / "sub").mkdir()
    (repository.folder / "sub" / "b.lock").write_text("two")
    (repository.folder / "link.lock").symlink_to("a.lock")
    (repository.folder / "a.lock").unlink()
    repository.second = repository.commit()
    return repository


def store(repository):
    return ObjectStore(repository.folder / ".git")


def put(repository, kind, data):
    command = ["git", "hash-object", "-w", "--stdin", "-t", kind, "--literally"]
    done = subprocess.run(command, cwd=repository.folder, input=data, capture_output=True, check=True)
    return done.stdout.decode().strip()


def test_commits_that_nothing_leads_to(made):
    made.git("reset", "--quiet", "--hard", made.first)
    own = store(made)
    assert own.commits() == {made.first, made.second}
    read = {one.name: one for one in own.read_commits([made.first, made.second])}
    assert read[made.second].parents == (made.first,)
    assert read[made.first].author == "someone <someone@registry.example>"
    assert own.problems == []


def test_hostile_commits_are_counted_or_read_as_far_as_they_go(made):
    tree = made.git("rev-parse", f"{made.first}^{{tree}}")
    far = put(made, "commit", f"tree {tree}\nauthor a <a> 99999999999999 +0000\ncommitter \n\nx".encode())
    bad = put(made, "commit", b"tree ../../etc/passwd\nauthor a <a> 1 +0000\n\nx")
    own = store(made)
    assert {far, bad} <= own.commits()
    (read,) = own.read_commits([far, bad])
    assert (read.authored, read.committed) == (99999999999999, 99999999999999)
    assert own.problems == ["1 commits cannot be read"]


def test_trees_are_compared_in_pairs(made):
    trees = [made.git("rev-parse", f"{one}^{{tree}}") for one in (made.first, made.second)]
    own = store(made)
    blob = {name: made.git("rev-parse", name) for name in (f"{made.first}:a.lock", f"{made.second}:sub/b.lock")}
    one, two = blob.values()
    found = list(own.differences([("", trees[0]), tuple(trees), ("1" * 40, trees[0])], ["**/*.lock"]))
    assert found == [
        (("", trees[0]), Row(b"a.lock", "", one)),
        (tuple(trees), Row(b"a.lock", one, "")),
        (tuple(trees), Row(b"link.lock", "", "")),
        (tuple(trees), Row(b"sub/b.lock", "", two)),
    ]
    assert own.uncompared == (("1" * 40, trees[0]),)
    assert list(own.differences([], ["**"])) == []
    assert [row.path for _, row in own.differences([tuple(trees)], ["**/b.lock"])] == [b"sub/b.lock"]


def test_blobs(made):
    large = put(made, "blob", b"x" * (2 << 20))
    small = put(made, "blob", b"")
    tree = made.git("rev-parse", "HEAD^{tree}")
    found = {one.name: one for one in store(made).blobs([large, "0" * 40, tree, small], 1 << 20)}
    assert [one.reason for one in found.values()] == [
        "is larger than 1 MiB",
        "is not in this repository",
        "is of another kind",
        "",
    ]
    assert list(found) == [large, "0" * 40, tree, small]


def test_what_is_no_store(tmp_path):
    own = ObjectStore(tmp_path)
    assert own.commits() == set()
    assert own.problems
    assert own.refs() == {}
    assert next(own.blobs(["0" * 40], 1)).reason


@given(st.binary(max_size=200), st.sampled_from([b"", b"tree " + b"a" * 40 + b"\nauthor "]))
def test_any_bytes_of_a_commit(data, start):
    found = _commit(Blob("x", start + data))
    assert found is None or found.tree == "a" * 40 or start == b""


def test_reflogs_of_the_repository_and_its_worktrees(made, tmp_path):
    made.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "beside"), made.first)
    made.git("reset", "--quiet", "--hard", made.first)
    found = reflog_commits(made.folder / ".git")
    assert found == {made.first: "HEAD", made.second: "HEAD"}
    (made.folder / ".git" / "logs" / "HEAD").write_bytes(b"\0" * 100 + b"\nrubbish\n")
    assert reflog_commits(made.folder / ".git")[made.first] == "refs/heads/main"
    assert reflog_commits(tmp_path / "nowhere") == {}
