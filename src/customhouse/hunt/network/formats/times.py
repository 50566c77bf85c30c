"""Times as network logs write them, and what syslog puts before a message."""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from customhouse.hunt.streams.stamps import as_moment, leading_stamp, unix_moment
from customhouse.model.hunt import Moment

__all__ = ["Message", "as_moment", "epoch", "leading_stamp", "month_moment", "syslog_message", "unix_moment"]

_BY = "log line"
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_OLD = re.compile(r"(?:<\d{1,3}>)?([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.\d{1,6})? ")
_HOST = re.compile(r"(?!\S{0,100}\[\d+\]:|\S{1,100}: )([\w.:-]{1,253}) ")
_EPOCH = re.compile(r"\d{9,11}(?:\.\d{1,9})?")
#: A clock may be some days ahead of what the file system says of the log.
_AHEAD = timedelta(days=2)


class Message(NamedTuple):
    """What syslog says of a message, and the message."""

    when: Moment | None
    host: str
    text: str


def syslog_message(line: str, latest: datetime) -> Message:
    """Split a line in the form of RFC 3164, or of RFC 5424's times; what is neither is a message alone."""
    old = _OLD.match(line)
    if old:
        when = month_moment(old[1], old[2], (old[3], old[4], old[5]), latest)
        rest = line[old.end() :]
    else:
        when, rest = leading_stamp(line)
        if when is None:
            return Message(None, "", line)
    host = _HOST.match(rest)
    return Message(when, host[1], rest[host.end() :]) if host else Message(when, "", rest)


def month_moment(month: str, day: str, clock: tuple[str, str, str], latest: datetime) -> Moment | None:
    """Make a moment where the year is left out: the last such day before `latest`; its zone is not said either."""
    if month.lower() not in MONTHS:
        return None
    number = MONTHS.index(month.lower()) + 1
    for year in (latest.year, latest.year - 1):
        moment = as_moment((str(year), str(number), day, *clock, None, None), _BY)
        if moment is not None and moment.at <= latest.astimezone(UTC) + _AHEAD:
            return moment
    return None


def epoch(text: str) -> Moment | None:
    """Read seconds since 1970, with or without a fraction."""
    return unix_moment(float(text), _BY) if _EPOCH.fullmatch(text) else None
