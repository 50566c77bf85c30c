"""The release came from another hand or without its attestation, and the source repository has no trace of it.

## What it looks for

Another publisher, address or way of publishing, and a release that names no commit or has no tag where those before it
did.

## Why attackers do it

They cannot help it: they have the registry account and not the project. All of it was true of axios 1.14.1 (2026): a
new address, a token in the place of the pipeline, no attestation, no commit, no tag.

## Known evasions

Publishing through the project's own pipeline, or pushing a tag with a stolen forge account as well.

## Known false positives

An emergency release by hand, from an unpacked archive. The maintainers will know.

## What to do now

Ask the project, elsewhere than on the registry. Until then stay on the release before.

## References

- [MITRE ATT&CK T1078: Valid Accounts](https://attack.mitre.org/techniques/T1078/)
- [GHSA-fw8c-xr5c-95f9: axios](https://github.com/advisories/GHSA-fw8c-xr5c-95f9)
"""

from customhouse.rules.combination import Combination, Part
from customhouse.rules.rule import Rule

RULE = Rule(
    id="published-past-the-source",
    title="Published past the source",
    severity="high",
    confidence="medium",
    needs=("metadata", "provenance"),
    page=__doc__,
    combination=Combination(
        parts=(
            Part(
                "another publisher, or no attestation any more",
                ("publisher-changed", "provenance-lost"),
                least="medium",
            ),
            Part("no trace in the source", ("source-missing",)),
        ),
        hint="do not install it before the project says, elsewhere than on the registry, that the release is theirs",
    ),
)
