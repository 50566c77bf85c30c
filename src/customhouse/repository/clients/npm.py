"""npm: .npmrc of the project.

Facts from npm's own configuration reference and changelog, and from npm 11.19 and 12: `ignore-scripts` (all versions);
`min-release-age` in days since 11.10; `strict-allow-scripts` since 11.16, which fails an install over a script that
`allowScripts` of package.json does not speak of; since 12.0 scripts run only where `allowScripts` lets them, unless
`dangerously-allow-all-scripts` is set. `npm ci` keeps to the lock by itself, and looks at no age.
"""

from collections.abc import Iterator

from customhouse.model.clients import ClientState
from customhouse.model.hardening import Impossible, Setting
from customhouse.repository.clients.client import (
    Client,
    Found,
    Wanted,
    days,
    is_false,
    is_true,
    number,
    scripted_comments,
    state,
    too_short,
)
from customhouse.repository.clients.project import Project
from customhouse.repository.clients.versions import Version, at_least, below, shown

_DAY = 86_400
_FILE = ".npmrc"


def _scripts(project: Project, version: Version | None) -> Found:
    settings = project.settings(_FILE)
    everything = settings.get(("dangerously-allow-all-scripts",))
    if is_true(settings.get(("ignore-scripts",))):
        return Found("on", settings[("ignore-scripts",)])
    if is_true(everything) and not below(version, 11, 16):
        return Found("off", everything, "dangerously-allow-all-scripts lets every install script run")
    if is_true(settings.get(("strict-allow-scripts",))) and not below(version, 11, 16):
        return Found("on", settings[("strict-allow-scripts",)])
    if at_least(version, 12):
        return Found("default")
    said = settings.get(("ignore-scripts",))
    if not below(version, 12):
        return Found("off", said, "npm before 12 runs every install script, and no file says which npm is used")
    return Found("off", said, f"npm {shown(version)} runs the install scripts of every package")


def _cooldown(project: Project, version: Version | None) -> Found:
    settings = project.settings(_FILE)
    if below(version, 11, 10):
        return Found("unsupported", None, f"npm {shown(version)} has no minimum age: min-release-age came with 11.10")
    before, said = settings.get(("before",)), settings.get(("min-release-age",))
    age = number(said.value) if said else None
    if before:
        return Found("on", before)
    if said and age is None:
        return Found("off", said, f"min-release-age is a number of days, and not {said.value!r}")
    if age:
        return Found("on", said, seconds=age * _DAY)
    return Found("off", said, "npm takes a release as soon as it is published")


def _frozen(project: Project) -> Found:
    said = project.settings(_FILE).get(("package-lock",))
    return Found("off", said, "package-lock=false leaves the lock unread and unwritten") if is_false(said) else _DEFAULT


_DEFAULT = Found("default")


def _read(project: Project) -> ClientState:
    version = project.version("npm")
    return state(
        "npm",
        project,
        shown(version),
        scripts=_scripts(project, version),
        cooldown=_cooldown(project, version),
        frozen=_frozen(project),
    )


def _harden(project: Project, found: ClientState, wanted: Wanted) -> Iterator[Setting | Impossible]:
    path = project.path(_FILE)
    if found.scripts == "off":
        comments = scripted_comments(
            project, "Let one run on purpose, after an install: npm rebuild NAME --ignore-scripts=false"
        )
        yield Setting("npm", "scripts", path, "npmrc", ("ignore-scripts",), True, found.scripts_note, comments)  # noqa: FBT003
    if found.cooldown == "unsupported":
        hint = "move to npm 11.10 or later, or install through a registry that holds young releases back"
        yield Impossible("npm", found.folder, "cooldown", found.cooldown_note, hint)
    elif too_short(found, wanted.npm_age):
        age = days(wanted.npm_age)
        why = f"releases younger than {age} days stay out (npm 11.10 and later; days)"
        yield Setting("npm", "cooldown", path, "npmrc", ("min-release-age",), age, why)
    if found.frozen == "off":
        why = "without it the lock is neither read nor written"
        yield Setting("npm", "frozen", path, "npmrc", ("package-lock",), True, why)  # noqa: FBT003
    if (wanted.exact or project.private()) and not is_true(project.settings(_FILE).get(("save-exact",))):
        why = "added dependencies are written as exact versions"
        yield Setting("npm", "exact", path, "npmrc", ("save-exact",), True, why)  # noqa: FBT003


NPM = Client("npm", "npm", _read, _harden)
