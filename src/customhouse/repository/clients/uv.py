"""uv: uv.toml, or `[tool.uv]` of pyproject.toml, of the folder or the nearest above.

Facts from uv's settings reference and changelog, and from uv 0.13: `no-build` keeps source distributions of others from
being built, while the project itself and its workspace still are; `exclude-newer` takes a day since ever and a span
(`3 days`, `P3D`, `72 hours`) since 0.9.17; a value that uv cannot read makes it leave all settings of the file aside,
with a warning. Where a uv.toml lies, `[tool.uv]` beside it is not read for settings.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from customhouse.model.clients import ClientState
from customhouse.model.hardening import Impossible, Setting
from customhouse.model.lazy_regex import lazy_regex
from customhouse.repository.clients.client import Client, Found, Wanted, days, is_true, seconds, state, too_short
from customhouse.repository.clients.project import Project
from customhouse.repository.clients.versions import Version, below, lowest, shown
from customhouse.repository.clients.written import Settings, Written

_DATE = lazy_regex(r"\d{4}-\d\d-\d\d(?:[Tt ].*)?")
_UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3_600),
    **dict.fromkeys(("d", "day", "days"), 86_400),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), 604_800),
}
_PART = lazy_regex(r"(\d+)\s*([A-Za-z]+)")
_ISO = lazy_regex(r"[Pp](?:(\d+)[Ww])?(?:(\d+)[Dd])?(?:[Tt](?:(\d+)[Hh])?(?:(\d+)[Mm])?(?:(\d+)[Ss])?)?")
_ISO_SECONDS = (604_800, 86_400, 3_600, 60, 1)


def span(text: str) -> float | None:
    """Read `3 days`, `1w2d` or `P3D` as seconds; None for what is no span."""
    plain = text.strip().lower().removesuffix("ago").strip()
    iso = _ISO.fullmatch(text.strip())
    if iso and any(iso.groups()):
        return float(sum(int(part or 0) * unit for part, unit in zip(iso.groups(), _ISO_SECONDS, strict=True)))
    parts = _PART.findall(plain)
    if not parts or re.sub(r"[\s,]", "", _PART.sub("", plain)) or any(unit not in _UNITS for _, unit in parts):
        return None
    return float(sum(int(count) * _UNITS[unit] for count, unit in parts))


def table(project: Project) -> tuple[Path, tuple[str, ...], Settings]:
    """Give the file that uv takes its settings from, the keys above them in it, and those settings."""
    for folder in project.upward():
        own = project.reader.settings(folder / "uv.toml")
        if own or project.reader.files.is_file(folder / "uv.toml"):
            return folder / "uv.toml", (), own
        shared = project.reader.settings(folder / "pyproject.toml")
        ours = {key[2:]: value for key, value in shared.items() if key[:2] == ("tool", "uv")}
        if ours:
            return folder / "pyproject.toml", ("tool", "uv"), ours
    if project.reader.files.is_file(project.folder / "pyproject.toml"):
        return project.folder / "pyproject.toml", ("tool", "uv"), {}
    return project.folder / "uv.toml", (), {}


def _version(project: Project, settings: Settings) -> Version | None:
    said = settings.get(("required-version",))
    return (lowest(str(said.value)) if said else None) or project.version("uv")


def _cooldown(settings: Settings, version: Version | None) -> Found:
    said = settings.get(("exclude-newer",))
    if said is None:
        return Found("off", None, "uv takes a release as soon as it is published")
    text = str(said.value)
    if _DATE.fullmatch(text):
        return Found("on", said)
    age = span(text)
    if age is None:
        return Found("off", said, f"uv does not read {text!r}, and leaves every setting of the file aside")
    if below(version, 0, 9, 17):
        return Found(
            "off", said, f"uv {shown(version)} does not read spans, and leaves every setting of the file aside"
        )
    return Found("on", said, seconds=age) if age else Found("off", said, "exclude-newer keeps nothing out")


def _read(project: Project) -> ClientState:
    _, _, settings = table(project)
    version = _version(project, settings)
    building: Written | None = settings.get(("no-build",))
    return state(
        "uv",
        project,
        shown(version),
        scripts=Found("on", building)
        if is_true(building)
        else Found("off", building, "uv builds source distributions, which runs code of theirs"),
        cooldown=_cooldown(settings, version),
        frozen=Found("off", None, "`uv sync` may change the lock: `--locked` or `--frozen` keeps to it"),
    )


def _harden(project: Project, found: ClientState, wanted: Wanted) -> Iterator[Setting | Impossible]:
    file, above, settings = table(project)
    lock = "uv lock"
    if found.scripts == "off":
        why = "only wheels are installed, and what is the project's own is still built"
        yield Setting("uv", "scripts", str(file), "toml", (*above, "no-build"), True, why)  # noqa: FBT003
    if not too_short(found, wanted.pypi_age):
        return
    if below(_version(project, settings), 0, 9, 17):
        hint = "move to uv 0.9.17 or later, or install through an index that holds young releases back"
        reason = f"uv {found.version} reads no spans: exclude-newer took them with 0.9.17"
        yield Impossible("uv", found.folder, "cooldown", reason, hint)
        return
    age = wanted.pypi_age
    whole = seconds(age) % 86_400 == 0
    text = f"{days(age)} days" if whole else f"{-(-seconds(age) // 3600)} hours"
    why = f"releases younger than {text} stay out (uv 0.9.17 and later)"
    yield Setting("uv", "cooldown", str(file), "toml", (*above, "exclude-newer"), text, why, after=lock)


UV = Client("uv", "pypi", _read, _harden)
