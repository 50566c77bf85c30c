import msgspec
import pytest

from customhouse.rules.dependency.risky_new_dependency import RULE
from rules.cases import added, case, change, findings, grades, hook, metadata, old, only

HOOKS = (hook(),)


def adding(dependency, *, purl=None, days=30):
    parts = {"metadata": metadata(days=days), "change": change(added_dependencies=(dependency,))}
    return case(purl, **parts) if purl else case(**parts)


def test_the_axios_case_is_critical():
    finding = only(RULE, adding(added(hooks=HOOKS)))
    assert (finding.severity, finding.confidence) == ("critical", "high")
    assert finding.message == (
        "simple-crypto-js ^4.2.1 (4.2.1), added in 1.14.1, had existed for 18 hours and "
        "had been published 21 minutes before and runs `node setup.js` at install"
    )
    assert finding.hint == (
        "keep request-maker@1.14.0 until you have looked at it: customhouse inspect pkg:npm/simple-crypto-js@4.2.1"
    )


@pytest.mark.parametrize(
    ("dependency", "grade"),
    [
        (added(), ("medium", "medium")),
        (added(project_days=44, release_days=44, hooks=HOOKS), ("critical", "high")),
        (added(project_days=46, release_days=8, hooks=HOOKS), ("medium", "medium")),
        (added(project_days=300, release_days=6, releases=4, hooks=HOOKS), ("critical", "high")),
        (added(project_days=300, release_days=6, releases=5, hooks=HOOKS), ("medium", "medium")),
        (added(project_days=None, release_days=3, hooks=HOOKS), ("critical", "high")),
        (added(resolution="unknown-package"), ("high", "medium")),
        (added(resolution="no-matching-version"), ("high", "medium")),
        (old(hooks=HOOKS), ("medium", "medium")),
        (added(kind="peer", hooks=HOOKS), ("high", "medium")),
        (added(project_days=6, release_days=6), ("medium", "medium")),
        (added(project_days=8, release_days=6), ("medium", "medium")),
        (added(project_days=None, release_days=3), ("medium", "medium")),
    ],
)
def test_by_age_and_hooks(dependency, grade):
    assert grades(RULE, adding(dependency)) == [grade]


@pytest.mark.parametrize(
    "dependency",
    [
        old(),
        added(project_days=46, release_days=8),
        added(project_days=None, release_days=None),
        added(resolution="unreachable"),
        added(resolution="not-registry"),
        added(kind="dev", hooks=HOOKS),
        added(kind="peer"),
        added("@request-maker/core"),
        added("@img/request-maker-linux-x64", "1.14.1", kind="optional"),
    ],
)
def test_silent(dependency):
    assert findings(RULE, adding(dependency)) == []


def test_a_family_name_excuses_youth_and_no_script():
    assert grades(RULE, adding(added("@request-maker/core", hooks=HOOKS))) == [("critical", "high")]
    scoped = "pkg:npm/%40paint/core@1.14.1"
    assert grades(RULE, adding(added("@paint/parser", hooks=HOOKS), purl=scoped)) == [("high", "medium")]
    assert findings(RULE, adding(added("@paint/parser"), purl=scoped)) == []
    assert grades(RULE, adding(added("request-maker-core"))) == [("medium", "medium")]
    assert grades(RULE, adding(added("@img/x-linux-x64", "^1.0.0", kind="optional"))) == [("medium", "medium")]
    assert findings(RULE, adding(added("@img/x-linux-x64", "1.0.2", kind="optional"))) == []
    assert grades(RULE, adding(added("@img/x-linux-x64", "1.0.2"))) == [("medium", "medium")]


def test_what_runs_or_cannot_be_had_weighs_as_much_once_the_dependant_has_been_out_for_long():
    assert grades(RULE, adding(added(hooks=HOOKS), days=200)) == [("critical", "high")]
    assert grades(RULE, adding(added(resolution="unknown-package"), days=200)) == [("high", "medium")]


def test_ages_fall_back_on_the_release_s_own_time():
    dependency = msgspec.structs.replace(added(hooks=HOOKS), dependant_published=None)
    assert grades(RULE, adding(dependency)) == [("critical", "high")]
