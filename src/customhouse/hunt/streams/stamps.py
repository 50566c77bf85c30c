"""Times at the beginning of lines, in the forms of ISO 8601 and of the usual writers of logs."""

import re
from datetime import UTC, datetime, timedelta, timezone

from customhouse.model.hunt import Moment

_STAMP = re.compile(
    r"\s{0,8}[\[(]?(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?"
    r"(?: ?(Z|UTC|GMT|[+-]\d\d:?\d\d))?[\])]?(?=[\s:|,]|$)[:|,]?\s?"
)


def leading_stamp(line: str, by: str = "log line") -> tuple[Moment | None, str]:
    """Return the time that a line begins with, and the rest; without a zone it is taken for UTC, and is doubtful."""
    found = _STAMP.match(line)
    if found is None:
        return None, line
    moment = as_moment(found.groups(), by)
    return (moment, line[found.end() :]) if moment else (None, line)


def as_moment(parts: tuple[str | None, ...], by: str) -> Moment | None:
    """Make a moment of year, month, day, hour, minute, second, fraction and zone; None for a day that is none."""
    year, month, day, hour, minute, second, fraction, zone = parts
    try:
        at = datetime(int(year or 0), int(month or 0), int(day or 0), int(hour or 0), int(minute or 0),
                      min(int(second or 0), 59), int(f"{fraction or 0:0<6}"[:6]), _zone(zone))  # fmt: skip
        return Moment(at.astimezone(UTC), by=by, doubtful=zone is None)
    except (ValueError, OverflowError):
        return None


def _zone(zone: str | None) -> timezone:
    if not zone or zone[0] not in "+-":
        return UTC
    digits = zone[1:].replace(":", "")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-shift if zone[0] == "-" else shift)


def unix_moment(seconds: float, by: str) -> Moment | None:
    """Make a moment of seconds since 1970; None for what no clock says."""
    try:
        return Moment(datetime.fromtimestamp(seconds, UTC), by=by)
    except (ValueError, OverflowError, OSError):
        return None
