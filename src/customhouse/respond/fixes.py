"""How each project leaves the affected releases: pins, edits, snippets, a patch, and the commands after them. Pure."""

import difflib
from collections.abc import Sequence
from pathlib import Path

from customhouse.model.campaign import Campaign
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.response import Edit, Pin, ProjectFix
from customhouse.respond.clients import COMMANDS
from customhouse.respond.pinning import Draft
from customhouse.respond.pinning_npm import pin_npm
from customhouse.respond.pinning_python import pin_python
from customhouse.respond.projects import Bad, ProjectFacts, relative
from customhouse.respond.safe_version import releases_of, safe_version
from customhouse.versions.release_line import same_line

_NPM = frozenset({"npm", "pnpm", "yarn", "yarn-berry", "bun"})
_PYTHON = frozenset({"pip", "uv", "poetry", "pdm", "pipenv"})
#: A line that may hold a secret: an address with a password in it, a token. None such goes into a plan.
_SECRET = lazy_regex(r"://[^/\s\"']*@|(?i:token|secret|passw|_auth|api_?key|credential)")
_CONTEXT = 3


def fix(facts: ProjectFacts, campaigns: Sequence[Campaign]) -> ProjectFix:
    """Plan for one project."""
    pins = tuple(_pin(bad, facts, campaigns) for bad in facts.bad)
    known = [pin for pin in pins if pin.safe]
    draft = Draft(facts.texts)
    folder = Path(facts.lock).parent
    if facts.client in _NPM:
        pin_npm(facts.client, folder, known, _several(facts), draft)
    elif facts.client in _PYTHON:
        lines = {(each.name, each.version): each.line for each in facts.bad}
        pin_python(facts.client, folder, facts.lock, known, lines, facts.declared, draft)
    elif known:
        draft.note(f"what {facts.client or Path(facts.lock).name} pins is changed by hand")
    for pin in pins:
        if not pin.safe:
            draft.note(
                f"no version of {pin.name} is known that the campaign is not about: take it out, or what brings it in"
            )
    if facts.reason:
        draft.note(f"the lock could not be read to its end ({facts.reason}), and may hold more")
    patch = _patch(draft, facts.repository)
    commands = COMMANDS[facts.client].lock if facts.client in COMMANDS else ()
    return ProjectFix(
        facts.asset,
        facts.repository,
        facts.lock,
        facts.client,
        pins,
        draft.edits,
        draft.snippets,
        patch,
        commands,
        draft.notes,
        facts.owner,
    )


def _pin(bad: Bad, facts: ProjectFacts, campaigns: Sequence[Campaign]) -> Pin:
    key = (bad.ecosystem, bad.name)
    asked = [each for each in facts.declared if each.name == bad.name]
    safe, basis = safe_version(
        [each for _, each in releases_of(campaigns, *key)],
        bad.version,
        (*facts.earlier.get(key, ()), *facts.pinned.get(key, ())),
        [each.specifier for each in asked],
    )
    return Pin(bad.ecosystem, bad.name, bad.version, bad.campaign, safe, basis, bool(asked))


def _several(facts: ProjectFacts) -> frozenset[str]:
    """Name the packages of which the lock pins more than one release line."""
    return frozenset(
        name
        for (ecosystem, name), versions in facts.pinned.items()
        if any(not same_line(ecosystem, versions[0], each) for each in versions[1:])
    )


def _patch(draft: Draft, repository: str) -> str:
    """Write edits as one patch, without lines that may hold a secret."""
    text = "".join(_diff(edit, repository, _CONTEXT) for edit in draft.edits)
    if not _may_hold_secret(text):
        return text
    text = "".join(_diff(edit, repository, 0) for edit in draft.edits)
    if not _may_hold_secret(text):
        draft.note("the patch has no lines around its changes, as they may hold secrets: git apply --unidiff-zero")
        return text
    draft.note("there is no patch, as the lines that change may hold secrets: --apply writes the change all the same")
    return ""


def _may_hold_secret(patch: str) -> bool:
    return any(_SECRET.search(row) for row in patch.splitlines() if not row.startswith(("diff ", "--- ", "+++ ")))


def _diff(edit: Edit, repository: str, context: int) -> str:
    own = relative(edit.path, repository)
    old = f"a/{own}" if edit.before else "/dev/null"
    made = "" if edit.before else "new file mode 100644\n"
    rows = difflib.unified_diff(_lines(edit.before), _lines(edit.after), old, f"b/{own}", n=context)
    body = "".join(row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n" for row in rows)
    return f"diff --git a/{own} b/{own}\n{made}{body}"


def _lines(text: str) -> list[str]:
    """Cut at line feeds alone, as git does."""
    parts = text.split("\n")
    return [part + "\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
