"""bun: bunfig.toml of the folder, and `trustedDependencies` of package.json.

Facts from bun's documentation of bunfig.toml and of lifecycle scripts, and from bun 1.4: scripts of dependencies run
only for packages in `trustedDependencies`, or, where that is absent, in a list that bun carries; `ignoreScripts` (1.2)
stops those too; `minimumReleaseAge` in seconds since 1.3. A value of another type is passed over without a word.
"""

from collections.abc import Iterator

from customhouse.model.clients import ClientState
from customhouse.model.hardening import Impossible, Setting
from customhouse.repository.clients.client import Client, Found, Wanted, is_true, number, seconds, state, too_short
from customhouse.repository.clients.project import Project
from customhouse.repository.clients.versions import Version, below, shown
from customhouse.repository.clients.written import Written

_FILE = "bunfig.toml"


def _scripts(project: Project) -> Found:
    ignoring = project.settings(_FILE).get(("install", "ignoreScripts"))
    if is_true(ignoring):
        return Found("on", ignoring)
    trusted = project.reader.package(project.folder).get("trustedDependencies")
    if isinstance(trusted, list):
        return Found("on", Written(trusted, project.path("package.json")))
    return Found("default")


def _cooldown(project: Project, version: Version | None) -> Found:
    if below(version, 1, 3):
        return Found("unsupported", None, f"bun {shown(version)} has no minimum age: minimumReleaseAge came with 1.3")
    said = project.settings(_FILE).get(("install", "minimumReleaseAge"))
    if said and (isinstance(said.value, str) or number(said.value) is None):
        return Found("off", said, f"minimumReleaseAge is a number of seconds, and bun passes over {said.value!r}")
    age = number(said.value) if said else None
    if age:
        return Found("on", said, seconds=age)
    return Found("off", said, "bun takes a release as soon as it is published")


def _read(project: Project) -> ClientState:
    version = project.version("bun")
    frozen = project.settings(_FILE).get(("install", "frozenLockfile"))
    return state(
        "bun",
        project,
        shown(version),
        scripts=_scripts(project),
        cooldown=_cooldown(project, version),
        frozen=Found("on", frozen) if is_true(frozen) else Found("off", frozen, "`bun install` may change the lock"),
    )


def _harden(project: Project, found: ClientState, wanted: Wanted) -> Iterator[Setting | Impossible]:
    path = project.path(_FILE)
    if found.cooldown == "unsupported":
        hint = "move to bun 1.3 or later, or install through a registry that holds young releases back"
        yield Impossible("bun", found.folder, "cooldown", found.cooldown_note, hint)
    elif too_short(found, wanted.npm_age):
        age = seconds(wanted.npm_age)
        why = f"releases younger than {age} seconds stay out (bun 1.3 and later; seconds)"
        yield Setting("bun", "cooldown", path, "toml", ("install", "minimumReleaseAge"), age, why)
    if (wanted.exact or project.private()) and not is_true(project.settings(_FILE).get(("install", "exact"))):
        why = "added dependencies are written as exact versions"
        yield Setting("bun", "exact", path, "toml", ("install", "exact"), True, why)  # noqa: FBT003


BUN = Client("bun", "npm", _read, _harden)
