"""The client that a package.json names for its project, in any of the four places where one can be named."""

from collections.abc import Mapping
from typing import Any

from customhouse.versions import npm

CLIENTS = frozenset({"npm", "pnpm", "yarn", "bun", "deno"})


def named_client(document: Mapping[str, Any]) -> str:
    """Return `pnpm@9.1.0`, `yarn` or the like; empty when none is named.

    Corepack's `packageManager` counts before npm's `devEngines`, Volta's pins, and `engines`, where a project names
    the clients that it bears, so that only a single one says which it is made with.
    """
    corepack = document.get("packageManager")
    if isinstance(corepack, str) and corepack.partition("@")[0] in CLIENTS:
        return corepack.partition("+")[0]  # what follows is the digest of the client itself
    engines = document.get("devEngines")
    managers = engines.get("packageManager") if isinstance(engines, Mapping) else None
    for one in managers if isinstance(managers, list) else [managers]:
        name = one.get("name") if isinstance(one, Mapping) else None
        if isinstance(one, Mapping) and isinstance(name, str) and name in CLIENTS:
            return _joined(name, one.get("version"))
    for field in ("volta", "engines"):
        table = document.get(field)
        rows = table.items() if isinstance(table, Mapping) else ()
        named = [(name, text) for name, text in rows if name in CLIENTS and _is_range(text)]
        if len(named) == 1:
            return _joined(*named[0])
    return ""


def _is_range(text: object) -> bool:
    """Tell a version or range from the sentences that some write there (`"npm": "please use yarn"`)."""
    return isinstance(text, str) and npm.parse_range(text) is not None


def _joined(name: str, version: object) -> str:
    return f"{name}@{version}" if isinstance(version, str) and version else name
