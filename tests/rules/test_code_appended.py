import pytest

from customhouse.model.change import Insertion
from customhouse.model.code import Decoded, TextAnomaly
from customhouse.rules.change.code_appended import RULE
from rules.cases import can, case, change, code, content, findings, grades, only

NET, RUN = can("network", "https.get", 51), can("process", "child_process.exec", 52)


def putting(*capabilities, place="end", hosts=(), added_hosts=(), **parts):
    file = code(*capabilities, hosts=hosts, **parts)
    block = Insertion("index.js", "import", 51, 60, place, 400)
    return case(contents=(content(file),), change=change(insertions=(block,), added_hosts=added_hosts))


@pytest.mark.parametrize(
    "hidden",
    [
        {"decoded": (Decoded("inert", 53, ("base64",)),)},
        {"anomalies": (TextAnomaly("offscreen", 51, 400, "400 blanks"),)},
        {"hosts": ("http://203.0.113.7/x",), "added_hosts": ("203.0.113.7",)},
    ],
)
def test_hiding_makes_it_held_and_two_abilities_blocked(hidden):
    assert grades(RULE, putting(NET, **hidden)) == [("high", "medium")]
    assert grades(RULE, putting(NET, RUN, **hidden)) == [("high", "high")]


def test_alone_it_is_reported_with_its_lines():
    finding = only(RULE, putting(NET, RUN))
    assert (finding.severity, finding.confidence, finding.phase) == ("medium", "medium", "import")
    assert finding.message.startswith("code was put after everything else in index.js, which is otherwise as in 1.14.0")
    assert [place.line for place in finding.locations] == [51, 52]
    assert "lines 51 to 60" in finding.hint


def test_what_was_hidden_before_does_not_count():
    old = {"decoded": (Decoded("inert", 9, ("base64",)),), "hosts": ("203.0.113.7",)}
    assert grades(RULE, putting(NET, **old)) == [("medium", "medium")]


def test_text_elsewhere_or_that_waits_is_not_reported():
    assert findings(RULE, putting(NET, place="middle")) == []
    assert findings(RULE, putting(can("network", "https.get", 51, when="call"))) == []
    assert findings(RULE, putting(can("network", "https.get", 9))) == []
    assert findings(RULE, putting(can("environment", "process.env", 51))) == []
