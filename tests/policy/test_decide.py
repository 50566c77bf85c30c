import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.model.finding import SEVERITIES
from customhouse.model.locked import Source
from customhouse.model.verdict import DECISIONS, RepositoryVerdict
from customhouse.policy.configuration import Configuration, RuleSettings, Vulnerabilities
from customhouse.policy.decide import decide_audit
from customhouse.policy.reading import parse_configuration
from policy.cases import PURL, exception, finding, gap, judge

CONFIDENCES = ("high", "medium", "low")
MATRIX = {
    "critical": ("block", "block", "hold"),
    "high": ("block", "hold", "hold"),
    "medium": ("hold", "allow", "allow"),
    "low": ("allow", "allow", "allow"),
    "info": ("allow", "allow", "allow"),
}


def test_nothing_found_and_nothing_missing_is_allowed():
    verdict = judge()
    assert (verdict.decision, verdict.findings, verdict.gaps) == ("allow", (), ())


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("confidence", CONFIDENCES)
def test_the_default_matrix(severity, confidence):
    verdict = judge([finding(severity, confidence)])
    expected = MATRIX[severity][CONFIDENCES.index(confidence)]
    assert verdict.decision == verdict.findings[0].decision == expected
    assert verdict.findings[0].because == f"policy.{severity}.{confidence} = {expected} (default)"


def test_the_policy_line_is_named():
    configuration = parse_configuration('[policy.medium]\nmedium = "hold"\n', "customhouse.toml")
    verdict = judge([finding("medium", "medium")], configuration=configuration)
    assert verdict.findings[0].because == "policy.medium.medium = hold (customhouse.toml:2)"


def test_a_rules_own_decision_comes_before_the_matrix():
    configuration = Configuration(rules={"install-script": RuleSettings(decision="allow")})
    assert judge([finding("critical")], configuration=configuration).decision == "allow"
    assert judge([finding("critical", rule="other")], configuration=configuration).decision == "block"


def test_a_rules_severity_is_looked_up_in_the_matrix_and_told():
    text = '[rules.install-script]\nseverity = "low"\n'
    judged = judge([finding("critical")], configuration=parse_configuration(text, "c.toml")).findings[0]
    assert (judged.decision, judged.finding.severity) == ("allow", "low")
    assert judged.because == "policy.low.high = allow (default); rules.install-script.severity = low (c.toml:2)"


@pytest.mark.parametrize(
    ("severity", "scope", "section", "decision"),
    [
        ("critical", "prod", Vulnerabilities(), "hold"),
        ("high", "dev", Vulnerabilities(), "hold"),
        ("medium", "prod", Vulnerabilities(), "allow"),
        ("critical", "dev", Vulnerabilities(dev_scope="allow"), "allow"),
        ("critical", "optional", Vulnerabilities(dev_scope="allow"), "hold"),
        ("critical", "prod", Vulnerabilities(block=("critical",)), "block"),
        ("low", "prod", Vulnerabilities(hold=("low",)), "hold"),
        ("critical", "prod", Vulnerabilities(hold=()), "allow"),
    ],
)
def test_vulnerabilities_have_their_own_section(severity, scope, section, decision):
    configuration = Configuration(vulnerabilities=section)
    found = finding(severity, rule="known-vulnerable")
    assert judge([found], configuration=configuration, scope=scope).decision == decision


@pytest.mark.parametrize(
    ("gaps", "kind", "decision", "because"),
    [
        ({}, "publish-time", "hold", "gaps.default = hold (default)"),
        ({"default": "block"}, "publish-time", "block", "gaps.default = block (default)"),
        ({"metadata": "allow"}, "publish-time", "allow", "gaps.metadata = allow (default)"),
        (
            {"metadata": "allow", "publish-time": "block"},
            "publish-time",
            "block",
            "gaps.publish-time = block (default)",
        ),
        ({}, "no-advisory-source", "allow", "gaps.no-advisory-source = allow (default)"),
        ({"default": "block"}, "no-advisory-source", "allow", "gaps.no-advisory-source = allow (default)"),
        ({"no-advisory-source": "hold"}, "no-advisory-source", "hold", "gaps.no-advisory-source = hold (default)"),
    ],
)
def test_gaps_by_kind_then_collector_then_default(gaps, kind, decision, because):
    verdict = judge(gaps=[gap(kind)], configuration=Configuration(gaps=gaps))
    assert (verdict.decision, verdict.gaps[0].decision, verdict.gaps[0].because) == (decision, decision, because)


def test_the_floor_wins_where_it_is_stricter():
    floor = parse_configuration('[policy.medium]\nmedium = "block"\n[gaps]\ndefault = "block"\n', "org.toml")
    over = Configuration(gaps={"metadata": "allow"}, rules={"r": RuleSettings(decision="allow")}, floor=floor)
    verdict = judge([finding("medium", "medium", "r"), finding("medium", "high", "s")], [gap()], over)
    assert {judged.finding.rule: judged.decision for judged in verdict.findings} == {"r": "block", "s": "hold"}
    assert verdict.findings[0].because == "policy.medium.medium = block (org.toml:2)"
    assert verdict.gaps[0].because == "gaps.default = block (org.toml:4)"


