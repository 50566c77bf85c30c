"""Histories read through a real git: every way in which a revision can still be there."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from customhouse.hunt.asked import Asked
from customhouse.hunt.notes import Notebook
from customhouse.hunt.projects.histories import hunt_histories
from customhouse.hunt.projects.history import hunt_history
from hunt.campaigns import ASKED, AXIOS, LITELLM

START = datetime(2026, 3, 31, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def lock(version, **more):
    entries = {f"node_modules/{name}": {"version": own} for name, own in {"axios": version, **more}.items()}
    root = {"dependencies": {"axios": "1.x"}}
    return json.dumps({"lockfileVersion": 3, "packages": {"": root, **entries}}, indent=1)


class Clone:
    """A repository whose commits have the times and authors that a test gives them."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main", ".")

    def git(self, *arguments, at=START, author="ann", committed=None, check=True):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder.parent),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": author,
            "GIT_AUTHOR_EMAIL": f"{author}@registry.example",
            "GIT_AUTHOR_DATE": at.isoformat(),
            "GIT_COMMITTER_NAME": author,
            "GIT_COMMITTER_EMAIL": f"{author}@registry.example",
            "GIT_COMMITTER_DATE": (committed or at).isoformat(),
        }
        command = ["git", "-c", "protocol.file.allow=always", *arguments]
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=check)
        return done.stdout.strip()

    def commit(self, files, at=START, **options):
        for name, text in files.items():
            path = self.folder / name
            if text is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message=m", at=at, **options)
        return self.git("rev-parse", "HEAD")


def hunted(*paths, asked=ASKED):
    notes = Notebook()
    hunt_history(paths, asked, notes)
    return notes


def hit(notes, subject="pkg:npm/axios@1.14.1", grade="resolved"):
    (found,) = [one for one in notes.hits if (one.subject, one.grade) == (subject, grade)]
    return found


@pytest.fixture
def rebased(tmp_path):
    """In for forty minutes on a branch that was then rebased away."""
    clone = Clone(tmp_path / "project")
    clone.commit({"app/package-lock.json": lock("1.14.0")}, START - 600 * MINUTE)
    clone.git("checkout", "--quiet", "-b", "feature")
    clone.first = clone.commit({"app/package-lock.json": lock("1.14.1")}, START, author="bob")
    clone.last = clone.commit({"app/package-lock.json": lock("1.14.0")}, START + 40 * MINUTE, author="eve")
    clone.git("reset", "--quiet", "--hard", "main")
    clone.commit({"readme": "x"}, START + 60 * MINUTE)
    return clone


def test_forty_minutes_on_a_branch_that_was_rebased_away(rebased):
    notes = hunted(rebased.folder)
    found = hit(notes)
    assert (found.area, found.grade, found.asset) == ("history", "resolved", str(rebased.folder))
    assert (found.place.path, found.place.commit) == ("app/package-lock.json", rebased.first)
    assert found.place.line == 9
    assert (found.when.at, found.when.until) == (START, START + 40 * MINUTE)
    assert found.when.doubtful
    assert found.author == "bob <bob@registry.example>"
    assert found.removed_by == f"{rebased.last} eve <eve@registry.example>"
    assert "only the reflog of HEAD leads there" in found.message
    assert notes.left_out == []
    (looked,) = notes.places
    assert dict(looked.counts)["commits"] == 4


def test_an_object_that_nothing_leads_to(rebased):
    shutil.rmtree(rebased.folder / ".git" / "logs")
    (rebased.folder / ".git" / "ORIG_HEAD").unlink()
    assert rebased.first in rebased.git("fsck", "--unreachable", "--no-reflogs")
    found = hit(hunted(rebased.folder))
    assert found.place.commit == rebased.first
    assert (found.when.at, found.when.until) == (START, START + 40 * MINUTE)
    assert "in no reflog" in found.message


def test_packed_and_asked_from_a_folder_within(rebased):
    rebased.git("repack", "-a", "-d", "-q", "--keep-unreachable")
    (rebased.folder / "app").mkdir(exist_ok=True)
    assert hit(hunted(rebased.folder / "app")).place.commit == rebased.first


