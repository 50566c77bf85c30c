"""What a path of an npm registry asks for.

Everything is decided from the path decoded once: two paths that differ ask for the same thing only when they differ in
how they are percent-encoded. A path that could be read in two ways (an empty or dot segment, a percent sign that
outlives decoding, a separator that was encoded anywhere but between scope and name) asks for nothing.
"""

from typing import Final
from urllib.parse import unquote

import msgspec

from customhouse.model.lazy_regex import lazy_regex

#: Characters. The longest honest path names a package twice, with a version.
LONGEST_PATH: Final = 2048
#: npm's own limit, scope included.
LONGEST_NAME: Final = 214
#: node-semver's limit.
LONGEST_VERSION: Final = 256

#: What a path may be made of, as it is sent and once decoded. Names are what `encodeURIComponent` leaves alone.
_SENT = lazy_regex(r"/(?:[A-Za-z0-9._~!'()*@+/-]|%[0-9A-Fa-f]{2})*")
_DECODED = lazy_regex(r"[A-Za-z0-9._~!'()*@+/-]*")
#: The one place where an encoded separator stands: `@scope%2fname`.
_JOINED = lazy_regex(r"@[^/]+/[^/]+")
#: Upper case is legacy and still there. The part behind a scope may begin with an underscore, a whole name may not:
#: these are CouchDB's own.
_PART = lazy_regex(r"[A-Za-z0-9_~!'()*-][A-Za-z0-9._~!'()*-]*")
_NOT_NAMES: Final = frozenset({"node_modules", "favicon.ico"})
_VERSION = lazy_regex(r"[A-Za-z0-9][A-Za-z0-9.+-]*")
#: Tags may be called nearly anything.
_WANTED = lazy_regex(r"[A-Za-z0-9_~!'()*][A-Za-z0-9._~!'()*+-]*")
_SUFFIX: Final = ".tgz"


class Packument(msgspec.Struct, frozen=True):
    """The document of a package: every version of it."""

    name: str


class Version(msgspec.Struct, frozen=True):
    """The document of one version. `wanted` is a version or a dist-tag."""

    name: str
    wanted: str


class Tarball(msgspec.Struct, frozen=True):
    """A release's file. `filename` is the name's last part, a hyphen, the version and `.tgz`."""

    name: str
    version: str
    filename: str


class Tags(msgspec.Struct, frozen=True):
    """A package's dist-tags."""

    name: str


class Attestations(msgspec.Struct, frozen=True):
    """What is attested of one release."""

    name: str
    version: str


class Audit(msgspec.Struct, frozen=True):
    """A question, by POST, for the advisories over what a project has. `path` is below the registry's root."""

    path: str


class Search(msgspec.Struct, frozen=True):
    """A search through all packages; what is searched for stands in the query."""


class Keys(msgspec.Struct, frozen=True):
    """The keys that a registry signs with."""


class Ping(msgspec.Struct, frozen=True):
    """Whether anybody is here."""


class WhoAmI(msgspec.Struct, frozen=True):
    """Whom the credential sent names."""


class Account(msgspec.Struct, frozen=True):
    """What stands between a registry and its own users: logins, tokens, teams, access."""


class Nothing(msgspec.Struct, frozen=True):
    """What no registry has. `why` is a clause without a full stop."""

    why: str


Request = (
    Packument | Version | Tarball | Tags | Attestations | Audit | Search | Keys | Ping | WhoAmI | Account | Nothing
)

