"""Which files of a release have to be inspected."""

from customhouse.engine.choice import choose_artifacts
from customhouse.model.digest import Digest
from customhouse.model.evidence import MetadataFacts
from customhouse.model.locked import LockedArtifact, LockedPackage
from customhouse.model.purl import make_purl
from customhouse.model.release import Artifact, Release

PURL = make_purl("pypi", "lib", "1.0")
A, B, C = (Digest("sha256", letter * 64) for letter in "abc")
PURE = Artifact("lib-1.0-py3-none-any.whl", "wheel", digests=(A,))
FOREIGN = Artifact("lib-1.0-cp39-cp39-win32.whl", "wheel", digests=(B,))
SOURCE = Artifact("lib-1.0.tar.gz", "sdist", digests=(C,))
ODD = Artifact("lib-1.0.exe", "other")


def listing(*artifacts):
    return MetadataFacts(Release(PURL, artifacts))


def locked(*artifacts):
    return LockedPackage("pypi", "lib", "1.0", artifacts=artifacts)


def names(choice):
    return [each.artifact.filename for each in choice.artifacts]


def test_without_a_lock_every_installable_kind_is_opened():
    assert names(choose_artifacts(PURL, listing(PURE, FOREIGN, SOURCE, ODD), None)) == [
        PURE.filename,
        FOREIGN.filename,
        SOURCE.filename,
    ]


def test_a_lock_without_digests_allows_everything():
    assert len(choose_artifacts(PURL, listing(PURE, SOURCE), locked()).artifacts) == 2


def test_only_what_the_lock_names_is_opened():
    choice = choose_artifacts(PURL, listing(PURE, FOREIGN, SOURCE), locked(LockedArtifact(digests=(A, C))))
    assert names(choice) == [PURE.filename, SOURCE.filename]
    assert [each.promised for each in choice.artifacts] == [(A,), (C,)]
    assert choice.mismatches == ()


def test_a_named_file_with_another_digest_is_a_mismatch_without_a_download():
    lock = locked(LockedArtifact(PURE.filename, digests=(B,)), LockedArtifact(SOURCE.filename, digests=(C,)))
    choice = choose_artifacts(PURL, listing(PURE, SOURCE), lock)
    assert names(choice) == [SOURCE.filename]
    (mismatch,) = choice.mismatches
    assert (mismatch.filename, mismatch.promised, mismatch.found) == (PURE.filename, str(B), str(A))


def test_a_lock_that_matches_nothing_is_a_mismatch():
    choice = choose_artifacts(PURL, listing(PURE), locked(LockedArtifact(digests=(C,))))
    assert (choice.artifacts, len(choice.mismatches)) == ((), 1)


def test_an_index_without_digests_leaves_the_proof_to_the_bytes():
    bare = Artifact(PURE.filename, "wheel")
    (chosen,) = choose_artifacts(PURL, listing(bare), locked(LockedArtifact(digests=(A,)))).artifacts
    assert chosen.promised == (A,)


def test_other_platforms_are_left_out_only_when_asked_and_told():
    choice = choose_artifacts(PURL, listing(PURE, FOREIGN, SOURCE), None, installable_only=True)
    assert names(choice) == [PURE.filename, SOURCE.filename]
    assert "1 files for other platforms left out" in choice.note


def test_without_the_registry_the_locks_own_strong_digests_name_the_files():
    choice = choose_artifacts(PURL, None, locked(LockedArtifact(PURE.filename, "https://files.invalid/x", (A,))))
    assert names(choice) == [PURE.filename]
    assert choose_artifacts(PURL, None, locked(LockedArtifact(digests=(Digest("md5", "0" * 32),)))).artifacts == ()
    assert choose_artifacts(PURL, None, None).artifacts == ()
