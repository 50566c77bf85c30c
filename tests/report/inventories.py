"""Locks with edges, as the readers give them."""

from datetime import date

import msgspec

from customhouse.model.audit import Audit, AuditedPackage
from customhouse.model.digest import Digest
from customhouse.model.finding import Finding, Location
from customhouse.model.intelligence import AdvisoryMatch
from customhouse.model.locked import Importer, LockedArtifact, LockedPackage, Source
from customhouse.model.purl import make_purl
from customhouse.model.verdict import Acceptance, Judgement, Verdict

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


def listed(audit):
    """The audit with its packages in a source, where the engine has them from."""
    source = Source(audit.packages[0].source, "package-lock", "parsed", tuple(each.locked for each in audit.packages))
    return msgspec.structs.replace(audit, sources=(source, *audit.sources[1:]))


def accepted():
    """An audit with advisories: one denied, one accepted, one nobody answered for, one of malware."""

    def one(name, record, *, by=None, rule="known-vulnerable", kind="vulnerability", aliases=()):
        match = AdvisoryMatch(
            record, kind, f"of {name}", aliases, "high", references=(f"https://osv.example/{record}",)
        )
        at = (Location("package.json", 1),)
        of = Finding(rule, "high", "high", make_purl("npm", name, "1.0.0"), "is vulnerable", at, "move to 2", (match,))
        judged = Judgement(of, "allow" if by else "hold", "because", bool(by), (by,) if by else ())
        locked = entry(name, line=3)
        verdict = Verdict(of.subject, judged.decision, (judged,), digests=("sha256:" + "a" * 64,))
        return AuditedPackage(LOCK, locked, verdict)

    last, first = date(2027, 1, 1), date(2026, 10, 1)
    unreached = "vulnerable_code_not_in_execute_path"
    packages = (
        one(
            "a",
            "GHSA-a",
            by=Acceptance("me", "we never parse queries", last, first, unreached),
            aliases=("CVE-2024-0001",),
        ),
        one("b", "CVE-2024-0002", by=Acceptance("you", "internal only", last)),
        one("c", "GHSA-open"),
        one("d", "GHSA-mal", rule="known-malicious", kind="malicious", aliases=("MAL-2026-1",)),
    )
    source = Source(LOCK, "package-lock", "parsed", tuple(each.locked for each in packages))
    return Audit("hold", (source,), packages)
