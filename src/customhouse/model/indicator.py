"""Indicators of compromise: values that incident reports publish, and where evidence shows one."""

from typing import Literal

import msgspec

#: `address` is an IP address; `file` a path or its last part; `text` anything that a hidden constant may hold.
IndicatorKind = Literal["digest", "host", "address", "url", "release", "file", "text"]


class Indicator(msgspec.Struct, frozen=True, order=True):
    """One value, in the form in which it is compared: a digest in lower-case hex, a host without its brackets.

    A `release` is a package URL, with its version or, to mean every one, without.
    """

    kind: IndicatorKind
    value: str
    #: What its publisher says of it.
    note: str = ""


class IndicatorHit(msgspec.Struct, frozen=True):
    """Where evidence shows an indicator: the artifact's file name, a member of it, a line of that where known."""

    indicator: Indicator
    artifact: str
    path: str = ""
    line: int | None = None
