"""How far a version is from the one before it: what may be expected to change."""

from typing import Literal

from customhouse.model.evidence import Case
from customhouse.model.lazy_regex import lazy_regex

Step = Literal["patch", "minor", "major", "unknown"]

_NUMBERS = lazy_regex(r"^v?(?:\d+!)?(\d+)(?:\.(\d+))?(?:\.(\d+))?")


def step_between(before: str, after: str) -> Step:
    """Name the first of the three leading numbers that differs.

    Works for semver and PEP 440 alike (an epoch is passed over); a missing number counts as 0. The same three numbers,
    with a suffix that differs (`1.0.0-rc.1` to `1.0.0`, `1.0` to `1.0.post1`), are a patch.
    """
    first, second = _NUMBERS.match(before), _NUMBERS.match(after)
    if first is None or second is None:
        return "unknown"
    names: tuple[Step, ...] = ("major", "minor", "patch")
    for name, old, new in zip(names, first.groups(), second.groups(), strict=True):
        if int(old or 0) != int(new or 0):
            return name
    return "patch"


def step(case: Case) -> Step:
    """The step from the version that the change evidence was computed against."""
    before = case.change.previous if case.change else ""
    if _NUMBERS.match(before) is None and case.metadata and case.metadata.previous:
        before = case.metadata.previous.purl.version or ""
    return step_between(before, case.purl.version or "")


def before(case: Case) -> str:
    """The earlier version as a sentence names it."""
    if case.change and case.change.previous:
        return case.change.previous
    if case.metadata and case.metadata.previous and case.metadata.previous.purl.version:
        return case.metadata.previous.purl.version
    return "the version before"
