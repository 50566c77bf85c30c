"""What holds for a version: the order of what speaks against it, and nothing else."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.gateway.admission.standing import VersionFacts, Word, standing_of
from customhouse.model.gateway import Admission, LedgerEntry, Reason
from customhouse.model.purl import Purl

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
PURL = Purl("npm", "left-pad", "1.0.0")
SHA = "a" * 64
OLD = NOW - timedelta(days=400)
THREE_DAYS = timedelta(days=3)


def facts(**changes):
    given_facts = {"version": "1.0.0", "published": OLD, "minimum_age": THREE_DAYS}
    return VersionFacts(**{**given_facts, **changes})


def admission(decision="allow", *rules):
    reasons = tuple(Reason(rule, f"{rule} says so") for rule in rules)
    return Admission(PURL, "left-pad-1.0.0.tgz", SHA, 10, decision, NOW, "policy", reasons)


def entry(act, number=1, **changes):
    told = {"reason": "because", "owner": "ops", "actor": "admin", "digests": (f"sha256:{SHA}",)}
    return LedgerEntry(number, NOW, act, str(PURL), **{**told, **changes})


def test_an_old_version_that_nobody_looked_at_is_shown_as_such():
    assert standing_of(facts(), NOW).ground == "not-inspected"
    assert standing_of(facts(), NOW).decision == "allow"


def test_an_admitted_one_is_shown():
    assert standing_of(facts(admissions=(admission(),)), NOW).ground == "admitted"


def test_a_young_one_is_held_until_it_has_come_of_age():
    born = NOW - timedelta(hours=5)
    said = standing_of(facts(published=born), NOW)
    assert (said.decision, said.ground, said.until) == ("hold", "cooldown", born + THREE_DAYS)
    assert "5 hours ago" in said.reasons[0].message
    assert standing_of(facts(published=born), born + THREE_DAYS).decision == "allow"


def test_a_time_that_has_not_come_is_told():
    said = standing_of(facts(published=NOW + timedelta(days=30)), NOW)
    assert said.decision == "hold"
    assert "not come yet" in said.reasons[0].message


def test_without_a_time_our_own_first_sight_counts():
    seen = NOW - timedelta(days=1)
    said = standing_of(facts(published=None, first_seen=seen), NOW)
    assert (said.ground, said.until, said.first_seen) == ("cooldown", seen + THREE_DAYS, True)
    assert standing_of(facts(published=None, first_seen=NOW - THREE_DAYS), NOW).decision == "allow"


def test_without_any_time_it_is_held():
    assert standing_of(facts(published=None), NOW).ground == "undated"


def test_a_fix_is_let_through_before_its_time():
    said = standing_of(facts(published=NOW - timedelta(hours=1), fixes="GHSA-1 in 0.9.0"), NOW)
    assert (said.decision, said.ground) == ("allow", "fixes-advisory")
    assert "GHSA-1" in said.reasons[0].message


def test_a_fix_that_is_dated_ahead_is_not():
    said = standing_of(facts(published=NOW + timedelta(hours=1), fixes="GHSA-1 in 0.9.0"), NOW)
    assert said.decision == "hold"


def test_an_approval_answers_for_the_bytes_it_names():
    held = facts(admissions=(admission("hold", "install-script"),), in_force=(entry("approve"),))
    assert standing_of(held, NOW).ground == "approved"
    other = msgspec.structs.replace(held, in_force=(entry("approve", digests=("sha256:" + "b" * 64,)),))
    assert standing_of(other, NOW).ground == "verdict"


def test_an_approval_covers_no_file_that_came_later():
    second = msgspec.structs.replace(admission(), filename="other.whl", sha256="b" * 64)
    both = facts(admissions=(admission("hold", "x"), second), in_force=(entry("approve"),))
    assert standing_of(both, NOW).ground == "verdict"


def test_an_approval_of_what_nobody_has_seen_approves_nothing():
    young = facts(published=NOW, in_force=(entry("approve"),))
    assert standing_of(young, NOW).ground == "cooldown"


def test_a_block_is_stronger_than_an_approval():
    both = facts(admissions=(admission(),), in_force=(entry("block", expires=date(2026, 12, 24)), entry("approve", 2)))
    said = standing_of(both, NOW)
    assert (said.decision, said.ground, said.owner) == ("block", "blocked-here", "ops")
    assert said.until == datetime(2026, 12, 25, tzinfo=UTC)


def test_an_approval_does_not_answer_for_malware():
    approved = facts(admissions=(admission(),), in_force=(entry("approve"),))
    malicious = msgspec.structs.replace(approved, advisories=Word("block", (Reason("known-malicious", "m"),)))
    assert (standing_of(malicious, NOW).decision, standing_of(malicious, NOW).ground) == ("block", "advisory")
    vulnerable = msgspec.structs.replace(approved, advisories=Word("hold", (Reason("known-vulnerable", "m"),)))
    assert standing_of(vulnerable, NOW).ground == "approved"


def test_replaced_bytes_are_stronger_than_an_approval():
    said = standing_of(facts(replaced="a.tgz was other bytes", in_force=(entry("approve"),)), NOW)
    assert (said.decision, said.ground) == ("block", "bytes-replaced")


WORDS = st.sampled_from(["allow", "hold", "block"])


@given(
    verdicts=st.lists(WORDS, max_size=3),
    advisories=WORDS,
    age=st.timedeltas(timedelta(days=-3), timedelta(days=10)),
    blocked=st.booleans(),
    replaced=st.booleans(),
)
def test_nothing_that_speaks_against_it_is_lost(verdicts, advisories, age, blocked, replaced):
    said = standing_of(
        facts(
            published=NOW - age,
            admissions=tuple(admission(each, "r") for each in verdicts),
            advisories=Word(advisories),
            in_force=(entry("block"),) if blocked else (),
            replaced="x" if replaced else "",
        ),
        NOW,
    )
    clean = not blocked and not replaced and {advisories, *verdicts} <= {"allow"} and age >= THREE_DAYS
    assert (said.decision == "allow") == clean


@pytest.mark.parametrize("worst", ["hold", "block"])
def test_the_worst_file_speaks_for_the_version(worst):
    assert standing_of(facts(admissions=(admission(), admission(worst, "r"))), NOW).decision == worst
