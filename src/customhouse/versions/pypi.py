"""PEP 440 versions and specifiers, through `packaging`, which is what pip itself uses."""

from collections.abc import Iterable
from functools import lru_cache

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version


@lru_cache(maxsize=65536)
def parse(text: str) -> Version | None:
    """Read a version; None when it is not one by PEP 440 (such releases predate it, and pip ignores them)."""
    try:
        return Version(text)
    except InvalidVersion:
        return None


@lru_cache(maxsize=16384)
def parse_specifier(text: str) -> SpecifierSet | None:
    """Read a specifier (`>=2,<3`; empty means anything); None when it is not one."""
    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        return None


def newest_first(versions: Iterable[str]) -> list[str]:
    """Sort versions, newest first; what is no version is left out."""
    known = [(parsed, text) for text in versions if (parsed := parse(text)) is not None]
    return [text for _, text in sorted(known, key=lambda one: one[0], reverse=True)]


def satisfies(version: str, specifier: str, *, prereleases: bool = True) -> bool:
    """Say whether a version is within a specifier; False when either cannot be read.

    Prereleases count unless told otherwise: here the question is whether a version that somebody already chose fits.
    """
    wanted, parsed = parse_specifier(specifier), parse(version)
    return wanted is not None and parsed is not None and wanted.contains(parsed, prereleases=prereleases)


def max_satisfying(versions: Iterable[str], specifier: str, *, prereleases: bool | None = None) -> str | None:
    """Return the version that pip would choose, as it was written; None when there is none.

    With `prereleases` None, as pip without `--pre`: a prerelease only where the specifier names one or
    nothing else fits.
    """
    wanted = parse_specifier(specifier)
    if wanted is None:
        return None
    written: dict[Version, str] = {}
    for text in versions:
        parsed = parse(text)
        if parsed is not None:
            written.setdefault(parsed, text)
    best = max(wanted.filter(written, prereleases=prereleases), default=None)
    return written[best] if best is not None else None
