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
