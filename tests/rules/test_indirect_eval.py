import pytest

from customhouse.model.change import GainedCapability
from customhouse.model.code import Indirection
from customhouse.rules.code.indirect_eval import RULE
from rules.cases import change, code, code_case, findings, grades, only, sized

PUT = Indirection("eval", "put-together", 3)
NEW = change(gained=(GainedCapability("dynamic-code", "import", "index.js", 3, "eval"),))


def file(*ways, **parts):
    return code(indirections=ways, **parts)


@pytest.mark.parametrize("how", ["by-name", "constructor", "reflection", "internals"])
def test_every_way_but_one_is_low_and_holds_nothing(how):
    assert grades(RULE, code_case(file(Indirection("Function", how, 3)), change=NEW)) == [("low", "medium")]


@pytest.mark.parametrize(
    ("when", "reach", "grade"),
    [
        ("load", "import", [("medium", "medium")]),
        ("call", "install", [("medium", "medium")]),
        ("call", "import", [("low", "medium")]),
        ("load", "other", []),
    ],
)
def test_a_name_put_together_by_when_it_runs(when, reach, grade):
    assert grades(RULE, code_case(file(Indirection("eval", "put-together", 3, when), reach=reach))) == grade


def test_a_name_put_together_that_is_new_holds():
    finding = only(RULE, code_case(file(PUT), change=NEW))
    assert (finding.severity, finding.confidence, finding.phase) == ("high", "medium", "import")
    assert finding.locations[0].line == 3


def test_what_the_release_before_did_is_medium_and_a_bundle_low():
    assert grades(RULE, code_case(file(PUT), change=change())) == [("medium", "medium")]
    assert grades(RULE, code_case(sized(file(PUT), 2_000_000), change=change())) == [("low", "medium")]
    assert grades(RULE, code_case(sized(file(PUT), 2_000_000), change=NEW)) == [("high", "medium")]


def test_require_hidden_from_bundlers_is_low():
    assert grades(RULE, code_case(file(Indirection("require", "put-together", 3)), change=NEW)) == [("low", "medium")]


def test_the_gravest_is_told_and_every_line_named():
    finding = only(RULE, code_case(file(Indirection("Function", "constructor", 1), PUT)))
    assert "reaches eval by a name that it puts together" in finding.message
    assert [place.line for place in finding.locations] == [3, 1]


def test_a_file_without_is_silent():
    assert findings(RULE, code_case(file())) == []
