"""An npm registry's memory: packuments, full and abbreviated, and tarballs."""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from simulator.archives import Content, npm_tarball
from simulator.http import Request, Response

#: When the first release of a store that is given no times appears; each later one comes an hour after.
EPOCH = datetime(2025, 1, 1, tzinfo=UTC)
_ABBREVIATED = "application/vnd.npm.install-v1+json"
_KEPT = (
    *("name", "version", "deprecated", "dependencies", "optionalDependencies", "devDependencies", "bundleDependencies"),
    *("peerDependencies", "peerDependenciesMeta", "bin", "directories", "dist", "engines", "cpu", "os", "libc"),
)
_INSTALL_HOOKS = ("preinstall", "install", "postinstall")


class NpmStore:
    """What is published. `url` is the registry's own address, without a closing slash."""

    def __init__(self, url: str = "") -> None:
        """Start empty."""
        self.url = url
        #: False makes it a bare mirror: no signatures, attestations nor publishers.
        self.announces = True
        #: False leaves `time` out of full packuments.
        self.times = True
        self._packages: dict[str, dict[str, Any]] = {}
        self._tarballs: dict[str, bytes] = {}
        self._attestations: dict[str, dict[str, Any]] = {}
        self._readmes: dict[str, str] = {}
        self._published = 0

    def publish(  # noqa: PLR0913 - one keyword for each thing that npm's document can say
        self,
        name: str,
        version: str,
        *,
        files: Mapping[str, Content] | None = None,
        dependencies: Mapping[str, str] | None = None,
        scripts: Mapping[str, str] | None = None,
        published: datetime | None = None,
        publisher: tuple[str, str] | None = ("someone", "someone@registry.example"),
        trusted: bool = False,
        provenance: bool = False,
        claims: tuple[str, str, str, str, str] | None = None,
        deprecated: str = "",
        tarball: bytes | None = None,
        tarball_url: str = "",
        manifest_override: Mapping[str, Any] | None = None,
        tag: str = "latest",
    ) -> bytes:
        """Publish a release and return its tarball.

        `files` are the archive's; a mapping under `package.json` is merged into the manifest. `tarball` replaces the
        archive as a whole. `manifest_override` changes what the registry says and the archive does not (None removes
        a field). `trusted` says that it came by OIDC. `claims` are repository, workflow, ref, commit and runner of the
        attestation document; without them an attested release has none that could be fetched.
        """
        files = dict(files or {"index.js": "module.exports = 1\n"})
        extra = files.pop("package.json", {})
        manifest: dict[str, Any] = {"name": name, "version": version, "main": "index.js"}
        if dependencies:
            manifest["dependencies"] = dict(dependencies)
        if scripts:
            manifest["scripts"] = dict(scripts)
        manifest |= json.loads(extra) if isinstance(extra, str | bytes) else dict(extra)
        data = npm_tarball(files, manifest) if tarball is None else tarball
        path = f"/{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
        self._tarballs[path] = data
        integrity = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
        stated = {
            **manifest,
            "_id": f"{name}@{version}",
            "dist": {
                "integrity": integrity,
                "shasum": hashlib.sha1(data).hexdigest(),
                "tarball": tarball_url or f"{self.url}{path}",
                "fileCount": len(files) + 1,
                "unpackedSize": sum(len(c) for c in files.values()),
            },
        }
        if self.announces:
            self._announce(stated, f"{name}@{version}:{integrity}", publisher, trusted=trusted, provenance=provenance)
        if claims:
            self._attestations[f"{name}@{version}"] = attestation(name, version, *claims)
        if deprecated:
            stated["deprecated"] = deprecated
        for key, value in (manifest_override or {}).items():
            stated[key] = value
            if value is None:
                del stated[key]
        package = self._packages.setdefault(name, {"versions": {}, "time": {}, "tags": {}})
        package["versions"][version] = stated
        package["time"][version] = published or EPOCH + timedelta(hours=self._published)
        package["tags"][tag] = version
        self._published += 1
        return data

    def _announce(
        self, stated: dict[str, Any], signed: str, publisher: tuple[str, str] | None, *, trusted: bool, provenance: bool
    ) -> None:
        """Add the fields of a registry that signs; the signature has the right shape and no key behind it."""
        fake = base64.b64encode(b"0" + hashlib.sha512(signed.encode()).digest()).decode()
        stated["dist"]["signatures"] = [{"keyid": "SHA256:simulated", "sig": fake}]
        if provenance:
            stated["dist"]["attestations"] = {
                "url": f"{self.url}/-/npm/v1/attestations/{stated['_id']}",
                "provenance": {"predicateType": "https://slsa.dev/provenance/v1"},
            }
        if publisher:
            stated["_npmUser"] = {"name": publisher[0], "email": publisher[1]}
            stated["maintainers"] = [{"name": publisher[0], "email": publisher[1]}]
            if trusted:
                stated["_npmUser"]["trustedPublisher"] = {"id": "simulated", "oidcConfigId": "oidc:simulated"}

    def unpublish(self, name: str, version: str | None = None) -> None:
        """Take a version back, or the whole package; `time` remembers, as the real registry does."""
        package = self._packages[name]
        for one in [version] if version else list(package["versions"]):
            del package["versions"][one]
            package["tags"] = {tag: at for tag, at in package["tags"].items() if at != one}

    def readme(self, name: str, text: str) -> None:
        """Show a README for a package."""
        self._readmes[name] = text

    def tag(self, name: str, tag: str, version: str) -> None:
        """Point a dist-tag at a version."""
        self._packages[name]["tags"][tag] = version

    def packument(self, name: str, *, abbreviated: bool = False) -> dict[str, Any] | None:
        """Return the document of a package."""
        package = self._packages.get(name)
        if package is None:
            return None
        times = {version: _stamp(when) for version, when in package["time"].items()}
        first, last = min(package["time"].values()), max(package["time"].values())
        if abbreviated:
            versions = {version: _abbreviate(stated) for version, stated in package["versions"].items()}
            return {"name": name, "dist-tags": package["tags"], "versions": versions, "modified": _stamp(last)}
        document = {"_id": name, "name": name, "dist-tags": package["tags"], "versions": package["versions"]}
        if name in self._readmes:
            document["readme"] = self._readmes[name]
        if self.times:
            document["time"] = {"created": _stamp(first), "modified": _stamp(last), **times}
        return document

    def handle(self, request: Request) -> Response:
        """Answer a request."""
        path = unquote(urlsplit(request.path).path)
        if path in self._tarballs:
            return Response(headers={"Content-Type": "application/octet-stream"}, body=self._tarballs[path])
        attested = path.removeprefix("/-/npm/v1/attestations/")
        if attested in self._attestations:
            return _json(self._attestations[attested])
        if path.startswith("/-/"):
            known = path in ("/-/npm/v1/security/advisories/bulk", "/-/npm/v1/security/audits/quick", "/-/ping")
            return _json({}) if known else _json({"error": "not found"}, 404)
        abbreviated = _ABBREVIATED in request.headers.get("accept", "")
        document = self.packument(path.strip("/"), abbreviated=abbreviated)
        if document is None:
            return _json({"error": "not found"}, 404)
        return _json(document, kind=_ABBREVIATED if abbreviated else "application/json")


