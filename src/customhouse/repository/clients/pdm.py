"""PDM: `[tool.pdm.resolution]` of pyproject.toml, and pdm.toml.

Facts from PDM's documentation and release notes, and from PDM 2.29: `only-binary` of the resolution table since 2.15;
`exclude-newer` there, and `strategy.exclude-newer` of pdm.toml, take a day or a span of `d`, `h` or `w` (spans since
2.26.8). The lock's digest covers the resolution table, so the lock is made anew after a change of it.
"""

import re
from collections.abc import Iterator

from customhouse.model.clients import ClientState
from customhouse.model.hardening import Impossible, Setting
from customhouse.model.lazy_regex import lazy_regex
from customhouse.repository.clients.client import Client, Found, Wanted, seconds, state, too_short
from customhouse.repository.clients.project import Project
from customhouse.repository.clients.versions import Version, below, shown

_FILE = "pyproject.toml"
_ABOVE = ("tool", "pdm", "resolution")
_SPAN = lazy_regex(r"(\d+)([dhw])")
_SECONDS = {"h": 3_600, "d": 86_400, "w": 604_800}
_LOCK = "pdm lock --update-reuse"


def _scripts(project: Project) -> Found:
    said = project.settings(_FILE).get((*_ABOVE, "only-binary"))
    listed = said.value if said and isinstance(said.value, list) else str(said.value).split(",") if said else []
    if ":all:" in [str(one).strip() for one in listed]:
        return Found("on", said)
    return Found("off", said, "PDM builds source distributions, which runs code of theirs")


def _cooldown(project: Project, version: Version | None) -> Found:
    own = project.settings("pdm.toml").get(("strategy", "exclude-newer"))
    said = project.settings(_FILE).get((*_ABOVE, "exclude-newer")) or own
    if below(version, 2, 26, 8):
        return Found("unsupported", None, f"PDM {shown(version)} has no minimum age: spans came with 2.26.8")
    if said is None:
        return Found("off", None, "PDM takes a release as soon as it is published")
    match = _SPAN.fullmatch(str(said.value))
    if match:
        return Found("on", said, seconds=float(int(match.group(1)) * _SECONDS[match.group(2)]))
    if re.match(r"\d{4}-\d\d-\d\d", str(said.value)):
        return Found("on", said)
    return Found("off", said, f"exclude-newer is a day or a span such as 3d, and not {said.value!r}")


def _read(project: Project) -> ClientState:
    version = project.version("pdm")
    return state(
        "pdm",
        project,
        shown(version),
        scripts=_scripts(project),
        cooldown=_cooldown(project, version),
        frozen=Found("off", None, "`pdm install` may change the lock: `--frozen-lockfile` keeps to it"),
    )


def _harden(project: Project, found: ClientState, wanted: Wanted) -> Iterator[Setting | Impossible]:
    path = project.path(_FILE)
    if found.scripts == "off":
        why = "only wheels are installed: a source distribution would run code of its own to be built"
        key = (*_ABOVE, "only-binary")
        yield Setting("pdm", "scripts", path, "toml", key, (":all:",), why, after=_LOCK)
    if found.cooldown == "unsupported":
        hint = "move to PDM 2.26.8 or later, or install through an index that holds young releases back"
        yield Impossible("pdm", found.folder, "cooldown", found.cooldown_note, hint)
    elif too_short(found, wanted.pypi_age):
        hours = -(-seconds(wanted.pypi_age) // 3_600)
        text = f"{hours // 24}d" if hours % 24 == 0 else f"{hours}h"
        why = f"releases younger than {text} stay out (PDM 2.26.8 and later)"
        own = project.settings("pdm.toml").get(("strategy", "exclude-newer"))
        shared = project.settings(_FILE).get((*_ABOVE, "exclude-newer"))
        if own and not shared:
            yield Setting("pdm", "cooldown", own.path, "toml", ("strategy", "exclude-newer"), text, why)
        else:
            yield Setting("pdm", "cooldown", path, "toml", (*_ABOVE, "exclude-newer"), text, why, after=_LOCK)


PDM = Client("pdm", "pypi", _read, _harden)
