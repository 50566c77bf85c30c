"""An opened npm package: package.json, its hooks, what building it runs, and its entry points."""

import posixpath

import msgspec

from customhouse.ecosystems.npm.manifest import read_package_json
from customhouse.evidence.gyp import gyp_facts, gyp_files, is_gyp_file
from customhouse.evidence.npm_hooks import SOURCE_LIFECYCLE, built_gyp_files, inline_code, npm_hooks
from customhouse.evidence.package import InlineCode, OpenedMembers, PackageFacts
from customhouse.evidence.reach import resolve_path
from customhouse.model.command_words import LIFECYCLE
from customhouse.model.content import GypFacts
from customhouse.model.errors import UpstreamError
from customhouse.model.evidence import Gap
from customhouse.model.release import Manifest, Script

MANIFEST = "package.json"


def npm_package(members: OpenedMembers) -> PackageFacts:
    """Read the package; a missing or unreadable package.json is a gap, since its hooks are then unknown."""
    data = members.manifests.get(MANIFEST)
    if data is None:
        return PackageFacts(gaps=(Gap("content", "manifest", "the archive has no package.json at its root"),))
    try:
        manifest = read_package_json(data)
    except UpstreamError as error:
        return PackageFacts(gaps=(Gap("content", "manifest", f"package.json: {error.message}", error.hint),))
    manifest = _with_commands(manifest, members)
    hooks = npm_hooks(manifest, members.paths, checkout=members.checkout)
    texts = {path: text for path, text in members.manifests.items() if is_gyp_file(path)}
    gyp = tuple(gyp_facts(path, texts, members.paths) for path in built_gyp_files(hooks, members.paths))
    starts = manifest.entry_points or ("index.js",)
    files = [resolve_path(start, members.paths) for start in (*starts, *(each.command for each in manifest.commands))]
    started = (resolve_path(file, members.paths) for each in gyp for file in gyp_files(each))
    return PackageFacts(
        manifest=manifest,
        hooks=hooks,
        entry_points=tuple(dict.fromkeys(file for file in files if file)),
        inline=(*_inline(manifest, checkout=members.checkout), *(one for each in gyp for one in _inline_gyp(each))),
        gaps=tuple(Gap("content", "unread-code", each.unread) for each in gyp if each.unread),
        started=tuple(dict.fromkeys(file for file in started if file)),
        gyp=gyp,
        missing_commands=tuple(
            each.name for each in manifest.commands if resolve_path(each.command, members.paths) is None
        ),
    )


def _with_commands(manifest: Manifest, members: OpenedMembers) -> Manifest:
    """Add the commands of `directories.bin`: each file below it, hidden ones left out."""
    if manifest.commands or not manifest.command_folder:
        return manifest
    below = (path for path in members.paths if path.startswith(f"{manifest.command_folder}/"))
    named = ((posixpath.basename(path), path) for path in below)
    commands = tuple(Script(name, path) for name, path in named if not name.startswith("."))
    return msgspec.structs.replace(manifest, commands=commands)


def _inline(manifest: Manifest, *, checkout: bool) -> tuple[InlineCode, ...]:
    commands = {script.name: script.command for script in manifest.scripts}
    return tuple(
        InlineCode(MANIFEST, code.source.encode("utf-8", "replace"), code.language)
        for name in (*LIFECYCLE, *(SOURCE_LIFECYCLE if checkout else ()))
        for code in inline_code(commands.get(name, ""))
    )


def _inline_gyp(gyp: GypFacts) -> tuple[InlineCode, ...]:
    return tuple(
        InlineCode(each.path, code.source.encode("utf-8", "replace"), code.language)
        for each in gyp.commands
        for code in inline_code(each.command)
    )
