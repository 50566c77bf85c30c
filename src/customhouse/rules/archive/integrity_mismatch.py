"""The bytes that arrived are not the bytes that were promised.

## What it looks for

Every artifact is hashed as it arrives and compared with each digest that the lockfile and the registry state for it.
Any difference is reported with both sides. One wrong digest is enough, whatever the others say, and a weak digest
(sha1, md5) may accuse though it can never admit.

## Why attackers do it

To change what you get without changing what you asked for: a poisoned mirror or cache, a registry that was broken
into, an index that answers before the one you meant. In December 2022 a package called torchtriton was put on the
public index, where it won over PyTorch's own index of nightly builds; everyone who installed by name got the thief's
file, and a lock with digests would have refused it. A lockfile edited in a pull request that nobody reads is the same
thing from the other end.

## Known evasions

Changing the lock and the file together. A pull request that alters an integrity value without altering the version
deserves the same alarm; this rule cannot see the former value.

## Known false positives

A registry proxy that re-packs archives, or a private package that was unpublished and published again under the same
version. Both break the promise that a version is one thing, and are worth mending rather than excepting.

## What to do now

Do not install, and do not refresh the lock to make it go away. Fetch the file once more from another network; if the
registry's own digest agrees with the lock, the copy on the way was altered, and whoever serves it must be told.

## References

- [Subresource Integrity](https://www.w3.org/TR/SRI/)
- [CWE-354: Improper Validation of Integrity Check Value](https://cwe.mitre.org/data/definitions/354.html)
- [CWE-494: Download of Code Without Integrity Check](https://cwe.mitre.org/data/definitions/494.html)
"""

from collections.abc import Iterator

from customhouse.model.evidence import Case
from customhouse.model.finding import Finding, Location
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain
from customhouse.rules.shared.places import lock_entry


def judge(case: Case) -> Iterator[Finding]:
    """Report each differing promise."""
    for mismatch in case.mismatches:
        by_lock = mismatch.promised_by == "lockfile"
        archive = Location(mismatch.filename or case.purl.display)
        yield RULE.finding(
            case,
            f"{archive.path} is not what the {mismatch.promised_by} promised: "
            f"expected {mismatch.promised}, got {mismatch.found}",
            at=(lock_entry(case), archive) if by_lock and case.locked else (archive,),
            hint=f"do not install it and do not rewrite the lock; find out which copy was changed. {explain(case)}",
        )


RULE = Rule(
    id="integrity-mismatch",
    title="Integrity mismatch",
    severity="critical",
    confidence="high",
    needs=("lockfile", "metadata"),
    judge=judge,
    page=__doc__,
)