def test_still_there(tmp_path):
    clone = Clone(tmp_path / "project")
    first = clone.commit({"package-lock.json": lock("1.14.1")})
    clone.commit({"package-lock.json": lock("1.14.1", other="2.0.0")}, START + 5 * MINUTE)
    found = hit(hunted(tmp_path))
    assert (found.place.commit, found.when.until, found.removed_by) == (first, None, "")
    assert "still on refs/heads/main" in found.message


def test_removed_with_its_file_and_on_one_branch_of_two(tmp_path):
    clone = Clone(tmp_path / "project")
    clone.commit({"package-lock.json": lock("1.14.1")})
    clone.git("branch", "stale")
    last = clone.commit({"package-lock.json": None}, START + 5 * MINUTE)
    found = hit(hunted(tmp_path))
    assert (found.when.until, found.removed_by) == (None, "")
    assert "still on refs/heads/stale" in found.message
    clone.git("branch", "-D", "stale")
    assert hit(hunted(tmp_path)).removed_by.startswith(last)


def test_a_merge_brings_nothing_in_by_itself(tmp_path):
    clone = Clone(tmp_path / "project")
    clone.commit({"package-lock.json": lock("1.14.0")}, START - 10 * MINUTE)
    clone.git("checkout", "--quiet", "-b", "feature")
    first = clone.commit({"package-lock.json": lock("1.14.1")})
    clone.git("checkout", "--quiet", "main")
    clone.commit({"readme": "x"})
    clone.git("merge", "--quiet", "--no-ff", "--no-edit", "feature", at=START + 5 * MINUTE)
    last = clone.commit({"package-lock.json": lock("1.14.0")}, START + 9 * MINUTE)
    clone.git("branch", "-D", "feature")
    found = hit(hunted(tmp_path))
    assert found.place.commit == first
    assert found.removed_by.startswith(last)


def test_an_evil_merge_brings_it_in(tmp_path):
    clone = Clone(tmp_path / "project")
    clone.commit({"package-lock.json": lock("1.14.0")}, START - 10 * MINUTE)
    clone.git("checkout", "--quiet", "-b", "feature")
    clone.commit({"a": "x"})
    clone.git("checkout", "--quiet", "main")
    clone.commit({"b": "x"})
    clone.git("merge", "--quiet", "--no-ff", "--no-commit", "feature")
    merge = clone.commit({"package-lock.json": lock("1.14.1")}, START + 5 * MINUTE)
    assert hit(hunted(tmp_path)).place.commit == merge


def test_the_window_counts_both_times_of_a_commit(tmp_path):
    clone = Clone(tmp_path / "project")
    clone.commit({"package-lock.json": lock("1.14.0")}, START - timedelta(days=90))
    late = START + timedelta(days=60)
    clone.commit({"package-lock.json": lock("1.14.1")}, START, committed=late)
    last = clone.commit({"package-lock.json": lock("1.14.0")}, late + 5 * MINUTE)
    window = Asked([AXIOS], START - 60 * MINUTE, START + 60 * MINUTE)
    found = hit(hunted(tmp_path, asked=window))
    assert (found.when.at, found.when.until) == (START, late + 5 * MINUTE)
    assert found.removed_by.startswith(last)
    elsewhere = Asked([AXIOS], late + timedelta(days=10), late + timedelta(days=20))
    assert not hunted(tmp_path, asked=elsewhere).hits


def test_a_manifest_is_declared_and_says_the_version(tmp_path):
    clone = Clone(tmp_path / "project")
    clone.commit({"package.json": '{"dependencies": {"axios": "1.14.0"}}'})
    first = clone.commit({"package.json": '{"dependencies": {"axios": "^1.14.0"}}'}, START + MINUTE)
    found = hit(hunted(tmp_path), grade="declared")
    assert found.place.commit == first
    assert "axios@1.14.1" in found.message


def test_python_locks(tmp_path):
    clone = Clone(tmp_path / "project")
    clone.commit({"requirements.txt": "-r base.txt\nLiteLLM[proxy]==1.82.8\n", "base.txt": "x\n"})
    assert hit(hunted(tmp_path), "pkg:pypi/litellm@1.82.8").campaign == LITELLM.id


