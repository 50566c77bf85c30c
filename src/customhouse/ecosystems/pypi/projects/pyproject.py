"""pyproject.toml: what the project, its extras and groups, and the tables of Poetry, PDM, uv and Hatch ask for.

https://packaging.python.org/en/latest/specifications/pyproject-toml/ and …/dependency-groups/
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

import msgspec

from customhouse.ecosystems.documents import plain_text, toml_file
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.lockfile import printable
from customhouse.ecosystems.manifest_format import ManifestFormat
from customhouse.ecosystems.pypi.lockfiles.requirement import vcs_address, without_credentials
from customhouse.ecosystems.pypi.projects.poetry_tables import poetry_dependencies
from customhouse.ecosystems.pypi.projects.requirement_files import from_files
from customhouse.ecosystems.pypi.projects.requirement_texts import (
    NoRequirementError,
    declared,
    path_source,
    url_source,
)
from customhouse.ecosystems.pypi.projects.toml_lines import TomlLines
from customhouse.model.declared import Declared, DeclaredScope, ProjectManifest
from customhouse.model.purl import pypi_name

#: Tables under [tool] that only one client reads, and the build backends that come with one.
_CLIENTS = ("poetry", "pdm", "uv", "hatch")
_BACKENDS = (("poetry", "poetry"), ("pdm", "pdm"), ("uv_build", "uv"), ("hatchling", "hatch"))


def _table(document: object, *keys: str) -> Mapping[str, Any]:
    for key in keys:
        document = document.get(key) if isinstance(document, Mapping) else None
    return document if isinstance(document, Mapping) else {}


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    return value if isinstance(value, str) else ""


class _Reading:
    """One document, and what is wrong with it."""

    def __init__(self, path: Path, document: Mapping[str, Any], lines: TomlLines, files: Files) -> None:
        self._path = path
        self._document = document
        self._lines = lines
        self._files = files
        self.problems: list[str] = []

    def _tables(self, *keys: str) -> Mapping[str, Any]:
        """Look a table up; what stands there instead of one is a problem."""
        value: object = self._document
        for at, key in enumerate(keys, start=1):
            value = value.get(key) if isinstance(value, Mapping) else None
            if value is not None and not isinstance(value, Mapping):
                self.problems.append(f"{'.'.join(keys[:at])} is not a table")
                return {}
        return value if isinstance(value, Mapping) else {}

    def _texts(
        self, texts: object, scope: DeclaredScope, path: tuple[str, ...], *, optional: bool = False
    ) -> Iterator[Declared]:
        """Read an array of PEP 508 texts."""
        group = ".".join(path)
        if not isinstance(texts, list):
            if texts is not None:
                self.problems.append(f"{group} is not an array")
            return
        for text in texts:
            line = self._lines.string(text, *path) if isinstance(text, str) else self._lines.key(*path)
            try:
                yield declared(text, scope, group, line, optional=optional)
            except NoRequirementError as error:
                self.problems.append(f"line {line}: {error}" if line else f"{group}: {error}")

    def read(self) -> tuple[Declared, ...]:
        """Give everything that the document asks for, in its order."""
        found = [*self._project(), *self._groups()]
        poetry = self._tables("tool", "poetry")
        project = self._tables("project")
        alone = not (project.get("dependencies") or project.get("optional-dependencies"))
        found = _enriched(found, poetry_dependencies(poetry, self._lines, self.problems), alone=alone)
        for group, texts in self._tables("tool", "pdm", "dev-dependencies").items():
            found += self._texts(texts, "dev", ("tool", "pdm", "dev-dependencies", group))
        uv = self._tables("tool", "uv")
        found += self._texts(uv.get("dev-dependencies"), "dev", ("tool", "uv", "dev-dependencies"))
        for name, environment in self._tables("tool", "hatch", "envs").items():
            for key in ("dependencies", "extra-dependencies"):
                path = ("tool", "hatch", "envs", name, key)
                found += self._texts(_table({"it": environment}, "it").get(key), "dev", path, optional=True)
        return tuple(_sourced(found, self._tables("tool", "uv", "sources")))

    def _project(self) -> Iterator[Declared]:
        project = self._tables("project")
        yield from self._texts(project.get("dependencies"), "prod", ("project", "dependencies"))
        for extra, texts in self._tables("project", "optional-dependencies").items():
            yield from self._texts(texts, "optional", ("project", "optional-dependencies", extra), optional=True)
        dynamic = project.get("dynamic")
        if isinstance(dynamic, list):
            yield from self._dynamic(dynamic)

    def _dynamic(self, dynamic: list[object]) -> Iterator[Declared]:
        """Read what setuptools is told to take from files; who else computes dependencies cannot be read."""
        table = self._tables("tool", "setuptools", "dynamic")
        group = "tool.setuptools.dynamic"
        if "dependencies" in dynamic:
            names = _table(table, "dependencies").get("file")
            if names is not None:
                yield from from_files(
                    names, self._path.parent, self._files, ("prod", f"{group}.dependencies", False), self.problems
                )
            elif not self._told_elsewhere():
                line = self._lines.key("project", "dynamic")
                where = f"line {line}: " if line else ""
                self.problems.append(f"{where}its dependencies are computed when it is built, by no file that is known")
        if "optional-dependencies" in dynamic:
            for extra, where in _table(table, "optional-dependencies").items():
                names = _table({"it": where}, "it").get("file")
                told: tuple[DeclaredScope, str, bool] = ("optional", f"{group}.optional-dependencies.{extra}", True)
                yield from from_files(names, self._path.parent, self._files, told, self.problems)

    def _told_elsewhere(self) -> bool:
        """Poetry's own table, setup.cfg and setup.py are read, or reported, themselves."""
        if "dependencies" in self._tables("tool", "poetry"):
            return True
        return any(self._files.is_file(self._path.with_name(name)) for name in ("setup.cfg", "setup.py"))

    def _groups(self) -> Iterator[Declared]:
        """Read dependency groups (PEP 735). What a group includes stands in the groups included."""
        groups = self._tables("dependency-groups")
        includes: dict[str, list[str]] = {}
        for name, rows in groups.items():
            path = ("dependency-groups", name)
            if not isinstance(rows, list):
                self.problems.append(f"{'.'.join(path)} is not an array")
                continue
            included = [row for row in rows if isinstance(row, Mapping)]
            for row in included:
                other = row.get("include-group")
                if isinstance(other, str) and len(row) == 1:
                    includes.setdefault(pypi_name(name), []).append(pypi_name(other))
                else:
                    self.problems.append(f"{'.'.join(path)}: {printable(str(dict(row)))} is no requirement")
            yield from self._texts([row for row in rows if not isinstance(row, Mapping)], "dev", path)
        known = {pypi_name(name) for name in groups}
        for name, others in includes.items():
            self.problems += [
                f"dependency-groups.{name} includes {printable(other)}, and there is no such group"
                for other in others
                if other not in known
            ]
        if circle := _circle(includes):
            self.problems.append(f"dependency-groups.{circle} includes itself")

    def client(self) -> str:
        """Name the client that the document is written for; empty when it does not tell."""
        tools = self._tables("tool")
        backend = _text(self._tables("build-system"), "build-backend")
        for name in _CLIENTS:
            if isinstance(tools.get(name), Mapping):
                return name
        return next((client for prefix, client in _BACKENDS if backend.partition(".")[0].startswith(prefix)), "")


