"""What macOS starts by itself: agents and daemons of launchd, login items, periodic scripts, cron, shells."""

import plistlib
from collections.abc import Iterator
from typing import Any
from xml.parsers.expat import ExpatError

from customhouse.hunt.hosts.persistence.entry import MAX_BYTES, Entry
from customhouse.hunt.hosts.persistence.shell_files import authorized_keys, crontab, script, shell_files
from customhouse.hunt.hosts.systems import System
from customhouse.hunt.hosts.tree import Tree

#: launchd.plist(5).
_AGENTS = (
    "/Library/LaunchAgents",
    "/Library/LaunchDaemons",
    "/System/Library/LaunchAgents",
    "/System/Library/LaunchDaemons",
)
#: Where login items of a user are listed, by macOS before and since 10.13.
_LOGIN_ITEMS = (
    "Library/Preferences/com.apple.loginitems.plist",
    "Library/Application Support/com.apple.backgroundtaskmanagementagent/backgrounditems.btm",
)
_TRIGGERS = ("RunAtLoad", "KeepAlive", "StartInterval", "StartCalendarInterval", "WatchPaths", "QueueDirectories")
_MAX_TEXTS = 2000
_MAX_DEPTH = 32
_MAX_TEXT = 4096


def macos_entries(system: System) -> Iterator[Entry]:
    """Give everything that a macOS tree starts by itself."""
    tree = system.tree
    for folder in (*_AGENTS, *(f"{home.inner}/Library/LaunchAgents" for home in system.homes)):
        for real in tree.files(folder, ".plist"):
            yield from _agent(tree, real, daemon=folder.endswith("Daemons"))
    yield from _login(system)
    yield from _scheduled(tree)
    yield from shell_files(system)
    yield from authorized_keys(system)


def _login(system: System) -> Iterator[Entry]:
    for home in system.homes:
        for real in system.tree.present(f"{home.inner}/{each}" for each in _LOGIN_ITEMS):
            yield from _login_items(system.tree, real, home.user)


def _scheduled(tree: Tree) -> Iterator[Entry]:
    for period in ("daily", "weekly", "monthly"):
        for folder in ("/etc/periodic", "/private/etc/periodic", "/usr/local/etc/periodic"):
            for real in tree.files(f"{folder}/{period}"):
                yield from script(tree, real, "periodic script", period)
    for folder in ("/usr/lib/cron/tabs", "/var/at/tabs", "/private/var/at/tabs"):
        for real in tree.files(folder):
            yield from crontab(tree, real, with_user=False)
    for real in tree.present(("/etc/crontab", "/private/etc/crontab")):
        yield from crontab(tree, real, with_user=True)


def property_list(tree: Tree, real: str) -> Any:
    """Read a property list, XML or binary; None, and a note, where it is none."""
    data = tree.read(real, MAX_BYTES)
    if data is None:
        return None
    try:
        return plistlib.loads(data)
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError, MemoryError, ExpatError, AttributeError):
        tree.refuse(real, "it is no property list that can be read")
        return None


def _agent(tree: Tree, real: str, *, daemon: bool) -> Iterator[Entry]:
    value = property_list(tree, real)
    if not isinstance(value, dict):
        return
    label = value.get("Label")
    name = label if isinstance(label, str) else tree.inner(real).rpartition("/")[2]
    arguments = value.get("ProgramArguments")
    words = [each for each in arguments[:100] if isinstance(each, str)] if isinstance(arguments, list) else []
    program = value.get("Program")
    starts = " ".join(words) if words else program if isinstance(program, str) else ""
    when = "; ".join(f"{key}={_short(value[key])}" for key in _TRIGGERS if key in value)
    kind = "launch daemon" if daemon else "launch agent"
    yield Entry(kind, name, starts, real, None, when, "\n".join(texts(value)), tree.times(real))


def _login_items(tree: Tree, real: str, user: str) -> Iterator[Entry]:
    value = property_list(tree, real)
    if value is not None:
        body = "\n".join(texts(value))
        name = f"login items of {user}"
        yield Entry("login items", name, "", real, None, "at login", body, tree.times(real), by_hand=True)


def texts(value: Any) -> Iterator[str]:
    """Give the texts of a property list, at most two thousand, each shortened; shared parts may make it endless."""
    left = _MAX_TEXTS
    pending: list[tuple[Any, int]] = [(value, 0)]
    steps = 50 * _MAX_TEXTS
    while pending and left and steps:
        steps -= 1
        one, depth = pending.pop()
        if isinstance(one, str):
            left -= 1
            yield one[:_MAX_TEXT]
        elif isinstance(one, bytes):  # bookmarks hold paths between bytes of another kind
            left -= 1
            yield one[:_MAX_TEXT].decode("utf-8", "replace")
        elif depth < _MAX_DEPTH and isinstance(one, dict):
            pending += [(each, depth + 1) for pair in list(one.items())[:_MAX_TEXTS][::-1] for each in pair[::-1]]
        elif depth < _MAX_DEPTH and isinstance(one, list):
            pending += [(each, depth + 1) for each in one[:_MAX_TEXTS][::-1]]


def _short(value: Any) -> str:
    return str(value) if isinstance(value, bool | int) else ", ".join(list(texts(value))[:5])
