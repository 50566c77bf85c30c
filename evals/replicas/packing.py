"""From a release of a replica to its archives, and onto the registry simulator."""

import base64
import hashlib
import re
from typing import Any

from evals.replicas.replica import ReleaseSpec, Replica
from simulator import RegistrySimulator
from simulator.archives import as_bytes, core_metadata, npm_tarball, sdist, wheel


def archives(replica: Replica, release: ReleaseSpec) -> dict[str, bytes]:
    """Build the archives of a release, by file name; the wheel before the sdist."""
    name = release.name or replica.name
    if replica.ecosystem == "npm":
        return {
            f"{name.rpartition('/')[2]}-{release.version}.tgz": npm_tarball(release.files, _package_json(name, release))
        }
    escaped = re.sub(r"[-_.]+", "_", name).lower()
    built = {}
    if release.files:
        built[f"{escaped}-{release.version}-py3-none-any.whl"] = _wheel(name, escaped, release)
    if release.sdist is not None:
        metadata = {"Requires-Dist": release.requires}
        built[f"{escaped}-{release.version}.tar.gz"] = sdist(name, release.version, release.sdist, metadata)
    return built


def publish(replica: Replica, registry: RegistrySimulator) -> None:
    """Publish everything that the replica speaks of, in the order of its times."""
    before = (replica.before,) if replica.before else ()
    everything = (*replica.earlier, *replica.others, *before, replica.after)
    for release in sorted(everything, key=lambda it: it.published):
        name = release.name or replica.name
        built = archives(replica, release)
        if replica.ecosystem == "pypi":
            registry.pypi.publish(
                name, release.version, raw=built, requires=release.requires, published=release.published
            )
            continue
        registry.npm.publish(
            name,
            release.version,
            files={**release.files, "package.json": _package_json(name, release)},
            tarball=next(iter(built.values())),
            published=release.published,
            publisher=release.publisher,
            trusted=release.trusted,
            provenance=release.provenance,
            manifest_override=_said(release),
        )


def _package_json(name: str, release: ReleaseSpec) -> dict[str, Any]:
    return {"name": name, "version": release.version, **release.manifest}


def _said(release: ReleaseSpec) -> dict[str, Any]:
    """What npm's registry adds to a manifest by itself: it looks for binding.gyp when there is no install script."""
    scripts = release.manifest.get("scripts", {})
    if "binding.gyp" in release.files and not {"install", "preinstall"} & set(scripts):
        return {"gypfile": True, "scripts": {**scripts, "install": "node-gyp rebuild"}}
    return {}


def _wheel(name: str, escaped: str, release: ReleaseSpec) -> bytes:
    info = f"{escaped}-{release.version}.dist-info"
    metadata = {"Requires-Dist": release.requires}
    files: dict[str, str | bytes] = dict(release.files)
    if release.unrecorded:
        listed = {path: as_bytes(content) for path, content in files.items() if path not in release.unrecorded}
        listed[f"{info}/METADATA"] = core_metadata(name, release.version, metadata).encode()
        rows = [f"{path},sha256={_record_hash(data)},{len(data)}" for path, data in listed.items()]
        files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/WHEEL,,", f"{info}/RECORD,,", ""])
    return wheel(name, release.version, files, metadata)


def _record_hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
