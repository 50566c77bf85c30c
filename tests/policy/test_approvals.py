from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.engine.approval import append_approvals
from customhouse.model.errors import CustomhouseError
from customhouse.model.finding import Finding, Location
from customhouse.model.purl import parse_purl
from customhouse.policy.approvals import APPROVAL_RULE, approval_warnings, parse_approvals
from customhouse.policy.configuration import Approval, Configuration
from customhouse.policy.decide import decide

PURL = parse_purl("pkg:npm/a@1.0.0")
ONE, TWO = "sha256:" + "1" * 64, "sha256:" + "2" * 64
TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
GOOD = Approval("pkg:npm/a@1.0.0", ONE, "read", "me", TODAY, TODAY + timedelta(days=90))
TEXT = """
[[approvals]]
purl = "pkg:npm/a@1.0.0"
digest = "{digest}"
reason = "read"
owner = "me"
approved = {approved}
expires = {expires}
"""


def written(digest=ONE, approved="2026-11-21", expires="2027-02-19"):
    return TEXT.format(digest=digest, approved=approved, expires=expires)


def finding(rule=APPROVAL_RULE):
    return Finding(rule, "medium", "high", PURL, "is new", (Location("a.lock", 3),), "")


def verdict(*approvals, digests=(ONE,), rule=APPROVAL_RULE):
    return decide(PURL, [finding(rule)], [], [], digests, Configuration(approvals=approvals), NOW)


def test_an_approval_of_these_bytes_lets_it_in_and_says_by_whom():
    judged = verdict(GOOD).findings[0]
    assert (judged.decision, judged.excepted) == ("allow", True)
    assert judged.because == "approved by me until 2027-02-19 (customhouse.approvals.toml): read [else hold]"


@pytest.mark.parametrize(
    "approval",
    [
        Approval("pkg:npm/a@1.0.1", ONE, "r", "o", TODAY, TODAY),
        Approval("pkg:pypi/a@1.0.0", ONE, "r", "o", TODAY, TODAY),
        Approval("pkg:npm/a@1.0.0", TWO, "r", "o", TODAY, TODAY),
        Approval("pkg:npm/a@1.0.0", ONE, "r", "o", TODAY - timedelta(days=9), TODAY - timedelta(days=1)),
        Approval("pkg:npm/a@1.0.0", ONE, "r", "o", TODAY + timedelta(days=2), TODAY + timedelta(days=9)),
    ],
)
def test_another_release_other_bytes_and_other_days_are_not_covered(approval):
    assert verdict(approval).decision == "hold"


def test_every_archive_has_to_be_named():
    both = Approval("pkg:npm/a@1.0.0", (ONE, TWO), "r", "o", TODAY, TODAY)
    assert verdict(GOOD, digests=(ONE, TWO)).decision == "hold"
    assert verdict(both, digests=(ONE, TWO)).decision == "allow"
    apart = Approval("pkg:npm/a@1.0.0", TWO, "r", "o", TODAY, TODAY)
    assert verdict(GOOD, apart, digests=(ONE, TWO)).decision == "allow"
    assert verdict(both).decision == "allow"
    assert verdict(GOOD, digests=()).decision == "hold"


def test_nothing_but_the_one_rule_is_answered():
    assert verdict(GOOD, rule="install-script").decision == "hold"


def test_a_file_is_read_with_the_line_of_each():
    approvals, origins = parse_approvals(written() + written(TWO), "customhouse.approvals.toml")
    assert [each.digest for each in approvals] == [ONE, TWO]
    assert origins["approvals", "1"] == "customhouse.approvals.toml:10"
    assert parse_approvals("", "x") == ((), {})
    assert parse_approvals("# nothing yet\n", "x") == ((), {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (written(digest="sha1:" + "1" * 40), "is not sha256:"),
        (written(digest="git:" + "1" * 39), "is not sha256:"),
        (written(expires="2027-12-01"), "lasts longer than a year"),
        (written(expires="2026-11-20"), "before it was approved"),
        (written().replace("@1.0.0", ""), "names no version"),
        (written().replace("pkg:npm", "pkg:gem"), "'gem' is not supported"),
        (written() + written(), "a second time"),
        (written() + "colour = 1\n", "unknown key"),
        (written().replace('owner = "me"', 'owner = " "'), "is empty"),
        (written(approved='"2026-11-21"'), "is not a date"),
        ("approvals = 3\n", "approvals"),
        ('[exceptions]\nrule = "x"\n', "unknown key"),
    ],
)
def test_what_is_wrong_is_an_error_with_its_line(text, said):
    with pytest.raises(CustomhouseError) as caught:
        parse_approvals(text, "customhouse.approvals.toml")
    assert said in caught.value.message
    assert "customhouse.approvals.toml:" in caught.value.message


@pytest.mark.parametrize("digest", ["git:" + "a" * 40, "git:" + "a" * 64, "sha512:" + "b" * 128, "sha384:" + "c" * 96])
def test_what_was_not_inspected_is_named_by_what_the_lock_vouches_by(digest):
    approvals, _ = parse_approvals(written(digest=digest), "x")
    assert verdict(*approvals, digests=(digest,)).decision == "allow"


def warnings(*approvals, present=(PURL,), digests=(ONE,)):
    configuration = Configuration(approvals=approvals)
    return approval_warnings(configuration, [verdict(*approvals, digests=digests)], present, NOW)


def test_what_an_approval_does_not_do_is_warned_of():
    assert warnings(GOOD) == ()
    old = Approval("pkg:npm/a@1.0.0", ONE, "r", "o", date(2025, 1, 1), date(2025, 3, 1))
    assert "expired on 2025-03-01" in warnings(old)[0]
    assert f"names other bytes than those that are here now: {TWO}" in warnings(GOOD, digests=(TWO,))[0]
    assert "is unused: no lock here has that release" in warnings(GOOD, present=())[0]
    assert warnings(old, GOOD) == ()


def test_an_approval_that_has_done_its_work_is_history():
    configuration = Configuration(approvals=(GOOD,))
    assert approval_warnings(configuration, [], {PURL}, NOW) == ()


def test_approvals_are_appended_all_or_none(tmp_path):
    path = tmp_path / "customhouse.approvals.toml"
    other = Approval("pkg:pypi/b@2.0", (ONE, TWO), "read", "me", TODAY, TODAY)
    append_approvals(path, [GOOD, other])
    before = path.read_bytes()
    assert parse_approvals(before.decode(), "x")[0] == (GOOD, other)
    third = Approval("pkg:npm/c@1.0.0", ONE, "read", "me", TODAY, TODAY)
    with pytest.raises(CustomhouseError, match="already there"):
        append_approvals(path, [third, GOOD])
    assert path.read_bytes() == before
    append_approvals(path, [third])
    assert path.read_bytes().startswith(before)


@given(st.text(max_size=60), st.text(min_size=1, max_size=20).filter(lambda text: text.strip()))
def test_whatever_the_reason_says_it_reads_back(tmp_path_factory, reason, owner):
    path = tmp_path_factory.mktemp("approvals") / "customhouse.approvals.toml"
    approval = Approval("pkg:npm/a@1.0.0", ONE, f"because {reason}", owner, TODAY, TODAY)
    append_approvals(path, [approval])
    assert parse_approvals(path.read_bytes().decode(), "x")[0] == (approval,)
