from customhouse.model.change import GainedCapability, Insertion, LoneVariant
from customhouse.rules.change.variant_changed_alone import RULE
from rules.cases import can, case, change, code, content, findings, grades, metadata, only

ALONE = LoneVariant("a.cjs", ("a.mjs",))
BLOCK = Insertion("a.cjs", "import", 4, 9, "end", 300)
RUN = can("process", "child_process.exec", 5)
GAINED = GainedCapability("process", "import", "a.cjs", 5, "child_process.exec")


def varying(*capabilities, days=10, **parts):
    file = code(*capabilities, path="a.cjs")
    return case(contents=(content(file),), change=change(lone_variants=(ALONE,), **parts), metadata=metadata(days))


def test_text_put_in_is_held_until_it_is_settled():
    finding = only(RULE, varying(RUN, insertions=(BLOCK,)))
    assert (finding.severity, finding.confidence, finding.phase) == ("high", "medium", "import")
    assert finding.message == (
        "a.cjs can start programs (child_process.exec) when the package is loaded, newly since 1.14.0, "
        "while its other form a.mjs is unchanged"
    )
    assert grades(RULE, varying(RUN, days=100, insertions=(BLOCK,))) == [("medium", "medium")]


def test_an_edit_that_gains_something_is_reported_and_any_other_is_not():
    assert grades(RULE, varying(RUN, gained=(GAINED,))) == [("medium", "medium")]
    assert findings(RULE, varying(RUN)) == []
    assert findings(RULE, varying(can("filesystem", "fs.read", 5), insertions=(BLOCK,))) == []
    assert findings(RULE, case()) == []