def attestation(
    name: str, version: str, repository: str, workflow: str, ref: str, commit: str, runner: str
) -> dict[str, Any]:
    """Make a document in the shape of the real ones: npm's own publish attestation and SLSA provenance, unsigned."""
    subject = [{"name": f"pkg:npm/{name}@{version}", "digest": {"sha512": "0" * 128}}]
    publish = {"_type": "https://in-toto.io/Statement/v0.1", "subject": subject, "predicate": {"name": name}}
    predicate = {
        "buildDefinition": {
            "buildType": "https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1",
            "externalParameters": {"workflow": {"ref": ref, "repository": repository, "path": workflow}},
            "resolvedDependencies": [{"uri": f"git+{repository}@{ref}", "digest": {"gitCommit": commit}}],
        },
        "runDetails": {"builder": {"id": f"https://github.com/actions/runner/{runner}"}},
    }
    built = {"_type": "https://in-toto.io/Statement/v1", "subject": subject, "predicate": predicate}
    kinds = (
        ("https://github.com/npm/attestation/tree/main/specs/publish/v0.1", publish),
        ("https://slsa.dev/provenance/v1", built),
    )
    listed = [
        {
            "predicateType": kind,
            "bundle": {
                "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
                "dsseEnvelope": {
                    "payload": base64.b64encode(json.dumps({**statement, "predicateType": kind}).encode()).decode(),
                    "payloadType": "application/vnd.in-toto+json",
                    "signatures": [],
                },
            },
        }
        for kind, statement in kinds
    ]
    return {"attestations": listed}


def _abbreviate(stated: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: stated[key] for key in _KEPT if key in stated}
    if any(hook in stated.get("scripts", {}) for hook in _INSTALL_HOOKS):
        kept["hasInstallScript"] = True
    return kept


def _json(document: Any, status: int = 200, kind: str = "application/json") -> Response:
    return Response(status, {"Content-Type": kind}, json.dumps(document).encode())


def _stamp(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
