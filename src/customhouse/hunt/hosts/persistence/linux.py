"""What Linux starts by itself: cron, systemd, desktops, boot scripts, loaders, devices."""

import re
from collections.abc import Iterator

from customhouse.hunt.hosts.persistence.entry import MAX_BYTES, Entry, meant_lines, text_of
from customhouse.hunt.hosts.persistence.shell_files import authorized_keys, crontab, script, shell_files
from customhouse.hunt.hosts.systems import System
from customhouse.hunt.hosts.tree import Tree

#: systemd.unit(5), those that may hold units; `/run` is what was there when the machine ran.
_UNITS = (
    "/etc/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
    "/run/systemd/system",
    "/etc/systemd/user",
    "/usr/local/lib/systemd/user",
    "/usr/lib/systemd/user",
    "/lib/systemd/user",
)
_USER_UNITS = (".config/systemd/user", ".local/share/systemd/user", ".config/systemd/user.control")
_KINDS = (".service", ".timer", ".path", ".socket")
#: Keys of a unit that say what is started, and those that say when.
_STARTS = re.compile(r"(Exec(?:Start|StartPre|StartPost|Stop|StopPost|Reload|Condition)|Unit)\s*=\s*(.*)")
_WHEN = re.compile(r"((?:On\w+(?:Sec|Calendar)|Path\w+|DirectoryNotEmpty|Listen\w+|WantedBy|RequiredBy)\s*=.*)")
_DESCRIPTION = re.compile(r"Description\s*=\s*(.*)")
#: cron.d of run-parts folders, and whether their files are crontabs or scripts.
_SCRIPTS = {
    "/etc/cron.hourly": "hourly",
    "/etc/cron.daily": "daily",
    "/etc/cron.weekly": "weekly",
    "/etc/cron.monthly": "monthly",
    "/etc/init.d": "at boot",
    "/etc/rc.d": "at boot",
    "/etc/update-motd.d": "when somebody logs in",
    "/etc/network/if-up.d": "when a network comes up",
    "/etc/NetworkManager/dispatcher.d": "when a network comes up",
    "/etc/X11/Xsession.d": "when a desktop starts",
    "/etc/apt/apt.conf.d": "when apt runs",
}
_RULES = {
    "/etc/udev/rules.d": "RUN",
    "/usr/lib/udev/rules.d": "RUN",
    "/lib/udev/rules.d": "RUN",
    "/etc/modprobe.d": "install",
    "/usr/lib/modprobe.d": "install",
}


def linux_entries(system: System) -> Iterator[Entry]:
    """Give everything that a Linux tree starts by itself."""
    yield from _cron(system.tree)
    yield from _units(system)
    yield from _autostart(system)
    yield from _scripts(system.tree)
    yield from _preload(system.tree)
    yield from _rules(system.tree)
    yield from shell_files(system)
    yield from authorized_keys(system)


def _cron(tree: Tree) -> Iterator[Entry]:
    for real in tree.present(("/etc/crontab",)):
        yield from crontab(tree, real, with_user=True)
    for real in tree.present(("/etc/anacrontab",)):
        yield from script(tree, real, "anacron jobs", "after some days", by_hand=True)
    for real in tree.files("/etc/cron.d"):
        yield from crontab(tree, real, with_user=True)
    for folder in ("/var/spool/cron/crontabs", "/var/spool/cron", "/var/spool/cron/tabs"):
        for real in tree.files(folder):
            yield from crontab(tree, real, with_user=False)
    for folder in ("/var/spool/at", "/var/spool/cron/atjobs", "/var/spool/atjobs"):
        for real in tree.files(folder):
            yield from script(tree, real, "at job", "once")


def _units(system: System) -> Iterator[Entry]:
    tree = system.tree
    seen: set[str] = set()
    for folder in (*_UNITS, *(f"{home.inner}/{each}" for home in system.homes for each in _USER_UNITS)):
        top = tree.resolve(folder)
        if top is None or not tree.is_folder(top):
            continue
        inside = [name for name in tree.names(top) if name.endswith((".d", ".wants", ".requires"))]
        units = [(each, "") for each in tree.files(folder) if each.endswith(_KINDS)]
        for name in inside:
            for each in tree.files(f"{folder}/{name}"):
                if name.endswith(".d"):  # a drop-in, which may start something else than its unit says
                    units += [(each, name.removesuffix(".d"))] if each.endswith(".conf") else []
                elif each.endswith(_KINDS):  # mostly a link to a unit that is read already
                    units.append((each, ""))
        for real, named in units:
            if real not in seen:
                seen.add(real)
                yield from _unit(tree, real, named)


def _unit(tree: Tree, real: str, named: str = "") -> Iterator[Entry]:
    text = text_of(tree, real)
    if text is None:
        return
    starts: list[str] = []
    when: list[str] = []
    description = ""
    lines = [line for _, line in meant_lines(text)]
    for line in lines:
        if match := _STARTS.match(line):
            starts.append(match[2] if match[1] != "Unit" else line)
        elif match := _WHEN.match(line):
            when.append(match[1])
        elif match := _DESCRIPTION.match(line):
            description = match[1]
    name = named or tree.inner(real).rpartition("/")[2]
    body = f"{description}\n" + "\n".join(lines)
    kind = "systemd timer" if name.endswith(".timer") else "systemd unit"
    yield Entry(kind, name, "; ".join(starts), real, None, "; ".join(when), body, tree.times(real))


def _autostart(system: System) -> Iterator[Entry]:
    """Read desktop entries that are started at login (the Desktop Application Autostart Specification)."""
    tree = system.tree
    for folder in ("/etc/xdg/autostart", *(f"{home.inner}/.config/autostart" for home in system.homes)):
        for real in tree.files(folder, ".desktop"):
            lines = [line for _, line in meant_lines(text_of(tree, real) or "")]
            starts = next((line.partition("=")[2].strip() for line in lines if line.startswith("Exec")), "")
            name = tree.inner(real).rpartition("/")[2]
            body = "\n".join(lines)
            yield Entry("autostart entry", name, starts, real, None, "at login", body, tree.times(real))


def _scripts(tree: Tree) -> Iterator[Entry]:
    for folder, trigger in _SCRIPTS.items():
        for real in tree.files(folder):
            yield from script(tree, real, "system script", trigger)
    for real in tree.present(("/etc/rc.local", "/etc/rc.d/rc.local")):
        yield from script(tree, real, "boot script", "at boot")


def _preload(tree: Tree) -> Iterator[Entry]:
    for real in tree.present(("/etc/ld.so.preload",)):
        since = tree.times(real)
        for number, line in meant_lines(text_of(tree, real) or ""):
            for library in re.split(r"[\s:]+", line):
                yield Entry("preloaded library", library, library, real, number, "in every program", line, since)


def _rules(tree: Tree) -> Iterator[Entry]:
    """Read rules for devices and modules that start programs; the others start nothing."""
    for folder, word in _RULES.items():
        for real in tree.files(folder):
            since = tree.times(real)
            data = tree.read(real, MAX_BYTES)
            if data is None or word.encode() not in data:
                continue
            for number, line in meant_lines(data.decode("utf-8", "replace")):
                match = (
                    re.search(r'RUN[^=]*\+?:?=\s*"([^"]*)', line)
                    if word == "RUN"
                    else re.match(r"install\s+(.*)", line)
                )
                if match:
                    kind = "udev rule" if word == "RUN" else "modprobe rule"
                    name = tree.inner(real).rpartition("/")[2]
                    yield Entry(kind, name, match[1], real, number, "with a device", line, since)
