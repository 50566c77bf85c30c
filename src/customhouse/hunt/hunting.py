"""A whole hunt: every area over what was named, into one notebook."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from customhouse.hunt.asked import Asked
from customhouse.hunt.exposure import exposures
from customhouse.hunt.hosts.host import hunt_host
from customhouse.hunt.installs.hunting import hunt_installs
from customhouse.hunt.logs.hunting import hunt_logs
from customhouse.hunt.network.hunting import hunt_network
from customhouse.hunt.notes import Notebook
from customhouse.hunt.projects.current import hunt_projects
from customhouse.hunt.projects.held_ranges import lower_held_ranges
from customhouse.hunt.projects.histories import hunt_histories
from customhouse.model.exposure import AssetExposure
from customhouse.model.hunt import Area, Hunted, Unexamined, in_order


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
        with _noted("project", notes):
            hunt_projects(targets.projects, asked, notes)
        if asked.campaigns:
            with _noted("history", notes):
                hunt_histories(targets.projects, asked, notes, workers)
                lower_held_ranges(asked, notes)
    roots = (*targets.projects, *targets.homes, *((targets.root,) if targets.root else ()))
    if roots:
        with _noted("install", notes):
            hunt_installs(roots, asked, notes, targets.root)
    if targets.logs:
        with _noted("log", notes):
            hunt_logs(targets.logs, asked, notes)
    if targets.network:
        with _noted("network", notes):
            hunt_network(targets.network, asked, notes)
    if targets.root is not None or targets.live:
        with _noted("host", notes):
            hunt_host(targets.root, asked, notes, homes=targets.homes)
    hits = in_order(notes.hits)
    exposed: tuple[AssetExposure, ...] = ()
    # Who was not hit needs no list of what could have been taken, which costs a walk through every home.
    if any(each.campaign for each in hits):
        with _noted("host", notes):
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


@contextmanager
def _noted(area: Area, notes: Notebook) -> Iterator[None]:
    """Note a defect of ours, so that what the other areas found is not lost with it.

    CUSTOMHOUSE_TRACE=1 has it raised, as elsewhere.
    """
    try:
        yield
    except Exception as error:
        if os.environ.get("CUSTOMHOUSE_TRACE"):
            raise
        reason = f"internal error: {type(error).__name__}: {error}: this area was not looked at to its end"
        notes.unexamined(Unexamined(area, "", f"{reason}; CUSTOMHOUSE_TRACE=1 shows where"))
