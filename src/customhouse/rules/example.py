"""Examples of a rule: releases described in TOML on which it fires, and on which it stays silent.

They serve three ends: a rule's page shows them, `customhouse explain` prints them, and the tests publish them on a
registry simulator and send them through the whole pipeline. So they describe releases (files, manifests, times,
publishers), never the facts that reading gives.
"""

import tomllib
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any, Literal

import msgspec

from customhouse.model.content import MemberKind
from customhouse.model.errors import CustomhouseError
from customhouse.model.finding import Confidence, Severity
from customhouse.model.intelligence import AdvisoryMatch
from customhouse.model.purl import Ecosystem

ArchiveFormat = Literal["tgz", "wheel", "sdist", "zip"]
#: `duplicate-directory`: zip whose central directory names a member that its local header names otherwise.
Fault = Literal["", "truncated", "corrupt", "duplicate-directory", "trailing-data"]


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fields that nobody knows are mistakes."""


class ExamplePublisher(_Strict, frozen=True):
    """Who published; `trusted` is None where the registry does not say."""

    name: str = ""
    email: str = ""
    trusted: bool | None = None


class ExampleClaims(_Strict, frozen=True):
    """What the release's attestation claims of where it was built (npm); it makes `provenance` true."""

    repository: str
    workflow: str = ".github/workflows/publish.yml"
    ref: str = "refs/heads/main"
    commit: str = "0123456789012345678901234567890123456789"
    runner: str = "github-hosted"


class ExampleMember(_Strict, frozen=True):
    """A member written into the archive as it stands, root folder and all."""

    name: str
    kind: MemberKind = "file"
    content: str = ""
    #: Where a link leads.
    target: str = ""
    mode: int = 0o644


class ExampleRelease(_Strict, frozen=True):
    """A release as it is published.

    `package` holds the fields of package.json beside name and version (npm), `requires` the Requires-Dist lines (PyPI).
    `files` are the archive's files beside the manifest, by path from the package's root. `binaries` are the same in
    base64, `filler` text files of so many bytes. `registry_manifest` replaces fields of the manifest that the registry
    shows (npm), null taking one away. `stated` replaces the name or version that the archive states of itself.
    """

    version: str
    published: datetime | None = None
    package: dict[str, Any] = {}
    requires: tuple[str, ...] = ()
    files: dict[str, str] = {}
    binaries: dict[str, str] = {}
    filler: dict[str, int] = {}
    members: tuple[ExampleMember, ...] = ()
    #: PyPI: files of the sdist that is published beside the wheel; none for a release of one file.
    source: dict[str, str] = {}
    archive: ArchiveFormat | None = None
    fault: Fault = ""
    publisher: ExamplePublisher | None = None
    provenance: bool | None = None
    claims: ExampleClaims | None = None
    registry_manifest: dict[str, Any] = {}
    #: Fields of `registry_manifest` that the registry lacks (TOML has no null).
    registry_lacks: tuple[str, ...] = ()
    stated: dict[str, str] = {}


class OtherRelease(ExampleRelease, frozen=True, kw_only=True):
    """A release of another project that the registry has."""

    name: str


class ExampleLock(_Strict, frozen=True):
    """The lockfile that pins the release, and the digest it gives: `wrong` differs from the archive's in one digit."""

    format: Literal["package-lock", "requirements", "uv"]
    integrity: Literal["right", "wrong", "none", "sha1"] = "right"
    source: Literal["registry", "git"] = "registry"


class ExampleBase(_Strict, frozen=True):
    """What the lock at the revision compared with had under the release's name; `earlier` is `previous`'s version."""

    had: Literal["nothing", "workspace", "other-bytes", "earlier", "same"]
    #: What `[changes] approve` says.
    approve: Literal["new", "all"] = "new"


class Expectation(_Strict, frozen=True):
    """The finding that must be among those of the rule; empty or None fields are not compared."""

    severity: Severity
    confidence: Confidence
    message_contains: str = ""
    path: str = ""
    line: int | None = None


class Example(ExampleRelease, frozen=True, kw_only=True):
    """One case: the release, what stood before it and beside it, and what the rule must say."""

    title: str
    explanation: str
    ecosystem: Ecosystem
    name: str
    previous: ExampleRelease | None = None
    #: Releases of other projects, dependencies for the most part.
    other_releases: tuple[OtherRelease, ...] = ()
    lock: ExampleLock | None = None
    #: Needs a lock: the change gate compares locks.
    base: ExampleBase | None = None
    advisories: tuple[AdvisoryMatch, ...] = ()
    #: When it is judged; 30 days after `published` when not given.
    now: datetime | None = None
    minimum_age_days: int = 0
    #: Set in every case that fires, and in no other.
    expect: Expectation | None = None

    @property
    def judged(self) -> datetime:
        """The moment of judging, UTC."""
        if self.now is not None:
            return self.now
        if self.published is None:
            raise CustomhouseError(f"example {self.title!r} has neither now nor published", hint="give one of the two")
        return self.published + timedelta(days=30)


class Examples(_Strict, frozen=True):
    """All of one rule's, the ones for its page first."""

    fires: tuple[Example, ...]
    silent: tuple[Example, ...]


def load_examples(rule: str) -> Examples:
    """Read a rule's examples from the installed package.

    Raises CustomhouseError when the file is missing, is not TOML or does not fit the schema.
    """
    path = files("customhouse.rules") / "examples" / f"{rule}.toml"
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Examples)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise CustomhouseError(
            f"examples of rule {rule} cannot be read: {error}",
            hint=f"examples stand in rules/examples/{rule}.toml; the schema is rules/example.py",
        ) from error
