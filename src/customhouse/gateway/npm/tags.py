"""Where dist-tags point when the version that they name is hidden.

`latest` moves to the highest version by semver that is not above upstream's: a client that asks for nothing in
particular never gets more than upstream would have given it. A deprecated version is taken only when all are, and a
prerelease only when there is nothing else, or when upstream's own `latest` is one. A tag on a prerelease (`next`,
`canary`) moves down its own line, since those who install by such a tag would otherwise fail whenever a nightly is
younger than the cooldown; a tag on a release (`lts`, `latest-9`) moves down within its major version. A tag that has
nowhere to go vanishes.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Final

from customhouse.model.gateway import Standing
from customhouse.model.lazy_regex import lazy_regex
from customhouse.versions.npm import NpmVersion, parse

_NEVER: Final = datetime.min.replace(tzinfo=UTC)
#: What names a prerelease's line: `canary` of `19.0.0-canary-0b5835a4-20240101`, `beta` of `2.0.0-beta.3`.
_LINE = lazy_regex("[A-Za-z]*")


_Candidate = tuple[NpmVersion, str]


def shown_tags(
    tags: Mapping[str, str],
    shown: Collection[str],
    standings: Mapping[str, Standing],
    deprecated: Callable[[str], bool],
) -> dict[str, str]:
    """Return the tags as clients see them, each on a version of `shown`, in upstream's order."""
    kept: dict[str, str] = {}
    for tag, version in tags.items():
        moved = version if version in shown else _moved(tag, version, shown, standings, deprecated)
        if moved is not None:
            kept[tag] = moved
    return kept


def _moved(
    tag: str,
    version: str,
    shown: Collection[str],
    standings: Mapping[str, Standing],
    deprecated: Callable[[str], bool],
) -> str | None:
    hidden = parse(version)
    if hidden is None:
        return None
    readable = ((parse(text), text) for text in shown)
    below = [(parsed, text) for parsed, text in readable if parsed is not None and parsed.release <= hidden.release]
    if tag != "latest" and hidden.prerelease:
        return _on_line(hidden, version, below, standings)
    below = [each for each in below if each[0] <= hidden]
    releases = [each for each in below if hidden.prerelease or not each[0].prerelease]
    if tag == "latest":
        return _highest(releases or below, deprecated)
    return _highest([each for each in releases if each[0].release[0] == hidden.release[0]], deprecated)


def _highest(candidates: list[_Candidate], deprecated: Callable[[str], bool]) -> str | None:
    ordered = [text for _, text in sorted(candidates, key=lambda each: each[0].key, reverse=True)]
    return next((text for text in ordered if not deprecated(text)), ordered[0] if ordered else None)


def _on_line(
    hidden: NpmVersion, version: str, below: list[_Candidate], standings: Mapping[str, Standing]
) -> str | None:
    """Take the prerelease before this one: of one release, the latest by date.

    Many name their nightlies by commit, which semver orders by chance.
    """
    line = _line(hidden)
    when = _published(version, standings)

    def earlier(parsed: NpmVersion, text: str) -> bool:
        if parsed.release != hidden.release:
            return True
        other = _published(text, standings)
        return parsed <= hidden if _NEVER in (when, other) else other <= when

    candidates = [
        (parsed.release, _published(text, standings), parsed.key, text)
        for parsed, text in below
        if parsed.prerelease and _line(parsed) == line and earlier(parsed, text)
    ]
    return max(candidates)[-1] if candidates else None


def _line(version: NpmVersion) -> str:
    match = _LINE.match(version.prerelease[0])
    return match.group() if match else ""


def _published(version: str, standings: Mapping[str, Standing]) -> datetime:
    standing = standings.get(version)
    return standing.published if standing is not None and standing.published is not None else _NEVER
