"""pnpm-workspace.yaml, as far as it says who belongs to a project and which versions it sets."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from customhouse.ecosystems.documents import UnreadableError, plain_text
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.npm.projects.members import patterns_of
from customhouse.ecosystems.npm.projects.overrides import names_of_rules

NAME = "pnpm-workspace.yaml"
_MAX_BYTES = 1024 * 1024


class PnpmWorkspace(msgspec.Struct, frozen=True):
    """Patterns of the members' folders, and the names of packages that `overrides` is for."""

    members: tuple[str, ...] = ()
    overridden: tuple[str, ...] = ()


def workspace_beside(folder: Path, files: Files) -> PnpmWorkspace | None:
    """Read a folder's pnpm-workspace.yaml; None when it has none. Raises UnreadableError, naming the file."""
    path = folder / NAME
    if not files.is_file(path):
        return None
    import yaml  # noqa: PLC0415 - few projects have one

    try:
        text = plain_text(files.read(path, _MAX_BYTES))
        document: Any = yaml.load(text, Loader=_loader(yaml))  # noqa: S506 - a safe loader, in C where there is one
    except UnreadableError as error:
        raise UnreadableError(f"{NAME} beside it cannot be read: {error}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1} " if mark is not None else ""
        raise UnreadableError(f"{NAME} beside it cannot be read: {where}is not YAML") from error
    if not isinstance(document, Mapping):
        return PnpmWorkspace()
    rules = document.get("overrides")
    named = {key: value for key, value in rules.items() if isinstance(key, str)} if isinstance(rules, dict) else {}
    return PnpmWorkspace(patterns_of(document), tuple(names_of_rules(named)))


def _loader(yaml: Any) -> Any:
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)
