import msgspec
import pytest

from customhouse.model.content import SourceDifference
from customhouse.rules.archive.sdist_wheel_differ import RULE
from rules.cases import PYPI, call, can, case, code, content, findings, grades, only

WHEEL, SDIST = "a-1-py3-none-any.whl", "a-1.tar.gz"
NETWORK, PROCESS = can("network", "socket.socket", 2), can("process", "os.system", 3)


def differing(*capabilities, had=(), absent=False, compared=20, **parts):
    wheel = content(code(*capabilities, path="a/b.py", **parts), filename=WHEEL)
    source = content(code(*had, path="src/a/b.py", reach="other"), filename=SDIST)
    difference = SourceDifference(
        WHEEL,
        SDIST,
        absent=("a/b.py",) if absent else (),
        differing=() if absent else (("a/b.py", "src/a/b.py"),),
        compared=compared,
    )
    return case(PYPI, contents=(wheel, source), source_differences=(difference,))


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (differing(NETWORK), [("high", "medium")]),
        (differing(NETWORK, PROCESS), [("high", "high")]),
        (differing(NETWORK, PROCESS, had=(NETWORK,)), [("high", "medium")]),
        (differing(NETWORK, had=(NETWORK,)), []),
        (differing(can("network", "socket.socket", 2, "call")), [("medium", "medium")]),
        (differing(can("filesystem", "open")), []),
        (differing(can("dynamic-code", "exec"), calls=(call("exec", origins=("decoded",)),)), [("high", "high")]),
        (differing(NETWORK, reach="other"), []),
    ],
)
def test_by_what_the_wheel_can_do_more(subject, expected):
    assert grades(RULE, subject) == expected


def test_what_is_said():
    assert only(RULE, differing(NETWORK)).message == (
        f"a/b.py of {WHEEL} uses network when it is loaded, which src/a/b.py of {SDIST} does not"
    )
    assert only(RULE, differing(NETWORK, absent=True)).message == (
        f"a/b.py of {WHEEL} uses network when it is loaded, and {SDIST} has no such module"
    )


def test_two_states_of_a_project_are_low():
    subject = differing(NETWORK, PROCESS)
    (difference,) = subject.source_differences
    many = msgspec.structs.replace(difference, absent=tuple(f"a/{at}.py" for at in range(12)))
    assert grades(RULE, msgspec.structs.replace(subject, source_differences=(many,))) == [("low", "low")]
    assert findings(RULE, msgspec.structs.replace(subject, source_differences=())) == []
