"""An opened npm package: package.json, its hooks and its entry points."""

from customhouse.ecosystems.npm.manifest import read_package_json
from customhouse.evidence.npm_hooks import LIFECYCLE, inline_code, npm_hooks
from customhouse.evidence.package import InlineCode, OpenedMembers, PackageFacts
from customhouse.evidence.reach import resolve_path
from customhouse.model.errors import UpstreamError
from customhouse.model.evidence import Gap

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
    commands = {script.name: script.command for script in manifest.scripts}
    inline = tuple(
        InlineCode(MANIFEST, code.encode(), "javascript")
        for name in LIFECYCLE
        for code in inline_code(commands.get(name, ""))
    )
    starts = manifest.entry_points or ("index.js",)
    files = [resolve_path(start, members.paths) for start in (*starts, *(each.command for each in manifest.commands))]
    return PackageFacts(
        manifest=manifest,
        hooks=npm_hooks(manifest, members.paths),
        entry_points=tuple(dict.fromkeys(file for file in files if file)),
        inline=inline,
    )