FINDINGS = st.builds(
    finding, st.sampled_from(SEVERITIES), st.sampled_from(CONFIDENCES), st.sampled_from(["a", "b", "known-vulnerable"])
)
DECISION = st.sampled_from(DECISIONS)
CONFIGURATIONS = st.builds(
    Configuration,
    rules=st.dictionaries(
        st.sampled_from("ab"),
        st.builds(RuleSettings, decision=st.none() | DECISION, severity=st.none() | st.sampled_from(SEVERITIES)),
    ),
    gaps=st.dictionaries(st.sampled_from(["default", "metadata", "publish-time"]), DECISION),
    vulnerabilities=st.builds(
        Vulnerabilities,
        st.lists(st.sampled_from(SEVERITIES)).map(tuple),
        st.lists(st.sampled_from(SEVERITIES)).map(tuple),
    ),
)


@given(st.lists(FINDINGS), st.lists(st.builds(gap)), CONFIGURATIONS, CONFIGURATIONS)
def test_nothing_laid_over_a_floor_is_ever_looser(findings, gaps, floor, over):
    alone = judge(findings, gaps, floor).decision
    together = judge(findings, gaps, Configuration(rules=over.rules, gaps=over.gaps, floor=floor)).decision
    assert DECISIONS.index(together) >= DECISIONS.index(alone)


@given(st.lists(FINDINGS), st.lists(st.builds(gap)), st.randoms(use_true_random=False))
def test_the_verdict_is_the_worst_part_and_order_does_not_matter(findings, gaps, chance: random.Random):
    verdict = judge(findings, gaps)
    parts = [judged.decision for judged in verdict.findings] + [judged.decision for judged in verdict.gaps]
    assert verdict.decision == max(parts, key=DECISIONS.index, default="allow")
    assert [DECISIONS.index(judged.decision) for judged in verdict.findings] == sorted(
        (DECISIONS.index(judged.decision) for judged in verdict.findings), reverse=True
    )
    chance.shuffle(findings)
    assert judge(findings, gaps) == verdict


def test_an_exception_lowers_and_says_who():
    configuration = Configuration(exceptions=(exception(),), origins={("exceptions", "0"): "customhouse.toml:9"})
    judged = judge([finding()], configuration=configuration).findings[0]
    assert (judged.decision, judged.excepted) == ("allow", True)
    assert judged.because == "exception of me until 2027-02-01 (customhouse.toml:9): read [else block]"


@pytest.mark.parametrize(
    ("verdicts", "statuses", "expected"),
    [
        ([], [], ("allow", False)),
        ([judge()], ["parsed", "skipped"], ("allow", False)),
        ([judge([finding("medium")]), judge()], ["parsed"], ("hold", False)),
        ([judge([finding("medium")]), judge([finding()])], ["parsed"], ("block", False)),
        ([judge(gaps=[gap()]), judge()], ["parsed"], ("hold", True)),
        ([judge([finding()]), judge(gaps=[gap()])], ["parsed"], ("block", True)),
        ([judge(gaps=[gap("no-advisory-source")])], ["parsed"], ("allow", False)),
        ([judge()], ["parsed", "failed"], ("hold", True)),
        ([judge()], ["unsupported"], ("hold", True)),
        ([], ["failed"], ("hold", True)),
    ],
)
def test_a_project_is_as_good_as_its_worst_part(verdicts, statuses, expected):
    sources = [Source("f", "x", status) for status in statuses]
    assert decide_audit(verdicts, sources, RepositoryVerdict()) == expected


def test_digests_are_told_once_and_sorted():
    verdict = judge(digests=("sha256:b", "sha256:a", "sha256:b"))
    assert verdict.digests == ("sha256:a", "sha256:b")
    assert verdict.purl == PURL


@pytest.mark.parametrize(
    ("without_fix", "fixed", "expected"),
    [("judge", "", "hold"), ("allow", "", "allow"), ("allow", "1.2.0", "hold"), ("judge", "1.2.0", "hold")],
)
def test_a_vulnerability_without_a_fix_may_be_let_pass(without_fix, fixed, expected):
    configuration = Configuration(vulnerabilities=Vulnerabilities(without_fix=without_fix))
    judged = judge([finding("high", rule="known-vulnerable", fixed=fixed)], configuration=configuration).findings[0]
    assert judged.decision == expected
    assert ("without_fix" in judged.because) is (expected == "allow")


def test_without_fix_says_nothing_of_malware():
    configuration = Configuration(vulnerabilities=Vulnerabilities(without_fix="allow", dev_scope="allow"))
    found = finding("critical", rule="known-malicious")
    assert judge([found], configuration=configuration, scope="dev").decision == "block"
