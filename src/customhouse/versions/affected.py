"""Whether a campaign is about a version."""

from customhouse.model.campaign import AffectedReleases
from customhouse.versions import npm, pypi


def covers(releases: AffectedReleases, version: str) -> bool:
    """Say whether a version is one of those listed, or lies in one of the ranges, by the ecosystem's own rules."""
    if version in releases.versions:
        return True
    if releases.ecosystem == "npm":
        return any(npm.satisfies(version, each, include_prerelease=True) for each in releases.ranges)
    parsed = pypi.parse(version)
    listed = (pypi.parse(each) for each in releases.versions)
    return (parsed is not None and any(parsed == each for each in listed)) or any(
        pypi.satisfies(version, each) for each in releases.ranges
    )
