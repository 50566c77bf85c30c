"""An example published on the registry simulator and judged by the whole pipeline, archives and source included."""

import asyncio
import base64
import gzip
import hashlib
import io
import random
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from customhouse.archives.stream import DEFAULT_LIMITS
from customhouse.ecosystems.registries import open_registries
from customhouse.engine.artifacts import ArtifactOpener
from customhouse.engine.brought import ClosureCollector
from customhouse.engine.cases import CaseBuilder, CaseOptions
from customhouse.engine.readers import EncodedContent, read_encoded
from customhouse.evidence.lock_changes import compare_locks
from customhouse.model.closure import Arrival
from customhouse.model.digest import Algorithm, Digest, digest_of
from customhouse.model.evidence import Case, Gap
from customhouse.model.intelligence import AdvisoryMatch
from customhouse.model.locked import LockedArtifact, LockedPackage, Source
from customhouse.model.purl import Ecosystem, Purl, make_purl
from customhouse.policy.configuration import Configuration
from customhouse.rules.example import Example, ExampleMember, ExampleRelease
from customhouse.storage.evidence_cache import EvidenceCache
from simulator import RegistrySimulator
from simulator.archives import core_metadata, npm_tarball, sdist, wheel

_TAR_TYPES = {
    "file": tarfile.REGTYPE,
    "link": tarfile.SYMTYPE,
    "hardlink": tarfile.LNKTYPE,
    "directory": tarfile.DIRTYPE,
    "device": tarfile.CHRTYPE,
}


class InThisProcess:
    """Reads archives here: the worker processes have tests of their own."""

    async def read(self, data: bytes, filename: str, ecosystem: Ecosystem) -> EncodedContent:
        return read_encoded(data, filename, ecosystem, DEFAULT_LIMITS)


class KnownAdvisories:
    """The example's own advisories, as an index would match them."""

    known = True

    def __init__(self, matches: tuple[AdvisoryMatch, ...]) -> None:
        self._matches = matches

    async def prepare(self, purls: Iterable[Purl]) -> None:
        pass

    def match(self, purl: Purl, versions: Sequence[str] = ()) -> tuple[AdvisoryMatch, ...]:
        del purl, versions  # asked for the release under inspection only
        return self._matches

    def gaps(self) -> tuple[Gap, ...]:
        return ()

    def note(self, purl: Purl) -> str:
        del purl
        return ""


def _files(release: ExampleRelease) -> dict[str, bytes]:
    files = {path: text.encode() for path, text in release.files.items()}
    files |= {path: base64.b64decode(text) for path, text in release.binaries.items()}
    return files | {path: _filler(size) for path, size in release.filler.items()}


