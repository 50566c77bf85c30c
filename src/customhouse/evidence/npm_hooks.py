"""What an npm package runs when it is installed from a registry, and which files that starts.

The npm client runs `preinstall`, `install` and `postinstall`; with a `binding.gyp` at the root and neither `install`
nor `preinstall`, it runs `node-gyp rebuild` (`npm help scripts`).
"""

import posixpath
import shlex
from collections.abc import Mapping

from customhouse.evidence.reach import resolve_path
from customhouse.model.content import InstallHook
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.release import Manifest

LIFECYCLE = ("preinstall", "install", "postinstall")
#: `npm run x` inside a hook starts another script of the same manifest; deeper chains than this are not followed.
_MAX_CHAIN = 8
_SEPARATORS = lazy_regex(r"&&|\|\||[;|&\n]")
_RUNNERS = frozenset({"npm", "pnpm", "yarn", "bun"})
_INLINE = frozenset({"-e", "--eval", "-p", "--print", "-pe"})


def npm_hooks(manifest: Manifest, paths: Mapping[str, object]) -> tuple[InstallHook, ...]:
    """Return every hook, once for each package file that it starts; `paths` are the archive's members."""
    scripts = {script.name: script.command for script in manifest.scripts}
    hooks: list[InstallHook] = []
    for name in LIFECYCLE:
        command = scripts.get(name, "").strip()
        if command:
            files = started_files(command, scripts, paths) or ("",)
            hooks.extend(InstallHook("lifecycle-script", name, command, path) for path in files)
    implicit = "binding.gyp" in paths and not (scripts.get("install") or scripts.get("preinstall"))
    if implicit:
        hooks.append(InstallHook("gyp", "install", "node-gyp rebuild", "binding.gyp"))
    return tuple(hooks)


def started_files(command: str, scripts: Mapping[str, str], paths: Mapping[str, object]) -> tuple[str, ...]:
    """Return the package files that a command line names, following `npm run` into the manifest's other scripts."""
    found: dict[str, None] = {}
    _follow(command, scripts, paths, found, _MAX_CHAIN)
    return tuple(found)


def inline_code(command: str) -> tuple[str, ...]:
    """Return the programs given to `node -e` and its like."""
    words = _words(command)
    return tuple(words[index + 1] for index, word in enumerate(words[:-1]) if word in _INLINE)


def _follow(
    command: str, scripts: Mapping[str, str], paths: Mapping[str, object], found: dict[str, None], depth: int
) -> None:
    for part in _SEPARATORS.split(command):
        words = _words(part)
        for word in words:
            if word.startswith("-"):
                continue
            path = resolve_path(word.replace("\\", "/"), paths) if not posixpath.isabs(word) else None
            if path is not None:
                found[path] = None
        runner = next((index for index, word in enumerate(words) if word in _RUNNERS), None)
        if runner is not None and depth > 0:
            for word in words[runner + 1 :]:
                if word in scripts and word not in LIFECYCLE:
                    _follow(scripts[word], scripts, paths, found, depth - 1)


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()
