"""Paths of facts, written out for one system: variables for each user, wildcards as expressions of a name."""

import os
import re
from collections.abc import Iterator

from customhouse.hunt.hosts.facts import VARIABLE, WILDCARD, wildcards
from customhouse.hunt.hosts.systems import System
from customhouse.hunt.hosts.tree import Part
from customhouse.model.campaign import Fact, Platform

_ANY = re.compile(r"[^/\n]+")
#: Variables that hold a folder of the user's home, and the folder.
_OF_HOME: dict[str, tuple[str, ...]] = {
    "~": ("",),
    "home": ("",),
    "userprofile": ("",),
    "appdata": ("AppData/Roaming",),
    "localappdata": ("AppData/Local",),
    "xdg_config_home": (".config",),
    "xdg_data_home": (".local/share",),
    "xdg_cache_home": (".cache",),
    "temp": ("AppData/Local/Temp",),
    "tmp": ("AppData/Local/Temp",),
}
#: Variables that hold a folder of the system.
_OF_SYSTEM: dict[str, tuple[str, ...]] = {
    "programdata": ("/ProgramData", "/Documents and Settings/All Users/Application Data"),
    "allusersprofile": ("/ProgramData",),
    "public": ("/Users/Public",),
    "windir": ("/Windows",),
    "systemroot": ("/Windows",),
    "systemdrive": ("",),
    "programfiles": ("/Program Files", "/Program Files (x86)"),
    "temp": ("/Windows/Temp",),
    "tmp": ("/Windows/Temp",),
}
_TEMPORARY: dict[Platform, tuple[str, ...]] = {
    "linux": ("/tmp", "/var/tmp"),  # noqa: S108 - where others write is what is looked through
    "macos": ("/private/var/folders/*/*/T", "/var/folders/*/*/T", "/private/tmp", "/tmp"),  # noqa: S108
    "windows": (),
}
#: Folders that are links into /private on macOS; an image that was copied may have the one or the other.
_PRIVATE = ("/tmp/", "/var/", "/etc/")  # noqa: S108


def expanded(fact: Fact, system: System) -> Iterator[tuple[Part, ...]]:
    """Give the patterns, from the machine's root, of a fact's path on one system; none of a path that is relative."""
    seen: set[tuple[Part, ...]] = set()
    for path in _written_out(fact.value.strip(), system):
        parts = tuple(part_of(each, folded=system.tree.folded) for each in path.split("/") if each)
        if parts and parts not in seen:
            seen.add(parts)
            yield parts


def relative(fact: Fact) -> tuple[str, ...]:
    """Return the components of a path that begins at no root (`.github/workflows/x.yml`); empty for another."""
    value = fact.value.strip()
    if VARIABLE.fullmatch(value) or value.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", value):
        return ()
    return tuple(part for part in re.split(r"[\\/]+", value) if part and part != ".")


def temporary_folders(system: System) -> tuple[str, ...]:
    """Name the folders of a system where everybody may write, as patterns."""
    own = os.environ.get("TMPDIR", "") if system.live else ""
    more = (own,) if own.startswith("/") else ()
    return (*_TEMPORARY[system.platform], *more)


def _written_out(value: str, system: System) -> Iterator[str]:
    variable = VARIABLE.fullmatch(value)
    windows = system.platform == "windows"
    if variable is None:
        drive = re.match(r"[A-Za-z]:(?=[\\/])", value)
        if drive or value.startswith("\\"):
            if windows:
                yield value[drive.end() if drive else 0 :].replace("\\", "/")
        elif value.startswith("/") and not windows:
            yield value
            if system.platform == "macos" and value.startswith(_PRIVATE):
                yield f"/private{value}"
        return
    name = (variable[1] or variable[2] or variable[3]).lower()
    rest = variable[4].replace("\\", "/") if variable[1] or "\\" in variable[4] or windows else variable[4]
    if variable[1] and not windows:
        return
    if name == "tmpdir":
        yield from (f"{folder}{rest}" for folder in temporary_folders(system))
        return
    for folder in _OF_HOME.get(name, ()):
        yield from (f"{home.inner}/{folder}{rest}" for home in system.homes)
    for folder in _OF_SYSTEM.get(name, ()) if windows else ():
        yield f"{folder}{rest}"


def part_of(name: str, *, folded: bool) -> Part:
    """Return a component of a pattern: the name, or the expression that its wildcards make."""
    if not WILDCARD.search(name):
        return name
    if name == "*":
        return _ANY
    return re.compile(wildcards(name), re.IGNORECASE if folded else 0)
