import pytest

from customhouse.model.content import InstallHook
from customhouse.rules.install.install_script_added import RULE
from rules.cases import case, change, content, findings, grades, hook, metadata, only


def gained(one, *, before="1.14.0", days=30):
    return case(metadata=metadata(days=days), contents=(content(),), change=change(before, added_hooks=(one,)))


@pytest.mark.parametrize(
    ("subject", "grade"),
    [
        (gained(hook()), ("medium", "high")),
        (gained(hook(), before="1.13.0"), ("medium", "high")),
        (gained(hook(), before="0.9.0"), ("medium", "medium")),
        (gained(hook(), before="older.tgz"), ("medium", "high")),
        (gained(hook(), days=91), ("medium", "medium")),
        (gained(hook("echo thanks")), ("low", "high")),
        (gained(hook("exit 0")), ("low", "high")),
        (gained(hook("npx only-allow pnpm", "preinstall")), ("low", "high")),
        (gained(hook("npx only-allow pnpm; node a.js", "preinstall")), ("medium", "high")),
        (gained(hook("husky", "prepare")), ("medium", "medium")),
        (gained(hook("echo x && node a.js")), ("medium", "high")),
        (gained(hook("echo $(node a.js)")), ("medium", "high")),
        (gained(InstallHook("gyp", "install", "node-gyp rebuild", "binding.gyp")), ("medium", "high")),
        (gained(InstallHook("setup-py", "setup.py", path="setup.py")), ("low", "medium")),
    ],
)
def test_by_kind_step_and_age(subject, grade):
    assert grades(RULE, subject) == [grade]


def test_the_comparison_to_paste():
    finding = only(RULE, gained(hook()))
    assert "1.14.0 had no such hook" in finding.message
    assert "--against pkg:npm/request-maker@1.14.0" in finding.hint


def test_startup_files_have_their_own_rule():
    assert findings(RULE, gained(InstallHook("pth", "x.pth", "import x"))) == []
    assert findings(RULE, case(contents=(content(hooks=(hook(),)),))) == []
