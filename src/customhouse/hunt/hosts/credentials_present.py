"""Which credentials a machine holds: files by their path, variables by their name. No value is ever kept."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from customhouse.hunt.hosts.credential_kinds import (
    KIND_OF_GROUP,
    OF_HOME,
    OF_SYSTEM,
    PROJECT_FILES,
    is_credential_name,
)
from customhouse.hunt.hosts.persistence.shell_files import HOME_FILES, SYSTEM_FILES
from customhouse.hunt.hosts.systems import Home, System, systems
from customhouse.hunt.hosts.tree import Part, Tree, shown
from customhouse.hunt.notes import Notebook, Notes
from customhouse.model.exposure import AssetExposure, CredentialPlace

_MAX_PLACES = 20_000
#: Names of one file.
_MAX_NAMES = 500
_MAX_BYTES = 4 << 20
_ENV = re.compile(r"\s*(?:export\s+|set\s+-\w*x\w*\s+|set\s+|\$env:)?([A-Za-z_][A-Za-z0-9_.]{0,120})\s*[=\s]")
#: Keys of npm's and yarn's configuration that hold a credential; what is before the last colon is a host.
_NPM_KEY = re.compile(
    r"\s*(?:.*:)?[\"']?(_authToken|_auth|_password|npmAuthToken|npmAuthIdent|//.*:_authToken)[\"']?\s*[=:\s]",
    re.IGNORECASE,
)
#: Files of ~/.ssh that are no private key.
_NOT_KEYS = re.compile(r".*\.pub|known_hosts.*|config|authorized_keys.*|environment|rc|agent.*|.*\.sock", re.IGNORECASE)
_PACKAGES = frozenset({"node_modules", "site-packages", "dist-packages", ".git", "__pycache__", ".cache", "Caches"})


def credentials_present(
    root: Path | None, homes: Sequence[Path] = (), notes: Notes | None = None
) -> tuple[CredentialPlace, ...]:
    """Name the credential files and variables of the live machine (root None) or of an image, sorted.

    Of files that hold variables only the variables' names are told. What cannot be read goes to `notes`.
    """
    found = (place for each in exposed_machines(root, homes, notes) for place in each.places)
    return _sorted(found)


def exposed_machines(
    root: Path | None, homes: Sequence[Path] = (), notes: Notes | None = None
) -> tuple[AssetExposure, ...]:
    """Say the same machine by machine, as an image may hold several; one that holds nothing is told too."""
    found: dict[tuple[str, str], set[CredentialPlace]] = {}
    for system in systems(root, notes if notes is not None else Notebook(), homes):
        places = found.setdefault((system.asset, shown(system.tree.root)), set())
        _collect(system.tree, _of_system(system), places)
    return tuple(AssetExposure(asset, _sorted(places), root=top) for (asset, top), places in found.items())


def exposed_homes(homes: Sequence[Path], notes: Notes | None = None) -> tuple[AssetExposure, ...]:
    """Name what lies in homes of this machine alone, each an asset; the machine's own files are left aside."""
    found = []
    wanted = {os.path.realpath(home): home for home in homes}
    for system in systems(None, notes if notes is not None else Notebook(), homes):
        for home in system.homes:
            if home.real in wanted:
                places: set[CredentialPlace] = set()
                _collect(system.tree, _of_home(system, home), places)
                own = shown(os.path.abspath(wanted[home.real]))  # noqa: PTH100 - links are left as the user wrote them
                found.append(AssetExposure(own, _sorted(places), root=own))
    return tuple(found)


def _collect(tree: Tree, places: Iterator[CredentialPlace], found: set[CredentialPlace]) -> None:
    for place in places:
        if len(found) >= _MAX_PLACES:
            tree.refuse(tree.root, f"more than {_MAX_PLACES} places of credentials")
            return
        found.add(place)


def _sorted(places: Iterable[CredentialPlace]) -> tuple[CredentialPlace, ...]:
    return tuple(sorted(set(places), key=lambda place: (place.kind, place.path, place.names)))


def _of_system(system: System) -> Iterator[CredentialPlace]:
    tree = system.tree
    if system.live:
        names = tuple(sorted(name for name in os.environ if is_credential_name(name)))
        if names:
            yield CredentialPlace("environment", "", names[:_MAX_NAMES])
    for kind, path in OF_SYSTEM[system.platform]:
        for real in tree.find(_parts(path)):
            if tree.is_file(real):
                yield _place(tree, kind, real)
    for real in tree.present(SYSTEM_FILES):
        yield from _variables(tree, real, "environment")
    for home in system.homes:
        yield from _of_home(system, home)


def _of_home(system: System, home: Home) -> Iterator[CredentialPlace]:
    tree = system.tree
    for kind, path in OF_HOME:
        for real in tree.find(_parts(f"{home.inner}/{path}")):
            if tree.is_file(real):
                yield _place(tree, kind, real, home.user)
    for real in tree.files(f"{home.inner}/.ssh"):
        if not _NOT_KEYS.fullmatch(os.path.basename(real)):  # noqa: PTH119 - as in the tree
            yield _place(tree, "ssh", real, home.user)
    for real in tree.present(f"{home.inner}/{name}" for name in HOME_FILES):
        yield from _variables(tree, real, "environment", home.user)
    for folder in tree.walk(home.real, enter=lambda name: name not in _PACKAGES):
        for name in folder.files:
            match = PROJECT_FILES.fullmatch(name)
            if match and match.lastgroup:
                yield from _of_project(tree, f"{folder.path}{os.sep}{name}", KIND_OF_GROUP[match.lastgroup], home.user)


def _of_project(tree: Tree, real: str, kind: str, user: str) -> Iterator[CredentialPlace]:
    if kind == "env-files":
        yield from _variables(tree, real, kind, user)
    elif kind == "npm-token":
        names = _names(tree, real, _NPM_KEY)
        if names:
            yield _place(tree, kind, real, user, names)
    else:
        yield _place(tree, kind, real, user)


def _variables(tree: Tree, real: str, kind: str, user: str = "") -> Iterator[CredentialPlace]:
    """Name the variables that a file sets: of a .env file all, of a shell's only those that hold credentials."""
    names = _names(tree, real, _ENV)
    if kind != "env-files":
        names = tuple(name for name in names if is_credential_name(name))
    if names:
        yield _place(tree, kind, real, user, names)


def _names(tree: Tree, real: str, pattern: re.Pattern[str]) -> tuple[str, ...]:
    """Find names line by line; what stands behind one is dropped with its line."""
    if (tree.size(real) or 0) > _MAX_BYTES:
        tree.refuse(real, f"larger than {_MAX_BYTES >> 20} MiB, and not looked through for names of variables")
        return ()
    names: dict[str, None] = {}
    for _, line in tree.lines(real):
        match = pattern.match(line.decode("utf-8", "replace"))
        if match and len(names) < _MAX_NAMES:
            names[match[1]] = None
    return tuple(sorted(names))


def _place(tree: Tree, kind: str, real: str, user: str = "", names: tuple[str, ...] = ()) -> CredentialPlace:
    times = tree.times(real)
    return CredentialPlace(kind, shown(real), names, user, times.modified if times is not None else None)


def _parts(path: str) -> tuple[Part, ...]:
    return tuple(re.compile(_wild(part)) if "*" in part else part for part in path.split("/") if part)


def _wild(part: str) -> str:
    return r"[^/\n]*".join(re.escape(piece) for piece in part.split("*"))
