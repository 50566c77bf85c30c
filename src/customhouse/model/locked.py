"""What a lockfile says: the packages it pins, and how far the file itself could be read."""

from typing import Literal

import msgspec

from customhouse.model.declared import ProjectManifest
from customhouse.model.digest import Digest
from customhouse.model.purl import Ecosystem, Purl, make_purl

SourceKind = Literal["registry", "git", "url", "file", "workspace"]
Scope = Literal["prod", "dev", "optional", "peer"]
Directness = Literal["direct", "transitive"]
SourceStatus = Literal["parsed", "skipped", "unsupported", "failed"]
FileKind = Literal["lockfile", "manifest", "environment"]


class LockedArtifact(msgspec.Struct, frozen=True):
    """A file that the lock allows (uv.lock lists one per wheel); `filename` empty when only the digest is known."""

    filename: str = ""
    url: str = ""
    digests: tuple[Digest, ...] = ()
    size: int | None = None


class LockedPackage(msgspec.Struct, frozen=True):
    """One entry of a lockfile.

    `version` is None when the file does not pin one (an unpinned requirement). `artifacts` are alternatives: an
    installer may take any one of them. `key` is the entry's own name in the file (`node_modules/a/node_modules/b`).
    """

    ecosystem: Ecosystem
    name: str
    version: str | None
    source: SourceKind = "registry"
    #: Where the lock says it comes from; empty when it does not.
    resolved: str = ""
    artifacts: tuple[LockedArtifact, ...] = ()
    scope: Scope = "prod"
    dependency: Directness = "transitive"
    key: str = ""
    #: 1-based line of the entry; None when the format does not give one.
    line: int | None = None
    #: The name it is installed under, when an alias renames it.
    alias: str = ""
    #: Shipped inside its parent's archive, so it has no archive of its own.
    bundled: bool = False
    #: What the lock says of install scripts; None when it does not.
    has_install_script: bool | None = None
    #: PyPI only: environment marker as written.
    marker: str = ""
    #: Specifier as written when `version` is None (`>=2,<3`).
    specifier: str = ""
    #: Keys of the entries of the same document that this one needs: the edges that brought them in. Empty where the
    #: format does not tell.
    requires: tuple[str, ...] = ()

    @property
    def purl(self) -> Purl:
        """The release this entry pins, or the package when it pins none."""
        return make_purl(self.ecosystem, self.name, self.version)

    @property
    def integrity(self) -> tuple[Digest, ...]:
        """Every digest of every alternative."""
        return tuple(digest for artifact in self.artifacts for digest in artifact.digests)


class Importer(msgspec.Struct, frozen=True):
    """A project that a lock serves: where the paths to its packages begin.

    `folder` is relative to the lock's own, with `/`; "" is the lock's own folder. `requires` are keys of entries.

    Of the entries that `requires` leads to, at most one is installed under a given name (`alias or name`). So what a
    manifest of this folder declares leads to one entry: the one installed as `declared.alias or declared.name`; where
    there is none, the one of package `declared.name` (deno.lock does not keep aliases); where there is none either, the
    lock does not pin it.
    """

    folder: str = ""
    name: str = ""
    requires: tuple[str, ...] = ()
    #: What the lock says its manifest asked for, (name as installed, specifier as written), peers included where the
    #: client installs them; None where it does not say (yarn 1, Deno, npm 6, npm's hidden lockfile).
    specifiers: tuple[tuple[str, str], ...] | None = None


class Source(msgspec.Struct, frozen=True):
    """One file that was found, or one document of it, and what became of it.

    `path` is as the user will recognise it. A manifest is a source too: it pins nothing, so it has `manifest` and,
    where no lock covers it, the packages that it asks for, without versions.
    """

    path: str
    format: str
    status: SourceStatus
    packages: tuple[LockedPackage, ...] = ()
    #: Why, when the status is not `parsed`; or what was left out of a parsed one.
    reason: str = ""
    hint: str = ""
    kind: FileKind = "lockfile"
    #: 1-based number of the document, in a file that holds several; 0 in one that is a document itself.
    document: int = 0
    importers: tuple[Importer, ...] = ()
    manifest: ProjectManifest | None = None
    #: Of a manifest: the path of the lock that pins what it asks for; empty when none does.
    covered_by: str = ""
