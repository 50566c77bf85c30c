"""Locks with edges, as the readers give them."""

from customhouse.model.digest import Digest
from customhouse.model.locked import Importer, LockedArtifact, LockedPackage, Source

SHA512 = Digest("sha512", "cd" * 64)
LOCK = "api/package-lock.json"


def entry(key, version="1.0.0", needs=(), **extra):
    name = extra.pop("name", key)
    artifacts = extra.pop("artifacts", (LockedArtifact(digests=(SHA512,)),))
    return LockedPackage(
        extra.pop("ecosystem", "npm"), name, version, key=key, requires=tuple(needs), artifacts=artifacts, **extra
    )


def express():
    """An npm lock with an alias, a scope, a cycle and two projects."""
    packages = (
        entry("express", "4.19.2", ["body-parser", "qs"], dependency="direct", line=10),
        entry("body-parser", "1.20.2", ["qs"], line=20),
        entry("qs", "6.11.0", ["body-parser"], line=412),
        entry("lodash3", "3.10.1", name="lodash", alias="lodash3", scope="dev", dependency="direct", line=30),
        entry("@scope/kit", "2.0.0-rc.1", ["qs"], scope="optional", dependency="direct", line=40),
    )
    importers = (
        Importer("", "storefront-api", ("express", "lodash3")),
        Importer("tools/kit-runner", "", ("@scope/kit",)),
    )
    return Source(LOCK, "package-lock", "parsed", packages, importers=importers)


def pipfile():
    """A lock that does not record who needs what."""
    packages = (entry("requests", "2.32.3", ecosystem="pypi", line=18), entry("idna", "3.7", ecosystem="pypi", line=9))
    return Source("Pipfile.lock", "pipfile-lock", "parsed", packages)
