"""yarn.lock as yarn 1 writes it (and bun, asked for one): flat, keyed by descriptor, without a word on the project.

Who asks for what stands in the manifests alone: package.json beside the lock, and those of its workspaces.
"""

import posixpath
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from customhouse.ecosystems.documents import UnreadableError, plain_text
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.lockfile import failed, in_short, printable
from customhouse.ecosystems.npm.lockfiles import entry as npm_entry
from customhouse.ecosystems.npm.lockfiles.scopes import Wishes, scopes
from customhouse.ecosystems.npm.lockfiles.tree import Project, project_beside
from customhouse.ecosystems.npm.lockfiles.yarn_classic_text import Block, take_apart
from customhouse.ecosystems.npm.projects.members import member_folders, patterns_of
from customhouse.ecosystems.npm.projects.specifiers import read_specifier, split_descriptor
from customhouse.model.digest import Digest
from customhouse.model.locked import Importer, LockedArtifact, LockedPackage, Source, SourceKind
from customhouse.versions import npm

FORMAT_ID = "yarn-lock"
HINT = "regenerate it with `yarn install --ignore-scripts`, and look at what changes"
_ARCHIVES = (".tgz", ".tar.gz", ".tar")
_SHA1_HEX = 40
_HEX = frozenset("0123456789abcdef")


class _Entry(msgspec.Struct, frozen=True):
    """A block under one of the names that it is installed under; yarn merges descriptors that lead to one archive."""

    key: str
    installed: str
    block: Block


class _Lock:
    """The blocks of a lock, asked by descriptor."""

    def __init__(self, blocks: list[Block], root: Project | None) -> None:
        self.problems: list[str] = []
        self.entries: list[_Entry] = []
        #: Descriptor → key of the entry it leads to.
        self.keys: dict[str, str] = {}
        for block in blocks:
            first: dict[str, str] = {}
            for descriptor in block.descriptors:
                installed = split_descriptor(descriptor)[0]
                if installed not in first:
                    first[installed] = descriptor
                    self.entries.append(_Entry(descriptor, installed, block))
                self.keys[descriptor] = first[installed]
        self._resolutions = dict(_resolutions(root))

    def find(self, name: str, wanted: str) -> str | None:
        """Return the key of the entry that a dependency leads to; a resolution of the project overrides its range."""
        found = self.keys.get(f"{name}@{wanted}")
        if found is None and not wanted:
            found = self.keys.get(name)
        if found is None and name in self._resolutions:
            found = self.keys.get(f"{name}@{self._resolutions[name]}")
        return found

    def edges(self, table: str, members: Mapping[str, str]) -> dict[str, list[str]]:
        """Resolve one table of every entry; `members` leads the names of the project's own parts to their keys.

        What a required entry lacks is a problem.
        """
        edges: dict[str, list[str]] = {}
        for one in self.entries:
            for name, wanted in one.block.sections.get(table, {}).items():
                found = self.find(name, wanted) or members.get(name)
                if found is not None:
                    edges.setdefault(one.key, []).append(found)
                elif table == "dependencies":
                    self.problems.append(
                        f"line {one.block.line}: {printable(one.key)} needs {printable(f'{name}@{wanted}')},"
                        " which the lock does not pin"
                    )
        return edges


def _resolutions(root: Project | None) -> Iterator[tuple[str, str]]:
    """Give the overrides of package.json, each by the package that it is for: `a/**/@s/b` is for `@s/b`."""
    table = root.resolutions if root is not None else None
    for pattern, wanted in table.items() if isinstance(table, dict) else ():
        if isinstance(wanted, str):
            parts = pattern.split("/")
            yield ("/".join(parts[-2:]) if len(parts) > 1 and parts[-2].startswith("@") else parts[-1]), wanted


def read_classic(path: Path, data: bytes, files: Files) -> tuple[Source, ...]:
    """Read a lock of version 1. Never raises: what is wrong is said in the Source."""
    try:
        text = take_apart(plain_text(data))
    except UnreadableError as error:
        return failed(path, FORMAT_ID, f"cannot be read: {error}", HINT)
    if text.version > 1:
        return (
            Source(
                str(path),
                FORMAT_ID,
                "unsupported",
                (),
                f"is of yarn lockfile version {text.version}, and 1 is known (and what yarn 2 and later write)",
                "update customhouse, or write the lock anew with yarn 1 or yarn 4",
            ),
        )
    if not text.blocks and text.problems:
        return failed(path, FORMAT_ID, f"is no lock that yarn writes: {in_short(text.problems)}", HINT)
    root = project_beside(path.parent, files)
    projects = dict(_projects(path.parent, root, files))
    lock = _Lock(text.blocks, root)
    members = {_name(one): f"{_name(one)}@workspace:{folder}" for folder, one in projects.items() if folder}
    required, optional = lock.edges("dependencies", members), lock.edges("optionalDependencies", members)
    importers, wishes = _importers(lock, projects, members)
    if root is None:
        importers, wishes = _guessed(lock, required, optional)
    direct = {key for one in importers for key in one.requires}
    scope_of = scopes([one.key for one in lock.entries], wishes, required, optional, {})
    packages = []
    problems = text.problems + lock.problems
    for one in lock.entries:
        package, problem = _package(one)
        if problem:
            problems.append(f"line {one.block.line}: entry {printable(one.key)}: {problem}")
            continue
        packages.append(
            msgspec.structs.replace(
                package,
                scope=scope_of[one.key],
                dependency="direct" if one.key in direct else "transitive",
                requires=tuple(dict.fromkeys((*required.get(one.key, ()), *optional.get(one.key, ())))),
            )
        )
    packages += _members(projects, members, importers)
    if problems:
        return failed(path, FORMAT_ID, in_short(problems), HINT, packages, importers)
    return (Source(str(path), FORMAT_ID, "parsed", tuple(packages), importers=importers),)


