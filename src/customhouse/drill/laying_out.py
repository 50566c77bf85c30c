"""Laying a scenario out: the folder for the team with its brief, and the key beside it; then the clock runs."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from customhouse.drill.answer_key import save_key, sealed
from customhouse.drill.layout.ground import Ground
from customhouse.drill.layout.names import Names
from customhouse.drill.layout.writing import Site
from customhouse.drill.scenarios.interface import Scenario
from customhouse.model.drill import AnswerKey
from customhouse.report.drill import brief_markdown

#: The team's page. What a drill writes itself is no place of a trace.
BRIEF = "BRIEF.md"


class LaidOut(NamedTuple):
    """A drill that is ready: its key, and where that is kept."""

    key: AnswerKey
    kept: Path


def lay_out(scenario: Scenario, folder: Path, seed: int, clock: datetime, state: Path | None = None) -> LaidOut:
    """Lay a scenario out in a folder that is not there yet, or is empty. `clock` (UTC) is when the drill begins.

    The key is kept in `state`, beside the folder without one. Everything in the folder is the same for the same
    scenario, seed and clock. Raises CustomhouseError when something cannot be written.
    """
    site = Site(folder)
    ground = Ground(Names(seed))
    scenario.build(ground)
    name = hashlib.sha256(f"{scenario.id} {seed} {clock.isoformat()}".encode()).hexdigest()[:8]
    key = sealed(
        AnswerKey(
            "customhouse/drill-key/1",
            f"{scenario.id}-{name}",
            scenario.id,
            str(site.folder),
            seed,
            clock,
            tuple(ground.traces),
            tuple(ground.decoys),
            tuple(ground.feeds),
        )
    )
    injects = scenario.injects(ground)
    brief = brief_markdown(key.id, scenario.id, scenario.title, scenario.told, clock, injects, key.seal)
    ground.write(BRIEF, brief, clock)
    site.write(ground)
    kept = save_key(key, state or site.folder.parent)
    site.done()
    return LaidOut(key, kept)
