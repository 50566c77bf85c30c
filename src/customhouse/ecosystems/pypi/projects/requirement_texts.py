"""One PEP 508 text of a manifest (`requests[socks]>=2; python_version < "3.9"`) into what it declares."""

import re

from packaging.requirements import InvalidRequirement, Requirement

from customhouse.ecosystems.lockfile import printable
from customhouse.ecosystems.pypi.lockfiles.requirement import is_vcs, local_kind, without_credentials
from customhouse.model.declared import Declared, DeclaredScope, DeclaredSource
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import pypi_name

_EGG = lazy_regex(r"[#&]egg=([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[([^\]]*)\])?")


class NoRequirementError(Exception):
    """The text is no requirement; the message is a clause that says so."""


def url_source(url: str) -> DeclaredSource:
    """Tell what an address leads to."""
    if is_vcs(url):
        return "git"
    return "file" if url.lower().startswith("file:") else "url"


def path_source(path: str) -> DeclaredSource:
    """Tell what a path leads to: a folder below the manifest is another project of the same repository."""
    return local_kind(path)


def declared(
    text: object, scope: DeclaredScope, group: str, line: int | None = None, *, optional: bool = False
) -> Declared:
    """Read a requirement, or `-e ADDRESS#egg=NAME` as PDM writes it. Raises NoRequirementError."""
    if not isinstance(text, str):
        raise NoRequirementError(f"{printable(repr(text))} is not a text")
    if text.startswith(("-e ", "--editable ")):
        return _editable(text.partition(" ")[2].strip(), scope, group, line)
    try:
        one = Requirement(text)
    except (InvalidRequirement, RecursionError) as error:
        detail = str(error).partition("\n")[0].lower()
        raise NoRequirementError(f"{printable(text)} is no requirement ({detail})") from error
    return Declared(
        pypi_name(one.name),
        without_credentials(one.url) if one.url else str(one.specifier),
        scope,
        url_source(one.url) if one.url else "registry",
        group=group,
        line=line,
        marker=str(one.marker) if one.marker else "",
        optional=optional,
        extras=tuple(sorted(pypi_name(extra) for extra in one.extras)),
    )


def _editable(address: str, scope: DeclaredScope, group: str, line: int | None) -> Declared:
    if "@" in address.partition("://")[0]:
        name, _, address = address.partition("@")
        egg = re.match(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[([^\]]*)\])?[ \t]*$", name)
    else:
        egg = _EGG.search(address)
    if egg is None:
        raise NoRequirementError(f"{printable(address)} does not tell its project's name")
    address = address.strip().partition("#")[0]
    local = address.removeprefix("file:///${PROJECT_ROOT}/")
    source = path_source(local) if "://" not in local else url_source(address)
    extras = tuple(sorted(pypi_name(one.strip()) for one in (egg[2] or "").split(",") if one.strip()))
    return Declared(pypi_name(egg[1]), without_credentials(local), scope, source, group=group, line=line, extras=extras)
