"""What a Python archive says of itself: core metadata, entry points, and how its sdist is built."""

from collections.abc import Iterator, Mapping

import msgspec

from customhouse.ecosystems.documents import UnreadableError, plain_text, toml_document
from customhouse.ecosystems.pypi.headers import read_headers
from customhouse.model.errors import UpstreamError
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import pypi_name
from customhouse.model.release import Dependency, Manifest, Script

_HINT = "the release cannot be installed as it is: hold it, and ask its maintainers"
#: Labels of a Project-URL that lead to the source, compared as PyPI does: letters and digits, lower case.
_SOURCE_LABELS = ("source", "sourcecode", "repository", "code", "github", "gitlab", "git")
#: The build backend when pyproject.toml names none (PEP 517).
_LEGACY_BACKEND = "setuptools.build_meta:__legacy__"
_LEGACY_REQUIRES = ("setuptools",)
#: Characters of a licence or an author that are kept; some projects write the whole licence there.
_MAX_TEXT = 200

#: A name, numeric bounds, and one marker that is a usual one or an extra; `packaging` writes them as they are.
_CLAUSE = r"(?:[<>]=?|[!=]=) ?(?:0|[1-9][0-9]{0,8})(?:\.(?:0|[1-9][0-9]{0,8})){0,5}"
_SIMPLE = lazy_regex(
    rf"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?) ?({_CLAUSE}(?: ?, ?{_CLAUSE})*)?"
    r"(?: ?; ?(?:(python_version|sys_platform|platform_system|os_name) ?([<>]=?|[!=]=) ?([\"'])([A-Za-z0-9._]+)\5"
    r"|extra ?== ?([\"'])([a-z0-9]+(?:-[a-z0-9]+)*)\7))?"
)


class BuildSystem(msgspec.Struct, frozen=True):
    """pyproject.toml's `[build-system]`: what runs when the sdist is built.

    `backend` is `module:object`; `backend_path` the folders of the sdist itself that the backend is imported from
    (PEP 517: code of the package runs even before its build); `requires` what is fetched first, as written.
    """

    backend: str = _LEGACY_BACKEND
    backend_path: tuple[str, ...] = ()
    requires: tuple[str, ...] = _LEGACY_REQUIRES


def read_metadata(data: bytes) -> Manifest:
    """Read core metadata (METADATA, PKG-INFO).

    A requirement that holds only under an extra is `optional`, any other `runtime`. One that is not valid by PEP 508 is
    kept under its whole text, so that it is seen. Raises UpstreamError when there is no Name or Version.
    """
    headers = read_headers(data)
    name, version = _header(headers, "name"), _header(headers, "version")
    if not name or not version:
        missing = "Name" if not name else "Version"
        raise UpstreamError(f"the core metadata has no {missing}", hint=_HINT)
    return manifest_of(pypi_name(name), version, headers)


def manifest_of(name: str, version: str, headers: Mapping[str, list[str]]) -> Manifest:
    """Make a manifest of core metadata's headers, by their names in lower case."""
    return Manifest(
        name=name,
        version=version,
        dependencies=tuple(_dependencies(headers)),
        repository=_repository(headers),
        licence=_licence(headers),
        authors=_authors(headers),
        homepage=_homepage(headers),
    )


def _header(headers: Mapping[str, list[str]], key: str) -> str:
    return headers.get(key, [""])[0].strip()


def _licence(headers: Mapping[str, list[str]]) -> str:
    """Read License-Expression; before metadata 2.4 the classifiers said it better than the free text of License."""
    expression = _header(headers, "license-expression")
    if expression:
        return expression[:_MAX_TEXT]
    classified = [
        value.rpartition("::")[2].strip()
        for value in headers.get("classifier", [])
        if value.startswith("License ::") and value.count("::") > 1
    ]
    free = _header(headers, "license")
    return (" OR ".join(dict.fromkeys(classified)) or (free if "\n" not in free else ""))[:_MAX_TEXT]


