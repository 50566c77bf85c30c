import msgspec
import pytest

from customhouse.model.history import Publication
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
THROWN = Publisher("ann", "ann@disposable.test", trusted=False)
OTHER = Publisher("ben", "ben@mail.invalid", trusted=False)


@pytest.mark.parametrize(
    ("old", "new", "grade", "words"),
    [
        (PIPELINE, PERSON, ("medium", "high"), "with a token by ann"),
        (PERSON, MOVED, ("medium", "medium"), "by ann from ann@elsewhere.invalid"),
        (
            PERSON,
            THROWN,
            ("medium", "high"),
            "ann@disposable.test (an address at disposable.test, which is disposable)",
        ),
        (PERSON, OTHER, ("medium", "medium"), "by ben; the one before by ann (1.14.0)"),
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
    assert both == [("medium", "high"), ("medium", "medium")]


def with_past(old, new, *earlier, team=None):
    it = between(old, new)
    facts = it.metadata
    previous = msgspec.structs.replace(facts.previous, maintainers_then=team)
    return msgspec.structs.replace(it, metadata=msgspec.structs.replace(facts, previous=previous, earlier=earlier))


def by(publisher, version="1.0.0"):
    return Publication(version, None, publisher.name, publisher.email, publisher.trusted)


@pytest.mark.parametrize("team", [("ann", "ben"), None])
def test_a_member_of_the_team_is_low(team):
    past = (by(PERSON),) if team else (by(PERSON), by(OTHER))
    assert grades(RULE, with_past(PERSON, OTHER, *past, team=team)) == [("low", "low")]


def test_a_newcomer_is_said_to_be_one():
    finding = only(RULE, with_past(PERSON, OTHER, by(PERSON), team=("ann",)))
    assert "by ben, an account that had not published it before; the one before by ann" in finding.message


def test_a_member_of_the_team_with_a_disposable_address_is_not_excused():
    thrown = Publisher("ben", "ben@x.disposable.test", trusted=False)
    assert grades(RULE, with_past(PERSON, thrown, by(PERSON), by(OTHER))) == [("medium", "high")]


def test_an_address_that_stood_there_before_is_no_change():
    assert findings(RULE, with_past(PERSON, MOVED, by(PERSON), by(MOVED))) == []


def test_who_goes_to_and_fro_between_pipeline_and_token_is_reported_only():
    assert grades(RULE, with_past(PIPELINE, PERSON, by(PIPELINE), by(PERSON), by(PIPELINE))) == [("medium", "medium")]
    assert grades(RULE, with_past(PIPELINE, PERSON, by(PIPELINE), by(PIPELINE), by(PERSON))) == [("medium", "high")]


def test_time_blunts_it():
    assert grades(RULE, between(PIPELINE, PERSON, days=90)) == [("medium", "medium")]
    assert findings(RULE, case()) == []
