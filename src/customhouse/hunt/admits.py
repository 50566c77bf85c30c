"""Whether what a manifest asks for admits an affected release, and which one it would have come to. Pure."""

from typing import NamedTuple

from customhouse.ecosystems.pypi.filenames import read_filename
from customhouse.model.campaign import AffectedReleases
from customhouse.model.declared import DeclaredSource
from customhouse.model.intelligence import Confidence
from customhouse.model.lazy_regex import lazy_regex
from customhouse.versions import npm, poetry, pypi
from customhouse.versions.affected import covers

#: Versions named in a range: its ends, which are tried where a campaign lists no versions.
_NAMED = lazy_regex(r"\d+(?:\.\d+)*(?:[-+.]?[0-9A-Za-z]+(?:\.[0-9A-Za-z]+)*)?")
#: How much of a specifier is read; honest ones are shorter.
_MAX_SPECIFIER = 512


class Admitted(NamedTuple):
    """The version that would have been chosen, and how sure that is: a tag leads where the registry says."""

    version: str
    confidence: Confidence


def admitted(releases: AffectedReleases, specifier: str, source: DeclaredSource = "registry") -> Admitted | None:
    """Return the highest affected version that a specifier admits; None where it admits none.

    A prerelease counts when the specifier would take it. `latest`, and any other tag of npm's, admits whatever the
    registry makes of it in that moment: the answer is then of medium and low confidence.
    """
    specifier = specifier.strip()
    if len(specifier) > _MAX_SPECIFIER:
        return None
    if source == "url":
        return _by_address(releases, specifier)
    if source != "registry":
        return None
    candidates = _candidates(releases, specifier)
    if releases.ecosystem == "pypi":
        return _pypi(candidates, specifier)
    if npm.parse_range(specifier) is None:  # a tag; a catalogue's name and other packages' protocols have a colon
        best = npm.max_satisfying(candidates, "*", include_prerelease=True)
        if best is None or ":" in specifier:
            return None
        return Admitted(best, "medium" if specifier == "latest" else "low")
    found = npm.max_satisfying(candidates, specifier)
    return None if found is None else Admitted(found, "high")


def _pypi(candidates: list[str], specifier: str) -> Admitted | None:
    if pypi.parse_specifier(specifier) is not None:
        found = pypi.max_satisfying(candidates, specifier)
    else:  # Poetry's own way of writing
        found = next((one for one in pypi.newest_first(candidates) if poetry.satisfies(one, specifier)), None)
    return None if found is None else Admitted(found, "high")


def _candidates(releases: AffectedReleases, specifier: str) -> list[str]:
    """Every affected version that is known by its name: those listed, and the ends of ranges where they are."""
    found = dict.fromkeys(releases.versions)
    for text in (*releases.ranges, specifier if releases.ranges else ""):
        for match in _NAMED.finditer(text[:_MAX_SPECIFIER]):
            if covers(releases, match[0]):
                found.setdefault(match[0])
    return list(found)


def _by_address(releases: AffectedReleases, address: str) -> Admitted | None:
    """Recognise the release's own archive by the name of the file that an address ends in."""
    name = address.partition("#")[0].partition("?")[0].rpartition("/")[2]
    short = releases.name.rpartition("/")[2]
    if releases.ecosystem == "npm":
        version = name.removeprefix(f"{short}-").removesuffix(".tgz")
        known = name == f"{short}-{version}.tgz"
    else:
        found = read_filename(name, releases.name)
        version, known = (str(found.version), True) if found is not None else ("", False)
    return Admitted(version, "high") if known and covers(releases, version) else None
