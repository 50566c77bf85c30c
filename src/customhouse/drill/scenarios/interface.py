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
    #: UTC: from when on the hunt looks by itself, a day before the campaign at least; and when the team begins, in the
    #: world of the injects. The hunt looks until a day later: what a file system says of its own making is of today.
    since: datetime
    told: datetime
    build: Callable[[Ground], None]
    injects: Callable[[Ground], tuple[Inject, ...]]
    stops: tuple[Stop, ...]
