import pytest

from customhouse.model.change import GainedCapability
from customhouse.model.content import InstallHook
from customhouse.rules.install.setup_py_runs_code import RULE
from rules.cases import PYPI, call, can, case, change, code, content, findings, grades, metadata, only

HOOK = InstallHook("setup-py", "setup.py", path="setup.py")
EXEC = can("dynamic-code", "exec", 4)


def setup(*capabilities, hooks=(HOOK,), path="setup.py", known=None, **parts):
    file = code(*capabilities, path=path, reach="install", **parts)
    held = content(file, hooks=hooks, filename="request-maker-1.14.1.tar.gz")
    return case(PYPI, contents=(held,), **(known or {}))


@pytest.mark.parametrize(
    ("subject", "grade"),
    [
        (setup(can("network", "urllib.request.urlopen", 5)), ("high", "high")),
        (setup(can("network", "urllib.request.urlopen", 5, "call")), ("medium", "medium")),
        (setup(EXEC, calls=(call("exec", line=4, origins=("decoded",)),)), ("high", "high")),
        (setup(EXEC, calls=(call("exec", line=4, origins=("network",)),)), ("high", "high")),
        (setup(EXEC, calls=(call("exec", line=4, origins=("file",)),)), ("info", "low")),
        (setup(EXEC, calls=(call("exec", "x = 1", line=4),)), ("low", "medium")),
        (setup(can("process", "subprocess.check_output", 3)), ("low", "medium")),
    ],
)
def test_by_what_it_does(subject, grade):
    assert grades(RULE, subject) == [grade]


def test_several_things_are_told_apart():
    calls = (call("exec", line=4, origins=("file",)), call("exec", line=8, origins=("file",)))
    subject = setup(EXEC, can("process", "subprocess.run", 3), calls=calls)
    assert grades(RULE, subject) == [("info", "low"), ("low", "medium")]


def test_only_a_setup_py_that_runs():
    assert findings(RULE, setup(can("network", "socket.socket"), hooks=())) == []
    assert findings(RULE, setup(can("network", "socket.socket"), path="pkg/setup.py")) == []
    assert findings(RULE, setup(can("filesystem", "open"), can("environment", "os.environ.get"))) == []


def test_the_way_out_is_the_wheel():
    assert "--only-binary :all: request-maker==1.14.1" in only(RULE, setup(can("process", "os.system"))).hint


@pytest.mark.parametrize(
    ("known", "grade"),
    [
        ({}, ("high", "high")),
        ({"metadata": metadata(days=100)}, ("high", "medium")),
        ({"change": change()}, ("medium", "medium")),
        (
            {"change": change(gained=(GainedCapability("network", "install", "setup.py", 5, "socket.socket"),))},
            ("high", "high"),
        ),
    ],
)
def test_a_habit_is_reported_and_novelty_blocks(known, grade):
    assert grades(RULE, setup(can("network", "socket.socket", 5), known=known)) == [grade]