def test_a_lock_that_cannot_be_read_is_said_where_it_holds_the_name(tmp_path):
    clone = Clone(tmp_path / "project")
    clone.commit({"package-lock.json": '{"axios": "1.14.1', "bun.lockb": "axios 1.14.1", "yarn.lock": "<<<<<<< x"})
    notes = hunted(tmp_path)
    reasons = sorted(one.reason.split(" ")[0] for one in notes.left_out)
    assert reasons == ["bun-lockb", "package-lock"]
    assert not notes.hits


def test_a_shallow_clone_says_where_it_ends(rebased, tmp_path):
    rebased.git("checkout", "--quiet", "-B", "kept", rebased.first)
    copy = tmp_path / "copy"
    rebased.git("clone", "--quiet", "--depth=1", "--branch=kept", f"file://{rebased.folder}", str(copy))
    notes = hunted(copy)
    assert "there already with" in hit(notes).message
    assert any("shallow" in one.reason for one in notes.left_out)


def test_bare_repositories_worktrees_and_alternates(rebased, tmp_path):
    rebased.git("branch", "kept", rebased.last)
    rebased.git("clone", "--quiet", "--bare", str(rebased.folder), str(tmp_path / "bare.git"))
    rebased.git("clone", "--quiet", "--shared", "--branch=kept", str(rebased.folder), str(tmp_path / "shared"))
    rebased.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "tree"))
    notes = hunted(tmp_path)
    assert {one.asset for one in notes.hits if one.grade == "resolved"} == {
        str(tmp_path / "bare.git"),
        str(tmp_path / "shared"),
        str(rebased.folder),
    }
    assert hit(hunted(tmp_path / "tree")).place.commit == rebased.first
    assert len(notes.places) == 3  # the worktree shares the store


def test_a_repository_of_somebody_else_is_read_all_the_same(rebased):
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    for folder, _, names in os.walk(rebased.folder):
        for path in (folder, *(Path(folder, name) for name in names)):
            os.chown(path, 12345, 12345)
    assert hit(hunted(rebased.folder)).place.commit == rebased.first


def test_missing_and_broken_objects_leave_the_rest(rebased):
    blob = rebased.git("rev-parse", f"{rebased.last}:app/package-lock.json")
    tree = rebased.git("rev-parse", f"{rebased.first}~1^{{tree}}")
    for name in (blob, tree):
        path = rebased.folder / ".git" / "objects" / name[:2] / name[2:]
        path.chmod(0o644)
        path.write_bytes(b"broken") if name == blob else path.unlink()
    notes = hunted(rebased.folder)
    found = hit(notes)
    assert found.place.commit == rebased.first
    assert "there already with" in found.message  # what came before it cannot be told
    reasons = " ".join(one.reason for one in notes.left_out)
    assert blob in reasons
    assert tree in reasons


def test_what_is_no_repository_after_all(tmp_path):
    (tmp_path / "a" / ".git").mkdir(parents=True)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / ".git").write_text("gitdir: /nowhere\n")
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / ".git").write_text("\0\n")
    notes = hunted(tmp_path, tmp_path / "nowhere")
    assert len(notes.left_out) == 4
    assert not notes.places


def test_an_empty_file_that_fences_a_cache_off_is_nothing_to_be_told(tmp_path):
    """uv puts one into its cache, so that nothing looks for a repository above it."""
    (tmp_path / "sdists-v10").mkdir()
    (tmp_path / "sdists-v10" / ".git").touch()
    assert hunted(tmp_path).left_out == []


def test_grafts_and_programs_of_its_configuration_are_not_believed(rebased, tmp_path):
    ran = tmp_path / "ran"
    for key in ("gpg.program", "core.fsmonitor", "core.sshCommand", "diff.external", "core.pager"):
        rebased.git("config", key, f"touch {ran};")
    rebased.git("config", "log.showSignature", "true")
    (rebased.folder / ".git" / "info").mkdir(exist_ok=True)
    (rebased.folder / ".git" / "info" / "grafts").write_text(f"{rebased.last}\n{rebased.first}\n")
    assert hit(hunted(rebased.folder)).removed_by.startswith(rebased.last)
    assert not ran.exists()


