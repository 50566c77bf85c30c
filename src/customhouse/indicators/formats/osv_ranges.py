"""Ranges of versions as OSV's events and as one comparison of an ecosystem's own, for the shapes that both have."""

from collections.abc import Sequence

from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import Ecosystem

_BOUND = lazy_regex(r"(>=|<=|<|>)\s*([0-9][^\s,<>=|]*)")
_SEPARATOR: dict[Ecosystem, str] = {"npm": " ", "pypi": ","}
_ENDS = {"fixed": "<", "last_affected": "<="}
_EVENTS = {"<": "fixed", "<=": "last_affected"}
_MOST = 2


def range_of(events: Sequence[tuple[str, str]], ecosystem: Ecosystem) -> str:
    """Write a range's events as `>=1.0.0 <1.0.5`; empty for more than one interval, or for limits."""
    if not 1 <= len(events) <= _MOST or events[0][0] != "introduced":
        return ""
    start, ends = events[0][1], [(_ENDS.get(kind), version) for kind, version in events[1:]]
    if any(sign is None for sign, _ in ends):
        return ""
    bounds = [f">={start}"] if start != "0" or not ends else []
    return _SEPARATOR[ecosystem].join([*bounds, *(f"{sign}{version}" for sign, version in ends)])


def events_of(text: str, ecosystem: Ecosystem) -> list[dict[str, str]]:
    """Write `>=1.0.0 <1.0.5` as events; empty for any other shape."""
    parts = [part for part in text.replace(",", " " if ecosystem == "pypi" else ",").split() if part]
    bounds = [_BOUND.fullmatch(part) for part in parts]
    if not 1 <= len(bounds) <= _MOST or any(match is None for match in bounds):
        return []
    found = [(match[1], match[2]) for match in bounds if match]
    starts = [version for sign, version in found if sign == ">="]
    ends = [(_EVENTS[sign], version) for sign, version in found if sign in _EVENTS]
    if len(starts) + len(ends) != len(found) or len(starts) > 1 or len(ends) > 1:
        return []
    return [{"introduced": starts[0] if starts else "0"}, *({kind: version} for kind, version in ends)]
