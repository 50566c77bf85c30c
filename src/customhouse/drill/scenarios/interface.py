"""What a scenario is: the campaign that it replays, and how it is laid out."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from customhouse.drill.layout.ground import Ground
from customhouse.model.drill import Inject, Stop


class Scenario(msgspec.Struct, frozen=True):
    """One scenario. `campaign` is the id of the pack that a hunt is asked with."""

    id: str
    title: str
    campaign: str
    summary: str
    #: UTC: the day on which the team begins, as the injects tell it.
    told: datetime
    build: Callable[[Ground], None]
    injects: Callable[[Ground], tuple[Inject, ...]]
    stops: tuple[Stop, ...]
