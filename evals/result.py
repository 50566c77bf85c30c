"""What one judged release gave: the record that all evaluations speak in."""

from dataclasses import dataclass
from typing import Any, Literal

Set = Literal["replica", "variation", "upgrade", "new-package"]


@dataclass(frozen=True)
class Judged:
    """One release, judged by the real pipeline. Seconds are of this process; archives were at hand."""

    set: Set
    family: str
    variation: str
    purl: str
    #: By findings alone, and with what gaps add.
    decision: str
    decision_with_gaps: str
    #: The rules that found something, worst first.
    rules: tuple[str, ...]
    wall: float
    cpu: float
    peer: Any = None
