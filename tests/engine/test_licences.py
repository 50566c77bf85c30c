import time

import msgspec

from customhouse.engine.licences import with_licences
from customhouse.engine.readers import OpenedArchive
from customhouse.evidence.content import content_version
from customhouse.model.audit import Audit
from customhouse.model.content import ContentFacts
from customhouse.model.release import Manifest
from customhouse.storage.evidence_cache import EvidenceCache
from report.audits import package, verdict


def test_the_archive_s_own_licence_is_told_where_it_was_read():
    one, other = package(verdict("a")), package(verdict("b"))
    unread = msgspec.structs.replace(other, verdict=msgspec.structs.replace(other.verdict, digests=()))
    with EvidenceCache(None) as cache:
        facts = ContentFacts("a.tgz", "a" * 64, "", 1, manifest=Manifest("a", "1.0.0", licence="MIT"))
        cache.put("content", "a" * 64, content_version(), OpenedArchive(facts), time.time())
        audit = with_licences(Audit("allow", (), (one, unread)), cache)
    assert [each.licence for each in audit.packages] == ["MIT", ""]


def test_an_archive_that_is_not_in_the_cache_has_none():
    audit = Audit("allow", (), (package(verdict("a")),))
    with EvidenceCache(None) as cache:
        assert with_licences(audit, cache) == audit