def _members(
    projects: Mapping[str, Project], members: Mapping[str, str], importers: tuple[Importer, ...]
) -> Iterator[LockedPackage]:
    """Give an entry for each member of the workspace, as yarn itself lists them; the lock leaves them out."""
    for one in importers:
        name, version = one.name, projects[one.folder].version if one.folder in projects else None
        if one.folder and not npm_entry.name_problem(name) and members.get(name) == f"{name}@workspace:{one.folder}":
            yield LockedPackage(
                "npm",
                name,
                version if isinstance(version, str) and npm.parse(version) is not None else None,
                source="workspace",
                resolved=one.folder,
                dependency="direct",
                key=members[name],
                requires=one.requires,
            )


def _projects(folder: Path, root: Project | None, files: Files) -> Iterator[tuple[str, Project]]:
    if root is None:
        return
    yield "", root
    for own in member_folders(folder, patterns_of(root.workspaces), files):
        member = project_beside(folder / own, files)
        if member is not None:
            yield own, member


def _name(project: Project) -> str:
    return project.name if isinstance(project.name, str) else ""


def _importers(
    lock: _Lock, projects: Mapping[str, Project], members: Mapping[str, str]
) -> tuple[tuple[Importer, ...], Wishes]:
    importers, wishes = [], Wishes()
    for folder, project in projects.items():
        keys: list[str] = []
        for table, wanted in (
            (project.dependencies, wishes.prod),
            (project.optional_dependencies, wishes.optional),
            (project.dev_dependencies, wishes.dev),
        ):
            for name, specifier in table.items():
                found = lock.find(name, specifier) or members.get(name)
                if found is not None:
                    keys.append(found)
                    wanted.append(found)
        importers.append(Importer(folder, _name(project), tuple(dict.fromkeys(keys))))
    return tuple(importers), wishes


def _guessed(
    lock: _Lock, required: Mapping[str, list[str]], optional: Mapping[str, list[str]]
) -> tuple[tuple[Importer, ...], Wishes]:
    """Take what nothing requires for the project's own wishes, where no manifest states them."""
    led_to = {key for edges in (required, optional) for keys in edges.values() for key in keys}
    first = [one.key for one in lock.entries if one.key not in led_to]
    return (Importer("", "", tuple(first)),), Wishes(prod=first)


def _package(one: _Entry) -> tuple[LockedPackage, str]:
    """Read one entry into a package, and say what is wrong with it."""
    fields = one.block.fields
    wanted = read_specifier(one.installed, split_descriptor(one.key)[1])
    name = fields.get("name") or wanted.name
    version = fields.get("version")
    base, _, fragment = npm_entry.without_credentials(fields.get("resolved", "")).partition("#")
    kind: SourceKind = wanted.source
    resolved = base
    if kind == "git" or npm_entry.origin(base, name, version) == "git":
        kind = "git"
        resolved = f"{base}#{fragment}" if fragment else base
    elif base:
        kind = npm_entry.origin(base, name, version)
    elif kind == "file":
        resolved = posixpath.normpath(wanted.wanted.partition(":")[2] or wanted.wanted)
        if not resolved.startswith(("..", "/", "~")) and not resolved.endswith(_ARCHIVES):
            kind = "workspace"
    artifacts, problem = npm_entry.artifacts(fields.get("integrity"), base)
    if not fields.get("integrity") and kind != "git" and len(fragment) == _SHA1_HEX and _HEX.issuperset(fragment):
        # Before 1.10 yarn kept no more of an archive than its SHA-1.
        artifacts = (LockedArtifact(url=artifacts[0].url if artifacts else "", digests=(Digest("sha1", fragment),)),)
    problem = npm_entry.name_problem(one.installed) or npm_entry.name_problem(name) or problem
    if not problem:
        problem = npm_entry.version_problem(name, version) if version else "has no version"
    return LockedPackage(
        "npm",
        name,
        version,
        source=kind,
        resolved=resolved,
        artifacts=artifacts,
        key=one.key,
        line=one.block.line,
        alias=one.installed if one.installed != name else "",
    ), problem
