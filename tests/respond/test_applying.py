"""What is applied can be taken back, and nothing of anybody's is lost."""

import json
import subprocess

import pytest

from customhouse.model.errors import CustomhouseError
from customhouse.respond.applying import apply
from respond.cases import AXIOS, git, hit, hunted, planned, shop


def _fixes(folder):
    return planned(hunted(hit(str(folder), "project", "resolved", str(folder / "package-lock.json"))), AXIOS).fixes


def _said(folder, *words):
    return subprocess.run(["git", "-C", folder, *words], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def folder(tmp_path):
    return shop(tmp_path)


def test_the_override_is_written_on_a_branch_and_can_be_taken_back(folder):
    before = (folder / "package.json").read_bytes()
    (done,) = apply(_fixes(folder))
    assert _said(folder, "branch", "--show-current") == done.branch == "customhouse/respond-axios-2026-03"
    assert json.loads((folder / "package.json").read_text())["overrides"] == {"axios": "1.14.0"}
    assert _said(folder, "diff", "--name-only") == "package.json"
    assert done.then == (f"cd {folder} && npm install --package-lock-only --ignore-scripts",)
    (folder / "package-lock.json").write_text("{}")  # as a client would make it anew
    subprocess.run(["sh", "-ec", done.undo], check=True, capture_output=True)
    assert (folder / "package.json").read_bytes() == before
    assert _said(folder, "branch", "--format=%(refname:short)") == "main"
    assert _said(folder, "status", "--porcelain") == ""


def test_a_dirty_tree_is_refused(folder):
    fixes = _fixes(folder)
    (folder / ".github" / "CODEOWNERS").write_text("* @mine\n")
    with pytest.raises(CustomhouseError, match="not committed"):
        apply(fixes)
    assert _said(folder, "branch", "--show-current") == "main"


def test_a_second_time_is_refused(folder):
    fixes = _fixes(folder)
    apply(fixes)
    git(folder, "stash")
    with pytest.raises(CustomhouseError, match="has a branch"):
        apply(fixes)


def test_what_changed_since_or_is_not_in_git_is_refused(folder):
    fixes = _fixes(folder)
    (folder / "package.json").write_text("{}")
    git(folder, "commit", "-aqm", "changed")
    with pytest.raises(CustomhouseError, match="has changed since"):
        apply(fixes)
    git(folder, "rm", "-q", "--cached", "package.json")
    git(folder, "commit", "-qm", "out")
    (folder / "package.json").write_text('{"dependencies": {"axios": "^1.0.0"}}')
    with pytest.raises(CustomhouseError, match="is not in git"):
        apply(_fixes(folder))


def test_nothing_to_write():
    with pytest.raises(CustomhouseError, match="no manifest"):
        apply(())


def test_none_is_changed_where_one_is_refused(tmp_path):
    good, bad = tmp_path / "a", tmp_path / "b"
    good.mkdir()
    bad.mkdir()
    first, second = shop(good), shop(bad)
    fixes = (*_fixes(first), *_fixes(second))
    (second / ".github" / "CODEOWNERS").write_text("x")
    with pytest.raises(CustomhouseError):
        apply(fixes)
    assert _said(first, "branch", "--show-current") == "main"


def test_a_write_that_fails_leaves_the_branch_and_the_files_as_they_were(folder, monkeypatch):
    fixes = _fixes(folder)

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(CustomhouseError, match="No space left"):
        apply(fixes)
    assert _said(folder, "branch", "--format=%(refname:short)") == "main"
    assert _said(folder, "status", "--porcelain") == ""


def test_a_detached_head_comes_back(folder):
    git(folder, "checkout", "-q", "--detach")
    head = _said(folder, "rev-parse", "HEAD")
    (done,) = apply(_fixes(folder))
    subprocess.run(["sh", "-ec", done.undo], check=True, capture_output=True)
    assert _said(folder, "rev-parse", "HEAD") == head
    assert _said(folder, "branch", "--format=%(refname:short)").splitlines()[-1] == "main"


def test_nothing_that_the_repository_configures_runs(folder, tmp_path):
    """A worm that sat on the machine may have left a filter: `git status` would start it over a touched file."""
    ran = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho x >> {ran}\ncat\n")
    program.chmod(0o755)
    (folder / ".gitattributes").write_text("* filter=odd.one diff=odd\n")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "attributes")
    fixes = _fixes(folder)
    for key in ("filter.odd.one.clean", "filter.odd.one.smudge", "filter.odd.one.process", "diff.odd.textconv",
                "diff.external", "core.fsmonitor", "core.sshCommand", "core.editor", "gpg.program"):  # fmt: skip
        git(folder, "config", key, str(program))
    git(folder, "config", "filter.odd.one.required", "true")
    hook = folder / ".git/hooks/post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(program.read_text())
    hook.chmod(0o755)
    (folder / "package.json").touch()
    (done,) = apply(fixes)
    assert done.written
    assert not ran.exists()


def test_a_link_is_not_written_through(folder, tmp_path):
    """A tracked link leads anywhere, and git could not take back what was written there."""
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_text((folder / "package.json").read_text())
    (folder / "package.json").unlink()
    (folder / "package.json").symlink_to(elsewhere)
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "a link")
    before = elsewhere.read_text()
    with pytest.raises(CustomhouseError, match="link"):
        apply(_fixes(folder))
    assert elsewhere.read_text() == before
    assert _said(folder, "branch", "--show-current") == "main"
