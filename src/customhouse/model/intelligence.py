"""What advisory databases say of a release."""

from typing import Literal

import msgspec

AdvisoryKind = Literal["malicious", "vulnerability"]
Severity = Literal["critical", "high", "medium", "low", "info"]
Confidence = Literal["high", "medium", "low"]


class AdvisoryMatch(msgspec.Struct, frozen=True):
    """An OSV record that covers the release. `fixed` is the lowest fixed version above it, empty when none is known."""

    id: str
    kind: AdvisoryKind
    summary: str = ""
    aliases: tuple[str, ...] = ()
    severity: Severity = "medium"
    fixed: str = ""
    references: tuple[str, ...] = ()
    #: False when no source said how severe it is; `severity` is then the assumption.
    severity_known: bool = True
    #: The nearest version that no advisory covers, of those that the registry lists; empty when none is known.
    safe: str = ""
    #: What a reader must know about how it was matched; empty when nothing.
    note: str = ""
