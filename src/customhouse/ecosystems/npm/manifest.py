"""package.json into the normalised manifest; the same reading for a registry's document and for an archive's file."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from customhouse.model.errors import HostileUpstream
from customhouse.model.release import Dependency, DependencyKind, Manifest, Script

#: npm's fields, strongest first: a name stands in the first of them that has it, optional over runtime as npm does.
_FIELDS: tuple[tuple[str, DependencyKind], ...] = (
    ("optionalDependencies", "optional"),
    ("dependencies", "runtime"),
    ("peerDependencies", "peer"),
    ("devDependencies", "dev"),
)
_BUNDLES = ("bundleDependencies", "bundledDependencies")
_ENTRIES = ("main", "module", "browser", "exports")
_DEEPEST = 20


def read_package_json(data: bytes | Mapping[str, Any]) -> Manifest:
    """Read a package.json, or what a registry says in its place. Parts of an unexpected type count as absent.

    Raises HostileUpstream when the bytes are not a JSON object.
    """
    if isinstance(data, bytes):
        try:
            document = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise HostileUpstream(
                f"package.json does not read: {error}", hint="npm would refuse it too; do not install this release"
            ) from None
    else:
        document = data
    if not isinstance(document, Mapping):
        raise HostileUpstream(
            "package.json is not an object", hint="npm would refuse it too; do not install this release"
        )
    scripts = _texts(document.get("scripts"))
    name = _text(document.get("name"))
    return Manifest(
        name=name,
        version=_text(document.get("version")),
        dependencies=tuple(_dependencies(document)),
        scripts=tuple(Script(key, command) for key, command in scripts.items()),
        entry_points=tuple(dict.fromkeys(path for key in _ENTRIES for path in _paths(document.get(key)))),
        commands=_commands(name, document.get("bin")),
        repository=_repository(document.get("repository")),
        gyp=document.get("gypfile") is True,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> dict[str, str]:
    return {k: v for k, v in value.items() if isinstance(v, str)} if isinstance(value, Mapping) else {}


def _dependencies(document: Mapping[str, Any]) -> Iterator[Dependency]:
    seen: set[str] = set()
    for field, kind in _FIELDS:
        for name, specifier in _texts(document.get(field)).items():
            # A peer that is also needed for development is both; the other fields override each other.
            if name not in seen or kind in ("peer", "dev"):
                yield Dependency(name, specifier, kind)
            seen.add(name)
    for field in _BUNDLES:
        bundled = document.get(field)
        if bundled is True:
            bundled = list(_texts(document.get("dependencies")))
        if isinstance(bundled, list):
            for name in bundled:
                if isinstance(name, str):
                    yield Dependency(name, "", "bundled")
            return


def _paths(value: object, depth: int = 0) -> Iterator[str]:
    """Give every path of `main`, `browser` or nested `exports` conditions."""
    if isinstance(value, str):
        yield value
    elif depth < _DEEPEST and isinstance(value, Mapping):
        for inner in value.values():
            yield from _paths(inner, depth + 1)
    elif depth < _DEEPEST and isinstance(value, list):
        for inner in value:
            yield from _paths(inner, depth + 1)


def _commands(name: str, value: object) -> tuple[Script, ...]:
    if isinstance(value, str):
        return (Script(name.rpartition("/")[2], value),)
    return tuple(Script(command, path) for command, path in _texts(value).items())


def _repository(value: object) -> str:
    return _text(value.get("url")) if isinstance(value, Mapping) else _text(value)
