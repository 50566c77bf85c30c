"""The release before it carried an attestation of where it was built, and this one does not.

## What it looks for

Whether the registry announces a provenance attestation for this release and for the earlier one of the same release
line. Only the loss is reported. Having none, like most packages, is not a finding; having one is not a proof of
anything either, so it never makes another finding smaller. A release older than 90 days is reported with medium
confidence, and so is one of a project whose attestations have come and gone before.

## Why attackers do it

An attestation comes out of the project's pipeline, and who has only stolen a token is outside of it. axios 1.14.0 was
attested, axios 1.14.1 (2026) was not, and had no commit and no tag either. The loss is visible in the registry's
metadata within seconds of publishing, long before anyone has read the code.

## Known evasions

Taking over the pipeline: in five of 30 incidents the malware carried a valid attestation, ChainDrop's keyv 6.0.0
(2026) through the owner's own identity. Mirrors that drop attestations make the rule blind on both sides, and so
silent.

## Known false positives

A release made by hand while CI was broken; a move to another CI without the set-up. Both are rare, and the
maintainers will know of it.

## What to do now

Keep the attested version. Look for tag and commit of this one in the source repository, and ask.

## References

- [SLSA: provenance](https://slsa.dev/spec/v1.0/provenance)
- [PEP 740: index support for digital attestations](https://peps.python.org/pep-0740/)
"""

from collections.abc import Iterator

from customhouse.model.evidence import Case
from customhouse.model.finding import Finding
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import circumstantial
from customhouse.rules.shared.hints import compare, stay
from customhouse.rules.shared.places import manifest_file
from customhouse.rules.shared.publishing import by_turns, earlier


def judge(case: Case) -> Iterator[Finding]:
    """Compare what the registry announces for the two releases; not announced is not the same as not offered."""
    if case.metadata is None or case.metadata.previous is None:
        return
    previous, release = case.metadata.previous, case.metadata.release
    if previous.provenance is True and release.provenance is False:
        yield RULE.finding(
            case,
            f"{case.purl.display} has no provenance attestation; {previous.purl.display} had one",
            at=(manifest_file(case),),
            hint=f"look for its tag and commit; if there is none, {stay(case)}. {compare(case)}",
            confidence=circumstantial(
                case, "medium" if by_turns([one.provenance for one in earlier(case)]) else "high"
            ),
        )


RULE = Rule(
    id="provenance-lost",
    title="Provenance lost",
    severity="medium",
    confidence="high",
    needs=("metadata",),
    judge=judge,
    page=__doc__,
)
