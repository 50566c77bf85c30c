"""What a manifest asks for, before any lock has pinned it."""

from typing import Literal

import msgspec

from customhouse.model.purl import Ecosystem

#: What a specifier leads to. `workspace` is another project of the same repository.
DeclaredSource = Literal["registry", "git", "url", "file", "workspace"]
DeclaredScope = Literal["prod", "dev", "optional", "peer"]


class Declared(msgspec.Struct, frozen=True):
    """One dependency of a manifest. `name` is the package's canonical name, `specifier` what is written of its version.

    An npm alias (`"a": "npm:b@1"`) has name `b`, alias `a`, specifier `1`.
    """

    name: str
    specifier: str
    scope: DeclaredScope = "prod"
    source: DeclaredSource = "registry"
    alias: str = ""
    #: The table or group it stands in, as written: `devDependencies`, `dependency-groups.test`.
    group: str = ""
    #: 1-based; None when it cannot be told.
    line: int | None = None
    marker: str = ""
    #: A peer that may be absent, or an extra: a lock may leave it out.
    optional: bool = False
    #: PyPI only: the extras asked for (`requests[socks]`), normalised.
    extras: tuple[str, ...] = ()


class ProjectManifest(msgspec.Struct, frozen=True):
    """A manifest of a project that was read. `members` are patterns of the workspace's folders, as written."""

    ecosystem: Ecosystem
    name: str = ""
    version: str = ""
    declared: tuple[Declared, ...] = ()
    members: tuple[str, ...] = ()
    #: The client that the manifest itself names, with its version where it does: `pnpm@9.1.0`, `poetry`.
    client: str = ""
    private: bool = False
    #: Packages whose versions the project sets whatever asks for them (overrides, resolutions): what is pinned of them
    #: may lie outside every range.
    overridden: tuple[str, ...] = ()
    #: What of it could not be read, a clause each: then `declared` is not all that it asks for.
    problems: tuple[str, ...] = ()
