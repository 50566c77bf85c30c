"""deno.lock, versions 2 to 5: the npm packages of a Deno project.

The versions' meaning is that of Deno's own reader (the deno_lockfile crate, `transforms.rs`). What a project takes
from jsr or by URL is no npm package: it is counted, and the user is told that it was not read.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

import msgspec

from customhouse.ecosystems.documents import UnreadableError, json_document, plain_bytes
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.json_keys import SEPARATOR, RepeatedKeyError, object_lines
from customhouse.ecosystems.lockfile import LockfileFormat, failed, in_short, printable
from customhouse.ecosystems.npm.lockfiles import entry as npm_entry
from customhouse.ecosystems.npm.lockfiles.scopes import Wishes, scopes
from customhouse.ecosystems.npm.lockfiles.tree import project_beside
from customhouse.ecosystems.npm.projects.specifiers import read_specifier, split_descriptor
from customhouse.model.locked import Importer, LockedPackage, Source

FORMAT_ID = "deno-lock"
HINT = "regenerate it with `deno install --lockfile-only`, and look at what changes"
#: Version → where its table of npm packages stands.
_TABLES = {"2": ("npm", "packages"), "3": ("packages", "npm"), "4": ("npm",), "5": ("npm",)}
#: Version from which an entry says whether it has install scripts.
_TELLS_SCRIPTS = "5"


class _Entry(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """One npm package. Dependencies are an object up to version 3, a list from 4 on."""

    integrity: str = ""
    dependencies: dict[str, str] | list[str] = []
    optional_dependencies: list[str] = []
    tarball: str = ""
    scripts: bool = False


class _PackageJson(msgspec.Struct, frozen=True, gc=False):
    dependencies: list[str] = []


class _Member(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """A project: what its deno.json asks for, and what its package.json does."""

    dependencies: list[str] = []
    package_json: _PackageJson = _PackageJson()

    @property
    def wanted(self) -> Iterator[str]:
        """Every npm requirement, `npm:a@^1`."""
        yield from (one for one in (*self.dependencies, *self.package_json.dependencies) if one.startswith("npm:"))


class _Workspace(_Member, frozen=True, rename="camel", gc=False):
    members: dict[str, _Member] = {}


class _Jsr(msgspec.Struct, frozen=True, gc=False):
    dependencies: list[str] = []


class _Tables(msgspec.Struct, frozen=True):
    """What every version has, under the names that version 4 gave it. Requirements and ids have no `npm:`."""

    npm: dict[str, _Entry]
    specifiers: dict[str, str]
    jsr: dict[str, _Jsr]


class _Document(msgspec.Struct, frozen=True):
    version: Any = None
    npm: dict[str, Any] = {}
    jsr: Any = {}
    specifiers: Any = {}
    packages: dict[str, Any] = {}
    remote: dict[str, str] = {}
    workspace: _Workspace = _Workspace()


_DOCUMENT = msgspec.json.Decoder(_Document)


def _bare(text: str) -> str:
    return text.removeprefix("npm:")


def _tables(document: _Document, problems: list[str]) -> _Tables:
    """Bring any known version into the shape of version 4. Raises msgspec.ValidationError."""
    npm: Any = document.npm
    jsr, specifiers = document.jsr, document.specifiers
    if document.version == "2":
        npm, specifiers = document.npm.get("packages", {}), document.npm.get("specifiers", {})
    elif document.version == "3":
        npm, specifiers = document.packages.get("npm", {}), document.packages.get("specifiers", {})
        jsr = document.packages.get("jsr", {})
    entries: dict[str, _Entry] = {}
    for key, one in msgspec.convert(npm, dict[str, Any]).items():
        try:
            entries[key] = msgspec.convert(one, _Entry)
        except msgspec.ValidationError as error:
            problems.append(f"entry {printable(key)}: {error}")
    wanted = {}
    for name, found in msgspec.convert(specifiers, dict[str, str]).items():
        if document.version != "2" and not name.startswith("npm:"):
            continue
        real = split_descriptor(_bare(name))[0]
        # Versions 2 and 3 give the whole id, later ones the version alone.
        wanted[_bare(name)] = _bare(found) if document.version in ("2", "3") else f"{real}@{found}"
    return _Tables(entries, wanted, msgspec.convert(jsr, dict[str, _Jsr]))


class _Lock:
    """The npm packages with their edges."""

    def __init__(self, tables: _Tables, problems: list[str]) -> None:
        self.problems = problems
        self.entries = tables.npm
        self.tables = tables
        self._by_name: dict[str, list[str]] = {}
        for key in self.entries:
            self._by_name.setdefault(split_descriptor(key)[0], []).append(key)

    def wanted(self, requirement: str) -> str | None:
        """Return the key of the entry that a requirement (`a@^1`) leads to."""
        found = self.tables.specifiers.get(requirement)
        return found if found in self.entries else None

    def _find(self, dependency: str) -> str | None:
        """Read one dependency of version 4 and later: `a`, `a@1.0.0`, or `b@npm:a@1.0.0` where it is renamed."""
        name, wanted = split_descriptor(dependency)
        if wanted.startswith("npm:"):
            dependency = _bare(wanted)
        elif not wanted:
            keys = self._by_name.get(name, [])
            return keys[-1] if keys else None  # the only one; of several, Deno takes the last
        return dependency if dependency in self.entries else None

    def edges(self, key: str, dependencies: dict[str, str] | list[str], *, needed: bool) -> list[str]:
        """Return the keys that an entry's dependencies lead to; what is needed and not there is a problem."""
        found = []
        for one in dependencies.values() if isinstance(dependencies, dict) else dependencies:
            other = (one if one in self.entries else None) if isinstance(dependencies, dict) else self._find(one)
            if other is not None:
                found.append(other)
            elif needed:
                self.problems.append(f"{printable(key)} needs {printable(one)}, which the lock does not pin")
        return found


