import pytest

from customhouse.model.code import TextAnomaly
from customhouse.rules.code.hidden_unicode import RULE
from rules.cases import can, code, code_case, findings, grades, only


def file(*anomalies, capabilities=(), **parts):
    return code_case(code(*capabilities, anomalies=anomalies, **parts))


def odd(kind, detail="", line=3, column=7):
    return TextAnomaly(kind, line, column, detail)


EVAL = (can("dynamic-code", "eval"),)


@pytest.mark.parametrize(
    ("subject", "grade"),
    [
        (file(odd("variation-run")), ("high", "high")),
        (file(odd("tag")), ("high", "high")),
        (file(odd("variation-run"), capabilities=EVAL), ("critical", "high")),
        (file(odd("variation-run"), capabilities=EVAL, reach="other"), ("medium", "high")),
        (file(odd("bidirectional", "U+202E in a comment")), ("high", "medium")),
        (file(odd("bidirectional", "U+202E in a string")), ("low", "medium")),
        (file(odd("bidirectional"), reach="other"), ("medium", "medium")),
        (file(odd("homoglyph")), ("medium", "medium")),
        (file(odd("invisible")), ("low", "medium")),
        (file(odd("invisible"), reach="other"), ("info", "medium")),
    ],
)
def test_by_kind_and_reach(subject, grade):
    assert grades(RULE, subject) == [grade]


def test_one_finding_a_kind_by_its_worst_place():
    finding = only(
        RULE, file(odd("bidirectional", "in a string", line=1), odd("bidirectional", "in a comment", line=5))
    )
    assert finding.severity == "high"
    assert "line 5 column 7 and at 1 more places: in a comment" in finding.message
    assert [place.line for place in finding.locations] == [5, 1]


def test_offscreen_text_has_its_own_rule():
    assert findings(RULE, file(odd("offscreen"))) == []
