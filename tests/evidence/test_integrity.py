"""Promised digests against the ones found."""

from customhouse.evidence.integrity import check_integrity
from customhouse.model.content import ContentFacts
from customhouse.model.digest import Digest, digest_of

DATA = b"an archive"
FACTS = ContentFacts(
    "a.tgz", digest_of(DATA).hex, digest_of(DATA, "sha512").hex, len(DATA), sha1=digest_of(DATA, "sha1").hex
)


def test_every_algorithm_has_to_match():
    good = (digest_of(DATA, "sha1"), digest_of(DATA, "sha512"))
    assert check_integrity(FACTS, good, "lockfile") == ((), ())
    ((mismatch,), gaps) = check_integrity(FACTS, (digest_of(DATA, "sha1"), digest_of(b"x", "sha512")), "lockfile")
    assert mismatch.promised == str(digest_of(b"x", "sha512"))
    assert mismatch.found == str(digest_of(DATA, "sha512"))
    assert gaps == ()


def test_of_several_digests_of_one_algorithm_any_may_match():
    assert check_integrity(FACTS, (digest_of(b"other"), digest_of(DATA)), "registry") == ((), ())


def test_a_promise_in_an_unread_algorithm_alone_is_a_gap():
    mismatches, (gap,) = check_integrity(FACTS, (Digest("md5", "0" * 32),), "registry")
    assert mismatches == ()
    assert gap.kind == "integrity-algorithm"
    assert check_integrity(FACTS, (), "registry") == ((), ())
