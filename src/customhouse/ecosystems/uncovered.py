"""Manifests that ask for packages which no lock pins: what an install would fetch is then nobody's choice."""

import configparser
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from customhouse.ecosystems.documents import UnreadableError, json_document, plain_text, toml_document
from customhouse.model.purl import Ecosystem

_ANY_JSON = msgspec.json.Decoder()
_MAX_BYTES = 16 * 1024 * 1024

#: Manifest file → its ecosystem and the command that pins what it asks for.
MANIFESTS: Mapping[str, tuple[Ecosystem, str]] = {
    "package.json": ("npm", "npm install --package-lock-only"),
    "pyproject.toml": ("pypi", "uv lock"),
    "Pipfile": ("pypi", "pipenv lock"),
    "setup.cfg": ("pypi", "uv pip compile --generate-hashes setup.cfg -o requirements.txt"),
    "requirements.in": ("pypi", "uv pip compile --generate-hashes requirements.in -o requirements.txt"),
}


def _filled(table: object, *path: str) -> bool:
    for key in path:
        table = table.get(key) if isinstance(table, Mapping) else None
    return bool(table)


def _package_json(text: bytes) -> bool:
    document = json_document(text, _ANY_JSON)
    tables = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
    return any(_filled(document, one) for one in tables)


def _pyproject(data: bytes) -> bool:
    document = toml_document(data)
    if _filled(document, "project", "dependencies") or _filled(document, "project", "optional-dependencies"):
        return True
    groups: Any = document.get("dependency-groups")
    if isinstance(groups, Mapping) and any(groups.values()):
        return True
    poetry: Any = document.get("tool", {})
    poetry = poetry.get("poetry", {}) if isinstance(poetry, Mapping) else {}
    wanted = poetry.get("dependencies") if isinstance(poetry, Mapping) else None
    return isinstance(wanted, Mapping) and any(name != "python" for name in wanted)


def _pipfile(data: bytes) -> bool:
    document = toml_document(data)
    return _filled(document, "packages") or _filled(document, "dev-packages")


def _setup_cfg(data: bytes) -> bool:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(plain_text(data))
    except configparser.Error as error:
        raise UnreadableError(f"it is no INI file: {error.message.splitlines()[0]}") from error
    return bool(parser.get("options", "install_requires", fallback="").strip())


def _requirements_in(data: bytes) -> bool:
    return bool(re.search(rb"^[ \t]*[A-Za-z0-9]", data, re.MULTILINE))


_READERS = {
    "package.json": _package_json,
    "pyproject.toml": _pyproject,
    "Pipfile": _pipfile,
    "setup.cfg": _setup_cfg,
    "requirements.in": _requirements_in,
}


def asks_for_packages(path: Path) -> bool:
    """Say whether a manifest declares dependencies. Raises UnreadableError; an empty file declares none."""
    try:
        if not path.is_file():
            raise UnreadableError("it is no regular file")
        if path.stat().st_size > _MAX_BYTES:
            raise UnreadableError(f"it is larger than {_MAX_BYTES >> 20} MiB")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableError((error.strerror or str(error)).lower()) from error
    return bool(data.strip()) and _READERS[path.name](data)
