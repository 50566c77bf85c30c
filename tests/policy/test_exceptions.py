from datetime import UTC, date, datetime

import msgspec
import pytest

from customhouse.model.errors import CustomhouseError
from customhouse.model.purl import make_purl
from customhouse.model.verdict import Acceptance
from customhouse.policy.configuration import Configuration
from customhouse.policy.decide import decide
from customhouse.policy.exceptions import check_dates, exception_warnings, problems_of
from policy.cases import NOW, ONE, PURL, TWO, exception, finding, gap, judge


def decision(*exceptions, digests=(ONE,), now=NOW, rule="install-script"):
    return judge(
        [finding(rule=rule)], configuration=Configuration(exceptions=exceptions), digests=digests, now=now
    ).decision


def test_rule_release_and_digest_must_all_match():
    assert decision(exception()) == "allow"
    assert decision(exception(rule="other")) == "block"
    assert decision(exception(purl="pkg:npm/esbuild@0.25.1")) == "block"
    assert decision(exception(purl="pkg:pypi/esbuild@0.25.0")) == "block"
    assert decision(exception(digest=TWO)) == "block"
    assert decision(exception(), digests=()) == "block"


def test_every_inspected_archive_must_be_named():
    assert decision(exception(), digests=(ONE, TWO)) == "block"
    assert decision(exception(), exception(digest=TWO), digests=(ONE, TWO)) == "allow"
    assert decision(exception(digest=(ONE, TWO)), digests=(ONE, TWO)) == "allow"
    assert decision(exception(digest=(ONE, TWO)), digests=(TWO,)) == "allow"


def test_names_are_compared_in_canonical_form():
    configuration = Configuration(exceptions=(exception(purl="pkg:pypi/Foo_Bar@1.0"),))
    purl = make_purl("pypi", "foo-bar", "1.0")
    assert decide(purl, [finding()], (), (), (ONE,), configuration, NOW).decision == "allow"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2027, 2, 1, 23, 59, tzinfo=UTC), "allow"),
        (datetime(2027, 2, 2, 0, 0, tzinfo=UTC), "block"),
        (datetime(2026, 10, 30, tzinfo=UTC), "block"),
    ],
)
def test_it_works_from_approval_through_its_last_day(now, expected):
    assert decision(exception(), now=now) == expected


def test_an_expiry_beyond_a_year_never_works():
    assert decision(exception(expires=date(2027, 12, 31), approved=None)) == "block"
    assert decision(exception(expires=date(2027, 11, 20), approved=None)) == "allow"


def test_a_gap_is_covered_only_by_its_own_name():
    for rule, expected in (("gap:publish-time", "allow"), ("publish-time", "hold"), ("gap:other", "hold")):
        configuration = Configuration(exceptions=(exception(rule=rule),))
        verdict = judge(gaps=[gap()], configuration=configuration)
        assert verdict.decision == expected
        assert verdict.gaps[0].excepted is (expected == "allow")


def test_a_finding_is_not_covered_by_a_gaps_name():
    assert decision(exception(rule="gap:install-script")) == "block"


def test_dates_that_need_today():
    today = date(2026, 11, 21)
    check_dates(Configuration(exceptions=(exception(), exception(approved=None))), today)
    with pytest.raises(CustomhouseError, match="more than a year away") as caught:
        check_dates(Configuration(exceptions=(exception(approved=None, expires=date(2028, 1, 1)),)), today)
    assert "2027-11-21" in caught.value.hint
    future = exception(approved=date(2027, 5, 1), expires=date(2028, 1, 1))
    with pytest.raises(CustomhouseError, match="approved in the future"):
        check_dates(Configuration(exceptions=(future,)), today)


def warnings(*exceptions, verdicts=None, whole=True, now=NOW):
    origins = {("exceptions", str(index)): f"c.toml:{index}" for index in range(len(exceptions))}
    configuration = Configuration(exceptions=exceptions, origins=origins)
    if verdicts is None:
        verdicts = [judge([finding()], [gap()], configuration, now=now)]
    return exception_warnings(configuration, verdicts, now, whole_project=whole)


def test_used_ones_are_silent():
    assert warnings(exception(), exception(rule="gap:publish-time")) == ()


def test_an_unused_one_warns_and_says_why():
    told = warnings(exception(), exception(digest=TWO), exception(purl="pkg:npm/gone@1.0.0"))
    assert len(told) == 2
    assert "(c.toml:1) is unused: no such finding for archives of these digests" in told[0]
    assert "pkg:npm/gone@1.0.0 (c.toml:2) is unused: no such release here" in told[1]


def test_an_expired_one_warns():
    told = warnings(exception(), now=datetime(2027, 3, 1, tzinfo=UTC))
    assert "expired on 2027-02-01 and no longer works" in told[0]


def test_inspecting_one_release_says_nothing_of_others():
    assert warnings(exception(purl="pkg:npm/gone@1.0.0"), whole=False) == ()
    assert len(warnings(exception(digest=TWO), whole=False)) == 1


def test_purl_of_the_cases_is_the_one_excepted():
    assert str(PURL) == exception().purl


def test_a_judgement_says_whose_word_lowered_it():
    said = msgspec.structs.replace(
        exception(rule="known-vulnerable"), justification="vulnerable_code_not_in_execute_path"
    )
    (judged,) = judge([finding(rule="known-vulnerable")], configuration=Configuration(exceptions=(said,))).findings
    assert judged.accepted_by == (
        Acceptance("me", "read", date(2027, 2, 1), date(2026, 11, 1), "vulnerable_code_not_in_execute_path"),
    )
    (open_,) = judge([finding()]).findings
    assert open_.accepted_by == ()


def test_only_a_vulnerability_can_be_said_not_to_affect():
    wrong = msgspec.structs.replace(exception(), justification="component_not_present")
    assert any("is for known-vulnerable" in problem for problem in problems_of(wrong))
    right = msgspec.structs.replace(wrong, rule="known-vulnerable")
    assert not any("justification" in problem for problem in problems_of(right))
