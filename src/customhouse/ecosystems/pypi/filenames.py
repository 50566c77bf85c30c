"""What a file's name says of it: which version it belongs to, and of what kind it is.

Wheels follow PEP 427, sdists PEP 625 where they are recent. Older ones are read with the project's name at hand,
since names with hyphens and versions with them cannot be told apart otherwise.
"""

import re
from typing import NamedTuple

from packaging.version import Version

from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import pypi_name
from customhouse.model.release import ArtifactKind
from customhouse.versions.pypi import parse

_SDISTS = (".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar.z", ".tar")
_OTHERS = (".exe", ".msi", ".rpm", ".dmg", ".deb")
_WHEEL_PARTS = (5, 6)
#: What bdist_egg, bdist_wininst, bdist_dumb and the like append to the version.
_PLATFORM = lazy_regex(
    r"[-.](?:py\d|win32|win-(?:amd64|arm64|ia64)|linux[-_]|macosx[-_.]|darwin|cygwin|solaris|freebsd|any\b|noarch|src\b).*$",
    re.IGNORECASE,
)


class FileName(NamedTuple):
    """A file's version (normal form by PEP 440) and kind."""

    version: Version
    kind: ArtifactKind


def read_filename(filename: str, project: str) -> FileName | None:
    """Read a file name of a project (canonical name); None when it is another project's, or says no version."""
    lower = filename.lower()
    if lower.endswith(".whl"):
        return _wheel(filename[: -len(".whl")], project)
    if lower.endswith(".egg"):
        version = _version(_PLATFORM.sub("", filename[: -len(".egg")]), project)
        return FileName(version, "egg") if version else None
    for ending in (*_SDISTS, *_OTHERS):
        if lower.endswith(ending):
            stem = filename[: -len(ending)]
            if version := _version(stem, project):
                return FileName(version, "sdist" if ending in _SDISTS else "other")
            built = _version(_PLATFORM.sub("", stem), project)
            return FileName(built, "other") if built else None
    return None


def _wheel(stem: str, project: str) -> FileName | None:
    parts = stem.split("-")
    if len(parts) not in _WHEEL_PARTS or pypi_name(parts[0]) != project:
        return None
    version = parse(parts[1].replace("_", "-"))  # a local or post version written with the separator escaped
    return FileName(version, "wheel") if version else None


def _version(stem: str, project: str) -> Version | None:
    """Split `name-version` at the hyphen before which the project's name stands."""
    for hyphen in (match.start() for match in re.finditer("-", stem)):
        if pypi_name(stem[:hyphen]) == project and (version := parse(stem[hyphen + 1 :].replace("_", "-"))):
            return version
    return None
