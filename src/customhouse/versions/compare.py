"""Which of two versions is newer, and which of several is nearest, by each ecosystem's own order."""

from collections.abc import Iterable, Sequence
from functools import cmp_to_key
from typing import Any

from customhouse.model.purl import Ecosystem
from customhouse.versions import npm, pypi
from customhouse.versions.release_line import same_line


def _key(ecosystem: Ecosystem, text: str) -> Any:
    if ecosystem == "npm":
        version = npm.parse(text)
        return version.key if version is not None else None
    return pypi.parse(text)


def newer(ecosystem: Ecosystem, version: str, other: str) -> bool:
    """Say whether a version comes after another; of what is no version, by its text."""
    mine, theirs = _key(ecosystem, version), _key(ecosystem, other)
    if mine is None or theirs is None or mine == theirs:
        return version > other
    return bool(mine > theirs)


def newest_first(ecosystem: Ecosystem, versions: Iterable[str]) -> tuple[str, ...]:
    """Sort versions, the newest first."""

    def order(one: str, other: str) -> int:
        return -1 if newer(ecosystem, one, other) else 1

    return tuple(sorted(versions, key=cmp_to_key(order)))


def nearest(ecosystem: Ecosystem, version: str, others: Sequence[str]) -> str:
    """Return the version that an upgrade to `version` most likely replaces.

    Of the same release line before others; the highest that is not newer; else the lowest that is. `others` must not be
    empty.
    """
    pool = [one for one in others if same_line(ecosystem, one, version)] or list(others)
    readable = [one for one in pool if _key(ecosystem, one) is not None]
    if _key(ecosystem, version) is None or not readable:
        return max(pool)
    ordered = sorted(readable, key=lambda one: (_key(ecosystem, one), one))
    older = [one for one in ordered if not newer(ecosystem, one, version)]
    return older[-1] if older else ordered[0]
