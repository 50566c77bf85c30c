import pytest

from customhouse.model.release import Publisher
from customhouse.rules.metadata.disposable_address import RULE
from rules.cases import case, findings, only
from rules.past import with_past, young


def by(email, **parts):
    return {"release": {"publisher": Publisher("ann", email, **parts)}}


@pytest.mark.parametrize("email", ["a@disposable.test", "a@in.DISPOSABLE.test", "a@disposable.test."])
def test_a_disposable_domain_of_a_young_project(email):
    finding = only(RULE, young(**by(email)))
    assert (finding.severity, finding.confidence) == ("medium", "medium")
    assert "from an address at disposable.test, which is disposable" in finding.message


def test_of_a_project_with_history_it_is_low():
    assert only(RULE, with_past(**by("a@disposable.test"))).severity == "low"


def test_a_domain_that_is_gone():
    finding = only(RULE, with_past(**by("a@lapsed.invalid"), domain_exists=False))
    assert (finding.severity, finding.confidence) == ("medium", "low")
    assert "at lapsed.invalid, a domain that does not exist any more" in finding.message


@pytest.mark.parametrize("email", ["a@mail.invalid", "a@notdisposable.test", "disposable.test", ""])
def test_ordinary_addresses(email):
    assert findings(RULE, young(**by(email))) == []


def test_not_asked_trusted_and_unknown_are_silent():
    assert findings(RULE, with_past(**by("a@lapsed.invalid"), domain_exists=None)) == []
    assert findings(RULE, with_past(**by("a@lapsed.invalid"), domain_exists=True)) == []
    assert findings(RULE, young(**by("a@disposable.test", trusted=True))) == []
    assert findings(RULE, young()) == []
    assert findings(RULE, case()) == []
