"""The npm registry's client: full packuments, of which only the versions asked for are ever read, and tarballs."""

import zlib
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import msgspec

from customhouse.ecosystems.fetching import Answer, Ask, Fetcher, Sink
from customhouse.ecosystems.interface import Project
from customhouse.ecosystems.npm.attestations import read_attestations
from customhouse.ecosystems.npm.configuration import NpmConfiguration, last_resort
from customhouse.ecosystems.npm.manifest import read_package_json
from customhouse.ecosystems.times import read_time
from customhouse.model.digest import Digest, parse_sri
from customhouse.model.errors import HostileUpstream, NotFoundUpstream
from customhouse.model.history import About, Claims, Publication
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import Ecosystem, Purl
from customhouse.model.release import Artifact, Publisher, Release, ReleaseTime

#: Bytes. The largest packuments in use have some tens of megabytes.
PACKUMENT_LIMIT = 200 * 2**20
TARBALL_LIMIT = 256 * 2**20
#: Attestation documents have some tens of kilobytes.
ATTESTATIONS_LIMIT = 4 * 2**20
#: Characters of a README that are kept for comparing.
README_LIMIT = 64 * 1024
#: Packuments kept as they came, the latest. Callers hold on to a thousand of them, of some hundred kilobytes each.
_HOT = 32
_SHA1 = lazy_regex(r"[0-9a-fA-F]{40}")
#: What a name may not hold, or it would change the address it is put into; the rest is quoted.
_UNUSABLE = lazy_regex(r"[\x00-\x20\x7f\\?#%]|^\.|^$")
_UNREADABLE = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)
_HINT = "do not install it from there; ask whoever runs the registry"


class _Packument(msgspec.Struct):
    """As much of the document as every question needs; each version stays unread until it is asked for."""

    name: str = ""
    id: str = msgspec.field(name="_id", default="")
    versions: dict[str, msgspec.Raw] | None = None
    time: dict[str, Any] | None = None
    tags: dict[str, Any] | None = msgspec.field(name="dist-tags", default=None)
    maintainers: Any = None
    readme: Any = None


class _Signed(msgspec.Struct):
    """A version's `dist`, as far as it tells whether this registry signs."""

    signatures: msgspec.Raw = msgspec.Raw()
    attestations: msgspec.Raw = msgspec.Raw()


class _Version(msgspec.Struct):
    dist: _Signed | None = None


class _Published(msgspec.Struct):
    """A version as far as it tells how it was published."""

    dist: Any = None
    user: Any = msgspec.field(name="_npmUser", default=None)
    commit: Any = msgspec.field(name="gitHead", default=None)


_DECODER = msgspec.json.Decoder(_Packument)
_VERSION = msgspec.json.Decoder(_Version)
_PUBLISHED = msgspec.json.Decoder(_Published)


