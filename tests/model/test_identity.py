import pytest

from customhouse.model.digest import Digest
from customhouse.model.identity import lock_identity
from customhouse.model.locked import LockedArtifact, LockedPackage

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def git(resolved):
    return LockedPackage("npm", "a", "1.0.0", source="git", resolved=resolved)


@pytest.mark.parametrize(
    "resolved",
    [
        f"git+ssh://git@host.test/acme/a.git#{COMMIT}",
        f"git+https://host.test/acme/a.git@{COMMIT}#egg=a",
        f"https://host.test/acme/a?rev=v1#{COMMIT.upper()}",
        f"git+https://host.test/acme/a.git@{COMMIT}&subdirectory=b",
    ],
)
def test_a_whole_commit_names_the_bytes(resolved):
    assert lock_identity(git(resolved)) == (f"git:{COMMIT}",)


@pytest.mark.parametrize("resolved", ["git+ssh://git@host.test/a.git#main", f"git+ssh://h.test/a#{COMMIT[:12]}", ""])
def test_a_branch_or_a_short_commit_names_nothing(resolved):
    assert lock_identity(git(resolved)) == ()


def test_of_others_the_strong_digests_do():
    strong, weak = Digest("sha512", "ab" * 64), Digest("sha1", "ab" * 20)
    artifacts = (LockedArtifact(digests=(strong, weak)),)
    assert lock_identity(LockedPackage("npm", "a", "1.0.0", artifacts=artifacts)) == (f"sha512:{'ab' * 64}",)
    assert lock_identity(LockedPackage("npm", "a", "1.0.0", artifacts=(LockedArtifact(digests=(weak,)),))) == ()
