"""Revisions read through a real git, and everything that a repository can do to whoever reads it."""

import contextlib
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import DISK
from customhouse.model.errors import CustomhouseError
from customhouse.repository import git as module
from customhouse.repository.git import GitRepository
from customhouse.repository.git_process import run_git
from pipeline.repositories import Repository


@pytest.fixture
def made(tmp_path):
    repository = Repository(tmp_path / "project")
    (repository.folder / "app").mkdir()
    (repository.folder / "app" / "a.lock").write_text("one")
    (repository.folder / "top.txt").write_bytes(b"x" * 3000)
    repository.commit()
    return repository


def test_it_reads_what_was_committed_and_not_what_lies_there_now(made):
    (made.folder / "app" / "a.lock").write_text("two")
    (made.folder / "app" / "b.lock").write_text("new")
    with GitRepository(made.folder) as repository:
        files = repository.revision("HEAD")
        assert files.read(made.folder / "app" / "a.lock") == b"one"
        assert files.names(made.folder) == (["app"], ["top.txt"])
        assert files.names(made.folder / "app") == ([], ["a.lock"])
        assert not files.is_file(made.folder / "app" / "b.lock")
        with pytest.raises(UnreadableError, match="HEAD does not have it"):
            files.read(made.folder / "app" / "b.lock")
        with pytest.raises(UnreadableError, match="no such folder"):
            files.names(made.folder / "nowhere")
        with pytest.raises(UnreadableError, match="is a folder"):
            files.read(made.folder / "app")


def test_it_agrees_with_the_disk_on_a_clean_tree(made):
    (made.folder / "link").symlink_to("app/a.lock")
    (made.folder / "folder-link").symlink_to("app")
    (made.folder / "app" / "up").symlink_to("../top.txt")
    (made.folder / "dangling").symlink_to("nowhere")
    made.commit()
    with GitRepository(made.folder) as repository:
        files = repository.revision("HEAD")
        folders, names = DISK.names(made.folder)
        assert files.names(made.folder) == ([name for name in folders if name != ".git"], names)
        for name in ("link", "folder-link/a.lock", "app/up", "top.txt", "folder-link/up", "app/../top.txt"):
            path = made.folder / name
            assert files.is_file(path), name
            assert files.read(path) == DISK.read(path)
            assert files.identity(path) == os.path.relpath(DISK.identity(path), os.path.realpath(made.folder))
        assert not files.is_file(made.folder / "dangling")
        assert files.names(made.folder / "folder-link") == DISK.names(made.folder / "folder-link")


@pytest.mark.parametrize("target", ["/etc/passwd", "../../outside", "../../../../etc/passwd"])
def test_links_out_of_the_revision_lead_nowhere(made, target):
    (made.folder / "app" / "out").symlink_to(target)
    made.commit()
    with GitRepository(made.folder) as repository:
        files = repository.revision("HEAD")
        path = made.folder / "app" / "out"
        assert not files.is_file(path)
        assert not files.exists(path)
        with pytest.raises(UnreadableError, match="leads out"):
            files.read(path)


def test_links_in_a_circle_end(made):
    (made.folder / "a").symlink_to("b")
    (made.folder / "b").symlink_to("a")
    made.commit()
    with GitRepository(made.folder) as repository:
        files = repository.revision("HEAD")
        assert not files.is_file(made.folder / "a")


def test_a_path_outside_of_the_repository_is_not_in_it(made, tmp_path):
    with GitRepository(made.folder) as repository:
        files = repository.revision("HEAD")
        assert not files.exists(tmp_path / "elsewhere")
        with pytest.raises(UnreadableError, match="leads out"):
            files.read(tmp_path / "elsewhere")


def test_paths_work_relative_from_below_and_through_a_link(made, tmp_path, monkeypatch):
    (tmp_path / "shortcut").symlink_to(made.folder)
    for start, path in (
        (made.folder, Path("app/a.lock")),
        (made.folder / "app", Path("a.lock")),
        (tmp_path / "shortcut" / "app", Path("a.lock")),
        (tmp_path, Path("shortcut/app/a.lock")),
        (tmp_path, made.folder / "app" / "a.lock"),
    ):
        monkeypatch.chdir(start)
        with GitRepository(path.parent) as repository:
            assert repository.revision("HEAD").read(path) == b"one"


