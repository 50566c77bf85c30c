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


class LockedArtifact(msgspec.Struct, frozen=True, gc=False):
    """A file that the lock allows (uv.lock lists one per wheel); `filename` empty when only the digest is known."""

    filename: str = ""
    url: str = ""
    digests: tuple[Digest, ...] = ()
    size: int | None = None


# It holds texts and tuples of them, so the collector of cycles need not look at the thousands that a project has.
class LockedPackage(msgspec.Struct, frozen=True, gc=False):
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
    #: Where it is for, as written: PyPI's environment marker, yarn's `conditions` (`os=linux & cpu=x64`).
    marker: str = ""
    #: Specifier as written when `version` is None (`>=2,<3`).
    specifier: str = ""
    #: Keys of the entries of the same document that this one needs: the edges that brought them in. Empty where the
    #: format does not tell.
    requires: tuple[str, ...] = ()
    #: The licence as the lock states it; empty when it does not.
    licence: str = ""
    #: A patch that the client applies to the archive's files, as the lock names it (a path, `builtin<compat/x>`): what
    #: runs is then not only what the registry serves. Empty when there is none.
    patch: str = ""
    #: A checksum that is not of the registry's archive and is never compared with it, as written: yarn 2 and later sum
    #: up the zip that they make themselves.
    foreign_checksum: str = ""
    #: Found installed: no lock promised its bytes, and which archive it came from is not recorded.
    installed: bool = False

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

    What a manifest declares is found in its lock so: the importer is the one whose folder, joined to the lock's, is the
    manifest's, and its entries are those whose `key` is in `requires`. In npm's locks at most one of them is installed
    under a given name (`alias or name`), so a declaration leads to the one installed as `declared.alias or
    declared.name`; where there is none, to the one of package `declared.name` (deno.lock does not keep aliases). In
    Python's it leads to those whose `name` is the declared one, of which there are several where markers part them.
    Names in `specifiers` are canonical. A requirements file has an importer for each file that it was compiled from,
    named as its comments say (`requirements.in`, or the project's name), and one that was written by hand has none.
    """

    folder: str = ""
    name: str = ""
    requires: tuple[str, ...] = ()
    #: What the lock says its manifest asked for, (name as installed, specifier as written), peers included where the
    #: client installs them; None where it does not say (yarn 1, Deno, npm 6, npm's hidden lockfile).
    specifiers: tuple[tuple[str, str], ...] | None = None
    #: Names that the lock's own settings replace or leave out (overrides, ignored optional dependencies), so that what
    #: `specifiers` says of them need not be what the manifest says.
    overridden: tuple[str, ...] = ()


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
    #: `sha256:…` of the file's bytes where it was not read; empty where even they are not to be had.
    digest: str = ""
