"""The registries that settings and requirements files of a repository name, each with its place."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from customhouse.model.purl import Ecosystem
from customhouse.model.repository import IndexUse
from customhouse.repository.clients.all_clients import UsedClient
from customhouse.repository.clients.pip import requirement_lines, requirements_files
from customhouse.repository.clients.project import Project
from customhouse.repository.clients.written import Settings, Written


def registry_lines(used: Sequence[UsedClient]) -> tuple[IndexUse, ...]:
    """Name every registry once a place, user information left out."""
    found: dict[tuple[str, str, str], IndexUse] = {}
    for use in used:
        for one in _of(use):
            found.setdefault((one.path, one.url, one.scope), one)
    return tuple(found.values())


def _of(use: UsedClient) -> Iterator[IndexUse]:
    project = use.project
    if use.client.ecosystem == "npm":
        yield from _npmrc(project.settings(".npmrc"))
        if use.client.name == "yarn":
            yield from _plain("npm", project.nearest(".yarnrc"), ("registry",))
        elif use.client.name == "yarn-berry":
            yield from _berry(project.nearest(".yarnrc.yml"))
        elif use.client.name == "bun":
            yield from _bun(project.settings("bunfig.toml"))
        elif use.client.name == "pnpm":
            yield from _plain("npm", project.nearest("pnpm-workspace.yaml"), ("registry",))
        return
    if use.client.name == "pip":
        yield from _requirements(project)
        return
    yield from _python(project)


def _use(
    ecosystem: Ecosystem, written: Written, url: object = None, scope: str = "", *, extra: bool = False
) -> Iterator[IndexUse]:
    text = written.value if url is None else url
    if not isinstance(text, str) or "://" not in text or "$" in text:
        return
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return
    clean = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    yield IndexUse(ecosystem, clean, written.path, written.line, scope, extra)


def _plain(
    ecosystem: Ecosystem, settings: Settings, key: tuple[str, ...], *, extra: bool = False
) -> Iterator[IndexUse]:
    written = settings.get(key)
    if written:
        values = written.value if isinstance(written.value, list) else [written.value]
        for value in values:
            yield from _use(ecosystem, written, value, extra=extra)


def _npmrc(settings: Settings) -> Iterator[IndexUse]:
    for (key, *_), written in settings.items():
        if key == "registry":
            yield from _use("npm", written)
        elif key.startswith("@") and key.endswith(":registry"):
            yield from _use("npm", written, scope=key.removesuffix(":registry"))


def _berry(settings: Settings) -> Iterator[IndexUse]:
    yield from _plain("npm", settings, ("npmRegistryServer",))
    scopes = settings.get(("npmScopes",))
    for name, values in scopes.value.items() if scopes and isinstance(scopes.value, Mapping) else ():
        if isinstance(values, Mapping) and scopes:
            yield from _use("npm", scopes, values.get("npmRegistryServer", ""), f"@{name}")


def _bun(settings: Settings) -> Iterator[IndexUse]:
    for key, written in settings.items():
        if key[:2] == ("install", "registry") and key[2:] in ((), ("url",)):
            yield from _use("npm", written)
        elif key[:2] == ("install", "scopes") and len(key) > 2 and key[3:] in ((), ("url",)):  # noqa: PLR2004
            yield from _use("npm", written, scope=f"@{key[2].removeprefix('@')}")


def _requirements(project: Project) -> Iterator[IndexUse]:
    for path in requirements_files(project):
        for line in requirement_lines(project, path):
            if line.option in ("--index-url", "--extra-index-url"):
                written = Written(line.text, str(path), line.number)
                yield from _use("pypi", written, extra=line.option == "--extra-index-url")


#: Arrays of tables that name indexes, by file: the key of the array.
_TABLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("pyproject.toml", ("tool", "uv", "index")),
    ("uv.toml", ("index",)),
    ("pyproject.toml", ("tool", "poetry", "source")),
    ("pyproject.toml", ("tool", "pdm", "source")),
    ("Pipfile", ("source",)),
)
_KEYS: tuple[tuple[str, tuple[str, ...], bool], ...] = (
    ("pyproject.toml", ("tool", "uv", "index-url"), False),
    ("pyproject.toml", ("tool", "uv", "extra-index-url"), True),
    ("uv.toml", ("index-url",), False),
    ("uv.toml", ("extra-index-url",), True),
    ("pdm.toml", ("pypi", "url"), False),
)


def _python(project: Project) -> Iterator[IndexUse]:
    for name, key in _TABLES:
        written = _read(project, name).get(key)
        tables: Any = written.value if written else []
        for one in tables if isinstance(tables, list) else ():
            if isinstance(one, Mapping) and written:
                # An explicit index is asked only for what is pinned to it: it stands beside nothing.
                beside = not (one.get("default") or one.get("explicit") or one.get("priority") == "explicit")
                yield from _use("pypi", written, one.get("url", ""), extra=beside and len(tables) > 1)
    for name, key, extra in _KEYS:
        yield from _plain("pypi", _read(project, name), key, extra=extra)


def _read(project: Project, name: str) -> Settings:
    path = next((folder / name for folder in project.upward() if project.reader.files.is_file(folder / name)), None)
    return project.reader.settings(path) if path else {}
