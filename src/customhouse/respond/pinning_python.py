"""Keeping a release out of a Python project: constraints for pip and uv, and what poetry, PDM and pipenv have."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from customhouse.ecosystems.documents import UnreadableError, toml_document
from customhouse.model.declared import Declared
from customhouse.model.purl import make_purl
from customhouse.model.response import Pin
from customhouse.repository.hardening.toml_text import add_toml, set_toml
from customhouse.respond.pinning import Draft
from customhouse.versions import pypi

_UV = ("tool", "uv")
_POETRY = ("tool", "poetry", "dependencies")


def pin_python(
    client: str,
    folder: Path,
    lock: str,
    pins: Sequence[Pin],
    lines: Mapping[tuple[str, str], int | None],
    declared: Sequence[Declared],
    draft: Draft,
) -> None:
    """Write pins into the manifests of a draft. `lines` are those of the lock, by name and version."""
    for pin in pins:
        try:
            if client == "pip":
                _pip(folder, lock, pin, lines.get((pin.name, pin.version)), draft)
            elif client == "uv":
                _uv(folder, pin, declared, draft)
            elif client == "poetry":
                _poetry(folder, pin, draft)
            elif client == "pdm":
                path = str(folder / "pyproject.toml")
                draft.snippet("pyproject.toml", f'[tool.pdm.resolution.overrides]\n{pin.name} = "{pin.safe}"')
                keys = ("tool", "pdm", "resolution", "overrides", pin.name)
                draft.write(path, set_toml(draft.needed(path), keys, pin.safe))
            else:
                path = str(folder / "Pipfile")
                draft.snippet("Pipfile", f'[packages]\n{pin.name} = "=={pin.safe}"')
                key = _key(draft.needed(path), ("packages",), pin.name)
                draft.write(path, set_toml(draft.needed(path), ("packages", key), f"=={pin.safe}"))
        except UnreadableError as error:
            draft.refuse(f"{pin.name} is not written for {client}: {error}; put it in by hand")


def _pip(folder: Path, lock: str, pin: Pin, line: int | None, draft: Draft) -> None:
    """Change a requirement that is pinned without a hash; constrain what is not."""
    draft.snippet("constraints.txt", f"{pin.name}=={pin.safe}")
    raw = (draft.text(lock) or "").splitlines(keepends=True)
    if line is not None and 0 < line <= len(raw):
        changed = re.sub(rf"(==\s*){re.escape(pin.version)}(?![\w.+!-])", rf"\g<1>{pin.safe}", raw[line - 1], count=1)
        if changed != raw[line - 1]:
            if changed.rstrip().endswith("\\") or "--hash" in changed:
                draft.refuse(
                    f"{Path(lock).name} pins {pin.name} with hashes: make it anew with "
                    f"`pip-compile --generate-hashes --upgrade-package '{pin.name}=={pin.safe}'` or "
                    f"`uv pip compile --generate-hashes --upgrade-package '{pin.name}=={pin.safe}'`"
                )
                return
            raw[line - 1] = changed
            draft.write(lock, "".join(raw))
            return
    path = str(folder / "constraints.txt")
    text = draft.text(path) or ""
    gap = "" if not text or text.endswith("\n") else "\n"
    draft.write(path, f"{text}{gap}{pin.name}=={pin.safe}\n")
    draft.note(f"pip reads constraints.txt where it is told: pip install -r {Path(lock).name} -c constraints.txt")


def _uv(folder: Path, pin: Pin, declared: Sequence[Declared], draft: Draft) -> None:
    """Constrain; override where the project itself asks for what leaves the safe version out."""
    path = str(folder / "pyproject.toml")
    mine = [each.specifier for each in declared if make_purl("pypi", each.name).name == pin.name]
    word = "constraint" if all(pypi.satisfies(pin.safe, each) for each in mine) else "override"
    draft.snippet("pyproject.toml", f'[tool.uv]\n{word}-dependencies = ["{pin.name}=={pin.safe}"]')
    draft.write(path, add_toml(draft.needed(path), (*_UV, f"{word}-dependencies"), f"{pin.name}=={pin.safe}"))
    if word == "override":
        draft.note(f"{pin.name} is overridden, since pyproject.toml asks for `{', '.join(mine)}`: correct that too")


def _poetry(folder: Path, pin: Pin, draft: Draft) -> None:
    """Ask for the version outright: poetry has no constraints on what others bring in."""
    path = str(folder / "pyproject.toml")
    text = draft.needed(path)
    table = _at(toml_document(text.encode()), _POETRY)
    draft.snippet("pyproject.toml", f'[tool.poetry.dependencies]\n{pin.name} = "{pin.safe}"')
    if table is None:
        raise UnreadableError(f"it has no [tool.poetry.dependencies]; `poetry add '{pin.name}=={pin.safe}'` writes it")
    key = _key(text, _POETRY, pin.name)
    standing = table.get(key)
    if isinstance(standing, dict) and isinstance(standing.get("version"), str):
        draft.write(path, set_toml(text, (*_POETRY, key, "version"), pin.safe))
    elif standing is None or isinstance(standing, str):
        draft.write(path, set_toml(text, (*_POETRY, key), pin.safe))
    else:
        raise UnreadableError(f"{key} stands there in a form that cannot be changed safely")


def _key(text: str, table: tuple[str, ...], name: str) -> str:
    """Return the key under which a package stands, however it is spelt; its canonical name where it does not."""
    found = _at(toml_document(text.encode()), table) or {}
    return next((key for key in found if make_purl("pypi", key).name == name), name)


def _at(document: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any] | None:
    found: Any = document
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else None
