"""Licences of what a project pins, as far as an inspection has read the archives: from the evidence cache alone."""

import msgspec

from customhouse.evidence.content import content_version
from customhouse.model.audit import Audit
from customhouse.storage.evidence_cache import EvidenceCache


class _Manifest(msgspec.Struct, frozen=True):
    licence: str = ""


class _Facts(msgspec.Struct, frozen=True):
    manifest: _Manifest | None = None


class _Kept(msgspec.Struct, frozen=True):
    """As much as is wanted of what the cache keeps of an archive: the code facts are large, and skipped unread."""

    facts: _Facts


def with_licences(audit: Audit, cache: EvidenceCache) -> Audit:
    """Return the audit with the licence that each package's own archive states, where it was read."""
    version = content_version()
    read: dict[str, str] = {}

    def licence(sha256: str) -> str:
        if sha256 not in read:
            kept = cache.get("content", sha256, version, _Kept)
            manifest = kept[0].facts.manifest if kept is not None else None
            read[sha256] = manifest.licence if manifest is not None else ""
        return read[sha256]

    told = []
    for one in audit.packages:
        found = (licence(digest.removeprefix("sha256:")) for digest in one.verdict.digests)
        stated = one.licence or next((text for text in found if text), "")
        told.append(msgspec.structs.replace(one, licence=stated) if stated else one)
    return msgspec.structs.replace(audit, packages=tuple(told))
