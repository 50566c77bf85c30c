"""Which systems' trees stand below a folder, told by what they hold, and whose homes are in them."""

import os
import platform as machine
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from customhouse.hunt.hosts.tree import Tree, shown
from customhouse.hunt.notes import Notes
from customhouse.model.campaign import Platform

#: Names at the top of a system's tree (in lower case): those that tell it alone, and those of which two are needed.
_SIGNS: tuple[tuple[Platform, frozenset[str], frozenset[str]], ...] = (
    ("windows", frozenset({"windows", "programdata", "documents and settings"}), frozenset({"users", "program files"})),
    ("macos", frozenset({"library", "applications", "volumes"}), frozenset({"users", "private", "system"})),
    ("linux", frozenset({"home", "lib", "boot"}), frozenset({"etc", "usr", "var", "root", "opt", "tmp", "dev"})),
)
#: Folders between the root and a system's tree, as in `evidence/laptop-3/C/Windows`.
_MAX_DEPTH = 3
_MAX_SYSTEMS = 256
_MAX_HOMES = 5000
_MAX_ACCOUNTS = 1 << 22
#: What a home holds that no tree of a system does.
_HOME_SIGNS = frozenset(
    {".ssh", ".config", ".bashrc", ".bash_history", ".zshrc", ".zsh_history", ".profile", ".npmrc", "appdata", ".local"}
)
#: What no home holds: a container's root may be somebody's home as well.
_NO_HOME = frozenset({"etc", "usr", "windows", "programdata", "system"})
#: Homes of the system's own accounts that are its folders, and no home's; jenkins, runners and databases have theirs
#: anywhere else (`/var/jenkins_home`, `/data/runner`).
_OF_SYSTEM = re.compile(
    r"[^/].*|/*|/(?:bin|sbin|boot|etc|lib\d*|usr|var|home|mnt|media|tmp|run|nonexistent)/*|/(?:dev|proc|sys|run/user)(?:/.*)?"
    r"|/usr/(?:s?bin|lib|share|games)(?:/.*)?|/var/(?:adm|backups|cache|lib|log|mail|run|spool|tmp|empty)(?:/[^/]+)?/*"
    r"|/etc/.*|/run/[^/]+/*|"
)
_NOT_USERS = frozenset({"all users", "default user", "shared", ".localized", "desktop.ini"})


class Home(msgspec.Struct, frozen=True):
    """A user's folder: the path as the machine names it, and where it stands."""

    user: str
    inner: str
    real: str


class System(msgspec.Struct, frozen=True):
    """One system's tree. `asset` names the machine; `sure` is False where the tree does not tell its platform."""

    platform: Platform
    tree: Tree
    asset: str
    homes: tuple[Home, ...]
    live: bool = False
    sure: bool = True


def live_platform() -> Platform:
    """Say what this machine runs."""
    return {"darwin": "macos", "win32": "windows"}.get(sys.platform, "linux")  # type: ignore[return-value]


def _own_root() -> str:
    """The top of this machine's own system."""
    return os.environ.get("SYSTEMDRIVE", "C:") + "\\" if os.name == "nt" else os.sep


def systems(
    root: Path | None, notes: Notes, homes: Sequence[Path] = (), *, one_filesystem: bool = True
) -> Iterator[System]:
    """Give the live machine's system (root None, or its own root), or every one found below a folder.

    A folder may be several systems' at once, as dumps of evidence are, and one that is none's is taken for all three's.
    `homes` are more homes, of this machine's or within the root.
    """
    top = os.path.realpath(root) if root is not None else _own_root()
    live = root is None or top == _own_root()
    if live:
        platform = live_platform()
        tree = Tree(top, notes, folded=platform != "linux", one_filesystem=one_filesystem)
        yield System(platform, tree, machine.node() or "this machine", _homes(tree, platform, homes), live=True)
        return
    plain = Tree(top, notes, one_filesystem=one_filesystem)
    found = list(_below(plain, top))
    if len(found) > _MAX_SYSTEMS:
        plain.refuse(top, f"more than {_MAX_SYSTEMS} systems' trees stand below it")
    trees = [
        (Tree(place, notes, folded=platform != "linux", one_filesystem=one_filesystem), platform)
        for place, platform in found[:_MAX_SYSTEMS]
    ]
    names = [_asset(tree, platform) for tree, platform in trees]
    roots: dict[str, set[str]] = {}
    for name, (tree, _) in zip(names, trees, strict=True):
        roots.setdefault(name, set()).add(tree.root)
    for name, (tree, platform) in zip(names, trees, strict=True):
        # Images of one template are called alike, and are not one machine.
        own = name if len(roots[name]) == 1 else f"{name} ({shown(tree.root)})"
        yield System(platform, tree, own, _homes(tree, platform, homes))
    if not found:
        for platform in ("linux", "macos", "windows"):
            tree = Tree(top, notes, folded=platform != "linux", one_filesystem=one_filesystem)
            here = (Home(shown(os.path.basename(top)), "", tree.root),)  # noqa: PTH119 - as in the tree
            yield System(platform, tree, shown(top), (*here, *_given(tree, homes)), sure=False)


