"""What a system starts by itself, whichever system it is."""

from collections.abc import Collection, Iterator
from pathlib import Path

from customhouse.hunt.hosts.persistence.entry import Entry
from customhouse.hunt.hosts.persistence.linux import linux_entries
from customhouse.hunt.hosts.persistence.macos import macos_entries
from customhouse.hunt.hosts.persistence.projects import project_entries
from customhouse.hunt.hosts.persistence.windows import windows_entries
from customhouse.hunt.hosts.systems import System, systems
from customhouse.hunt.notes import Notes


def system_entries(system: System, keys: Collection[str] = ()) -> Iterator[Entry]:
    """Give what a system starts, and the settings of every home that start something.

    `keys` are keys of the Windows registry, in the form of `facts.registry_key`, that are entries wherever they stand.
    """
    match system.platform:
        case "macos":
            yield from macos_entries(system)
        case "windows":
            yield from windows_entries(system, keys)
        case _:
            yield from linux_entries(system)
    for home in system.homes:
        yield from project_entries(system.tree, home.real)


def persistence_entries(root: Path | None, notes: Notes) -> Iterator[tuple[str, Entry]]:
    """Give what the live machine (root None), or each system below a folder, starts, with the machine's name."""
    for system in systems(root, notes):
        for entry in system_entries(system):
            yield system.asset, entry
