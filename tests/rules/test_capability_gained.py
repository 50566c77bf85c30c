from customhouse.model.change import GainedCapability
from customhouse.model.code import Decoded
from customhouse.rules.change.capability_gained import RULE
from rules.cases import case, change, code, content, findings, grades, only


def gain(kind, phase="import", path="index.js", line=3):
    return GainedCapability(kind=kind, phase=phase, path=path, line=line, detail=f"some.{kind}")


def gaining(*gained, previous="1.14.0", **file):
    return case(contents=(content(code(**file)),), change=change(previous, gained=gained))


HIDDEN = {"decoded": (Decoded("console.log('inert')", 4, ("base64",)),)}
ADDRESS = {"hosts": ("203.0.113.7",)}


def test_alone_it_is_reported():
    assert grades(RULE, gaining(gain("network"), gain("process"))) == [("medium", "medium")]
    assert grades(RULE, gaining(gain("environment"), gain("filesystem"))) == [("low", "medium")]
    assert grades(RULE, gaining(gain("process", "call"))) == [("low", "medium")]
    assert findings(RULE, gaining(gain("filesystem", "call"))) == []


def test_in_a_suspicious_file_of_a_patch_release_it_is_held_or_blocked():
    assert grades(RULE, gaining(gain("network"), **HIDDEN)) == [("high", "medium")]
    assert grades(RULE, gaining(gain("network"), gain("process"), **ADDRESS)) == [("high", "high")]
    assert grades(RULE, gaining(gain("network", "install"), **ADDRESS)) == [("high", "medium")]


def test_a_minor_release_another_file_or_a_call_does_not_make_it_worse():
    assert grades(RULE, gaining(gain("network"), previous="1.13.0", **ADDRESS)) == [("medium", "medium")]
    assert grades(RULE, gaining(gain("network", path="lib/b.js"), **ADDRESS)) == [("medium", "medium")]
    assert grades(RULE, gaining(gain("network", "call"), **ADDRESS)) == [("low", "medium")]
    assert grades(RULE, gaining(gain("network"), hosts=("127.0.0.1", "10.1.2.3", "api.example.test"))) == [
        ("medium", "medium")
    ]


def test_each_phase_is_told_apart_with_its_places():
    found = findings(RULE, gaining(gain("network", "call"), gain("process", "install", line=9)))
    assert [finding.severity for finding in found] == ["medium", "low"]
    assert found[0].message == (
        "request-maker@1.14.1 can start programs (some.process) at install, which 1.14.0 could not"
    )
    assert found[0].locations[0].line == 9


def test_the_reason_is_named():
    finding = only(RULE, gaining(gain("network"), gain("environment"), **ADDRESS))
    assert finding.message.endswith("which 1.14.0 could not; index.js also names 203.0.113.7")
    assert findings(RULE, case()) == []