def _authors(headers: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Read who the archive says wrote and maintains it."""
    said: dict[str, None] = {}
    for key in ("author", "author-email", "maintainer", "maintainer-email"):
        text = _header(headers, key)
        if text and text != "UNKNOWN":
            said[" ".join(text.split())[:_MAX_TEXT]] = None
    return tuple(said)


def _dependencies(headers: Mapping[str, list[str]]) -> Iterator[Dependency]:
    for value in headers.get("requires-dist", []):
        text = " ".join(value.split())
        yield _simple(text) or _dependency(text)


def _simple(text: str) -> Dependency | None:
    """Read a requirement of the most usual forms, as `packaging` would: most releases need not load it then."""
    match = _SIMPLE.fullmatch(text)
    if match is None:
        return None
    name, clauses, variable, operator, _, compared, _, extra = match.groups()
    bounds = sorted(clauses.replace(" ", "").split(",")) if clauses else []
    if len({bound.rstrip("0123456789.") for bound in bounds}) < len(bounds):
        return None  # two of a kind may be one
    specifier = ",".join(bounds)
    if extra is not None:
        return Dependency(pypi_name(name), specifier, "optional", f'extra == "{extra}"')
    marker = f'{variable} {operator} "{compared}"' if variable else ""
    return Dependency(pypi_name(name), specifier, "runtime", marker)


def _dependency(text: str) -> Dependency:
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415 - see `_simple`

    try:
        requirement = Requirement(text)
    except (InvalidRequirement, RecursionError):
        return Dependency(text, "", "runtime")
    specifier = requirement.url or str(requirement.specifier)
    marker = str(requirement.marker) if requirement.marker else ""
    optional = requirement.marker is not None and _names_extra(requirement.marker._markers)  # noqa: SLF001 - its parts
    return Dependency(pypi_name(requirement.name), specifier, "optional" if optional else "runtime", marker)


def _names_extra(parts: object) -> bool:
    """Say whether a marker can hold only when an extra is asked for: each of its alternatives names one.

    The tree is what packaging parses: lists of tuples (left, operator, right), `and`, `or`, and lists.
    """
    if isinstance(parts, tuple):
        left, operator, right = parts
        return str(operator) in ("==", "in", "===") and any(
            type(one).__name__ == "Variable" and one.value in ("extra", "extras") for one in (left, right)
        )
    if not isinstance(parts, list) or not parts:
        return False
    alternatives: list[bool] = [False]
    for part in parts:
        if part == "or":
            alternatives.append(False)
        elif part != "and":
            alternatives[-1] = alternatives[-1] or _names_extra(part)
    return all(alternatives)


def _urls(headers: Mapping[str, list[str]]) -> dict[str, str]:
    """Collect the project's URLs by label, compared as PyPI does."""
    found: dict[str, str] = {}
    for value in headers.get("project-url", []):
        label, comma, url = value.partition(",")
        if comma:
            found.setdefault("".join(filter(str.isalnum, label)).lower(), url.strip())
    return found


def _homepage(headers: Mapping[str, list[str]]) -> str:
    home = _header(headers, "home-page") or _urls(headers).get("homepage", "")
    return home[:_MAX_TEXT] if home != "UNKNOWN" else ""


def _repository(headers: Mapping[str, list[str]]) -> str:
    """Find the project's source among its URLs, in the order of the labels; the home page where it is a forge."""
    found = _urls(headers)
    for label in _SOURCE_LABELS:
        if found.get(label):
            return found[label]
    home = _header(headers, "home-page") or found.get("homepage", "")
    return home if any(f"://{forge}." in home for forge in ("github", "gitlab", "bitbucket", "codeberg")) else ""


def read_entry_points(data: bytes) -> tuple[Script, ...]:
    """Read entry_points.txt: the commands of its `console_scripts` and `gui_scripts`, as name → `module:function`.

    Raises UpstreamError when it cannot be read.
    """
    import configparser  # noqa: PLC0415 - most archives have no entry points

    parser = configparser.RawConfigParser(delimiters=("=",), strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign] # names keep their case
    try:
        if data.strip():
            parser.read_string(plain_text(data))
        groups = [dict(parser.items(one)) for one in ("console_scripts", "gui_scripts") if parser.has_section(one)]
    except (UnreadableError, configparser.Error) as error:
        detail = error.message.splitlines()[0] if isinstance(error, configparser.Error) else str(error)
        raise UpstreamError(f"entry_points.txt cannot be read: {detail}", hint=_HINT) from error
    return tuple(
        Script(name.strip(), target.partition("[")[0].strip()) for group in groups for name, target in group.items()
    )


def read_pyproject_build(data: bytes) -> BuildSystem:
    """Read how an sdist's pyproject.toml has it built; what it leaves out is what PEP 517 and 518 say then.

    Raises UpstreamError when it is not TOML, or the table has wrong types.
    """
    try:
        document = toml_document(data) if data.strip() else {}
    except UnreadableError as error:
        raise UpstreamError(f"pyproject.toml cannot be read: {error}", hint=_HINT) from error
    table = document.get("build-system")
    if table is None:
        return BuildSystem()
    if not isinstance(table, Mapping):
        raise UpstreamError("pyproject.toml: build-system is not a table", hint=_HINT)
    backend = table.get("build-backend", _LEGACY_BACKEND)
    if not isinstance(backend, str):
        raise UpstreamError("pyproject.toml: build-backend is not a text", hint=_HINT)
    return BuildSystem(backend, _texts(table, "backend-path"), _texts(table, "requires"))


def _texts(table: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise UpstreamError(f"pyproject.toml: build-system.{key} is not an array of texts", hint=_HINT)
    return tuple(value)
