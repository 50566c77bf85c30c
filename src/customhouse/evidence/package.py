"""What an ecosystem's own files say of an opened package: the shape that npm and PyPI share."""

from collections.abc import Mapping

import msgspec

from customhouse.model.code import Language
from customhouse.model.content import BuildFacts, GypFacts, InstallHook
from customhouse.model.evidence import Gap
from customhouse.model.release import Manifest


class InlineCode(msgspec.Struct, frozen=True):
    """Code that stands inside another file: `node -e` in package.json, import lines of a .pth."""

    path: str
    source: bytes
    language: Language


class OpenedMembers(msgspec.Struct, frozen=True):
    """The members that reading a manifest needs: every path, and the bytes of the few manifest files."""

    paths: Mapping[str, None]
    manifests: Mapping[str, bytes]
    #: True for a wheel or an egg, which install by unpacking.
    prebuilt: bool = False
    #: True for a folder that holds its sources, from which npm installs otherwise than from a registry.
    checkout: bool = False


class PackageFacts(msgspec.Struct, frozen=True):
    """Manifest, hooks, and where running the package starts."""

    manifest: Manifest | None = None
    hooks: tuple[InstallHook, ...] = ()
    #: Members that loading the package loads first.
    entry_points: tuple[str, ...] = ()
    top_level: tuple[str, ...] = ()
    inline: tuple[InlineCode, ...] = ()
    gaps: tuple[Gap, ...] = ()
    #: Members that installing starts beside those that the hooks name.
    started: tuple[str, ...] = ()
    gyp: tuple[GypFacts, ...] = ()
    build: BuildFacts | None = None
    missing_commands: tuple[str, ...] = ()
    outside: tuple[tuple[str, str], ...] = ()
