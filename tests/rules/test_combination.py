"""How combinations are met."""

from hypothesis import given
from hypothesis import strategies as st

from customhouse.model.finding import SEVERITIES, Finding, Location
from customhouse.model.purl import Purl
from customhouse.rules.combination import Combination, Part, met
from rules.cases import case

NAMES = ("a", "b", "c")
PATHS = ("x.js", "y.js")


def finding(rule, severity="medium", paths=("x.js",), phase=None, subject=None):
    places = tuple(Location(path, 1) for path in paths)
    return Finding(rule, severity, "medium", subject or case().purl, f"{rule} in {paths[0]}", places, "", phase=phase)


FINDINGS = st.lists(
    st.builds(
        finding,
        st.sampled_from(NAMES),
        st.sampled_from(SEVERITIES),
        st.lists(st.sampled_from(PATHS), min_size=1, max_size=2, unique=True).map(tuple),
        st.sampled_from([None, "install", "import", "call"]),
    )
)
PARTS = st.lists(
    st.builds(
        Part,
        st.just("said"),
        st.lists(st.sampled_from(NAMES), min_size=1, unique=True).map(tuple),
        st.sampled_from(SEVERITIES),
        st.sampled_from([(), ("install",), ("install", "import")]),
    ),
    min_size=1,
    max_size=3,
).map(tuple)


@given(PARTS, FINDINGS)
def test_it_fires_exactly_when_every_part_is_met(parts, findings):
    expected = all(
        any(
            one.rule in part.rules
            and SEVERITIES.index(one.severity) <= SEVERITIES.index(part.least)
            and (not part.phases or one.phase in part.phases)
            for one in findings
        )
        for part in parts
    )
    assert bool(list(met(parts, findings))) == expected


@given(PARTS, FINDINGS)
def test_in_one_file_asks_for_more_and_each_file_is_told_once(parts, findings):
    told = list(met(parts, findings, in_one_file=True))
    assert len(told) <= len(PATHS)
    if told:
        assert list(met(parts, findings))
    for together in told:
        shared = set.intersection(*({place.path for place in one.locations} for one in together.findings))
        assert shared


def test_two_files_are_told_one_after_the_other():
    parts = (Part("a", ("a",)), Part("b", ("b",)))
    findings = [finding("a", paths=("x.js",)), finding("b", paths=("y.js",))]
    assert len(list(met(parts, findings))) == 1
    assert not list(met(parts, findings, in_one_file=True))
    findings.append(finding("b", paths=("x.js",)))
    (together,) = met(parts, findings, in_one_file=True)
    assert together.message == "a in x.js; and b in x.js"


def test_findings_about_another_release_do_not_count():
    other = Purl("npm", "another", "1.0.0")
    combination = Combination((Part("a", ("a",)),), "hint")
    assert not list(combination.together(case(), [finding("a", subject=other)]))
    assert list(combination.together(case(), [finding("a")]))
