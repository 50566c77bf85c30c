from customhouse.model.code import TextAnomaly
from customhouse.rules.code.code_hidden_by_whitespace import RULE
from rules.cases import can, code, code_case, findings, grades, only

HIDDEN = TextAnomaly("offscreen", 12, 480, "")


def file(*capabilities, **parts):
    return code_case(code(*capabilities, anomalies=(HIDDEN,), **parts))


def test_by_what_stands_there():
    assert grades(RULE, file(can("process", "child_process.exec", line=12))) == [("high", "high")]
    assert grades(RULE, file(can("process", "child_process.exec", line=2))) == [("high", "medium")]
    assert grades(RULE, file(can("filesystem", "fs.existsSync", line=12))) == [("high", "medium")]
    assert grades(RULE, file(can("process", "child_process.exec", line=12, when="call"))) == [("high", "medium")]
    assert grades(RULE, file(can("process", "child_process.exec", line=12), reach="other")) == [("medium", "medium")]


def test_the_column_is_told():
    finding = only(RULE, file(can("network", "fetch", line=12)))
    assert finding.message == "index.js line 12 continues with code at column 480, out of sight, with fetch among it"
    assert finding.locations[0].line == 12


def test_other_anomalies_are_not():
    assert findings(RULE, code_case(code(anomalies=(TextAnomaly("invisible", 1, 1, ""),)))) == []