def _filler(size: int) -> bytes:
    """Comment lines that do not compress away, so that size is told and not the ratio."""
    source = random.Random(size)  # noqa: S311 - no secret
    lines = b"".join(b"// %s\n" % source.randbytes(48).hex().encode() for _ in range(size // 100 + 1))
    return lines[:size]


def _with_members(archive: bytes, members: tuple[ExampleMember, ...]) -> bytes:
    """Append members to a gzipped tar, names untouched."""
    raw = io.BytesIO(gzip.decompress(archive))
    with tarfile.open(fileobj=raw, mode="a", format=tarfile.USTAR_FORMAT) as tar:
        for each in members:
            info = tarfile.TarInfo(each.name)
            data = each.content.encode()
            info.size, info.mode, info.linkname = len(data), each.mode, each.target
            info.type = _TAR_TYPES[each.kind]
            tar.addfile(info, io.BytesIO(data))
    return gzip.compress(raw.getvalue(), mtime=0)


def _archive(ecosystem: Ecosystem, name: str, release: ExampleRelease) -> tuple[str, bytes]:
    """The release's file name and bytes."""
    stated = {"name": name, "version": release.version} | release.stated
    escaped = name.replace("-", "_")
    files = _files(release)
    if ecosystem == "npm":
        filename = f"{name.rpartition('/')[2]}-{release.version}.tgz"
        data = npm_tarball(files, {**stated, **release.package})
    elif release.archive == "sdist":
        filename = f"{escaped}-{release.version}.tar.gz"
        data = sdist(stated["name"], stated["version"], files, {"Requires-Dist": release.requires})
    else:
        filename = f"{escaped}-{release.version}-py3-none-any.whl"
        info = f"{escaped}-{release.version}.dist-info"
        metadata = core_metadata(stated["name"], stated["version"], {"Requires-Dist": release.requires})
        data = wheel(name, release.version, {**files, f"{info}/METADATA": metadata})
    if release.members:
        data = _with_members(data, release.members)
    match release.fault:
        case "truncated":
            data = data[: len(data) * 2 // 3]
        case "trailing-data":
            data += b"after the end"
        case "":
            pass
        case other:
            raise NotImplementedError(other)
    return filename, data


def _publish(
    registry: RegistrySimulator, ecosystem: Ecosystem, name: str, release: ExampleRelease
) -> tuple[str, bytes]:
    filename, data = _archive(ecosystem, name, release)
    if ecosystem == "pypi":
        raw = {filename: data}
        if release.source:
            source = {path: text.encode() for path, text in release.source.items()}
            raw[f"{name.replace('-', '_')}-{release.version}.tar.gz"] = sdist(name, release.version, source)
        registry.pypi.publish(name, release.version, raw=raw, requires=release.requires, published=release.published)
        return filename, data
    publisher = release.publisher
    claims = release.claims
    registry.npm.announces = publisher is not None or release.provenance is not None or claims is not None
    override: dict[str, Any] = {**release.registry_manifest, **dict.fromkeys(release.registry_lacks)}
    registry.npm.publish(
        name,
        release.version,
        files={**_files(release), "package.json": release.package},
        tarball=data,
        published=release.published,
        publisher=(publisher.name, publisher.email) if publisher else None,
        trusted=bool(publisher and publisher.trusted),
        provenance=bool(release.provenance or claims),
        claims=(claims.repository, claims.workflow, claims.ref, claims.commit, claims.runner) if claims else None,
        manifest_override=override,
    )
    return filename, data


def _locked(example: Example, filename: str, data: bytes) -> LockedPackage | None:
    lock = example.lock
    if lock is None:
        return None
    algorithm: Algorithm = "sha512" if lock.format == "package-lock" else "sha256"
    digests: tuple[Digest, ...] = (digest_of(data, algorithm),)
    match lock.integrity:
        case "none":
            digests = ()
        case "sha1":
            digests = (Digest("sha1", hashlib.sha1(data).hexdigest()),)
        case "wrong":
            last = "0" if digests[0].hex[-1] != "0" else "1"
            digests = (Digest(algorithm, digests[0].hex[:-1] + last),)
    named = filename if lock.format == "uv" else ""
    artifacts = (LockedArtifact(filename=named, digests=digests),) if digests or named else ()
    key = f"node_modules/{example.name}" if lock.format == "package-lock" else example.name
    return LockedPackage(
        example.ecosystem, example.name, example.version, source=lock.source, artifacts=artifacts, key=key
    )


def case_of(example: Example, folder: Path, environ: Mapping[str, str] | None = None) -> Case:
    """Publish everything the example speaks of and collect its case; `folder` holds the cache of this one example."""
    with RegistrySimulator() as registry:
        for other in example.other_releases:
            _publish(registry, example.ecosystem, other.name, other)
        if example.previous:
            _publish(registry, example.ecosystem, example.name, example.previous)
        filename, data = _publish(registry, example.ecosystem, example.name, example)
        locked = _locked(example, filename, data)
        return asyncio.run(_collect(example, registry, folder, locked, dict(environ or {"HOME": str(folder)})))


async def _collect(
    example: Example, registry: RegistrySimulator, folder: Path, locked: LockedPackage | None, environ: dict[str, str]
) -> Case:
    options = CaseOptions(now=example.judged)
    with EvidenceCache(folder / "cache") as cache:
        async with open_registries(
            folder, environ, npm_registry=registry.npm_url, pypi_index=registry.pypi_url
        ) as registries:
            opener = ArtifactOpener(cache, InThisProcess(), offline=False, parallel=2)
            builder = CaseBuilder(cache, opener, KnownAdvisories(example.advisories), options)
            purl = make_purl(example.ecosystem, example.name, example.version)
            age = timedelta(days=example.minimum_age_days)
            registry_of = registries.for_(example.ecosystem)
            case = await builder.build(registry_of, purl, age, locked)
            if locked is None:
                closure = ClosureCollector(cache, builder, Configuration(), options)
                case = await closure.complete(registry_of, case)
            return msgspec.structs.replace(case, arrival=_arrival(example, locked))


def _arrival(example: Example, locked: LockedPackage | None) -> Arrival | None:
    """Compare the lock with what it was at the base, as the change gate does."""
    if example.base is None or locked is None:
        return None
    other = LockedArtifact(digests=(Digest("sha512", "0" * 128), Digest("sha256", "0" * 64)))
    had: dict[str, dict[str, Any]] = {
        "workspace": {"source": "workspace", "version": None, "artifacts": ()},
        "other-bytes": {"artifacts": (other,)},
        "earlier": {"version": example.previous.version if example.previous else "0.0.1"},
        "same": {},
    }
    packages = () if example.base.had == "nothing" else (msgspec.structs.replace(locked, **had[example.base.had]),)
    lock = Source("a.lock", "example", "parsed", packages)
    (compared,) = compare_locks(
        [lock], [msgspec.structs.replace(lock, packages=(locked,))], every=example.base.approve == "all"
    )
    return Arrival("main", compared.changes[0]) if compared.changes else None
