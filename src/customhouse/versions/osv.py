"""Whether an OSV record covers a version: the evaluation algorithm of https://ossf.github.io/osv-schema/#evaluation."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from customhouse.model.purl import Ecosystem
from customhouse.versions import npm, pypi

_KINDS = ("introduced", "fixed", "last_affected", "limit")
#: At one version a fix comes before an introduction: what is introduced again there is affected.
_RANK = {"fixed": 0, "last_affected": 0, "introduced": 1}


@lru_cache(maxsize=65536)
def _npm_key(text: str) -> Any:
    version = npm.parse(text)
    return version.key if version else None


def _key(ecosystem: Ecosystem) -> Callable[[str], Any]:
    return _npm_key if ecosystem == "npm" else pypi.parse


def _events(events: object) -> list[tuple[str, str]]:
    """Read events as (kind, version), leaving out what is not one."""
    found: list[tuple[str, str]] = []
    for event in events if isinstance(events, list | tuple) else ():
        if isinstance(event, Mapping):
            found += [(kind, event[kind]) for kind in _KINDS if isinstance(event.get(kind), str)]
    return found


class _Lowest:
    """Sorts before every version: OSV's `introduced: "0"`."""

    def __lt__(self, other: object) -> bool:
        return not isinstance(other, _Lowest)

    def __gt__(self, other: object) -> bool:
        return False

    def __le__(self, other: object) -> bool:
        return True

    def __ge__(self, other: object) -> bool:
        return isinstance(other, _Lowest)


_LOWEST = _Lowest()


def _in_range(events: Sequence[tuple[str, str]], version: Any, key: Callable[[str], Any]) -> tuple[bool, Any, str]:
    """Evaluate one range: affected or not, and the lowest fix above the version as (key, text)."""
    limits = [text for kind, text in events if kind == "limit"]
    if limits and not any(text == "*" or ((at := key(text)) is not None and version < at) for text in limits):
        return False, None, ""
    points: list[tuple[Any, int, str, str]] = []
    for kind, text in events:
        if kind == "limit":
            continue
        at = _LOWEST if kind == "introduced" and text == "0" else key(text)
        if at is None and kind == "introduced":
            at = _LOWEST  # where it begins cannot be ordered: everything before the end counts, rather than nothing
        if at is not None:
            points.append((at, _RANK[kind], kind, text))
    points.sort(key=lambda point: (point[0], point[1]))
    affected = False
    for at, _, kind, _text in points:
        if kind == "introduced" and at <= version:
            affected = True
        elif (kind == "fixed" and at <= version) or (kind == "last_affected" and at < version):
            affected = False
    fixes = [(at, text) for at, _, kind, text in points if kind == "fixed" and version < at]
    return (affected, *fixes[0]) if fixes else (affected, None, "")


def covers(
    ranges: Iterable[Sequence[tuple[str, str]]], versions: Collection[str], ecosystem: Ecosystem, version: str
) -> tuple[bool, str]:
    """Say whether ranges (of events) and listed versions cover a version, and the lowest fixed version above it.

    The fix is empty when none is known or the version is not affected. Versions are compared as their ecosystem does:
    `1.0` is `1.0.0` (PEP 440), and npm's build metadata tells nothing apart. A version that its ecosystem cannot order
    is covered by its own name in `versions`, or by a range that never ends.
    """
    key = _key(ecosystem)
    own = key(version)
    listed = version in versions or (own is not None and any(key(one) == own for one in versions))
    covered = listed
    fixes: list[tuple[Any, str]] = []
    for events in ranges:
        if own is None:
            covered = covered or list(events) == [("introduced", "0")]
            continue
        hit, at, text = _in_range(events, own, key)
        covered = covered or hit
        if text and (hit or listed):
            fixes.append((at, text))
    return covered, min(fixes, key=lambda fix: fix[0])[1] if covered and fixes else ""


def version_ranges(affected: Mapping[str, Any]) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Return the events of each range of an `affected` entry that speaks of versions: SEMVER and ECOSYSTEM."""
    ranges = affected.get("ranges")
    return tuple(
        tuple(_events(one.get("events")))
        for one in (ranges if isinstance(ranges, list | tuple) else ())
        if isinstance(one, Mapping) and one.get("type") in {"SEMVER", "ECOSYSTEM"}
    )


def listed_versions(affected: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the versions that an `affected` entry lists by name."""
    listed = affected.get("versions")
    return tuple(one for one in listed if isinstance(one, str)) if isinstance(listed, list | tuple) else ()


def affects(affected: Mapping[str, Any], ecosystem: Ecosystem, version: str) -> tuple[bool, str]:
    """Say whether one entry of a record's `affected` covers a version, and the lowest fixed version above it.

    The caller has matched `affected["package"]`. Explicit `versions` and `ranges` of the types SEMVER and ECOSYSTEM
    count; GIT ranges speak of commits. See `covers`.
    """
    return covers(version_ranges(affected), listed_versions(affected), ecosystem, version)
