"""Whether what a file does is new in this release: what separates a habit from an attack, where code alone cannot."""

from typing import Literal

from customhouse.model.code import CapabilityKind, CodeFacts
from customhouse.model.content import InstallHook
from customhouse.model.evidence import Case
from customhouse.rules.shared.age import settled
from customhouse.rules.shared.command_line import plain_command
from customhouse.rules.shared.dependency_risk import YOUNG_PROJECT
from customhouse.rules.shared.youth import project_age

#: A file of which so much of the text was known is the old one under a new name, as bundlers name their chunks.
_THE_SAME = 0.98
#: So many new files are listed; of more, one that is not listed may be new.
_MOST_LISTED = 40
Novelty = Literal["new", "old", "unknown"]

#: Bytes. In a file this large, most likely bundled from many packages, two facts side by side say little about each
#: other, and names are reused so often that a flow between them may be none.
BUNDLE = 256 * 1024


def novelty(case: Case, path: str, *kinds: CapabilityKind) -> Novelty:
    """Say whether the release before did this already.

    `new`: the file became an install hook, or gained one of the capabilities. `unknown`: there is nothing to compare
    with, or only releases of a project that is younger than 45 days, and the release is not settled either; a settled
    one counts as `old`.
    """
    change = case.change
    if change is None:
        return "old" if settled(case) else "unknown"
    new = (
        any(hook.path == path for hook in change.added_hooks)
        or any(it.after.path == path and it.before.path != path for it in change.changed_hooks)
        or any(it.path == path and it.kind in kinds for it in change.gained)
    )
    return "new" if new else _habit(case)


def as_before(case: Case, path: str) -> bool:
    """Whether a file stood in the release before, the same but for its name or the version number in it."""
    change = case.change
    if change is None or not change.compared:
        return False
    added = next((each for each in change.added_code if each.path == path), None)
    if added is not None:
        return added.known is not None and added.known >= _THE_SAME
    listed = change.altered_files <= len(change.altered) and change.added_files <= _MOST_LISTED
    return listed and path not in change.altered and change.size_before > 0


def hook_novelty(case: Case, hook: InstallHook) -> Novelty:
    """Say whether the release before had this hook, with a command that means the same."""
    change = case.change
    if change is None:
        return "old" if settled(case) else "unknown"
    added = any((it.kind, it.name) == (hook.kind, hook.name) for it in change.added_hooks)
    changed = any(
        (it.after.kind, it.after.name) == (hook.kind, hook.name)
        and plain_command(it.before.command) != plain_command(it.after.command)
        for it in change.changed_hooks
    )
    return "new" if added or changed else _habit(case)


def _habit(case: Case) -> Novelty:
    """What the release before did is a habit, unless the project is so young that it may have been made for this."""
    age = project_age(case)
    return "unknown" if age is not None and age < YOUNG_PROJECT and not settled(case) else "old"


def bundled(code: CodeFacts) -> bool:
    """Whether the file is too large for neighbourhood to mean much; what runs at install is never excused by size."""
    return code.size > BUNDLE and code.reach != "install"
