import pytest

from customhouse.model.code import Obfuscation
from customhouse.rules.code.obfuscated_code import RULE
from rules.cases import can, change, code, code_case, findings, grades, metadata, only

TURNED = Obfuscation("rotated-strings", 2)
NEW = change(newly_obfuscated=("index.js",))
MINOR = change("1.13.0", newly_obfuscated=("index.js",))


def file(*capabilities, marks=(TURNED,), **parts):
    return code(*capabilities, obfuscation=marks, **parts)


@pytest.mark.parametrize("kind", ["long-line", "encoded-constants"])
def test_weak_marks_alone_are_silent(kind):
    assert findings(RULE, code_case(file(marks=(Obfuscation(kind, 1, 5000),)), change=NEW)) == []


@pytest.mark.parametrize(
    ("reach", "compared", "grade"),
    [
        ("install", NEW, ("high", "high")),
        ("install", MINOR, ("high", "medium")),
        ("import", NEW, ("high", "medium")),
        ("other", NEW, ("low", "medium")),
        ("install", change(), ("low", "medium")),
        ("install", None, ("medium", "medium")),
    ],
)
def test_by_what_is_known_and_when_it_runs(reach, compared, grade):
    assert grades(RULE, code_case(file(reach=reach), change=compared)) == [grade]


@pytest.mark.parametrize(
    "able",
    [can("network", "fetch"), can("process", "child_process.exec"), can("dynamic-code", "require(computed)")],
)
def test_what_it_can_reach_weighs(able):
    assert grades(RULE, code_case(file(able), change=NEW)) == [("high", "high")]
    assert grades(RULE, code_case(file(able))) == [("high", "medium")]
    assert grades(RULE, code_case(file(able), change=change())) == [("low", "medium")]


def test_reaching_when_called_is_not_reaching_unasked():
    assert grades(RULE, code_case(file(can("network", "fetch", when="call")), change=NEW)) == [("high", "medium")]


def test_a_settled_release_without_a_comparison_is_low():
    assert grades(RULE, code_case(file(can("network", "fetch")), metadata=metadata(days=100))) == [("low", "medium")]


def test_escapes_alone_weigh_less():
    spelled = (Obfuscation("escaped-text", 1, 40),)
    assert grades(RULE, code_case(file(marks=spelled), change=NEW)) == [("medium", "medium")]
    assert grades(RULE, code_case(file(can("network", "fetch"), marks=spelled), change=NEW)) == [("high", "medium")]


def test_the_message_names_marks_reach_and_the_release_before():
    finding = only(RULE, code_case(file(can("network", "https.get"), reach="install"), change=NEW))
    assert "a table of strings that is turned into place" in finding.message
    assert "with https.get in reach" in finding.message
    assert "1.14.0" in finding.message
    assert finding.phase == "install"
