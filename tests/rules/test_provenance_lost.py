import msgspec
import pytest

from customhouse.rules.metadata.provenance_lost import RULE
from rules.cases import case, findings, grades, metadata, only


def between(old, new, days=30):
    facts = metadata(days=days)
    return case(
        metadata=msgspec.structs.replace(
            facts,
            release=msgspec.structs.replace(facts.release, provenance=new),
            previous=msgspec.structs.replace(facts.previous, provenance=old),
        )
    )


def test_only_the_loss_is_told():
    finding = only(RULE, between(old=True, new=False))
    assert (finding.severity, finding.confidence) == ("medium", "high")
    assert finding.message == "request-maker@1.14.1 has no provenance attestation; request-maker@1.14.0 had one"


@pytest.mark.parametrize(
    ("old", "new"), [(True, True), (False, False), (False, True), (True, None), (None, False), (None, None)]
)
def test_nothing_else_is(old, new):
    assert findings(RULE, between(old, new)) == []


def test_time_blunts_it_and_the_first_release_has_nothing_to_lose():
    assert grades(RULE, between(old=True, new=False, days=100)) == [("medium", "medium")]
    subject = between(old=True, new=False)
    first = msgspec.structs.replace(subject, metadata=msgspec.structs.replace(subject.metadata, previous=None))
    assert findings(RULE, first) == []
