"""What Windows starts by itself: exported registry keys, startup folders, tasks. Hives are named, not read."""

from collections.abc import Collection, Iterator
from xml.etree import ElementTree as ET

from customhouse.hunt.hosts.facts import registry_key
from customhouse.hunt.hosts.persistence.entry import MAX_BYTES, Entry
from customhouse.hunt.hosts.persistence.reg_file import RegistryValue, registry_values
from customhouse.hunt.hosts.systems import System
from customhouse.hunt.hosts.tree import Tree

_STARTUP = "Microsoft/Windows/Start Menu/Programs/Startup"
_TASKS = ("/Windows/System32/Tasks", "/Windows/SysWOW64/Tasks", "/Windows/Tasks")
_HIVES = ("SYSTEM", "SOFTWARE", "SAM", "SECURITY", "DEFAULT")
_MAX_TASKS = 10_000
#: Exports lie near the top of a dump, or in somebody's home; the survey finds the latter.
_EXPORT_DEPTH = 2
#: Keys whose every value starts something, by their ends (in the form of `registry_key`).
_RUN = (
    "\\currentversion\\run",
    "\\currentversion\\runonce",
    "\\currentversion\\runonceex",
    "\\currentversion\\runservices",
    "\\policies\\explorer\\run",
    "\\currentversion\\windows",
)
_SERVICES = "hklm\\system\\currentcontrolset\\services\\"
_WINLOGON = "\\windows nt\\currentversion\\winlogon"
_OPTIONS = "\\image file execution options\\"
#: Of each of the above something that stands in the key's name, to pass over all others at little cost.
_MARKS = ("\\run", "\\currentversion\\windows", "\\services\\", "\\winlogon", "\\image file execution options")
_NAMES = {
    "winlogon": frozenset({"shell", "userinit", "taskman", "vmapplet", "notify"}),
    "services": frozenset({"imagepath", "servicedll", "failurecommand"}),
    "options": frozenset({"debugger", "verifierdlls", "monitorprocess"}),
    "windows": frozenset({"load", "run", "appinit_dlls"}),
}


def windows_entries(system: System, wanted: Collection[str] = ()) -> Iterator[Entry]:
    """Give everything that a Windows tree starts by itself, as far as files tell.

    `wanted` are keys of the registry, in the form of `registry_key`, that are entries wherever they stand.
    """
    tree = system.tree
    yield from _startup(system)
    yield from _tasks(tree)
    if not system.live:
        exports = [
            f"{folder.path}/{name}"
            for folder in tree.walk(tree.root, _EXPORT_DEPTH)
            for name in folder.files
            if name[-4:].lower() == ".reg"
        ]
        for real in exports:
            yield from exported(tree, real, wanted)
    for real in tree.present(f"/Windows/System32/config/{name}" for name in _HIVES):
        tree.refuse(real, "a hive of the registry: export its keys with `reg export`, and name the files")
    for real in tree.present(f"{home.inner}/NTUSER.DAT" for home in system.homes):
        tree.refuse(real, "a user's hive of the registry: export its keys with `reg export`, and name the files")


def exported(tree: Tree, real: str, wanted: Collection[str] = ()) -> Iterator[Entry]:
    """Give what an export of the registry starts, and the values that are wanted."""
    since = tree.times(real)
    ends = frozenset(part for key in wanted for part in key.rsplit("\\", 2)[-2:])

    def may_matter(key: str) -> bool:
        lowered = key.lower()
        return any(mark in lowered for mark in _MARKS) or lowered.rpartition("\\")[2] in ends

    for value in registry_values(tree, real, may_matter):
        key = registry_key(value.key)
        whole = f"{key}\\{value.name.casefold()}" if value.name else key
        kind, trigger = _kind(key, value)
        if not kind and whole in wanted:
            kind, trigger = "registry value", "as the system asks for it"
        if kind:
            name = f"{value.key}\\{value.name}" if value.name else value.key
            yield Entry(kind, name, value.data, real, value.line, trigger, f"{name}\n{value.data}", since)


def _kind(key: str, value: RegistryValue) -> tuple[str, str]:
    """Say which way of starting a value is, and when; empty for one that starts nothing."""
    name = value.name.casefold()
    if not value.data:
        return "", ""
    if key.endswith("\\currentversion\\windows"):
        return ("registry load value", "at login") if name in _NAMES["windows"] else ("", "")
    if key.endswith(_RUN):
        return "Run key", "at login"
    if key.startswith(_SERVICES):
        return ("Windows service", "at boot") if name in _NAMES["services"] else ("", "")
    if key.endswith(_WINLOGON):
        return ("Winlogon value", "at login") if name in _NAMES["winlogon"] else ("", "")
    if _OPTIONS in f"{key}\\":
        return ("image file execution option", "with a program") if name in _NAMES["options"] else ("", "")
    return "", ""


def _startup(system: System) -> Iterator[Entry]:
    tree = system.tree
    folders = ["/ProgramData/" + _STARTUP]
    folders += [f"{home.inner}/AppData/Roaming/{_STARTUP}" for home in system.homes]
    for folder in folders:
        for real in tree.files(folder):
            name = tree.inner(real).rpartition("/")[2]
            if name.lower() == "desktop.ini":
                continue
            data = tree.read(real, MAX_BYTES) if (tree.size(real) or 0) <= MAX_BYTES else b""
            # A link holds its target in one of two encodings between other bytes.
            body = (data or b"").decode("latin-1") + (data or b"").decode("utf-16-le", "replace")
            starts = tree.inner(real)
            yield Entry("startup folder", name, starts, real, None, "at login", body, tree.times(real))


def _tasks(tree: Tree) -> Iterator[Entry]:
    left = _MAX_TASKS
    for top in _TASKS:
        start = tree.resolve(top)
        for folder in tree.walk(start) if start is not None else ():
            for name in folder.files:
                if not left:
                    tree.refuse(folder.path, f"more than {_MAX_TASKS} tasks")
                    return
                left -= 1
                yield from _task(tree, f"{folder.path}/{name}", name)


def _task(tree: Tree, real: str, name: str) -> Iterator[Entry]:
    """Read the XML of a scheduled task (the Task Scheduler schema)."""
    data = tree.read(real, MAX_BYTES)
    if not data:
        return
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[1:2] == b"\0"
    text = data.decode("utf-16" if wide else "utf-8-sig", "replace").lstrip()
    if not text.startswith("<"):
        tree.refuse(real, "it is no task that is written in XML", serious=False)
        return
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        tree.refuse(real, "it declares entities, which no task does")
        return
    if text.startswith("<?xml"):  # its encoding is that of the file, which is undone here
        text = text.partition("?>")[2]
    try:
        task = ET.fromstring(text)  # noqa: S314 - what declares entities is refused above
    except (ET.ParseError, RecursionError, ValueError):
        tree.refuse(real, "it is no XML that can be read")
        return
    values = [(each.tag.rpartition("}")[2], (each.text or "").strip()) for each in task.iter()]
    starts = " ".join(value for tag, value in values if tag in ("Command", "Arguments", "ClassId"))
    triggers = [tag for tag, _ in values if tag.endswith("Trigger")]
    body = "\n".join(value for _, value in values if value)
    yield Entry("scheduled task", name, starts, real, None, ", ".join(triggers), body, tree.times(real))
