"""Keeping what each verdict rested on, so that it can be reproduced, and judged again by later rules.

An archive's facts are kept by its digest already; of a case only the rest is stored, with the archives' digests.
What belongs to the project that asked (its lock entry, how the release came in) stays out: a cache is shared.
"""

import hashlib

import msgspec

from customhouse.evidence.change import CHANGE_VERSION
from customhouse.evidence.metadata import METADATA_VERSION
from customhouse.model.evidence import Case
from customhouse.model.sweep import KeptCase
from customhouse.model.verdict import Decision
from customhouse.storage.evidence_cache import EvidenceCache

KIND = "case"


def case_version(content_version: str) -> str:
    """The versions of all collectors that a case holds something of."""
    return f"{content_version}/{METADATA_VERSION}/{CHANGE_VERSION}"


class KeptCases:
    """Keeps each release's case once: again only when its bytes differ or when less was missing."""

    def __init__(self, cache: EvidenceCache, content_version: str) -> None:
        """Share the run's cache."""
        self._cache = cache
        self._version = case_version(content_version)
        self._known: dict[str, str] | None = None

    def keep(self, case: Case, decision: Decision) -> None:
        """Keep a case of which at least one archive was opened."""
        if not case.contents:
            return
        if self._known is None:
            self._known = {subject: version for subject, (version, _) in self._cache.subjects(KIND).items()}
        subject = _subject(case)
        if self._known.get(subject) == self._version:
            return
        self._known[subject] = self._version
        kept = KeptCase(
            msgspec.structs.replace(case, contents=(), advisories=(), locked=None, lock_path="", arrival=None),
            tuple(sorted({content.sha256 for content in case.contents})),
            decision,
        )
        self._cache.put(KIND, subject, self._version, kept, case.now.timestamp())


def _subject(case: Case) -> str:
    parts = sorted(content.sha256 for content in case.contents)
    if case.change is not None:
        parts.append(case.change.previous)
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]
    return f"{case.purl} {digest} {len({gap.kind for gap in case.gaps})}"