def _circle(includes: Mapping[str, list[str]]) -> str:
    """Name a group that includes itself, if only through others; empty when there is none."""
    state: dict[str, bool] = {}
    for start in includes:
        stack = [(start, iter(includes[start]))] if start not in state else []
        state.setdefault(start, False)
        while stack:
            name, others = stack[-1]
            other = next(others, None)
            if other is None:
                state[name] = True
                stack.pop()
            elif other not in state:
                state[other] = False
                stack.append((other, iter(includes.get(other, ()))))
            elif not state[other]:
                return other
    return ""


def _enriched(found: list[Declared], poetry: Iterable[Declared], *, alone: bool) -> list[Declared]:
    """Add Poetry's tables.

    Where [project] names the dependencies, `tool.poetry.dependencies` only say more of them, such as where each comes
    from, and Poetry passes over what [project] does not name; `alone` says that it does not name any.
    """
    standing: dict[str, list[int]] = {}
    for at, one in enumerate(found):
        if one.group.startswith("project."):
            standing.setdefault(one.name, []).append(at)
    added = []
    for one in poetry:
        if one.group != "tool.poetry.dependencies" or alone:
            added.append(one)
        elif one.source != "registry":
            for at in standing.get(one.name, ()):
                found[at] = msgspec.structs.replace(found[at], source=one.source, specifier=one.specifier)
    return found + added


def _sourced(found: Iterable[Declared], sources: Mapping[str, Any]) -> Iterator[Declared]:
    """Apply [tool.uv.sources]: a name's address, or several under markers."""
    by_name = {pypi_name(name): rows for name, rows in sources.items()}
    for one in found:
        rows = by_name.get(one.name)
        row = next((each for each in (rows if isinstance(rows, list) else [rows]) if isinstance(each, Mapping)), None)
        yield one if row is None else _addressed(one, row)


def _addressed(one: Declared, row: Mapping[str, Any]) -> Declared:
    if isinstance(row.get("git"), str):
        revision = next((row[key] for key in ("rev", "tag", "branch") if isinstance(row.get(key), str)), "")
        return msgspec.structs.replace(one, source="git", specifier=vcs_address(row["git"], revision))
    if isinstance(row.get("url"), str):
        return msgspec.structs.replace(one, source=url_source(row["url"]), specifier=without_credentials(row["url"]))
    if isinstance(row.get("path"), str):
        return msgspec.structs.replace(one, source=path_source(row["path"]), specifier=row["path"])
    return msgspec.structs.replace(one, source="workspace") if row.get("workspace") is True else one


def read_pyproject(path: Path, data: bytes, files: Files) -> ProjectManifest:
    """Read what a project asks for; what is wrong with parts of it stands in `problems`. Raises UnreadableError."""
    document = toml_file(data) if data.strip() else {}
    lines = TomlLines(plain_text(data) if data.strip() else "")
    reading = _Reading(path, document, lines, files)
    project, poetry = _table(document, "project"), _table(document, "tool", "poetry")
    members = _table(document, "tool", "uv", "workspace").get("members")
    classifiers = project.get("classifiers")
    return ProjectManifest(
        "pypi",
        _text(project, "name") or _text(poetry, "name"),
        _text(project, "version") or _text(poetry, "version"),
        reading.read(),
        members=tuple(one for one in members if isinstance(one, str)) if isinstance(members, list) else (),
        client=reading.client(),
        private=isinstance(classifiers, list) and any(str(one).startswith("Private ::") for one in classifiers),
        problems=tuple(dict.fromkeys(reading.problems)),
    )


def _matches(path: PurePath) -> bool:
    return path.name == "pyproject.toml"


PYPROJECT = ManifestFormat("pyproject.toml", "pypi", _matches, read_pyproject, "uv lock")