class NpmProject:
    """Every release of one npm name, as one packument said."""

    def __init__(self, name: str, data: bytes) -> None:
        """Read a packument. Raises HostileUpstream when it is none, or another package's."""
        try:
            document = _DECODER.decode(data)
        except _UNREADABLE as error:
            raise HostileUpstream(f"{name}: the registry's document does not read: {error}", hint=_HINT) from None
        told = document.name or document.id
        if told != name:
            raise HostileUpstream(
                f"{name}: the registry answered with a document about {told[:214] or 'no package at all'!r}", hint=_HINT
            )
        self._name = name
        self._data = data
        self._versions: Mapping[str, msgspec.Raw] | None = document.versions or {}
        self._names = tuple(self._versions)
        self._time: Mapping[str, Any] = document.time or {}
        self._maintainers = _accounts(document.maintainers)
        #: What the registry shows for the project; long ones are cut.
        self.readme = _text(document.readme)[:README_LIMIT]
        #: Dist-tags: `latest` and the like → version.
        self.tags: Mapping[str, str] = {tag: at for tag, at in (document.tags or {}).items() if isinstance(at, str)}

    @property
    def purl(self) -> Purl:
        """The package, without a version."""
        return Purl("npm", self._name)

    @cached_property
    def times(self) -> tuple[ReleaseTime, ...]:
        """Every release that can be installed; unpublished ones that `time` remembers are not among them."""
        return tuple(ReleaseTime(version, read_time(self._time.get(version))) for version in self._names)

    @cached_property
    def created(self) -> ReleaseTime | None:
        """The earliest release that `time` tells of, unpublished ones included."""
        told = ((version, read_time(when)) for version, when in self._time.items() if version not in _NOT_VERSIONS)
        dated = [ReleaseTime(version, when) for version, when in told if when]
        return min(dated, key=lambda release: release.published or datetime.max.replace(tzinfo=UTC), default=None)

    def release(self, version: str) -> Release | None:
        """Read one release; None when the registry does not have it.

        Raises HostileUpstream when what the registry says of it cannot be read.
        """
        raw = self._opened().get(version)
        if raw is None:
            return None
        try:
            told = msgspec.json.decode(raw)
        except _UNREADABLE as error:
            raise HostileUpstream(
                f"{self._name}@{version}: what the registry says of it does not read: {error}", hint=_HINT
            ) from None
        if not isinstance(told, dict):
            raise HostileUpstream(f"{self._name}@{version}: the registry says nothing readable of it", hint=_HINT)
        dist = _mapping(told.get("dist"))
        published = read_time(self._time.get(version))
        deprecated = told.get("deprecated")
        size, hooks = dist.get("unpackedSize"), told.get("hasInstallScript")
        return Release(
            purl=Purl("npm", self._name, version),
            artifacts=(
                Artifact(
                    filename=f"{self._name.rpartition('/')[2]}-{version}.tgz",
                    kind="npm-tarball",
                    url=_text(dist.get("tarball")),
                    digests=_digests(dist),
                    uploaded=published,
                ),
            ),
            published=published,
            manifest=read_package_json(told),
            publisher=_publisher(told.get("_npmUser")),
            provenance=self._attested(dist),
            unpacked_size=size if isinstance(size, int) and not isinstance(size, bool) else None,
            withdrawn=deprecated if isinstance(deprecated, str) else "deprecated" if deprecated else "",
            has_install_script=hooks if isinstance(hooks, bool) else None,
            # Who may publish today; the version itself remembers who could when it came.
            maintainers=self._maintainers if self._maintainers is not None else _accounts(told.get("maintainers")),
            maintainers_then=_accounts(told.get("maintainers")),
            commit=_text(told.get("gitHead"))[:_COMMIT],
        )

    def publication(self, version: str) -> Publication | None:
        """Read how one release was published; what does not read of it is not said."""
        raw = self._opened().get(version)
        if raw is None:
            return None
        try:
            told = _PUBLISHED.decode(raw)
        except _UNREADABLE:
            told = _Published()
        user = _publisher(told.user) or Publisher()
        return Publication(
            version=version,
            published=read_time(self._time.get(version)),
            publisher=user.name,
            email=user.email,
            trusted=user.trusted,
            provenance=self._attested(_mapping(told.dist)),
            commit=bool(_text(told.commit)),
        )

    def _attested(self, dist: Mapping[str, Any]) -> bool | None:
        return True if dist.get("attestations") else (False if self._signing else None)

    def cool(self) -> None:
        """Keep the document packed from now on: a tenth of the memory, and 2 ms for each release read."""
        if self._versions is not None:
            self._data = zlib.compress(self._data, 1)
            self._versions = None

    def _opened(self) -> Mapping[str, msgspec.Raw]:
        if self._versions is not None:
            return self._versions
        return _DECODER.decode(zlib.decompress(self._data)).versions or {}

    @cached_property
    def _signing(self) -> bool:
        """Whether this registry offers signatures or attestations at all, by any version of this package."""
        data = self._data if self._versions is not None else zlib.decompress(self._data)
        # A search of the whole is cheaper than reading every version, and settles it for registries that do not sign.
        if b'"signatures"' not in data and b'"attestations"' not in data:
            return False
        for raw in self._opened().values():
            try:
                dist = _VERSION.decode(raw).dist
            except _UNREADABLE:
                continue
            if dist and (bytes(dist.signatures) or bytes(dist.attestations)):
                return True
        return False


#: Characters of a commit's name that are kept: SHA-256 has 64.
_COMMIT = 64
_NOT_VERSIONS = frozenset({"created", "modified", "unpublished"})


