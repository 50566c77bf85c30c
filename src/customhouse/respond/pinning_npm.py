"""Keeping a release out of an npm project: `overrides`, `resolutions`, `pnpm.overrides`, in the manifest's own text.

npm refuses an override of a direct dependency unless both say the same (EOVERRIDE), so the dependency is set as well.
pnpm reads package.json's `pnpm` up to version 10, and pnpm-workspace.yaml alone since 11. A plain rule holds for every
line of a package; where the lock pins several lines, npm's and pnpm's rules name the affected version, which concerns
whoever asks for a range that it is in. yarn and bun have no such rule: there it is left to a human.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import DISK
from customhouse.model.response import Pin
from customhouse.repository.clients.all_clients import CLIENTS
from customhouse.repository.clients.project import Project, SettingsReader
from customhouse.repository.clients.versions import at_least, lowest
from customhouse.repository.hardening.json_text import set_json
from customhouse.repository.hardening.yaml_text import set_yaml_entry
from customhouse.respond.pinning import Draft
from customhouse.versions import npm

_TABLES = ("dependencies", "devDependencies", "optionalDependencies")
_KEYS: dict[str, tuple[str, ...]] = {
    "npm": ("overrides",),
    "bun": ("overrides",),
    "yarn": ("resolutions",),
    "yarn-berry": ("resolutions",),
    "pnpm": ("pnpm", "overrides"),
}
_BY_VERSION = frozenset({"npm", "pnpm"})
#: Clients by whose overrides direct dependencies are set alike.
_STRICT = frozenset({"npm", "bun"})


def pin_npm(client: str, folder: Path, pins: Sequence[Pin], several: frozenset[str], draft: Draft) -> None:
    """Write pins into the manifests of a draft. `several` are names of which the lock pins more than one line."""
    rules = list(_rules(client, pins, several, draft))
    if not rules:
        return
    in_yaml = client == "pnpm" and _reads_workspace(folder, draft)
    path = str(folder / ("pnpm-workspace.yaml" if in_yaml else "package.json"))
    _show(Path(path).name, () if in_yaml else _KEYS[client], rules, draft)
    try:
        for rule, pin in rules:
            if in_yaml:
                draft.write(path, set_yaml_entry(draft.text(path) or "", "overrides", rule, pin.safe))
                continue
            keys = (*_KEYS[client], rule)
            if isinstance(_table(draft, path, _KEYS[client]).get(rule), Mapping):  # rules for what it brings in
                keys = (*keys, ".")
            draft.write(path, set_json(draft.needed(path), keys, pin.safe))
            if client in _STRICT:
                _direct(draft, path, pin, every=rule == pin.name)
    except UnreadableError as error:
        draft.refuse(f"{path} is not written: {error}; put the rule in by hand")


def _rules(client: str, pins: Sequence[Pin], several: frozenset[str], draft: Draft) -> Iterator[tuple[str, Pin]]:
    for pin in pins:
        if pin.name not in several:
            yield pin.name, pin
        elif client in _BY_VERSION:
            yield f"{pin.name}@{pin.version}", pin
        else:
            draft.note(
                f"{pin.name} is pinned in several release lines: a rule of {client} would set all of them to "
                f"{pin.safe}, so write the one that is right by hand"
            )


def _show(file: str, keys: Sequence[str], rules: Sequence[tuple[str, Pin]], draft: Draft) -> None:
    if not keys:
        shown = "\n".join(f'  "{rule}": "{pin.safe}"' for rule, pin in rules)
        draft.snippet(file, f"overrides:\n{shown}")
        return
    table: Any = {rule: pin.safe for rule, pin in rules}
    for key in reversed(keys):
        table = {key: table}
    draft.snippet(file, json.dumps(table, indent=2))


def _direct(draft: Draft, package: str, pin: Pin, *, every: bool) -> None:
    """Set direct dependencies to the version too: all of them, or those that admit the affected one."""
    for table in _TABLES:
        for name, specifier in _table(draft, package, (table,)).items():
            if not isinstance(specifier, str):
                continue
            if specifier.startswith(f"npm:{pin.name}@"):
                draft.write(package, set_json(draft.needed(package), (table, name), f"npm:{pin.name}@{pin.safe}"))
            elif name == pin.name and ":" not in specifier and (every or npm.satisfies(pin.version, specifier)):
                draft.write(package, set_json(draft.needed(package), (table, name), pin.safe))
                draft.note(f"{name} of {table} is set to {pin.safe} too: npm refuses an override that differs from it")


def _table(draft: Draft, path: str, keys: Sequence[str]) -> Mapping[str, Any]:
    try:
        found: Any = json.loads(draft.needed(path))
    except (ValueError, RecursionError) as error:
        raise UnreadableError("it is not JSON") from error
    for key in keys:
        found = found.get(key, {}) if isinstance(found, Mapping) else {}
    return found if isinstance(found, Mapping) else {}


def _reads_workspace(folder: Path, draft: Draft) -> bool:
    """Say whether the overrides of this pnpm stand in pnpm-workspace.yaml."""
    client = next(each for each in CLIENTS if each.name == "pnpm")
    project = Project(folder, folder, SettingsReader(DISK))
    version = project.version("pnpm") or lowest(client.read(project).version)
    if at_least(version, 11):
        return True
    standing = draft.text(str(folder / "pnpm-workspace.yaml")) or ""
    if any(line.startswith("overrides:") for line in standing.splitlines()):
        return True
    draft.note("pnpm 11 and later read overrides from pnpm-workspace.yaml alone: move the rule there when you do")
    return False
