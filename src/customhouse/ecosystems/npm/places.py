"""Where npm keeps its settings: the five levels, found without starting npm.

Levels, strongest first: environment, project, user, global, builtin (npm's documentation, `npmrc`).
"""

import json
import re
import shutil
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec

from customhouse.ecosystems.npm.npmrc import expand, parse_npmrc
from customhouse.model.errors import CustomhouseError

_PREFIX = "npm_config_"


class Level(msgspec.Struct, frozen=True):
    """The settings of one level as written. `name` is npm's word for it; `source` the file, or the environment."""

    name: str
    source: str
    settings: Mapping[str, str]


def read_levels(project: Path, environ: Mapping[str, str]) -> tuple[Level, ...]:
    """Read every level, strongest first. Raises CustomhouseError for a file that is there and cannot be read."""
    env = Level("env", "the environment", _environment(environ))
    user_file = Path(at_home(expand(env.settings.get("userconfig", ""), environ) or "~/.npmrc", environ))
    local_file = _local_prefix(project.absolute()) / ".npmrc"
    local = _file("project", local_file) if local_file != user_file else Level("project", str(local_file), {})
    user = _file("user", user_file)
    builtin = _builtin(environ)
    stated = {**(builtin.settings if builtin else {}), **user.settings, **env.settings}
    global_file = expand(stated.get("globalconfig", ""), environ)
    if not global_file and (prefix := expand(stated.get("prefix", ""), environ) or _global_prefix(environ)):
        global_file = str(Path(at_home(prefix, environ)) / "etc" / "npmrc")
    levels = [env, local, user]
    if global_file:
        levels.append(_file("global", Path(at_home(global_file, environ))))
    return (*levels, *([builtin] if builtin else []))


def at_home(text: str, environ: Mapping[str, str]) -> str:
    """Read `~/` at the start of a path, as npm does for its settings that are paths."""
    return str(Path(environ.get("HOME") or Path.home()) / text[2:]) if text.startswith("~/") else text


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Read `npm_config_*` as npm does: case-insensitive, `_` becomes `-`, except in `//host/…` keys; empty is unset."""
    found = {}
    for variable, value in environ.items():
        if not variable.lower().startswith(_PREFIX) or not value:
            continue
        key = variable[len(_PREFIX) :]
        found[key if key.startswith("//") else re.sub(r"(?!^)_", "-", key).lower()] = value
    return found


def _file(name: str, path: Path) -> Level:
    try:
        text = path.read_text("utf-8-sig", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        text = ""
    except OSError as error:
        raise CustomhouseError(
            f"npm's {name} configuration {path} cannot be read: {error.strerror}",
            hint=f"check its permissions: ls -l {path}",
        ) from None
    return Level(name, str(path), parse_npmrc(text))


def _local_prefix(start: Path) -> Path:
    """Find the folder whose .npmrc counts: the nearest with a package.json or node_modules, or its workspace root."""
    local: Path | None = None
    for folder in (start, *start.parents):
        manifest = folder / "package.json"
        if local is None:
            if manifest.is_file() or (folder / "node_modules").is_dir():
                local = folder
        elif manifest.is_file() and _has_workspace(manifest, local.relative_to(folder).as_posix()):
            return folder
    return local or start


def _has_workspace(manifest: Path, member: str) -> bool:
    """Whether a package.json names the folder among its workspaces. `*` is taken to cross slashes, unlike npm's."""
    try:
        document = json.loads(manifest.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    declared = document.get("workspaces") if isinstance(document, dict) else None
    patterns = declared.get("packages") if isinstance(declared, dict) else declared
    return isinstance(patterns, list) and any(
        isinstance(pattern, str) and fnmatchcase(member, pattern.removeprefix("./").rstrip("/")) for pattern in patterns
    )


def _global_prefix(environ: Mapping[str, str]) -> str:
    """Return npm's default prefix: where the node binary is installed."""
    if prefix := environ.get("PREFIX"):
        return prefix
    node = shutil.which("node", path=environ.get("PATH", ""))
    return str(Path(environ.get("DESTDIR", "") + str(Path(node).resolve().parents[1]))) if node else ""


def _builtin(environ: Mapping[str, str]) -> Level | None:
    """Read the npmrc that a distributor may put inside npm itself."""
    npm = shutil.which("npm", path=environ.get("PATH", ""))
    if npm is None:
        return None
    script = Path(npm).resolve()  # …/npm/bin/npm-cli.js
    return _file("builtin", script.parents[1] / "npmrc") if script.name == "npm-cli.js" else None
