"""Doing what can be taken back: a plan's edits, each repository's on a new branch of its own.

Nothing is committed, no lock is made anew and no client is run, nor any filter or hook that the repository has. A tree
with changes is refused, so that undoing what is done here loses nobody's work.
"""

import os
import re
import shlex
from collections.abc import Sequence
from pathlib import Path

import msgspec

from customhouse.engine.approval import write_atomically
from customhouse.model.errors import CustomhouseError
from customhouse.model.response import Edit, ProjectFix
from customhouse.repository.git_process import no_filters, run_git


class Applied(msgspec.Struct, frozen=True):
    """What was done in one repository. `undo` and `then` are commands."""

    repository: str
    branch: str
    written: tuple[str, ...]
    undo: str
    then: tuple[str, ...]


class _Prepared(msgspec.Struct, frozen=True):
    top: Path
    branch: str
    came_from: str
    edits: tuple[Edit, ...]
    then: tuple[str, ...]
    #: Locks that git knows: making them anew is taken back with the rest.
    locks: tuple[str, ...] = ()
    #: Settings with which git starts nothing.
    settings: dict[str, str] = {}


def apply(fixes: Sequence[ProjectFix]) -> tuple[Applied, ...]:
    """Write the edits of every fix. All repositories are looked at before the first is changed.

    Raises CustomhouseError for a tree with changes, a branch that is there already, a file that git does not know, and
    where there is nothing to write.
    """
    by_top: dict[str, list[ProjectFix]] = {}
    for each in fixes:
        if each.edits:
            by_top.setdefault(each.repository, []).append(each)
    if not by_top:
        raise CustomhouseError(
            "no manifest of this case's projects is to be written",
            hint="customhouse respond CASE shows what is known of each project, and what to write by hand",
        )
    prepared = [_prepared(Path(top), several) for top, several in by_top.items()]
    return tuple(_apply(each) for each in prepared)


def branch_name(fixes: Sequence[ProjectFix]) -> str:
    """Return the branch for fixes of one repository: `customhouse/respond-` and the campaigns."""
    ids = dict.fromkeys(re.sub(r"[^A-Za-z0-9_-]+", "-", pin.campaign).strip("-") for fix in fixes for pin in fix.pins)
    return f"customhouse/respond-{'-'.join(ids)}"


def _prepared(top: Path, fixes: Sequence[ProjectFix]) -> _Prepared:
    branch = branch_name(fixes)
    settings = no_filters(top)
    asked = ("status", "--porcelain", "--untracked-files=no", "--ignore-submodules=all")
    dirty = run_git(top, *asked, settings=settings).stdout.decode("utf-8", "replace")
    if dirty.strip():
        raise CustomhouseError(
            f"{top} has changes that are not committed: {dirty.splitlines()[0][3:]}",
            hint="commit or stash them first: git stash",
        )
    if run_git(top, "show-ref", "--verify", "--quiet", f"refs/heads/{branch}", check=False).returncode == 0:
        raise CustomhouseError(
            f"{top} has a branch {branch} already",
            hint=f"go on there, or drop it: git -C {shlex.quote(str(top))} branch -D {branch}",
        )
    edits = {edit.path: edit for fix in fixes for edit in fix.edits}
    for edit in edits.values():
        _own_file(Path(edit.path), top)
        _unchanged(Path(edit.path), edit.before)
        if edit.before and run_git(top, "ls-files", "--error-unmatch", "--", edit.path, check=False).returncode:
            raise CustomhouseError(
                f"{edit.path} is not in git, so what is written could not be taken back", hint="add and commit it first"
            )
    head = run_git(top, "symbolic-ref", "--quiet", "--short", "HEAD", check=False).stdout.decode().strip()
    head = head or run_git(top, "rev-parse", "HEAD").stdout.decode().strip()
    then = dict.fromkeys(
        f"cd {shlex.quote(str(Path(fix.lock).parent))} && {command}" for fix in fixes for command in fix.commands
    )
    locks = dict.fromkeys(fix.lock for fix in fixes if fix.lock not in edits)
    known = [
        each for each in locks if not run_git(top, "ls-files", "--error-unmatch", "--", each, check=False).returncode
    ]
    return _Prepared(top, branch, head, tuple(edits.values()), tuple(then), tuple(known), settings)


def _own_file(path: Path, top: Path) -> None:
    """Refuse what is no file of the repository's own: git could not take back what is written elsewhere."""
    try:
        linked = path.is_symlink() or not path.resolve().is_relative_to(top.resolve())
        odd = linked or (os.path.lexists(path) and not path.is_file())
    except OSError as error:
        raise CustomhouseError(f"cannot read {path}: {error.strerror}", hint="make the file readable") from None
    if odd:
        raise CustomhouseError(
            f"{path} is a link, or no file of {top}", hint="write the change by hand: customhouse respond CASE shows it"
        )


def _unchanged(path: Path, before: str) -> None:
    try:
        standing = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise CustomhouseError(f"cannot read {path}: {error.strerror}", hint="make the file readable") from None
    if standing != before.encode():
        raise CustomhouseError(f"{path} has changed since it was read", hint="run customhouse respond again")


def _apply(prepared: _Prepared) -> Applied:
    top, written = prepared.top, []
    run_git(top, "switch", "--quiet", "--no-track", "-c", prepared.branch, settings=prepared.settings)
    try:
        for edit in prepared.edits:
            write_atomically(Path(edit.path).resolve(), edit.after.encode())
            written.append(edit)
    except CustomhouseError:
        for edit in written:
            if edit.before:
                write_atomically(Path(edit.path).resolve(), edit.before.encode())
            else:
                Path(edit.path).unlink(missing_ok=True)
        _switch(prepared)
        run_git(top, "branch", "--quiet", "-D", prepared.branch)
        raise
    return Applied(
        str(top),
        prepared.branch,
        tuple(edit.path for edit in written),
        _undo(prepared),
        prepared.then,
    )


def _switch(prepared: _Prepared) -> None:
    top, name = prepared.top, prepared.came_from
    detached = run_git(top, "show-ref", "--verify", "--quiet", f"refs/heads/{name}", check=False).returncode != 0
    run_git(top, "switch", "--quiet", *(["--detach"] if detached else []), name, settings=prepared.settings)


def _undo(prepared: _Prepared) -> str:
    git = f"git -C {shlex.quote(str(prepared.top))}"
    old = [*(edit.path for edit in prepared.edits if edit.before), *prepared.locks]
    new = [edit.path for edit in prepared.edits if not edit.before]
    steps = []
    if old:
        steps.append(f"{git} restore -- {' '.join(shlex.quote(each) for each in old)}")
    if new:
        steps.append(f"rm -- {' '.join(shlex.quote(each) for each in new)}")
    steps.append(f"{git} checkout --quiet {shlex.quote(prepared.came_from)}")
    steps.append(f"{git} branch -D {prepared.branch}")
    return " && ".join(steps)