_UNKNOWN: Final = Nothing("no registry has such an address")
_NO_NAME: Final = Nothing("this cannot be the name of an npm package")
_AUDITS: Final = (
    "-/npm/v1/security/advisories/bulk",
    "-/npm/v1/security/audits/quick",
    "-/npm/v1/security/audits",
)
_FIXED: Final[dict[str, Request]] = {
    "-/ping": Ping(),
    "-/whoami": WhoAmI(),
    "-/npm/v1/keys": Keys(),
    "-/v1/search": Search(),
    **{path: Audit(path) for path in _AUDITS},
}
#: Where the addresses of accounts begin.
_ACCOUNTS: Final = (
    *("-/user/", "-/v1/login", "-/v1/done", "-/npm/v1/tokens", "-/npm/v1/user", "-/npm/v1/hooks", "-/npm/v1/trust"),
    *("-/team/", "-/org/", "-/orgs/", "-/_view/"),
)
_ATTESTATIONS: Final = "-/npm/v1/attestations/"
_PACKAGE: Final = "-/package/"
_OF_ACCOUNTS: Final = frozenset({"access", "collaborators", "visibility", "trust"})


def read_path(raw: str) -> Request:
    """Read a target without its query, percent signs as they came. Never fails."""
    if len(raw) > LONGEST_PATH:
        return Nothing(f"an address of more than {LONGEST_PATH} characters names nothing")
    if not _SENT.fullmatch(raw):
        return _UNKNOWN
    path = unquote(raw)[1:]
    if not path:
        return Ping()
    if not _DECODED.fullmatch(path):
        return _UNKNOWN
    joined = [text for text in map(unquote, raw[1:].split("/")) if "/" in text]
    segments = path.split("/")
    if not all(map(_JOINED.fullmatch, joined)) or any(each in ("", ".", "..") for each in segments):
        return _UNKNOWN
    # A package is called `-`: its document and its files are told from the registry's own addresses.
    if segments[0] == "-" and len(segments) > 1 and segments[1] != "-":
        return _own(path)
    return _of_package(segments)


def is_name(name: str) -> bool:
    """Whether npm could have a package of this name; capitals and other legacy are kept as they are."""
    if len(name) > LONGEST_NAME or name in _NOT_NAMES or name.startswith("_"):
        return False
    scope, slash, last = name.rpartition("/")
    if slash and not (scope.startswith("@") and _PART.fullmatch(scope, 1)):
        return False
    return _PART.fullmatch(last) is not None


def filename(name: str, version: str) -> str:
    """Return what a release's file is called here, whatever upstream calls it."""
    return f"{name.rpartition('/')[2]}-{version}{_SUFFIX}"


def _of_package(segments: list[str]) -> Request:
    scoped = segments[0].startswith("@")
    name, rest = "/".join(segments[: 1 + scoped]), segments[1 + scoped :]
    if not is_name(name):
        return _NO_NAME
    match rest:
        case []:
            return Packument(name)
        case [wanted] if len(wanted) <= LONGEST_VERSION and _WANTED.fullmatch(wanted):
            return Version(name, wanted)
        case ["-", file]:
            return _tarball(name, file)
        case _:
            return _UNKNOWN


def _tarball(name: str, file: str) -> Request:
    version = file.removeprefix(filename(name, "").removesuffix(_SUFFIX)).removesuffix(_SUFFIX)
    if file != filename(name, version) or not _is_version(version):
        return Nothing(f"the files of {name} are called {filename(name, 'VERSION')}")
    return Tarball(name, version, file)


def _own(path: str) -> Request:
    if found := _FIXED.get(path):
        return found
    if path.startswith(_ACCOUNTS):
        return Account()
    if path.startswith(_ATTESTATIONS):
        name, at, version = path.removeprefix(_ATTESTATIONS).rpartition("@")
        if not (at and is_name(name) and _is_version(version)):
            return _UNKNOWN
        return Attestations(name, version)
    if path.startswith(_PACKAGE):
        name, _, what = path.removeprefix(_PACKAGE).rpartition("/")
        if not is_name(name):
            return _NO_NAME
        return Tags(name) if what == "dist-tags" else Account() if what in _OF_ACCOUNTS else _UNKNOWN
    return _UNKNOWN


def _is_version(text: str) -> bool:
    return len(text) <= LONGEST_VERSION and _VERSION.fullmatch(text) is not None
