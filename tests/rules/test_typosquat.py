import pytest

from customhouse.model.history import Related
from customhouse.rules.metadata.typosquat import RULE
from rules.cases import case, findings, grades, only
from rules.past import young


@pytest.mark.parametrize(
    ("purl", "words"),
    [
        ("pkg:npm/crossenv@6.1.1", "the name of cross-env with a letter left out"),
        ("pkg:npm/expresss@1.0.0", "with a letter added"),
        ("pkg:npm/lodahs@1.0.0", "with two letters swapped"),
        ("pkg:npm/socket-io@1.0.0", "the name of socket.io with other separators"),
        ("pkg:npm/types-node@1.0.0", "the name of @types/node"),
        ("pkg:npm/%40type/node@1.0.0", "with one letter of its scope changed"),
        ("pkg:pypi/jeilyfish@0.7.0", "the name of jellyfish"),
        ("pkg:pypi/reqeusts@2.0.0", "the name of requests"),
        ("pkg:pypi/dateutil-python@2.0.0", "with its parts in another order"),
    ],
)
def test_one_slip_is_reported(purl, words):
    finding = only(RULE, young(purl))
    assert (finding.severity, finding.confidence) == ("medium", "medium")
    assert words in finding.message


@pytest.mark.parametrize(
    "purl", ["pkg:npm/express-utils@1.0.0", "pkg:npm/easy-day-js@1.11.22", "pkg:pypi/pyrequests@1"]
)
def test_a_word_more_is_low(purl):
    assert grades(RULE, young(purl)) == [("low", "low")]


@pytest.mark.parametrize(
    "purl",
    ["pkg:npm/express@1.0.0", "pkg:npm/%40acme/expresss@1.0.0", "pkg:npm/acme-billing@1.0.0", "pkg:npm/mss@1.0.0"],
)
def test_names_that_are_popular_scoped_far_or_short_are_not(purl):
    assert findings(RULE, young(purl)) == []


def test_the_age_is_told_and_history_silences():
    assert "expresss, a project of 3 days, is" in only(RULE, young("pkg:npm/expresss@1.0.0", days=3, count=1)).message
    assert findings(RULE, young("pkg:npm/expresss@1.0.0", days=100, count=9)) == []
    assert findings(RULE, young("pkg:npm/expresss@1.0.0", days=400, count=1)) == []


def test_who_may_publish_both_is_silent_and_unknown_is_not():
    purl = "pkg:npm/expresss@1.0.0"
    assert findings(RULE, young(purl, related=(Related("express", "name", same_people=True),))) == []
    assert grades(RULE, young(purl, related=(Related("express", "name"),))) == [("medium", "medium")]


def test_nothing_is_said_where_dates_are_unknown_or_a_mirror_s():
    assert findings(RULE, case("pkg:npm/expresss@1.0.0")) == []
    assert findings(RULE, young("pkg:npm/expresss@1.0.0", dates_in_order=False)) == []
