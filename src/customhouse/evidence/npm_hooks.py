"""What an npm package runs when it is installed, and which of its files that starts.

From a registry, every client runs `preinstall`, `install` and `postinstall`; with a `binding.gyp` at the root and no
`install`, `node-gyp rebuild`. npm and pnpm do the latter only without a `preinstall` (`npm help scripts`), Yarn and
cnpm with one as well; what any of them would run counts. From git, npm installs the checkout with
its development dependencies and runs `prepare`, and what a bare `npm install` runs around it (pacote, git.js and
dir.js); pnpm runs `prepublish`, `prepack` and `publish` besides (prepare-package).
"""

import posixpath
from collections.abc import Mapping

import msgspec

from customhouse.evidence.reach import resolve_path
from customhouse.model.code import Language
from customhouse.model.command_words import LIFECYCLE, followed, simple_commands
from customhouse.model.content import InstallHook
from customhouse.model.release import Manifest

#: Run only where a checkout is installed: a folder, or a dependency from git.
SOURCE_LIFECYCLE = (
    *("prepublish", "preprepare", "prepare", "postprepare", "prepack", "postpack", "publish"),
    "dependencies",
)
_INLINE: dict[str, Language] = {"javascript": "javascript", "python": "python"}
#: Builders that read a binding.gyp wherever the script sends them.
_GYP_BUILDERS = ("node-gyp", "node-pre-gyp", "prebuild", "electron-rebuild", "cmake-js")


class Inline(msgspec.Struct, frozen=True):
    """A program given to `node -e`, `python -c` and their like."""

    source: str
    language: Language


class _Started(msgspec.Struct):
    """What one command line starts: files by whether they are run or only named, and what is not there."""

    files: dict[str, bool]
    missing: dict[str, None]


def npm_hooks(manifest: Manifest, paths: Mapping[str, object], *, checkout: bool = False) -> tuple[InstallHook, ...]:
    """Return every hook, once for each package file that it starts; `paths` are the archive's members.

    `checkout` says that the package is a folder with its sources, which runs more than a package from a registry.
    """
    scripts = {script.name: script.command for script in manifest.scripts}
    hooks: list[InstallHook] = []
    for name in (*LIFECYCLE, *(SOURCE_LIFECYCLE if checkout else ())):
        command = scripts.get(name, "").strip()
        if command:
            started = _started(command, scripts, paths)
            files: dict[str, bool] = started.files or {"": False}
            missing = tuple(started.missing)
            hooks.extend(InstallHook("lifecycle-script", name, command, *each, missing) for each in files.items())
    if "binding.gyp" in paths and not scripts.get("install"):
        hooks.append(InstallHook("gyp", "install", "node-gyp rebuild", "binding.gyp"))
    return tuple(hooks)


def built_gyp_files(hooks: tuple[InstallHook, ...], paths: Mapping[str, object]) -> tuple[str, ...]:
    """Return each binding.gyp that an install reads: the root's where anything builds, and all where a script does."""
    found = [path for path in paths if posixpath.basename(path) == "binding.gyp"]
    if any(builder in hook.command for hook in hooks if hook.kind != "gyp" for builder in _GYP_BUILDERS):
        return tuple(found)
    return ("binding.gyp",) if "binding.gyp" in paths and hooks else ()


def started_files(command: str, scripts: Mapping[str, str], paths: Mapping[str, object]) -> tuple[str, ...]:
    """Return the package files that a command line names, following `npm run` into the manifest's other scripts."""
    return tuple(_started(command, scripts, paths).files)


def inline_code(command: str) -> tuple[Inline, ...]:
    """Return the programs given to `node -e` and its like, in the languages that can be read."""
    return tuple(
        Inline(each.code, _INLINE[each.language])
        for each in simple_commands(command)
        if each.code and each.language in _INLINE
    )


def _started(command: str, scripts: Mapping[str, str], paths: Mapping[str, object]) -> _Started:
    started = _Started({}, {})
    for each in followed(command, scripts):
        for file in each.files:
            path = _inside(file, paths)
            if path is not None:
                started.files[path] = True
            elif _named_here(file):
                started.missing[file] = None
        for word in each.words:
            path = None if word.startswith("-") else _inside(word, paths)
            if path is not None:
                started.files.setdefault(path, False)
    return started


def _inside(word: str, paths: Mapping[str, object]) -> str | None:
    word = word.replace("\\", "/")
    return None if posixpath.isabs(word) else resolve_path(word, paths)


def _named_here(file: str) -> bool:
    """Whether a word plainly means a file of the package: relative, without variables, not inside node_modules."""
    plain = not any(char in file for char in "$%*{}~:") and not posixpath.isabs(file)
    return plain and not file.startswith("..") and "node_modules" not in file and bool(file.strip("./\\"))
