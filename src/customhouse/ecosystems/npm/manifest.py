"""package.json, from an archive or a registry, read as npm reads it: tolerant of wrong types, never of no object.

The normalisations are those of @npmcli/package-json (`normalize.js`) that change what an install does.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from customhouse.ecosystems.documents import UnreadableError, json_document
from customhouse.model.errors import UpstreamError
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.release import Dependency, DependencyKind, Manifest, Script

_JSON = msgspec.json.Decoder()
_HINT = "the release cannot be installed as it is: hold it, and ask its maintainers"
#: Entry points kept, and how deep `exports` is followed; nobody writes more.
_MAX_ENTRY_POINTS = 256
_MAX_DEPTH = 16
#: Characters of a licence or an author that are kept; some packages write the whole licence there.
_MAX_TEXT = 200
_SPACES = lazy_regex(r"[\s,]+")
#: Where a name ends in `dependencies` written as texts: `a@^1`, `a >=2`.
_NAME_END = lazy_regex(r":?[@\s><=]")
_TABLES: tuple[tuple[str, DependencyKind], ...] = (
    ("dependencies", "runtime"),
    ("optionalDependencies", "optional"),
    ("peerDependencies", "peer"),
    ("devDependencies", "dev"),
)


def read_package_json(data: bytes | Mapping[str, Any]) -> Manifest:
    """Read a package.json, as bytes or as a registry's already decoded version document.

    A name given as optional overrides the same one as runtime, as in npm; a bundled one is listed once more, as
    `bundled`. What has a wrong type is left out where npm leaves it out.

    Raises UpstreamError when it is no JSON object.
    """
    if isinstance(data, Mapping):
        document: Any = data
    else:
        try:
            document = json_document(data, _JSON)
        except UnreadableError as error:
            raise UpstreamError(f"package.json cannot be read: {error}", hint=_HINT) from error
        except msgspec.ValidationError as error:  # a number out of every range
            raise UpstreamError(f"package.json cannot be read: {error}", hint=_HINT) from error
    if not isinstance(document, Mapping):
        raise UpstreamError("package.json is not a JSON object", hint=_HINT)
    scripts = _scripts(document.get("scripts"))
    return Manifest(
        name=_text(document.get("name")).strip(),
        version=_text(document.get("version")).strip(),
        dependencies=tuple(_dependencies(document)),
        scripts=scripts,
        entry_points=tuple(dict.fromkeys(_entry_points(document)))[:_MAX_ENTRY_POINTS],
        commands=tuple(_commands(document)),
        repository=_repository(document),
        gyp=document.get("gypfile") is True,
        command_folder=_command_folder(document),
        licence=_licence(document),
        authors=_authors(document.get("author")),
        homepage=_text(document.get("homepage")).strip()[:_MAX_TEXT],
        directory=_directory(document),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _scripts(value: object) -> tuple[Script, ...]:
    if not isinstance(value, Mapping):
        return ()
    return tuple(
        Script(name, command) for name, command in value.items() if isinstance(name, str) and isinstance(command, str)
    )


def _table(value: object) -> dict[str, str]:
    """Read a dependency table, which npm also takes as a list of texts, or as one text with spaces or commas."""
    if isinstance(value, Mapping):
        return {name: spec for name, spec in value.items() if isinstance(name, str) and isinstance(spec, str)}
    if isinstance(value, str):
        value = _SPACES.split(value.strip())
    found: dict[str, str] = {}
    for text in value if isinstance(value, list | tuple) else ():
        if isinstance(text, str) and text.strip():
            text = text.strip()  # noqa: PLW2901 - the trimmed text is all that counts
            end = _NAME_END.search(text, 1)  # from 1, for a scope's @
            name, specifier = (text[: end.start()], text[end.start() :]) if end else (text, "")
            found[name] = specifier.removeprefix("@").strip()
    return found


def _dependencies(document: Mapping[str, Any]) -> Iterator[Dependency]:
    tables = {key: _table(document.get(key)) for key, _ in _TABLES}
    for name in tables["optionalDependencies"]:
        tables["dependencies"].pop(name, None)
    optional = _optional_peers(document.get("peerDependenciesMeta"))
    for key, kind in _TABLES:
        for name, specifier in tables[key].items():
            yield Dependency(name, specifier, kind, optional=kind == "peer" and name in optional)
    # `bundledDependencies` is a spelling that npm takes as well; `true` bundles every dependency.
    bundled = document.get("bundleDependencies", document.get("bundledDependencies"))
    if bundled is True:
        bundled = list(tables["dependencies"])
    for name in bundled if isinstance(bundled, list | tuple | Mapping) else ():
        if isinstance(name, str):
            specifier = tables["dependencies"].get(name, tables["optionalDependencies"].get(name, ""))
            yield Dependency(name, specifier, "bundled")


def _optional_peers(value: object) -> frozenset[str]:
    if not isinstance(value, Mapping):
        return frozenset()
    return frozenset(
        name
        for name, told in value.items()
        if isinstance(name, str) and isinstance(told, Mapping) and told.get("optional") is True
    )


def _entry_points(document: Mapping[str, Any]) -> Iterator[str]:
    for key in ("main", "module"):
        if isinstance(document.get(key), str) and document[key]:
            yield document[key]
    yield from _targets(document.get("browser"))
    yield from _targets(document.get("exports"))
    if not isinstance(document.get("main"), str) and document.get("exports") is None:
        yield "index.js"  # what node loads when nothing is said


def _targets(value: object) -> Iterator[str]:
    """Every path that `exports` or `browser` leads to, under whatever condition."""
    pending: list[tuple[object, int]] = [(value, 0)]
    found = 0
    while pending and found < _MAX_ENTRY_POINTS:
        one, depth = pending.pop()
        if isinstance(one, str) and one:
            found += 1
            yield one
        elif depth < _MAX_DEPTH:
            inner = one.values() if isinstance(one, Mapping) else one if isinstance(one, list | tuple) else ()
            pending += [(each, depth + 1) for each in reversed(list(inner))]


def _commands(document: Mapping[str, Any]) -> Iterator[Script]:
    """Read `bin`: npm names a single one after the package, and cuts every name and path down to be harmless."""
    value = document.get("bin")
    if isinstance(value, str):
        value = {_text(document.get("name")): value}
    elif isinstance(value, list | tuple):
        value = {posixpath.basename(one): one for one in value if isinstance(one, str)}
    if not isinstance(value, Mapping):
        return
    for name, path in value.items():
        if isinstance(name, str) and isinstance(path, str):
            command, target = posixpath.basename(_contained(name)), _contained(path)
            if command and target:
                yield Script(command, target)


def _command_folder(document: Mapping[str, Any]) -> str:
    """Read `directories.bin`, which npm takes where there is no `bin` (@npmcli/package-json, step binDir)."""
    directories = document.get("directories")
    folder = directories.get("bin") if isinstance(directories, Mapping) and not document.get("bin") else None
    return _contained(folder) if isinstance(folder, str) else ""


def _contained(path: str) -> str:
    """Make a path relative to the package root, however it tries to leave it (npm's `secureAndUnixifyPath`)."""
    return posixpath.normpath("/" + re.sub(r"[\\:]", "/", path)).lstrip("/")


def _repository(document: Mapping[str, Any]) -> str:
    value = document.get("repository")
    if isinstance(value, Mapping):
        value = value.get("url")
    return _text(value).strip()


def _directory(document: Mapping[str, Any]) -> str:
    value = document.get("repository")
    return _text(value.get("directory")).strip()[:_MAX_TEXT] if isinstance(value, Mapping) else ""


def _licence(document: Mapping[str, Any]) -> str:
    """Read `license`, an SPDX expression, or what old packages wrote: `{"type": …}`, `licenses` with several."""
    value = document.get("license", document.get("licence", document.get("licenses")))
    several = value if isinstance(value, list | tuple) else [value]
    named = (_text(each.get("type")) if isinstance(each, Mapping) else _text(each) for each in several)
    return " OR ".join(text for name in named if (text := name.strip()))[:_MAX_TEXT]


def _authors(value: object) -> tuple[str, ...]:
    """Read `author`: a text, or a name with an address."""
    if isinstance(value, Mapping):
        name, email = _text(value.get("name")).strip(), _text(value.get("email")).strip()
        value = f"{name} <{email}>" if name and email else name or email
    return (value.strip()[:_MAX_TEXT],) if isinstance(value, str) and value.strip() else ()
