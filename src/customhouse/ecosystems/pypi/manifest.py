"""What a Python archive says of itself: core metadata, entry points, and how its sdist is built."""

import configparser
from collections.abc import Iterator, Mapping
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32

import msgspec
from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement

from customhouse.ecosystems.documents import UnreadableError, plain_text, toml_document
from customhouse.model.errors import UpstreamError
from customhouse.model.purl import pypi_name
from customhouse.model.release import Dependency, Manifest, Script

_HINT = "the release cannot be installed as it is: hold it, and ask its maintainers"
#: Labels of a Project-URL that lead to the source, compared as PyPI does: letters and digits, lower case.
_SOURCE_LABELS = ("source", "sourcecode", "repository", "code", "github", "gitlab", "git")
#: The build backend when pyproject.toml names none (PEP 517).
_LEGACY_BACKEND = "setuptools.build_meta:__legacy__"
_LEGACY_REQUIRES = ("setuptools",)


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
    message: Message = BytesHeaderParser(policy=compat32).parsebytes(data)
    name, version = _header(message, "Name"), _header(message, "Version")
    if not name or not version:
        missing = "Name" if not name else "Version"
        raise UpstreamError(f"the core metadata has no {missing}", hint=_HINT)
    return Manifest(
        name=pypi_name(name),
        version=version,
        dependencies=tuple(_dependencies(message)),
        repository=_repository(message),
    )


def _header(message: Message, key: str) -> str:
    value = message.get(key)
    return str(value).strip() if value is not None else ""


def _dependencies(message: Message) -> Iterator[Dependency]:
    for value in message.get_all("Requires-Dist", []):
        text = " ".join(str(value).split())
        try:
            requirement = Requirement(text)
        except (InvalidRequirement, RecursionError):
            yield Dependency(text, "", "runtime")
            continue
        specifier = requirement.url or str(requirement.specifier)
        marker = str(requirement.marker) if requirement.marker else ""
        optional = requirement.marker is not None and only_with_extra(requirement.marker)
        yield Dependency(pypi_name(requirement.name), specifier, "optional" if optional else "runtime", marker)


def only_with_extra(marker: Marker) -> bool:
    """Say whether a marker can hold only when an extra is asked for: each of its alternatives names one."""
    return _names_extra(marker._markers)  # noqa: SLF001 - packaging offers no other way to a marker's parts


def _names_extra(parts: object) -> bool:
    """Evaluate the tree that packaging parses: lists of tuples (left, operator, right), `and`, `or`, and lists."""
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


def _repository(message: Message) -> str:
    """Find the project's source among its URLs, in the order of the labels; the home page where it is a forge."""
    found: dict[str, str] = {}
    for value in message.get_all("Project-URL", []):
        label, comma, url = str(value).partition(",")
        if comma:
            found.setdefault("".join(filter(str.isalnum, label)).lower(), url.strip())
    for label in _SOURCE_LABELS:
        if found.get(label):
            return found[label]
    home = _header(message, "Home-page") or found.get("homepage", "")
    return home if any(f"://{forge}." in home for forge in ("github", "gitlab", "bitbucket", "codeberg")) else ""


def read_entry_points(data: bytes) -> tuple[Script, ...]:
    """Read entry_points.txt: the commands of its `console_scripts` and `gui_scripts`, as name → `module:function`.

    Raises UpstreamError when it cannot be read.
    """
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
