"""What fixes the bytes of a lock entry that was not inspected: the digests that the lock itself vouches by."""

from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.locked import LockedPackage

#: A whole commit at the end of a git address: after `#` (npm, uv) or `@` (pip).
_COMMIT = lazy_regex(r"[#@&=]([0-9a-fA-F]{40}|[0-9a-fA-F]{64})(?:[&#]|$)")


def lock_identity(locked: LockedPackage) -> tuple[str, ...]:
    """Return `git:<commit>` for an entry from git, else each strong digest of the lock, as `sha512:<hex>`; sorted.

    Empty when the lock leaves its bytes open: a branch instead of a commit, no digest, or sha1 alone.
    """
    if locked.source == "git":
        found = _COMMIT.search(locked.resolved)
        return (f"git:{found.group(1).lower()}",) if found else ()
    return tuple(sorted({str(digest) for digest in locked.integrity if digest.strong}))