def _below(tree: Tree, top: str) -> Iterator[tuple[str, Platform]]:
    """Give every folder that looks like the top of a system; what lies in one is its own."""
    seen: set[str] = set()
    for folder in tree.walk(top, _MAX_DEPTH):
        inside = any(folder.path == each or folder.path.startswith(each + os.sep) for each in seen)
        if inside and folder.path not in seen:
            continue
        names = {name.lower() for name in folder.folders}
        if names & _HOME_SIGNS and not names & _NO_HOME:  # `Library` in a home is not the system's
            continue
        for platform, alone, together in _SIGNS:
            if names & alone or len(names & together) > 1:
                if platform == "linux" and not names & {"etc", "home", "usr", "lib", "boot"} and "private" in names:
                    continue
                seen.add(folder.path)
                yield folder.path, platform


def _asset(tree: Tree, platform: Platform) -> str:
    """Name a machine by what its tree calls it, or by the folder where the tree stands."""
    name = tree.resolve("/etc/hostname") if platform == "linux" else None
    text = (tree.read(name, 1024) or b"").decode("utf-8", "replace").strip() if name is not None else ""
    return text.split("\n")[0][:253] or shown(tree.root)


def _homes(tree: Tree, platform: Platform, more: Sequence[Path]) -> tuple[Home, ...]:
    found: dict[str, Home] = {}
    if _HOME_SIGNS.intersection(map(str.lower, tree.names(tree.root))):  # as in containers
        found[tree.root] = Home("root", "", tree.root)
    for inner, user in _named_homes(tree, platform):
        real = tree.resolve(inner)
        if real is None or real == tree.root or not tree.is_folder(real):
            continue
        if len(found) >= _MAX_HOMES:
            tree.refuse(real, f"more than {_MAX_HOMES} homes")
            break
        found.setdefault(real, Home(shown(user), inner, real))
    for home in _given(tree, more):
        found.setdefault(home.real, home)
    return tuple(found.values())


def _given(tree: Tree, homes: Sequence[Path]) -> Iterator[Home]:
    """Give the homes that were named and lie in this tree."""
    for each in homes:
        real = os.path.realpath(each)
        if real.startswith(tree.root.rstrip(os.sep) + os.sep):
            yield Home(shown(os.path.basename(real)), tree.inner(real), real)  # noqa: PTH119 - as in the tree


def _named_homes(tree: Tree, platform: Platform) -> Iterator[tuple[str, str]]:
    if platform == "linux":
        yield "/root", "root"
        accounts = tree.resolve("/etc/passwd")
        data = tree.read(accounts, _MAX_ACCOUNTS) if accounts is not None else None
        for line in (data or b"").decode("utf-8", "replace").splitlines():
            fields = line.split(":")
            if len(fields) > 6 and not _OF_SYSTEM.fullmatch(fields[5]):  # noqa: PLR2004 - passwd(5)
                yield fields[5], fields[0]
    if platform == "macos":
        yield "/var/root", "root"
        yield "/private/var/root", "root"
    folder = "/home" if platform == "linux" else "/Users"
    real = tree.resolve(folder)
    for name in tree.names(real) if real is not None and tree.is_folder(real) else ():
        if name.lower() not in _NOT_USERS:
            yield f"{folder}/{name}", name
    if platform == "windows":
        yield "/Windows/System32/config/systemprofile", "SYSTEM"