def _projects(lock: _Lock, document: _Document, folder: Path, files: Files) -> tuple[tuple[Importer, ...], Wishes]:
    """Tell who asks for what: the workspace's members, and the code itself, whose imports no manifest states."""
    wishes = Wishes()
    projects = {"": list(document.workspace.wanted)}
    projects |= {own: list(member.wanted) for own, member in document.workspace.members.items()}
    stated = {_bare(one) for wanted in projects.values() for one in wanted}
    by_jsr = {_bare(one) for jsr in lock.tables.jsr.values() for one in jsr.dependencies if one.startswith("npm:")}
    for requirement in lock.tables.specifiers:
        if requirement not in stated and not by_jsr & {requirement, split_descriptor(requirement)[0]}:
            projects[""].append(requirement)
    for requirement in by_jsr:
        found = lock.wanted(requirement)
        wishes.prod += [found] if found else []
    importers = []
    for own, wanted in projects.items():
        dev = _only_development(folder / own, files)
        keys = []
        for one in wanted:
            found = lock.wanted(_bare(one))
            if found is None:
                who = printable(own) if own else "the project"
                lock.problems.append(f"{who} needs {printable(_bare(one))}, which the lock does not pin")
                continue
            keys.append(found)
            (wishes.dev if split_descriptor(_bare(one))[0] in dev else wishes.prod).append(found)
        # Deno writes requirements in a form of its own (`^14.0.0` is `14`), so they say nothing of the manifest's text.
        importers.append(Importer(own, "", tuple(dict.fromkeys(keys))))
    return tuple(importers), wishes


def _only_development(folder: Path, files: Files) -> set[str]:
    """Name the packages that a folder's package.json wants for development alone; the lock does not tell."""
    project = project_beside(folder, files)
    if project is None:
        return set()
    dev, others = (
        {read_specifier(name, wanted).name for name, wanted in table.items()}
        for table in (project.dev_dependencies, {**project.dependencies, **project.optional_dependencies})
    )
    return dev - others


