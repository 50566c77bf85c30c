import msgspec

from customhouse.model.change import AddedFile, GainedCapability, Insertion
from customhouse.rules.change.payload_in_patch_release import RULE
from rules.cases import can, case, change, code, content, findings, grades, metadata, only

NET, RUN, ENV = can("network", "https.get", 3), can("process", "child_process.exec", 5), can("environment", "env", 6)


def added(path="lib/b.js", reach="import", **parts):
    return AddedFile(path, 900, reach, lines=30, longest=80, **parts)


def gained(*kinds, phase="import", path="lib/b.js"):
    return tuple(GainedCapability(kind, phase, path, 3, kind) for kind in kinds)


def releasing(*capabilities, previous="1.14.0", path="lib/b.js", reach="import", days=10, **changes):
    files = (content(code(*capabilities, path=path, reach=reach)),)
    return case(contents=files, change=change(previous, **changes), metadata=metadata(days))


def test_two_new_abilities_on_load_are_held_and_one_is_reported():
    subject = releasing(NET, RUN, added_code=(added(),), gained=gained("network", "process"))
    finding = only(RULE, subject)
    assert (finding.severity, finding.confidence, finding.phase) == ("high", "medium", "import")
    assert finding.message == (
        "the new file lib/b.js of the patch release request-maker@1.14.1 can reach the network (https.get) and "
        "start programs (child_process.exec) when the package is loaded; 1.14.0 did not have it"
    )
    assert [(place.path, place.line) for place in finding.locations] == [("lib/b.js", 3), ("lib/b.js", 5)]
    assert grades(RULE, releasing(NET, added_code=(added(),), gained=gained("network"))) == [("medium", "medium")]


def test_what_the_package_could_do_before_weighs_little():
    assert grades(RULE, releasing(NET, RUN, added_code=(added(),))) == [("low", "medium")]


def test_a_new_file_at_install_needs_one_ability_that_others_may_have():
    subject = releasing(RUN, reach="install", added_code=(added(reach="install"),))
    assert grades(RULE, subject) == [("high", "medium")]
    block = Insertion("lib/b.js", "install", 4, 6, "end", 200)
    assert grades(RULE, releasing(RUN, reach="install", insertions=(block,))) == [("medium", "medium")]


def test_only_new_text_counts():
    block = Insertion("lib/b.js", "import", 4, 6, "middle", 200)
    subject = releasing(NET, RUN, insertions=(block,), gained=gained("network", "process"))
    assert only(RULE, subject).locations[0].line == 5
    assert findings(RULE, releasing(NET, RUN, gained=gained("network", "process"))) == []
    assert findings(RULE, releasing(NET, RUN, added_code=(added(known=0.8),))) == []


def test_calls_minor_releases_and_other_abilities_are_none_of_its_business():
    called = msgspec.structs.replace(NET, when="call")
    assert findings(RULE, releasing(called, added_code=(added(),))) == []
    assert findings(RULE, releasing(ENV, added_code=(added(),))) == []
    assert findings(RULE, releasing(NET, previous="1.13.0", added_code=(added(),))) == []
    assert findings(RULE, case()) == []


def test_time_blunts_it():
    subject = releasing(NET, RUN, days=120, added_code=(added(),), gained=gained("network", "process"))
    assert grades(RULE, subject) == [("medium", "medium")]
