"""Package clients as a plan needs them: how their traces are told, and what removes them and makes locks anew."""

from collections.abc import Iterable
from pathlib import PurePath

import msgspec

from customhouse.model.hunt import Hit


class Commands(msgspec.Struct, frozen=True):
    """What is run with one client: what empties its caches; what makes the lock anew, running nothing of a package."""

    purge: tuple[str, ...]
    lock: tuple[str, ...]


COMMANDS: dict[str, Commands] = {
    "npm": Commands(("npm cache clean --force",), ("npm install --package-lock-only --ignore-scripts",)),
    "pnpm": Commands(("pnpm store prune",), ("pnpm install --lockfile-only --ignore-scripts",)),
    "yarn": Commands(("yarn cache clean",), ("yarn install --ignore-scripts",)),
    "yarn-berry": Commands(("yarn cache clean --all",), ("yarn install --mode=update-lockfile",)),
    "bun": Commands(("bun pm cache rm",), ("bun install --lockfile-only --ignore-scripts",)),
    "deno": Commands(("deno clean",), ("deno install --frozen=false",)),
    "pip": Commands(("pip cache purge",), ()),
    "uv": Commands(("uv cache clean",), ("uv lock",)),
    "poetry": Commands(("poetry cache clear --all --no-interaction .",), ("poetry lock",)),
    "pdm": Commands(("pdm cache clear",), ("pdm lock",)),
    "pipenv": Commands(("pipenv --clear",), ("pipenv lock",)),
}
#: Lock's file name → client. yarn.lock is told apart by its content.
_LOCKS = {
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
    ".package-lock.json": "npm",
    "pnpm-lock.yaml": "pnpm",
    "yarn.lock": "yarn",
    "bun.lock": "bun",
    "bun.lockb": "bun",
    "deno.lock": "deno",
    "uv.lock": "uv",
    "poetry.lock": "poetry",
    "pdm.lock": "pdm",
    "Pipfile.lock": "pipenv",
}
#: Components of a path that only one client makes.
_FOLDERS = {
    "_cacache": "npm",
    "_logs": "npm",
    ".npm": "npm",
    ".pnpm": "pnpm",
    "pnpm": "pnpm",
    ".yarn": "yarn",
    ".yarn-integrity": "yarn",
    "yarn": "yarn",
    ".bun": "bun",
    "uv": "uv",
    "pip": "pip",
    "pypoetry": "poetry",
    "site-packages": "pip",
    "dist-packages": "pip",
}
_LOGGED = ("pnpm", "npm", "yarn", "bun", "poetry", "uv", "pip")


def lock_client(path: str, head: str = "") -> str:
    """Return whose lock a file is; empty where its name does not tell. `head` is the beginning of its text."""
    name = PurePath(path).name
    found = _LOCKS.get(name, "")
    if found == "yarn" and "__metadata:" in head:
        return "yarn-berry"
    if not found and name.endswith(".txt"):
        return "pip"
    return found


def clients_of(hits: Iterable[Hit]) -> tuple[str, ...]:
    """Name the clients that left traces, by the paths of the traces; of builds by the words of the log."""
    found: dict[str, None] = {}
    for hit in hits:
        lock = lock_client(hit.place.path)
        if lock and hit.area != "log":
            found[lock] = None
        for part in PurePath(hit.place.path).parts if hit.area == "install" else ():
            if part in _FOLDERS:
                found[_FOLDERS[part]] = None
        if hit.area == "install" and not found and "node_modules" in PurePath(hit.place.path).parts:
            found["npm"] = None
        words = f"{hit.message} {hit.excerpt}".lower().split() if hit.area == "log" else ()
        client = next((each for each in _LOGGED if each in words), "")
        if client:
            found[client] = None
    return tuple(found)


def installed_folders(hits: Iterable[Hit]) -> tuple[str, ...]:
    """Return the folders in which traces stand and that hold nothing but what a client installed there.

    That is a project's node_modules, a package of those that are installed for everybody (the client itself lies beside
    it), and a virtual environment, which the hunt names as the asset. Around any other site-packages lies a system, an
    interpreter or somebody's ~/.local: nothing of those is removed whole.
    """
    found: dict[str, None] = {}
    for hit in hits:
        path = PurePath(hit.place.path)
        if hit.area != "install":
            continue
        if "node_modules" in path.parts:
            found |= dict.fromkeys(_of_npm(path.parts))
        elif {"site-packages", "dist-packages"} & set(path.parts):
            place = next(each for each in (path, *path.parents) if each.name in {"site-packages", "dist-packages"})
            found |= {hit.asset: None} if PurePath(hit.asset) in place.parents else {}
    return tuple(found)


def _of_npm(parts: tuple[str, ...]) -> Iterable[str]:
    end = parts.index("node_modules") + 1
    if end < 2 or parts[end - 2] not in {"lib", "lib64"}:  # noqa: PLR2004 - the folder that it lies in
        yield str(PurePath(*parts[:end]))
        return
    name = parts[end : end + 2] if parts[end : end + 1] and parts[end].startswith("@") else parts[end : end + 1]
    if name and not name[0].startswith("."):
        yield str(PurePath(*parts[:end], *name))
