import msgspec
import pytest

from customhouse.rules.metadata.publisher_changed import RULE
from rules.cases import Publisher, case, findings, grades, metadata, only


def between(old, new, days=30):
    facts = metadata(days=days)
    return case(
        metadata=msgspec.structs.replace(
            facts,
            release=msgspec.structs.replace(facts.release, publisher=new),
            previous=msgspec.structs.replace(facts.previous, publisher=old),
        )
    )


PIPELINE = Publisher("bot", "bot@ci.invalid", trusted=True)
PERSON = Publisher("ann", "ann@mail.invalid", trusted=False)
MOVED = Publisher("ann", "ann@elsewhere.invalid", trusted=False)
OTHER = Publisher("ben", "ben@mail.invalid", trusted=False)


@pytest.mark.parametrize(
    ("old", "new", "grade", "words"),
    [
        (PIPELINE, PERSON, ("medium", "high"), "with a token by ann"),
        (PERSON, MOVED, ("medium", "high"), "by ann from ann@elsewhere.invalid"),
        (PERSON, OTHER, ("medium", "low"), "by ben, the one before by ann (1.14.0)"),
    ],
)
def test_each_change_has_its_grade(old, new, grade, words):
    finding = only(RULE, between(old, new))
    assert (finding.severity, finding.confidence) == grade
    assert words in finding.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (PERSON, PERSON),
        (PERSON, PIPELINE),
        (PIPELINE, Publisher("bot2", "bot2@ci.invalid", trusted=True)),
        (PERSON, Publisher("ann", "Ann@Mail.invalid", trusted=False)),
        (PERSON, Publisher("ann")),
        (None, PERSON),
        (PERSON, None),
        (PIPELINE, Publisher("bot")),
    ],
)
def test_silent(old, new):
    assert findings(RULE, between(old, new)) == []


def test_a_trusted_publisher_s_address_may_change_with_the_way():
    changed = Publisher("ann", "ann@elsewhere.invalid", trusted=False)
    both = grades(RULE, between(Publisher("ann", "ann@mail.invalid", trusted=True), changed))
    assert both == [("medium", "high"), ("medium", "high")]


def test_time_blunts_it():
    assert grades(RULE, between(PIPELINE, PERSON, days=90)) == [("medium", "medium")]
    assert findings(RULE, case()) == []
