"""yarn 2 and later: .yarnrc.yml of the project and the folders above it.

Facts from yarn's configuration reference and release notes, and from yarn 4.18: `enableScripts`, on by default before
4.14; `npmMinimalAgeGate` since 4.10, a number of minutes or a text such as `3d`, one day by default since 4.15;
`enableImmutableInstalls`, on in CI by default since 3.0.
"""

from collections.abc import Iterator

from customhouse.model.clients import ClientState
from customhouse.model.hardening import Impossible, Setting
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
from customhouse.repository.clients.versions import Version, at_least, below, lowest, shown

_FILE = ".yarnrc.yml"
_DEFAULT_AGE = 86_400
_RELEASE = lazy_regex(r"yarn-(\d+\.\d+\.\d+)[^/\\]*\.c?js$")
_SPAN = lazy_regex(r"(\d*\.?\d+)\s*(ms|s|m|h|d|w)?")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "": 60}


def _version(project: Project) -> Version | None:
    settings = project.nearest(_FILE)
    release = settings.get(("yarnPath",))
    match = _RELEASE.search(str(release.value)) if release else None
    if match:  # what yarn itself starts, whatever else is named
        return lowest(match.group(1))
    return project.version("yarn-berry")


def _span(value: object) -> float | None:
    """Read seconds out of `3d`, `72h` or a number of minutes."""
    plain = number(value)
    if plain is not None:
        return plain * 60
    match = _SPAN.fullmatch(str(value).strip().lower())
    return float(match.group(1)) * _SECONDS[match.group(2) or ""] if match else None


def _scripts(project: Project, version: Version | None) -> Found:
    said = project.nearest(_FILE).get(("enableScripts",))
    if is_false(said):
        return Found("on", said)
    if is_true(said):
        return Found("off", said, "enableScripts lets the install scripts of every package run")
    if at_least(version, 4, 14):
        return Found("default")
    which = f"yarn {shown(version)} runs" if below(version, 4, 14) else "yarn before 4.14 runs"
    unsaid = "" if below(version, 4, 14) else ", and no file says which yarn is used"
    return Found("off", None, f"{which} the install scripts of every package{unsaid}")


def _cooldown(project: Project, version: Version | None) -> Found:
    if below(version, 4, 10):
        return Found("unsupported", None, f"yarn {shown(version)} has no minimum age: npmMinimalAgeGate came with 4.10")
    said = project.nearest(_FILE).get(("npmMinimalAgeGate",))
    age = _span(said.value) if said else None
    if said and age is None:
        return Found("off", said, f"npmMinimalAgeGate is minutes or a span such as 3d, and not {said.value!r}")
    if age:
        return Found("on", said, seconds=age)
    if said is None and at_least(version, 4, 15):
        return Found("default", seconds=_DEFAULT_AGE)
    return Found("off", said, "yarn takes a release as soon as it is published")


def _frozen(project: Project) -> Found:
    said = project.nearest(_FILE).get(("enableImmutableInstalls",))
    if is_false(said):
        return Found("off", said, "enableImmutableInstalls is false, in CI too")
    return Found("on", said) if is_true(said) else Found("default")


def _read(project: Project) -> ClientState:
    version = _version(project)
    return state(
        "yarn-berry",
        project,
        shown(version),
        scripts=_scripts(project, version),
        cooldown=_cooldown(project, version),
        frozen=_frozen(project),
    )


def _harden(project: Project, found: ClientState, wanted: Wanted) -> Iterator[Setting | Impossible]:
    settings = project.nearest(_FILE)

    def path(key: str) -> str:
        said = settings.get((key,))
        return said.path if said else project.path(_FILE)

    if found.scripts == "off":
        comments = scripted_comments(project, "Let one run: dependenciesMeta.NAME.built = true in package.json")
        key = "enableScripts"
        yield Setting("yarn-berry", "scripts", path(key), "yaml", (key,), False, found.scripts_note, comments)  # noqa: FBT003
    if found.cooldown == "unsupported":
        hint = "move to yarn 4.10 or later, or install through a registry that holds young releases back"
        yield Impossible("yarn-berry", found.folder, "cooldown", found.cooldown_note, hint)
    elif too_short(found, wanted.npm_age):
        age = minutes(wanted.npm_age)
        why = f"releases younger than {age} minutes stay out (yarn 4.10 and later; minutes)"
        key = "npmMinimalAgeGate"
        yield Setting("yarn-berry", "cooldown", path(key), "yaml", (key,), age, why)
    if found.frozen == "off":
        key = "enableImmutableInstalls"
        yield Setting("yarn-berry", "frozen", path(key), "yaml", (key,), True, "an install keeps to the lock")  # noqa: FBT003
    prefix = settings.get(("defaultSemverRangePrefix",))
    if (wanted.exact or project.private()) and (prefix is None or prefix.value):
        key = "defaultSemverRangePrefix"
        why = "added dependencies are written as exact versions"
        yield Setting("yarn-berry", "exact", path(key), "yaml", (key,), "", why)


YARN_BERRY = Client("yarn-berry", "npm", _read, _harden)