def test_submodules_are_left_out_and_named(made, tmp_path):
    inner = Repository(tmp_path / "inner")
    (inner.folder / "in.lock").write_text("in")
    inner.commit()
    made.git("submodule", "--quiet", "add", str(inner.folder), "libs/inner")
    made.commit()
    with GitRepository(made.folder) as repository:
        files = repository.revision("HEAD")
        assert files.submodules == ("libs/inner",)
        assert files.names(made.folder / "libs") == ([], [])
        assert not files.is_file(made.folder / "libs" / "inner")
        with pytest.raises(UnreadableError, match="submodule"):
            files.read(made.folder / "libs" / "inner")


def test_names_of_any_bytes_are_those_of_the_disk(made):
    name = os.fsdecode(b"caf\xe9\n\xff.lock")
    (made.folder / name).write_bytes(b"odd")
    made.commit()
    with GitRepository(made.folder) as repository:
        files = repository.revision("HEAD")
        assert name in files.names(made.folder)[1]
        assert files.read(made.folder / name) == b"odd"


def test_a_file_beyond_the_limit_is_refused_and_the_next_one_read(made):
    with GitRepository(made.folder) as repository:
        files = repository.revision("HEAD")
        with pytest.raises(UnreadableError, match="larger than 0 MiB"):
            files.read(made.folder / "top.txt", 2999)
        assert files.read(made.folder / "top.txt", 3000) == b"x" * 3000
        assert files.read(made.folder / "app" / "a.lock") == b"one"


def test_many_revisions_share_one_process(made):
    for number in range(5):
        (made.folder / "app" / "a.lock").write_text(str(number))
        made.commit()
    with GitRepository(made.folder) as repository:
        found = [repository.revision(f"HEAD~{back}").read(made.folder / "app" / "a.lock") for back in range(6)]
        process = repository._batch
        assert found == [b"4", b"3", b"2", b"1", b"0", b"one"]
        assert process is not None
    assert process.poll() is not None


def test_three_dots_are_the_merge_base(made):
    first = made.git("rev-parse", "HEAD")
    made.git("switch", "--quiet", "--create", "side")
    made.commit("side")
    made.git("switch", "--quiet", "main")
    made.commit("main goes on")
    made.git("switch", "--quiet", "side")
    with GitRepository(made.folder) as repository:
        assert repository.commit("main...") == first
        assert repository.commit("main") == made.git("rev-parse", "main")


@pytest.mark.parametrize(
    "revision", ["nope", "--help", "--output=x", "-", "", "...", "HEAD:app", "a\nb", "HEAD^{tree}"]
)
def test_what_is_no_commit_is_an_error_with_a_way_out(made, revision):
    with GitRepository(made.folder) as repository, pytest.raises(CustomhouseError) as caught:
        repository.revision(revision)
    assert caught.value.hint


@settings(max_examples=25, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12))
def test_no_text_is_taken_for_an_option(revision):
    """In this very repository, or in none: the answer is a commit or an error, and never something else."""
    with contextlib.suppress(CustomhouseError), GitRepository(Path(__file__).parent) as repository:
        assert len(repository.commit(revision)) in (0, 40, 64)


def test_a_remote_branch_is_suggested(made, tmp_path):
    made.git("branch", "release")
    made.git("clone", "--quiet", str(made.folder), str(tmp_path / "clone"))
    with GitRepository(tmp_path / "clone") as repository, pytest.raises(CustomhouseError) as caught:
        repository.commit("release")
    assert "--base origin/release" in caught.value.hint


def test_before_the_first_commit_everything_is_new(tmp_path):
    empty = Repository(tmp_path / "empty")
    with GitRepository(empty.folder) as repository:
        files = repository.revision("HEAD")
        assert files.commit == ""
        assert files.names(empty.folder) == ([], [])
        with pytest.raises(CustomhouseError, match="no commit 'main'"):
            repository.revision("main")


def test_a_shallow_clone_is_told_with_the_command_that_mends_it(made, tmp_path):
    first = made.git("rev-parse", "HEAD")
    made.commit("second")
    made.git("clone", "--quiet", "--depth=1", f"file://{made.folder}", str(tmp_path / "shallow"))
    with GitRepository(tmp_path / "shallow") as repository:
        assert repository.shallow()
        with pytest.raises(CustomhouseError) as caught:
            repository.revision(first)
    assert f"git fetch --depth=1 origin {first}" in caught.value.hint
    assert "fetch-depth: 0" in caught.value.hint


