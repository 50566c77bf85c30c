import pytest

from customhouse.rules.install.script_runs_inline_code import RULE
from rules.cases import can, case, change, code, content, findings, grades, hook, manifest, metadata, only

NEW = {"change": change(added_hooks=(hook(path=""),))}
OLD = {"change": change()}


def script(command, *capabilities, known=None):
    files = (code(*capabilities, path="package.json", reach="install"),) if capabilities else ()
    held = content(*files, hooks=(hook(command, path=""),), manifest=manifest())
    return case(contents=(held,), **(known or {}))


@pytest.mark.parametrize(
    ("capability", "new", "unknown", "old"),
    [
        (can("network", "https.get"), ("high", "high"), ("high", "medium"), ("medium", "medium")),
        (can("process", "child_process.exec"), ("medium", "high"), ("medium", "medium"), ("medium", "medium")),
        (can("filesystem", "fs.writeFileSync"), ("low", "medium"), ("low", "medium"), ("low", "medium")),
    ],
)
def test_by_what_it_does_and_whether_it_is_new(capability, new, unknown, old):
    command = 'node -e "x()"'
    assert grades(RULE, script(command, capability, known=NEW)) == [new]
    assert grades(RULE, script(command, capability)) == [unknown]
    assert grades(RULE, script(command, capability, known=OLD)) == [old]
    assert grades(RULE, script(command, capability, known={"metadata": metadata(days=100)})) == [old]


@pytest.mark.parametrize(
    ("command", "new", "old"),
    [
        ("powershell -enc AAAA", ("high", "medium"), ("medium", "medium")),
        ("osascript -e 'display x'", ("high", "medium"), ("medium", "medium")),
        ("perl -e 'print 1'", ("medium", "high"), ("medium", "medium")),
    ],
)
def test_languages_that_are_not_read(command, new, old):
    assert grades(RULE, script(command, known=NEW)) == [new]
    assert grades(RULE, script(command, known=OLD)) == [old]


def test_a_guard_is_low_and_says_what_it_is():
    finding = only(RULE, script("node -e \"try{require('./postinstall')}catch(e){}\""))
    assert (finding.severity, finding.phase) == ("low", "install")
    assert "postinstall gives node a program in the command line: `try{" in finding.message


def test_the_gravest_of_one_script_is_told():
    assert grades(RULE, script("node -e 1 && perl -e 2", known=NEW)) == [("medium", "high")]


def test_files_and_shells_are_not_meant():
    assert findings(RULE, script("node install.js -e && sh -c 'node install.js'")) == []
