"""An opened Python artifact: core metadata, what it runs at build or start, and its modules."""

import msgspec

from customhouse.ecosystems.pypi.manifest import read_entry_points, read_metadata, read_pyproject_build
from customhouse.evidence.package import InlineCode, OpenedMembers, PackageFacts
from customhouse.evidence.pypi_hooks import installed_path, outside_path, sdist_hooks, startup_code, wheel_hooks
from customhouse.evidence.reach import beside_the_package
from customhouse.model.content import BuildFacts
from customhouse.model.errors import UpstreamError
from customhouse.model.evidence import Gap
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.release import Manifest, Script

_METADATA = lazy_regex(r"^(?:[^/]+\.dist-info/METADATA|PKG-INFO|EGG-INFO/PKG-INFO)$")
_ENTRY_POINTS = lazy_regex(r"^(?:[^/]+\.dist-info|EGG-INFO)/entry_points\.txt$")
#: Members that become commands as they are: of a wheel's `scripts` scheme.
_SCRIPT = lazy_regex(r"^[^/]+\.data/scripts/([^/]+)$")
#: Members outside of site-packages that are told one by one; some wheels ship thousands of data files.
_MAX_OUTSIDE = 300
_NOT_PACKAGE = lazy_regex(r"\.(?:dist-info|egg-info|data)$|^EGG-INFO$")


def pypi_package(members: OpenedMembers) -> PackageFacts:
    """Read the artifact; missing core metadata is a gap in a wheel and ordinary in an old sdist."""
    gaps: list[Gap] = []
    manifest = _manifest(members, gaps)
    pth = {path: data for path, data in members.manifests.items() if path.endswith((".pth", ".start"))}
    build = None if members.prebuilt else _build(members, gaps)
    if members.prebuilt:
        hooks = wheel_hooks(pth, members.paths)
    else:
        hooks = sdist_hooks(members.paths, pth, build.backend if build else "", build.backend_path if build else ())
    outside = ((path, landed) for path in members.paths if members.prebuilt and (landed := outside_path(path)))
    executed = {hook.path for hook in hooks if hook.kind == "pth"}
    return PackageFacts(
        manifest=manifest,
        hooks=hooks,
        entry_points=tuple(path for path in members.paths if path.endswith((".py", ".pyw")) and _loaded(path, members)),
        top_level=_top_level(members),
        inline=tuple(InlineCode(path, startup_code(path, pth[path]).encode(), "python") for path in sorted(executed)),
        gaps=tuple(gaps),
        build=build,
        outside=tuple(outside)[:_MAX_OUTSIDE],
    )


def _build(members: OpenedMembers, gaps: list[Gap]) -> BuildFacts | None:
    try:
        build = read_pyproject_build(members.manifests.get("pyproject.toml", b""))
    except UpstreamError as error:
        gaps.append(Gap("content", "manifest", error.message, error.hint))
        return None
    return BuildFacts(build.backend, build.backend_path, build.requires)


def _manifest(members: OpenedMembers, gaps: list[Gap]) -> Manifest | None:
    path = min((path for path in members.manifests if _METADATA.match(path)), key=len, default=None)
    if path is None:
        if members.prebuilt:
            gaps.append(Gap("content", "manifest", "the wheel has no METADATA"))
        return None
    try:
        manifest = read_metadata(members.manifests[path])
    except UpstreamError as error:
        gaps.append(Gap("content", "manifest", f"{path}: {error.message}", error.hint))
        return None
    commands = (
        *_entry_points(members, gaps),
        *(Script(match[1], path) for path in members.paths if (match := _SCRIPT.match(path))),
    )
    return msgspec.structs.replace(manifest, commands=commands) if commands else manifest


def _entry_points(members: OpenedMembers, gaps: list[Gap]) -> list[Script]:
    """Every command of every entry_points.txt; one that no reader can make sense of is a gap."""
    found: list[Script] = []
    for path, data in members.manifests.items():
        if _ENTRY_POINTS.match(path):
            try:
                found += read_entry_points(data)
            except UpstreamError as error:
                gaps.append(Gap("content", "manifest", f"{path}: {error.message}", error.hint))
    return found


def _loaded(path: str, members: OpenedMembers) -> bool:
    """Whether importing the distribution can load it: in a wheel all but tests, in an sdist its packages."""
    if beside_the_package(path):
        return False
    return members.prebuilt or "/" in path


def _top_level(members: OpenedMembers) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for path in members.paths:
        landed = installed_path(path)
        if not members.prebuilt:
            landed = landed.removeprefix("src/")
        first, slash, _ = landed.partition("/")
        if slash and not _NOT_PACKAGE.search(first) and path.endswith((".py", ".so", ".pyd")):
            names[first] = None
        elif not slash and landed.endswith((".py", ".so", ".pyd")) and landed != "setup.py":
            names[first.partition(".")[0]] = None
    return tuple(names)