def test_a_partial_clone_is_not_fetched_from(made, tmp_path):
    made.git("config", "uploadpack.allowFilter", "true")
    target = tmp_path / "partial"
    made.git("clone", "--quiet", "--filter=blob:none", "--no-checkout", f"file://{made.folder}", str(target))
    with GitRepository(target) as repository:
        files = repository.revision("HEAD")
        with pytest.raises(UnreadableError, match="not in this clone"):
            files.read(target / "app" / "a.lock")


def test_no_repository_and_no_git(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(CustomhouseError, match="does not lie in a git repository"):
        GitRepository(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CustomhouseError, match="git is not installed"):
        GitRepository(tmp_path)


def test_a_git_in_the_project_itself_is_not_started(made, monkeypatch):
    (made.folder / "git").write_text("#!/bin/sh\necho started > started\n")
    (made.folder / "git").chmod(0o755)
    monkeypatch.chdir(made.folder)
    monkeypatch.setenv("PATH", ".")
    with pytest.raises(CustomhouseError, match="git is not installed"):
        GitRepository(made.folder)
    assert not (made.folder / "started").exists()


def test_somebody_elses_repository_is_told_as_such(made, monkeypatch):
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(CustomhouseError, match="belongs to another user") as caught:
        GitRepository(made.folder)
    assert f"git config --global --add safe.directory '{made.folder}'" in caught.value.hint


def test_nothing_that_the_repository_configures_is_started(made, tmp_path):
    mark = tmp_path / "started"
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\necho "$0 $*" >> {mark}\n')
    program.chmod(0o755)
    for hook in ("post-checkout", "post-index-change", "reference-transaction"):
        (made.folder / ".git" / "hooks" / hook).write_text(program.read_text())
        (made.folder / ".git" / "hooks" / hook).chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "core.askPass", "diff.external", "core.editor"):
        made.git("config", key, str(program))
    made.git("config", "alias.ls-tree", f"!{program}")
    made.git("config", "diff.x.textconv", str(program))
    made.git("config", "filter.x.smudge", str(program))
    (made.folder / ".gitattributes").write_text("* diff=x filter=x\n")
    (made.folder / ".git" / "info" / "attributes").write_text("* diff=x filter=x\n")
    with GitRepository(made.folder) as repository:
        assert repository.revision("HEAD").read(made.folder / "app" / "a.lock") == b"one"
        repository.commit("HEAD...")
    assert not mark.exists()


def test_a_surrounding_hook_does_not_lead_elsewhere(made, tmp_path, monkeypatch):
    other = Repository(tmp_path / "other")
    other.commit()
    monkeypatch.setenv("GIT_DIR", str(other.folder / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.folder))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.folder / ".git" / "index"))
    with GitRepository(made.folder) as repository:
        assert repository.root == made.folder
        assert repository.revision("HEAD").is_file(made.folder / "top.txt")


def test_replaced_objects_are_read_as_they_were_committed(made):
    blob = made.git("rev-parse", "HEAD:app/a.lock")
    (made.folder / "forged").write_text("forged")
    made.git("replace", blob, made.git("hash-object", "-w", "forged"))
    with GitRepository(made.folder) as repository:
        assert repository.revision("HEAD").read(made.folder / "app" / "a.lock") == b"one"


def test_a_git_that_ends_is_an_unreadable_file_and_no_hang(made):
    with GitRepository(made.folder) as repository:
        files = repository.revision("HEAD")
        files.read(made.folder / "top.txt")
        repository._batch.kill()
        repository._batch.wait()
        with pytest.raises(UnreadableError):
            files.read(made.folder / "top.txt")
        assert files.read(made.folder / "top.txt") == b"x" * 3000


def test_git_that_does_not_end_is_told(made, monkeypatch):
    def slow(*arguments, **options):
        raise subprocess.TimeoutExpired(arguments[0], options["timeout"])

    monkeypatch.setattr(subprocess, "run", slow)
    with pytest.raises(CustomhouseError, match="did not end within"):
        run_git(made.folder, "rev-parse", "HEAD")


def test_a_worktree_is_a_repository_like_any_other(made, tmp_path):
    made.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "beside"))
    with GitRepository(tmp_path / "beside" / "app") as repository:
        assert repository.revision("HEAD").read(tmp_path / "beside" / "app" / "a.lock") == b"one"


def test_the_marks_of_a_tree_are_gits_own(made):
    listed = made.git("ls-tree", "-r", "HEAD")
    assert {line.split()[0] for line in listed.splitlines()} == {"100644"}
    assert (module._LINK, module._SUBMODULE) == ("120000", "160000")
