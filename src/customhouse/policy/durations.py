"""Durations as people write them in a configuration: `72h`, `3d`, `1d12h`, `0`."""

import re
from datetime import timedelta

from customhouse.model.lazy_regex import lazy_regex

#: What a duration looks like; stands in the published JSON Schema too.
PATTERN = r"^(?:0|(?:[0-9]{1,6}[smhdw])+)$"
_PART = lazy_regex(r"([0-9]{1,6})([smhdw])")
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}


def duration(text: str) -> timedelta:
    """Read a duration of seconds, minutes, hours, days and weeks. Raises ValueError when it is not one."""
    if not re.fullmatch(PATTERN, text):
        raise ValueError(f"not a duration: {text!r}")
    return timedelta(seconds=sum(int(count) * _UNITS[unit] for count, unit in _PART.findall(text)))
