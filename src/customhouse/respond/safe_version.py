"""Which version to go to: the campaign's own word, else the nearest lower one that the project itself has known.

Pure.
"""

import re
from collections.abc import Iterable, Sequence

from customhouse.model.campaign import AffectedReleases, Campaign
from customhouse.model.purl import Ecosystem
from customhouse.versions import npm, pypi
from customhouse.versions.affected import covers
from customhouse.versions.compare import newer
from customhouse.versions.release_line import is_prerelease, same_line

_VERSION = re.compile(r"\d[0-9A-Za-z.!+-]{0,100}")


def releases_of(
    campaigns: Sequence[Campaign], ecosystem: Ecosystem, name: str
) -> tuple[tuple[Campaign, AffectedReleases], ...]:
    """Return what campaigns say of a package; `name` is canonical."""
    return tuple(
        (campaign, each)
        for campaign in campaigns
        for each in campaign.releases
        if each.ecosystem == ecosystem and each.name == name
    )


def safe_version(
    affected: Sequence[AffectedReleases],
    version: str,
    history: Iterable[str],
    specifiers: Iterable[str],
) -> tuple[str, str]:
    """Return the version to go to and why that one; both empty where none is known.

    `affected` is all that campaigns say of the package. `history` are versions that earlier revisions of the lock
    pinned, `specifiers` what the manifests ask for: a version that somebody wrote there exists.
    """
    ecosystem = affected[0].ecosystem

    def free(candidate: str) -> bool:
        return not any(covers(each, candidate) for each in affected)

    said = [each.safe for each in affected if each.safe and covers(each, version) and free(each.safe)]
    if said:
        return said[0], "the campaign names it"
    for candidates, basis in (
        (history, "the nearest lower one that the lock pinned before"),
        ((one for text in specifiers for one in _written(ecosystem, text)), "the lowest that the manifest asks for"),
    ):
        lower = [
            each
            for each in dict.fromkeys(candidates)
            if same_line(ecosystem, each, version)
            and newer(ecosystem, version, each)
            and free(each)
            and (is_prerelease(ecosystem, version) or not is_prerelease(ecosystem, each))
        ]
        if lower:
            best = lower[0]
            for each in lower[1:]:
                best = each if newer(ecosystem, each, best) else best
            return best, basis
    return "", ""


def _written(ecosystem: Ecosystem, specifier: str) -> Iterable[str]:
    """Give the whole versions that a specifier names and admits: `^1.14.0` names 1.14.0."""
    for text in _VERSION.findall(specifier):
        if ecosystem == "npm":
            if npm.parse(text) is not None and npm.satisfies(text, specifier, include_prerelease=True):
                yield text
        elif pypi.parse(text) is not None and pypi.satisfies(text, specifier):
            yield text
