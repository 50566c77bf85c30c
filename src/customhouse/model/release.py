"""What a registry says of a release: its manifest, its artifacts, who published it and when."""

from datetime import datetime
from typing import Literal

import msgspec

from customhouse.model.digest import Digest
from customhouse.model.purl import Purl

ArtifactKind = Literal["npm-tarball", "wheel", "sdist", "egg", "other"]
DependencyKind = Literal["runtime", "optional", "peer", "dev", "build", "bundled"]


class Dependency(msgspec.Struct, frozen=True, order=True):
    """A declared dependency: canonical name, and the specifier as written (`^4.2.1`, `>=2,<3`, `git+https://…`)."""

    name: str
    specifier: str
    kind: DependencyKind = "runtime"
    #: PyPI only: the environment marker, with extras, as written; empty when unconditional.
    marker: str = ""
    #: npm only: a peer that the manifest calls optional, which nothing installs by itself.
    optional: bool = False


class Script(msgspec.Struct, frozen=True, order=True):
    """A named command of a manifest, such as npm's `postinstall`."""

    name: str
    command: str


class Manifest(msgspec.Struct, frozen=True):
    """package.json or core metadata, normalised; the same shape whether the registry or the archive says it."""

    name: str
    version: str
    dependencies: tuple[Dependency, ...] = ()
    scripts: tuple[Script, ...] = ()
    #: Relative paths that loading the package starts from (npm `main`, `module`, `exports`, `browser`); as written.
    entry_points: tuple[str, ...] = ()
    #: Commands the package installs: name → path (npm) or `module:function` (PyPI).
    commands: tuple[Script, ...] = ()
    repository: str = ""
    #: npm: the registry or the manifest says node-gyp runs at install.
    gyp: bool = False
    #: npm: the folder whose files are all commands (`directories.bin`), where `bin` names none.
    command_folder: str = ""
    #: As the manifest states them; anybody may write them. Empty when it does not.
    licence: str = ""
    authors: tuple[str, ...] = ()
    homepage: str = ""
    #: npm: the folder of the repository that the package is in (`repository.directory`).
    directory: str = ""


class Publisher(msgspec.Struct, frozen=True):
    """Who the registry says published the release (npm `_npmUser`)."""

    name: str = ""
    email: str = ""
    #: True when it came by trusted publishing (OIDC) rather than by a token; None when the registry does not say.
    trusted: bool | None = None


class Artifact(msgspec.Struct, frozen=True):
    """One file of a release."""

    filename: str
    kind: ArtifactKind
    url: str = ""
    digests: tuple[Digest, ...] = ()
    #: Bytes as the registry says; None when it does not.
    size: int | None = None
    uploaded: datetime | None = None
    yanked: bool = False
    #: URL of its attestations, where the registry gives each file one (PyPI); empty otherwise.
    attestations_url: str = ""


class Release(msgspec.Struct, frozen=True):
    """One release as its registry describes it."""

    purl: Purl
    artifacts: tuple[Artifact, ...] = ()
    #: UTC; None when the registry does not say (a gap).
    published: datetime | None = None
    #: None where the registry gives no manifest (the PyPI index).
    manifest: Manifest | None = None
    publisher: Publisher | None = None
    #: Whether an attestation is announced; None when the registry does not offer the field at all.
    provenance: bool | None = None
    #: Unpacked bytes as the registry says (npm `dist.unpackedSize`).
    unpacked_size: int | None = None
    #: npm's deprecation text or PyPI's yank reason; empty when neither.
    withdrawn: str = ""
    #: npm: what the registry's own `hasInstallScript` says; None when it does not.
    has_install_script: bool | None = None
    #: Accounts that may publish the package now; None when the registry does not say.
    maintainers: tuple[str, ...] | None = None
    #: Accounts that could publish it when the release came; None when the registry does not say.
    maintainers_then: tuple[str, ...] | None = None
    #: npm: the commit that it was made of, as whoever published it stated (`gitHead`).
    commit: str = ""


class ReleaseTime(msgspec.Struct, frozen=True):
    """A version of a project and when it was published (UTC), if the registry says."""

    version: str
    published: datetime | None = None
