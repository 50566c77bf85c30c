"""A whole hunt: every area over what was named, into one notebook."""

import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from customhouse.hunt.asked import Asked
from customhouse.hunt.exposure import exposures
from customhouse.hunt.hosts.host import hunt_host
from customhouse.hunt.installs.hunting import hunt_installs
from customhouse.hunt.logs.hunting import hunt_logs
from customhouse.hunt.network.hunting import hunt_network
from customhouse.hunt.notes import Notebook, own_defects
from customhouse.hunt.projects.current import hunt_projects
from customhouse.hunt.projects.held_ranges import lower_held_ranges
from customhouse.hunt.projects.histories import hunt_histories
from customhouse.model.exposure import AssetExposure
from customhouse.model.hunt import Hunted, in_order


class Targets(msgspec.Struct, frozen=True):
    """What is looked at. With `root` a mounted image stands for the machine; `live` is this machine itself."""

    projects: tuple[Path, ...] = ()
    homes: tuple[Path, ...] = ()
    logs: tuple[Path, ...] = ()
    network: tuple[Path, ...] = ()
    root: Path | None = None
    live: bool = False


def hunt(targets: Targets, asked: Asked, workers: int) -> Hunted:
    """Look everywhere that was named. Never raises for what it finds; see `unexamined` of the result."""
    started, clock = datetime.now(UTC), time.monotonic()
    notes = Notebook()
    if targets.projects:
        with own_defects("project", "", notes):
            hunt_projects(targets.projects, asked, notes)
        if asked.campaigns:
            with own_defects("history", "", notes):
                hunt_histories(targets.projects, asked, notes, workers)
                lower_held_ranges(asked, notes)
    roots = (*targets.projects, *targets.homes, *((targets.root,) if targets.root else ()))
    if roots:
        with own_defects("install", "", notes):
            hunt_installs(roots, asked, notes, targets.root)
    if targets.logs:
        with own_defects("log", "", notes):
            hunt_logs(targets.logs, asked, notes)
    if targets.network:
        with own_defects("network", "", notes):
            hunt_network(targets.network, asked, notes)
    if targets.root is not None or targets.live:
        with own_defects("host", "", notes):
            hunt_host(targets.root, asked, notes, homes=targets.homes)
    hits = in_order(notes.hits)
    exposed: tuple[AssetExposure, ...] = ()
    # Who was not hit needs no list of what could have been taken, which costs a walk through every home.
    if any(each.campaign for each in hits):
        with own_defects("host", "", notes):
            exposed = exposures(targets.projects, targets.homes, targets.root, notes, live=targets.live)
    return Hunted(
        tuple(each.id for each in asked.campaigns),
        asked.since,
        asked.until,
        started,
        time.monotonic() - clock,
        hits,
        tuple(notes.places),
        tuple(notes.left_out),
        exposed,
    )
