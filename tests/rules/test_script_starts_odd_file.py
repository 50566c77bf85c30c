import pytest

from customhouse.model.content import GypCommand, GypFacts, InstallHook
from customhouse.rules.install.script_starts_odd_file import RULE
from rules.cases import case, change, content, findings, grades, only


def starts(path, *, runs=True, missing=(), natives=(), known=None, name="postinstall"):
    it = InstallHook("lifecycle-script", name, f"node {path}", path, runs, missing)
    return case(contents=(content(hooks=(it,), natives=natives),), **(known or {}))


NEW = {"change": change(added_hooks=(InstallHook("lifecycle-script", "postinstall", ""),))}
OLD = {"change": change()}


@pytest.mark.parametrize(
    ("path", "new", "unknown", "old"),
    [
        ("assets/logo.png", ("critical", "high"), ("critical", "high"), ("critical", "high")),
        ("LICENSE", ("critical", "high"), ("critical", "high"), ("critical", "high")),
        (".cache/x.js", ("high", "medium"), ("medium", "medium"), ("medium", "medium")),
        ("test/fixtures/x.js", ("medium", "medium"), ("low", "medium"), ("low", "medium")),
        ("a/b/c/d/e/f/x.js", ("medium", "medium"), ("low", "medium"), ("low", "medium")),
    ],
)
def test_by_name_and_novelty(path, new, unknown, old):
    assert grades(RULE, starts(path, known=NEW)) == [new]
    assert grades(RULE, starts(path)) == [unknown]
    assert grades(RULE, starts(path, known=OLD)) == [old]


def test_a_compiled_program():
    assert grades(RULE, starts("bin/tool", natives=("bin/tool",), known=NEW)) == [("high", "medium")]
    assert grades(RULE, starts("bin/tool", natives=("bin/tool",))) == [("medium", "medium")]
    assert grades(RULE, starts("bin/tool", natives=("bin/tool",), known=OLD)) == [("low", "medium")]


@pytest.mark.parametrize("path", ["install.js", "scripts/install.js", "./lib/install", "dist/index.mjs", "install.sh"])
def test_ordinary_places(path):
    assert findings(RULE, starts(path, known=NEW)) == []


def test_arguments_and_scripts_of_checkouts_are_not_meant():
    assert findings(RULE, starts("logo.png", runs=False)) == []
    assert findings(RULE, starts("logo.png", name="prepare")) == []


def test_what_is_not_there_is_low():
    finding = only(RULE, starts("", runs=False, missing=("gone.png",), known=NEW))
    assert (finding.severity, finding.confidence) == ("low", "medium")
    assert [place.path for place in finding.locations] == ["package.json"]


def test_files_of_a_gyp_command():
    gyp = GypFacts("binding.gyp", (GypCommand("expansion", "node ./icon.ico", "binding.gyp", 4),), 1)
    finding = only(RULE, case(contents=(content(gyp=(gyp,)),)))
    assert finding.message == "binding.gyp runs ./icon.ico, which is named as something that is no program"
    assert finding.severity == "critical"
