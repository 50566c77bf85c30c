"""The attestation says that the release was built elsewhere than the one before it.

## What it looks for

What the attestations of this release and of the earlier one of the same line claim: the source repository, the
workflow, the git ref and whose machine it was. They are fetched for releases younger than 90 days, where both are
attested. The signatures are not verified here, so this is what the documents claim.

| What differs | Finding |
|---|---|
| the repository, with another owner | medium, high confidence: held |
| the repository, with the same owner | medium, medium confidence: reported |
| the ref: a pull request's, or an unusual branch after a usual one | medium, medium confidence |
| a self-hosted machine instead of the forge's | medium, medium confidence |
| the workflow | low |

## Why attackers do it

Provenance is what careful people look for, so attackers bring their own: it is as easy to have one for a fork as for
the project. In five of 30 incidents the malware was attested, in elementary-data (2026) and Phantom Gyp (2026) for
commits that no branch of the project had.

## Known evasions

Building in the project's own workflow, from its own branch, as ChainDrop did (2026).

## Known false positives

Projects that move to another organisation, and pipelines that are rewritten. The first is rare and worth one look.

## What to do now

Open the repository that is claimed, and ask the project whether it moved.

## References

- [SLSA: provenance](https://slsa.dev/spec/v1.0/provenance)
- [PEP 740: index support for digital attestations](https://peps.python.org/pep-0740/)
- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
"""

from collections.abc import Iterator

from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Severity
from customhouse.model.history import Claims
from customhouse.model.source_address import source_address
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import circumstantial
from customhouse.rules.shared.hints import compare, stay
from customhouse.rules.shared.places import manifest_file

_USUAL = frozenset({"main", "master", "trunk", "develop", "dev", "release", "stable", "next", "latest"})
_PREFIXES = ("release", "v", "stable", "hotfix", "changeset-release")
_Change = tuple[str, Severity, Confidence]


def _repository(old: Claims, new: Claims) -> Iterator[_Change]:
    before, after = source_address(old.repository), source_address(new.repository)
    if before is None or after is None or before == after:
        return
    owner = before.host == after.host and before.owner == after.owner
    said = (
        f"claims to be built from {after.host}/{after.display}; the one before was from {before.host}/{before.display}"
    )
    yield said, "medium", "medium" if owner else "high"


def _unusual(ref: str) -> bool:
    """Whether a ref is neither a tag nor a branch that releases are made from."""
    branch = ref.removeprefix("refs/heads/")
    usual = branch in _USUAL or branch.startswith(_PREFIXES) or branch[:1].isdigit()
    return not ref.startswith("refs/tags/") and not (ref.startswith("refs/heads/") and usual)


def _ref(old: Claims, new: Claims) -> Iterator[_Change]:
    if old.ref and new.ref and _unusual(new.ref) and not _unusual(old.ref):
        yield f"claims to be built from {new.ref}; the one before was from {old.ref}", "medium", "medium"


def _changes(old: Claims, new: Claims) -> Iterator[_Change]:
    moved = tuple(_repository(old, new))
    yield from moved
    yield from _ref(old, new)
    if old.runner.startswith("github-hosted") and new.runner.startswith("self-hosted"):
        yield "claims to be built on a machine of its own; the one before was on the forge's", "medium", "medium"
    if not moved and old.workflow and new.workflow and _file(old.workflow) != _file(new.workflow):
        yield f"claims to be built by {new.workflow}; the one before was by {old.workflow}", "low", "medium"


def _file(workflow: str) -> str:
    return workflow.rpartition("/")[2]


def judge(case: Case) -> Iterator[Finding]:
    """Compare what the two attestations claim; what one of them does not say differs from nothing."""
    facts = case.metadata
    if facts is None or facts.claims is None or facts.previous_claims is None or facts.previous is None:
        return
    for said, severity, confidence in _changes(facts.previous_claims, facts.claims):
        yield RULE.finding(
            case,
            f"{case.purl.display} {said} ({facts.previous.purl.version})",
            at=(manifest_file(case),),
            hint=f"ask the project whether it builds there; until then {stay(case)}. {compare(case)}",
            severity=severity,
            confidence=circumstantial(case, confidence),
        )


RULE = Rule(
    id="provenance-changed",
    title="Provenance changed",
    severity="medium",
    confidence="high",
    needs=("metadata", "provenance"),
    judge=judge,
    page=__doc__,
)
