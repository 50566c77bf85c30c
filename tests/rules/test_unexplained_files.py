import msgspec
import pytest

from customhouse.model.change import AddedFile, GainedCapability
from customhouse.rules.change.unexplained_files import RULE
from rules.cases import added, case, change, findings, grades, hook, metadata, old, only

MANIFEST = {"altered": ("package.json", "README.md", "dist/a.d.ts"), "altered_files": 3}
HOOK = hook("node bundle.js", "preinstall", "bundle.js")
BUILT = GainedCapability("process", "import", "dist/a.js", 5, "child_process.exec")


def changing(days=10, **parts):
    return case(change=change(**parts), metadata=metadata(days))


def test_a_hook_and_nothing_else_is_held_until_it_is_settled():
    finding = only(RULE, changing(added_hooks=(HOOK,), **MANIFEST))
    assert (finding.severity, finding.confidence, finding.phase) == ("high", "medium", "install")
    assert finding.message.endswith("and every other file is as in 1.14.0")
    assert [place.path for place in finding.locations] == ["package.json", "bundle.js"]
    assert grades(RULE, changing(100, added_hooks=(HOOK,), **MANIFEST)) == [("medium", "medium")]


@pytest.mark.parametrize(
    "parts",
    [
        {"altered": ("package.json", "lib/a.js"), "altered_files": 2},
        {"altered": ("package.json",), "altered_files": 60},
        {"altered": ("package.json",), "altered_files": 1, "removed_files": 1},
        {"compared": False},
    ],
    ids=["code", "more than is listed", "something went", "not compared"],
)
def test_a_release_that_changes_more_or_that_is_not_known_whole_is_left_alone(parts):
    assert findings(RULE, changing(added_hooks=(HOOK,), added_dependencies=(old(imported=False),), **parts)) == []


def test_a_script_that_only_prints_is_none():
    assert findings(RULE, changing(added_hooks=(hook("echo thanks", path=""),), **MANIFEST)) == []


def test_a_dependency_that_nothing_imports_and_nothing_else_is_reported():
    assert grades(RULE, changing(added_dependencies=(old(imported=False),), **MANIFEST)) == [("medium", "medium")]
    assert findings(RULE, changing(added_dependencies=(old(imported=True),), **MANIFEST)) == []
    assert findings(RULE, changing(added_dependencies=(old(imported=None),), **MANIFEST)) == []
    assert findings(RULE, changing(added_dependencies=(old("tslib", imported=False),), **MANIFEST)) == []
    assert findings(RULE, changing(added_dependencies=(added(kind="peer"),), **MANIFEST)) == []
    file = AddedFile("lib/b.js", 10, "import")
    assert findings(RULE, changing(added_dependencies=(old(imported=False),), added_code=(file,), **MANIFEST)) == []


def test_built_files_that_act_without_their_sources():
    assert grades(RULE, changing(built_alone=("dist/a.js",), gained=(BUILT,))) == [("high", "medium")]
    assert grades(RULE, changing(100, built_alone=("dist/a.js",), gained=(BUILT,))) == [("medium", "medium")]
    assert findings(RULE, changing(gained=(BUILT,))) == []
    runtime = msgspec.structs.replace(BUILT, kind="dynamic-code")
    assert findings(RULE, changing(built_alone=("dist/a.js",), gained=(runtime,))) == []
    assert findings(RULE, case()) == []
