"""Drills for tests: laid out once, and everything that lies in them."""

import hashlib
from datetime import UTC, datetime

from customhouse.drill.laying_out import lay_out
from customhouse.drill.scenarios.all_scenarios import SCENARIOS

CLOCK = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
IDS = [each.id for each in SCENARIOS]
BY_ID = {each.id: each for each in SCENARIOS}


def laid_out(folder, scenario="axios-2026-03", seed=7, clock=CLOCK, state=None):
    return lay_out(BY_ID[scenario], folder, seed, clock, state)


def digests(folder):
    """Return the digest of every file below a folder, by path."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def unlaid(ground):
    """Name the paths of traces and decoys at which nothing is laid out."""
    missing = []
    for path in (*(each.path for each in ground.traces), *(each.path for each in ground.decoys)):
        known = path in ground.files or any(own.startswith(f"{path}/") for own in ground.files)
        if not known and not any(path.startswith(f"{each.path}/") for each in ground.histories):
            missing.append(path)
    return missing