def test_submodules_are_histories_of_their_own(rebased, tmp_path):
    outer = Clone(tmp_path / "outer")
    rebased.git("branch", "kept", rebased.first)
    outer.git("submodule", "--quiet", "add", "-b", "kept", str(rebased.folder), "lib/inner")
    outer.commit({"readme": "x"})
    assert {one.asset for one in hunted(outer.folder).hits if one.grade == "resolved"} == {
        str(outer.folder / "lib" / "inner")
    }
    shutil.rmtree(outer.folder / "lib" / "inner")
    assert any(one.grade == "resolved" for one in hunted(outer.folder).hits)  # its store is kept
    shutil.rmtree(outer.folder / ".git" / "modules")
    (left,) = hunted(outer.folder).left_out
    assert "'lib/inner' is not here" in left.reason


def test_names_that_no_terminal_should_see(tmp_path):
    clone = Clone(tmp_path / "project")
    name = "a\nb\x1b[31m/package-lock.json"
    clone.commit({name: lock("1.14.1")})
    assert hit(hunted(tmp_path)).place.path == name


@pytest.mark.usefixtures("rebased")
def test_workers_find_what_one_process_finds(tmp_path):
    Clone(tmp_path / "second").commit({"package-lock.json": lock("1.14.1")})
    Clone(tmp_path / "third").commit({"package-lock.json": lock("1.14.0")})
    alone, several = hunted(tmp_path), Notebook()
    hunt_histories([tmp_path], ASKED, several, 2)
    assert several.hits == alone.hits
    assert several.places == alone.places


def test_a_commit_whose_two_times_span_the_window_counts(tmp_path):
    """Amended within the window and rebased after it: the author's time is older, the committer's newer."""
    clone = Clone(tmp_path / "p")
    clone.commit({"package-lock.json": lock("1.14.0")}, START - timedelta(days=90))
    clone.commit({"package-lock.json": lock("1.14.1")}, START - timedelta(days=9), committed=START + timedelta(days=9))
    clone.commit({"package-lock.json": lock("1.14.0")}, START + timedelta(days=10))
    asked = Asked([AXIOS], START, START + timedelta(hours=3))
    assert hit(hunted(clone.folder, asked=asked)).removed_by


@pytest.mark.parametrize("name", [".git", ".git/HEAD", ".git/config", ".git/packed-refs", ".git/logs/HEAD"])
def test_a_pipe_where_git_has_a_file_keeps_nobody_waiting(rebased, name):
    path = rebased.folder / name
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    os.mkfifo(path)
    code = (
        "import sys\nfrom pathlib import Path\nfrom hunt.projects.test_history import hunted\n"
        "notes = hunted(Path(sys.argv[1]))\nassert notes.left_out or notes.hits\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, rebased.folder], capture_output=True, text=True, timeout=30, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_a_hook_that_the_hunt_is_started_from_leads_nowhere_else(rebased, tmp_path, monkeypatch):
    """git tells hooks where pushed objects are; those of other repositories are not there."""
    for name in ("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_SHALLOW_FILE", "GIT_CONFIG"):
        monkeypatch.setenv(name, str(tmp_path / "quarantine"))
    notes = hunted(rebased.folder)
    assert hit(notes).place.commit == rebased.first
    assert not notes.left_out


def test_more_commits_than_are_kept_are_said(rebased, monkeypatch):
    monkeypatch.setattr("customhouse.hunt.projects.revisions.MAX_COMMITS", 2)
    assert any("commits" in one.reason and "2" in one.reason for one in hunted(rebased.folder).left_out)


def test_what_a_lock_holds_beyond_a_trace_and_cannot_be_read_is_said(tmp_path):
    clone = Clone(tmp_path / "p")
    broken = {"node_modules/axios": {"version": "1.14.1"}, "node_modules/b": {"version": "x"}}
    clone.commit({"package-lock.json": json.dumps({"lockfileVersion": 3, "packages": {"": {}, **broken}})})
    notes = hunted(clone.folder)
    assert hit(notes)
    assert notes.left_out


def test_requirements_that_windows_wrote_in_its_own_encoding(tmp_path):
    clone = Clone(tmp_path / "p")
    clone.commit({"a": "x"})
    (clone.folder / "requirements.txt").write_bytes("litellm==1.82.7\r\n".encode("utf-16"))
    clone.git("add", "--all")
    clone.git("commit", "--quiet", "--message=m")
    assert hit(hunted(clone.folder), "pkg:pypi/litellm@1.82.7")
