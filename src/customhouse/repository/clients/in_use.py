"""Which clients a repository is used with, and in which folders: told by its locks, and by manifests without one."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from customhouse.model.clients import ClientName
from customhouse.model.locked import Source
from customhouse.repository.clients.project import SettingsReader

#: Lock's file name → client. yarn.lock is told apart by its content.
_LOCKS: dict[str, ClientName] = {
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
    "pnpm-lock.yaml": "pnpm",
    "yarn.lock": "yarn",
    "bun.lock": "bun",
    "bun.lockb": "bun",
    "uv.lock": "uv",
    "poetry.lock": "poetry",
    "pdm.lock": "pdm",
    "Pipfile.lock": "pipenv",
}
#: Where no lock tells: a file beside package.json that only one client reads.
_SETTINGS: tuple[tuple[str, ClientName], ...] = (
    ("pnpm-workspace.yaml", "pnpm"),
    (".yarnrc.yml", "yarn-berry"),
    (".yarnrc", "yarn"),
    ("bunfig.toml", "bun"),
)
_TABLES: tuple[tuple[str, ClientName], ...] = (("poetry", "poetry"), ("pdm", "pdm"), ("uv", "uv"))


class Use(msgspec.Struct, frozen=True):
    """A client in a folder, and the file that tells."""

    client: ClientName
    folder: Path
    because: str
    path: str
    scripted: tuple[str, ...] = ()


def clients_in_use(sources: Sequence[Source], reader: SettingsReader) -> tuple[Use, ...]:
    """Name each client once a folder, in order of path."""
    found: dict[tuple[ClientName, Path], Use] = {}
    for source in sources:
        if source.status == "skipped" or source.kind == "environment" or "://" in source.path:
            continue
        path = Path(source.path)
        if source.kind == "manifest":
            uses = [] if source.covered_by else list(_of_manifest(source, path, reader))
        else:
            uses = list(_of_lock(source, path, reader))
        for use in uses:
            known = found.get((use.client, use.folder))
            found[use.client, use.folder] = (
                msgspec.structs.replace(known, scripted=tuple(dict.fromkeys((*known.scripted, *use.scripted))))
                if known
                else use
            )
    return tuple(sorted(found.values(), key=lambda use: (str(use.folder), use.client)))


def _of_lock(source: Source, path: Path, reader: SettingsReader) -> Iterator[Use]:
    client = _LOCKS.get(path.name)
    if client == "yarn" and "__metadata:" in reader.text(path)[:4096]:
        client = "yarn-berry"
    if client is None and source.format == "requirements" and path.suffix == ".txt":
        client = "pip"
    elif client is None and path.name.endswith(".py.lock"):
        client = "uv"
    if client:
        scripted = tuple(
            dict.fromkeys(f"{one.name}@{one.version}" for one in source.packages if one.has_install_script)
        )
        yield Use(client, path.parent, path.name, source.path, scripted)


def _of_manifest(source: Source, path: Path, reader: SettingsReader) -> Iterator[Use]:
    """A manifest that no lock covers: what the manifest, or a file beside it, says of the client."""
    manifest = source.manifest
    if manifest is None or not any(one.source != "workspace" for one in manifest.declared):
        return
    if path.name == "package.json":
        named = str(reader.package(path.parent).get("packageManager", "")).partition("@")
        client = next((client for name, client in _SETTINGS if reader.files.is_file(path.parent / name)), None)
        if named[0] in ("npm", "pnpm", "bun"):
            client = named[0]  # type: ignore[assignment]
        elif named[0] == "yarn":
            client = "yarn" if named[2].startswith(("0.", "1.")) else "yarn-berry"
        yield Use(client or "npm", path.parent, "package.json", source.path)
    elif path.name == "Pipfile":
        yield Use("pipenv", path.parent, "Pipfile", source.path)
    elif path.name == "pyproject.toml":
        tables = {key[1] for key in reader.settings(path) if key[:1] == ("tool",) and len(key) > 1}
        for table, client in _TABLES:
            if table in tables:
                yield Use(client, path.parent, f"[tool.{table}] of pyproject.toml", source.path)
                return
