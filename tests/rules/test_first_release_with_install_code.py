import msgspec
import pytest

from customhouse.model.content import InstallHook
from customhouse.rules.metadata.first_release_with_install_code import RULE
from rules.cases import case, content, findings, hook, only
from rules.past import young


@pytest.mark.parametrize(
    ("it", "words"),
    [
        (hook(), "runs `node setup.js` at install (postinstall)"),
        (InstallHook("gyp", "install", "node-gyp rebuild", "binding.gyp"), "runs node-gyp at install"),
        (InstallHook("pth", "a.pth", "import os", "a.pth"), "runs a.pth whenever Python starts"),
    ],
)
def test_each_kind_that_runs_unasked(it, words):
    finding = only(RULE, young(contents=(content(hooks=(it,)),)))
    assert (finding.severity, finding.confidence, finding.phase) == ("medium", "medium", "install")
    assert words in finding.message
    assert "a project at its first release" in finding.message


def test_setup_py_is_in_every_sdist():
    setup = InstallHook("setup-py", "setup.py", "", "setup.py")
    assert findings(RULE, young("pkg:pypi/words@1", contents=(content(hooks=(setup,)),))) == []


def test_a_decoy_before_it_does_not_help():
    second = young(days=0.75, count=1, contents=(content(hooks=(hook(),)),))
    assert "a project of 18 hours" in only(RULE, second).message


def test_history_and_ignorance_are_silent():
    contents = (content(hooks=(hook(),)),)
    assert findings(RULE, young(days=300, count=9, contents=contents)) == []
    assert findings(RULE, case(contents=contents)) == []
    undated = young(contents=contents)
    facts = msgspec.structs.replace(undated.metadata, first_published=None)
    assert findings(RULE, msgspec.structs.replace(undated, metadata=facts)) == []