class NpmRegistry:
    """The default registry and the scoped ones, behind one face."""

    ecosystem: Ecosystem = "npm"

    def __init__(self, configuration: NpmConfiguration, fetcher: Fetcher) -> None:
        """Ask through `fetcher`, which stays the caller's to close."""
        self.configuration = configuration
        self._fetcher = fetcher
        self._hot: deque[NpmProject] = deque()

    def origin(self, name: str) -> str:
        """URL of the registry that answers for this name."""
        return self.configuration.registry_for(name)

    async def packument(self, name: str) -> Answer:
        """Fetch the full packument as the registry says it, unread.

        Raises NotFoundUpstream, UnreachableUpstream or HostileUpstream.
        """
        registry = self.configuration.registry_for(name)
        return await self._fetcher.get(self._ask(registry + _path(name), registry, name, PACKUMENT_LIMIT))

    async def project(self, name: str) -> NpmProject:
        """Fetch the full packument; the abbreviated one has no times.

        Raises NotFoundUpstream, UnreachableUpstream or HostileUpstream.
        """
        project = NpmProject(name, (await self.packument(name)).data)
        self._hot.append(project)
        if len(self._hot) > _HOT:
            self._hot.popleft().cool()
        return project

    async def fetch(self, purl: Purl, artifact: Artifact, sink: Sink | None = None) -> bytes:
        """Fetch a tarball from where the registry, or a lockfile, says it is, into the sink where there is one.

        Raises NotFoundUpstream, UnreachableUpstream or HostileUpstream.
        """
        registry = self.configuration.registry_for(purl.name)
        url = self._tarball(purl, artifact, registry)
        ask = msgspec.structs.replace(self._ask(url, registry, purl.display, TARBALL_LIMIT), sink=sink)
        return (await self._fetcher.get(ask)).data

    async def claims(self, release: Release) -> Claims | None:
        """Fetch the release's attestations from its own registry, wherever else that says they are.

        Raises NotFoundUpstream, UnreachableUpstream or HostileUpstream.
        """
        purl = release.purl
        if release.provenance is not True:
            return None
        registry = self.configuration.registry_for(purl.name)
        url = f"{registry}-/npm/v1/attestations/{_path(purl.name)}@{quote(purl.version or '')}"
        what = f"the attestations of {purl.display}"
        ask = msgspec.structs.replace(self._ask(url, registry, what, ATTESTATIONS_LIMIT), accept="application/json")
        answer = await self._fetcher.get(ask)
        return read_attestations(purl.display, answer.data)

    async def about(self, project: Project) -> About:
        """Read it from the packument, which has it all."""
        if not isinstance(project, NpmProject):
            return About()
        latest = project.release(project.tags.get("latest", ""))
        return About(
            latest.manifest if latest else None, project.readme, latest.maintainers if latest is not None else None
        )

    async def advisories(self, versions: Mapping[str, Sequence[str]]) -> list[bytes]:
        """Ask which advisories cover these versions of these packages; one JSON answer for each registry concerned.

        The endpoint that `npm audit` asks. Raises NotFoundUpstream, UnreachableUpstream or HostileUpstream.
        """
        by_registry: dict[str, dict[str, list[str]]] = {}
        for name, wanted in versions.items():
            by_registry.setdefault(self.configuration.registry_for(name), {})[name] = list(wanted)
        answers = []
        for registry, asked in by_registry.items():
            url = f"{registry}-/npm/v1/security/advisories/bulk"
            ask = self._ask(url, registry, "the registry's advisories", PACKUMENT_LIMIT)
            body = msgspec.json.encode(asked)
            answers.append((await self._fetcher.get(msgspec.structs.replace(ask, body=body))).data)
        return answers

    def _ask(self, url: str, registry: str, what: str, limit: int) -> Ask:
        return Ask(
            url=url,
            what=what,
            limit=limit,
            homes=self.configuration.homes,
            authorise=partial(self.configuration.authorise, registry=registry),
            accept="application/json" if limit == PACKUMENT_LIMIT else "*/*",
            cafile=self.configuration.cafile,
        )

    def _tarball(self, purl: Purl, artifact: Artifact, registry: str) -> str:
        """Decide where a tarball is fetched, as npm does.

        Packuments and lockfiles that mirrors hand on unchanged name the default public registry; npm asks the
        configured one instead (`replace-registry-host`). An address on the registry's own host is asked as the
        registry is, which keeps HTTPS where a proxy in front of it made the registry believe in HTTP.
        """
        if not artifact.url:
            return f"{registry}{_path(purl.name)}/-/{quote(artifact.filename)}"
        try:
            stated, home = urlsplit(artifact.url), urlsplit(registry)
            host, replaced = stated.hostname, self.configuration.replaced_host
        except ValueError:
            return artifact.url
        if replaced != "never" and host != home.hostname:
            known = urlsplit(last_resort()).hostname if replaced == "npmjs" else replaced
            if replaced == "always" or host == known:
                return registry + stated.path.lstrip("/")
        if host == home.hostname and (stated.scheme, home.scheme) == ("http", "https"):
            return urlunsplit((home.scheme, home.netloc, stated.path, stated.query, ""))
        return artifact.url


def _path(name: str) -> str:
    """Write a name into an address as npm does, `@scope%2fname`. Raises NotFoundUpstream for what cannot be a name."""
    parts = name.split("/")
    scoped = name.startswith("@")
    if len(parts) != 1 + scoped or any(_UNUSABLE.search(part.removeprefix("@")) for part in parts):
        raise NotFoundUpstream(
            f"{name!r} cannot be the name of an npm package",
            hint="check the file that names it for damage or tampering",
        )
    return "%2f".join(quote(part, safe="@!'()*~") for part in parts)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _digests(dist: Mapping[str, Any]) -> tuple[Digest, ...]:
    shasum = _text(dist.get("shasum"))
    sha1 = (Digest("sha1", shasum.lower()),) if _SHA1.fullmatch(shasum) else ()
    return (*parse_sri(_text(dist.get("integrity"))), *sha1)


def _accounts(told: object) -> tuple[str, ...] | None:
    """Read the names of accounts; None when none are told."""
    if not isinstance(told, list):
        return None
    names = (_text(_mapping(one).get("name")) if not isinstance(one, str) else one for one in told)
    return tuple(dict.fromkeys(name for name in names if name)) or None


def _publisher(told: object) -> Publisher | None:
    user = _mapping(told)
    if not user:
        return None
    return Publisher(_text(user.get("name")), _text(user.get("email")), trusted=bool(user.get("trustedPublisher")))