def _packages(
    lock: _Lock, importers: tuple[Importer, ...], wishes: Wishes, document: _Document, lines: Mapping[str, int]
) -> Iterator[LockedPackage]:
    required: dict[str, list[str]] = {}
    optional: dict[str, list[str]] = {}
    for key, one in lock.entries.items():
        if one.dependencies:
            required[key] = lock.edges(key, one.dependencies, needed=True)
        if one.optional_dependencies:
            optional[key] = lock.edges(key, one.optional_dependencies, needed=False)
    scope_of = scopes(lock.entries, wishes, required, optional, {})
    direct = {key for one in importers for key in one.requires}
    start = SEPARATOR.join((*_TABLES[document.version], ""))
    for key, one in lock.entries.items():
        name, rest = split_descriptor(key)
        version = rest.partition("_")[0]  # what follows are the peers that it was resolved with
        address = npm_entry.without_credentials(one.tarball)
        artifacts, problem = npm_entry.artifacts(one.integrity, address)
        problem = npm_entry.name_problem(name) or npm_entry.version_problem(name, version) or problem
        line = lines.get(start + key)
        if problem:
            lock.problems.append(f"{f'line {line}: ' if line else ''}entry {printable(key)}: {problem}")
            continue
        yield LockedPackage(
            "npm",
            name,
            version,
            source=npm_entry.origin(address, name, version),
            resolved=address,
            artifacts=artifacts,
            scope=scope_of[key],
            dependency="direct" if key in direct else "transitive",
            key=key,
            line=line,
            has_install_script=one.scripts if document.version == _TELLS_SCRIPTS else None,
            requires=tuple(dict.fromkeys((*required.get(key, ()), *optional.get(key, ())))),
        )


def _left_out(jsr: int, remote: int) -> str:
    if not jsr and not remote:
        return ""
    counted = [f"{jsr} jsr"] * bool(jsr) + [f"{remote} remote"] * bool(remote)
    modules = "module is" if jsr + remote == 1 else "modules are"
    return (
        f"{' and '.join(counted)} {modules} outside npm and PyPI and {'was' if jsr + remote == 1 else 'were'} not read"
    )


def _read(path: Path, data: bytes, files: Files) -> tuple[Source, ...]:
    try:
        document = json_document(data, _DOCUMENT)
        lines = object_lines(plain_bytes(data))
    except UnreadableError as error:
        return failed(path, FORMAT_ID, f"cannot be read: {error}", HINT)
    except msgspec.ValidationError as error:
        return failed(path, FORMAT_ID, f"is not what Deno writes: {error}", HINT)
    except RepeatedKeyError as error:
        return failed(path, FORMAT_ID, f"cannot be trusted: {error}", HINT)
    version = document.version
    if not isinstance(version, str) or version not in _TABLES:
        which = "no version" if version is None else f"version {printable(str(version))}"
        reason = f"has {which}, and 2 to 5 are known"
        return (Source(str(path), FORMAT_ID, "unsupported", (), reason, "write it anew with Deno 2: `deno install`"),)
    problems: list[str] = []
    try:
        lock = _Lock(_tables(document, problems), problems)
    except msgspec.ValidationError as error:
        return failed(path, FORMAT_ID, f"is not what Deno writes: {error}", HINT)
    importers, wishes = _projects(lock, document, path.parent, files)
    packages = tuple(_packages(lock, importers, wishes, document, lines))
    if problems:
        return failed(path, FORMAT_ID, in_short(problems), HINT, packages, importers)
    left_out = _left_out(len(lock.tables.jsr), len(document.remote))
    return (Source(str(path), FORMAT_ID, "parsed", packages, left_out, importers=importers),)


def _matches(path: PurePath) -> bool:
    return path.name == "deno.lock"


DENO_LOCK = LockfileFormat(FORMAT_ID, "npm", _matches, _read)
