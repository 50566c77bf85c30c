"""pnpm: pnpm-workspace.yaml; before pnpm 11 also .npmrc and package.json's `pnpm`.

Facts from pnpm's settings reference and release notes, and from pnpm 9 and 12: dependencies' scripts run by default
before 10 and only when listed since; `dangerouslyAllowAllBuilds` (10.9) and an empty `neverBuiltDependencies` (10) undo
that; `strictDepBuilds` (10.3, on by default since 11) fails the install over an unlisted one; `minimumReleaseAge` in
minutes since 10.16, 1440 by default since 11, and one that is set fails an install that finds nothing older; settings
are read from pnpm-workspace.yaml since 10.6, and from .npmrc until 10. In CI pnpm keeps to the lock by itself unless
`frozenLockfile` says otherwise.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from customhouse.model.clients import ClientState
from customhouse.model.hardening import Impossible, Protects, Setting, Value
from customhouse.model.lazy_regex import lazy_regex
from customhouse.repository.clients.client import (
    Client,
    Found,
    Wanted,
    is_false,
    is_true,
    minutes,
    number,
    scripted_comments,
    state,
    too_short,
)
from customhouse.repository.clients.project import Project
from customhouse.repository.clients.versions import Version, at_least, below, shown
from customhouse.repository.clients.written import Written

_FILE = "pnpm-workspace.yaml"
_DEFAULT_AGE = 1440 * 60
_LOCK = lazy_regex(r"^lockfileVersion:\s*['\"]?(\d+)", re.MULTILINE)
#: Lock format → the lowest pnpm that writes it (pnpm's release notes); two documents in one lock are pnpm 11's.
_LOCK_VERSIONS = {"5": Version((3,)), "6": Version((8,)), "9": Version((9,))}


def _version(project: Project) -> Version | None:
    named = project.version("pnpm")
    if named:
        return named
    text = project.reader.text(project.folder / "pnpm-lock.yaml")[:4096]
    if text.startswith("---") and len(_LOCK.findall(project.reader.text(project.folder / "pnpm-lock.yaml"))) > 1:
        return Version((11,))
    match = _LOCK.search(text)
    return _LOCK_VERSIONS.get(match.group(1)) if match else None


def _kebab(name: str) -> str:
    return re.sub(r"[A-Z]", lambda it: f"-{it.group().lower()}", name)


def _said(project: Project, version: Version | None, name: str) -> Written | None:
    """Look a setting up where this pnpm looks."""
    found = project.nearest(_FILE).get((name,))
    if found or at_least(version, 11):
        return found
    found = project.settings(".npmrc").get((_kebab(name),))
    table: Any = project.reader.package(project.folder).get("pnpm")
    if found or not isinstance(table, dict) or name not in table:
        return found
    return Written(table[name], project.path("package.json"))


def _scripts(project: Project, version: Version | None) -> Found:
    ignoring = _said(project, version, "ignoreScripts")
    if is_true(ignoring):
        return Found("on", ignoring)
    everything = _said(project, version, "dangerouslyAllowAllBuilds")
    if is_true(everything) and not below(version, 10):
        return Found("off", everything, "dangerouslyAllowAllBuilds lets every install script run")
    never = _said(project, version, "neverBuiltDependencies")
    if never and never.value == [] and not below(version, 10) and not at_least(version, 11):
        return Found("off", never, "an empty neverBuiltDependencies lets every install script run")
    listed = next(
        (it for it in (_said(project, version, name) for name in ("onlyBuiltDependencies", "allowBuilds")) if it), None
    )
    strict = _said(project, version, "strictDepBuilds")
    if at_least(version, 10):
        return Found("on", strict) if is_true(strict) else Found("default", listed)
    if listed or (not below(version, 10) and is_true(strict)):
        return Found("on", listed or strict)
    if not below(version, 10):
        return Found("off", None, "pnpm before 10 runs every install script, and no file says which pnpm is used")
    return Found("off", None, f"pnpm {shown(version)} runs the install scripts of every package")


def _cooldown(project: Project, version: Version | None) -> Found:
    if below(version, 10, 16):
        return Found(
            "unsupported", None, f"pnpm {shown(version)} has no minimum age: minimumReleaseAge came with 10.16"
        )
    said = _said(project, version, "minimumReleaseAge")
    age = number(said.value) if said else None
    if said and age is None:
        return Found("off", said, f"minimumReleaseAge is a number of minutes, and not {said.value!r}")
    if age:
        return Found("on", said, seconds=age * 60)
    if said is None and at_least(version, 11):
        return Found("default", seconds=_DEFAULT_AGE)
    return Found("off", said, "pnpm takes a release as soon as it is published")


def _frozen(project: Project, version: Version | None) -> Found:
    for name in ("frozenLockfile", "lockfile"):
        said = _said(project, version, name)
        if is_false(said):
            return Found("off", said, f"{name} is false, in CI too")
    return Found("default")


def _read(project: Project) -> ClientState:
    version = _version(project)
    return state(
        "pnpm",
        project,
        shown(version),
        scripts=_scripts(project, version),
        cooldown=_cooldown(project, version),
        frozen=_frozen(project, version),
    )


def _harden(project: Project, found: ClientState, wanted: Wanted) -> Iterator[Setting | Impossible]:
    version = _version(project)
    if found.scripts == "off":
        yield _restricted(project, found, version)
    if found.cooldown == "unsupported":
        hint = "move to pnpm 10.16 or later, or install through a registry that holds young releases back"
        yield Impossible("pnpm", found.folder, "cooldown", found.cooldown_note, hint)
    elif too_short(found, wanted.npm_age):
        age = minutes(wanted.npm_age)
        why = f"releases younger than {age} minutes stay out (pnpm 10.16 and later; minutes)"
        yield _setting(project, version, "cooldown", "minimumReleaseAge", age, why)
    if found.frozen == "off":
        name = "lockfile" if is_false(_said(project, version, "lockfile")) else "frozenLockfile"
        yield _setting(project, version, "frozen", name, True, "an install keeps to the lock")  # noqa: FBT003
    if (wanted.exact or project.private()) and not is_true(_said(project, version, "saveExact")):
        why = "added dependencies are written as exact versions"
        yield _setting(project, version, "exact", "saveExact", True, why)  # noqa: FBT003


def _restricted(project: Project, found: ClientState, version: Version | None) -> Setting | Impossible:
    everything = _said(project, version, "dangerouslyAllowAllBuilds")
    why = found.scripts_note
    if is_true(everything):
        setting = _setting(project, version, "scripts", "dangerouslyAllowAllBuilds", False, why)  # noqa: FBT003
    elif at_least(version, 10):
        hint = "take the empty neverBuiltDependencies out, and list what may build under onlyBuiltDependencies"
        return Impossible("pnpm", found.folder, "scripts", why, hint)
    elif below(version, 10):
        setting = _setting(project, version, "scripts", "ignoreScripts", True, why)  # noqa: FBT003
        then = "Let one run on purpose: pnpm rebuild NAME"
        return msgspec.structs.replace(setting, comments=scripted_comments(project, then))
    else:
        why = f"{why}: unlisted scripts fail the install (pnpm 10.3 and later)"
        setting = _setting(project, version, "scripts", "strictDepBuilds", True, why)  # noqa: FBT003
    return msgspec.structs.replace(setting, comments=_listing(project))


def _setting(
    project: Project, version: Version | None, protects: Protects, name: str, value: Value, why: str
) -> Setting:
    """Put a setting where this pnpm reads it, or where it stands already."""
    said = _said(project, version, name)
    if below(version, 10, 6) or (said and said.path.endswith(".npmrc")):
        return Setting("pnpm", protects, project.path(".npmrc"), "npmrc", (_kebab(name),), value, why)
    path = said.path if said and said.path.endswith(_FILE) else project.path(_FILE)
    return Setting("pnpm", protects, path, "yaml", (name,), value, why)


def _listing(project: Project) -> tuple[str, ...]:
    """The list of what may build, commented: nobody has looked at what these scripts do."""
    names = dict.fromkeys(it.rpartition("@")[0] for it in project.scripted)
    if not names:
        return ()
    rows = [f"  {name!r}: true".replace("'", '"') for name in list(names)[:40]]
    return ("Packages of the lock that have install scripts; list those that the project needs:", "allowBuilds:", *rows)


PNPM = Client("pnpm", "npm", _read, _harden)
