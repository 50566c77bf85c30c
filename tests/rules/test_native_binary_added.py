from customhouse.rules.change.native_binary_added import RULE
from rules.cases import case, change, content, findings, grades, hook, only


def adding(*names, others=(), hooks=(), previous="1.14.0"):
    held = content(natives=(*names, *others), hooks=hooks)
    return case(contents=(held,), change=change(previous, added_natives=names))


def test_by_what_was_there_and_what_runs():
    assert grades(RULE, adding("a.dll", hooks=(hook(),))) == [("medium", "high")]
    assert grades(RULE, adding("a.dll", hooks=(hook(),), previous="1.13.0")) == [("medium", "medium")]
    assert grades(RULE, adding("a.dll")) == [("medium", "medium")]
    assert grades(RULE, adding("a.node", others=("b.node",), hooks=(hook(),))) == [("low", "medium")]


def test_many_are_named_in_part():
    finding = only(RULE, adding(*(f"{letter}.wasm" for letter in "gfedcba")))
    assert finding.message.endswith("a.wasm, b.wasm, c.wasm, d.wasm, e.wasm and 2 more")
    assert len(finding.locations) == 5


def test_nothing_added():
    assert findings(RULE, adding(others=("b.node",))) == []
    assert findings(RULE, case(contents=(content(natives=("a.dll",)),))) == []
