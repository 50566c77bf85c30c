"""One release written in several ways: PyPI's 1.0, 1.0.0 and v1.0 are the same (PEP 440), npm's versions are texts.

Which of them a listing uses follows from the files that upstream has at the moment, the first one on its page. What was
decided, pinned and admitted before is found by any.
"""

from collections.abc import Iterable, Mapping

from customhouse.model.purl import Ecosystem, Purl, parse_purl
from customhouse.versions import pypi


def speaks_of(text: str, purl: Purl) -> bool:
    """Say whether a decision about the purl `text` is about a release: about itself, or its whole package."""
    if text in (str(purl), str(Purl(purl.ecosystem, purl.name))):
        return True
    if purl.ecosystem != "pypi" or purl.version is None:
        return False
    other = parse_purl(text)
    return other.name == purl.name and same_version("pypi", other.version or "", purl.version)


def same_version(ecosystem: Ecosystem, one: str, other: str) -> bool:
    """Say whether two texts are one version."""
    if one == other or ecosystem != "pypi":
        return one == other
    parsed = pypi.parse(one)
    return parsed is not None and parsed == pypi.parse(other)


def as_written(ecosystem: Ecosystem, texts: Iterable[str], versions: Iterable[str]) -> Mapping[str, str]:
    """Map texts of versions to those of `versions` that are the same; to themselves where there is none."""
    if ecosystem != "pypi":
        return {text: text for text in texts}
    known = {parsed: version for version in versions if (parsed := pypi.parse(version)) is not None}
    return {text: known.get(parsed, text) if (parsed := pypi.parse(text)) else text for text in texts}
