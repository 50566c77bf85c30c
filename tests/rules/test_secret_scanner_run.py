import pytest

from customhouse.rules.code.secret_scanner_run import RULE
from rules.cases import call, can, change, code, code_case, findings, grades, only, said

SCANNER = said("secret-scanner", "trufflehog", 2)
SHAPES = (said("secret-pattern", "GitHub token", 2), said("secret-pattern", "npm token", 2))
NETWORK, PROCESS, FILES = (
    can("network", "fetch", 3),
    can("process", "child_process.spawn", 4),
    can("filesystem", "fs", 5),
)
CALLS = (call("fetch", None, line=3),)


def file(*capabilities, mentions=(SCANNER,), calls=CALLS, **parts):
    return code(*capabilities, mentions=mentions, calls=calls, **parts)


def test_a_scanner_that_is_fetched_and_started_blocks_at_install():
    finding = only(RULE, code_case(file(NETWORK, PROCESS, reach="install")))
    assert (finding.severity, finding.confidence, finding.phase) == ("high", "high", "install")


def test_on_load():
    assert grades(RULE, code_case(file(NETWORK, PROCESS))) == [("high", "medium")]
    assert grades(RULE, code_case(file(NETWORK, PROCESS), change=change())) == [("medium", "medium")]


@pytest.mark.parametrize("one", [NETWORK, PROCESS])
def test_one_of_the_two(one):
    calls = CALLS if one is NETWORK else ()
    assert grades(RULE, code_case(file(one, calls=calls, reach="install"))) == [("high", "medium")]
    assert grades(RULE, code_case(file(one, calls=calls))) == [("medium", "medium")]


def test_shapes_of_tokens():
    assert grades(RULE, code_case(file(NETWORK, FILES, mentions=SHAPES, reach="install"))) == [("high", "medium")]
    assert grades(RULE, code_case(file(NETWORK, FILES, mentions=SHAPES))) == [("medium", "medium")]
    assert findings(RULE, code_case(file(NETWORK, FILES, mentions=SHAPES[:1], reach="install"))) == []
    assert findings(RULE, code_case(file(FILES, mentions=SHAPES, calls=(), reach="install"))) == []


def test_a_wrapper_runs_it_when_called():
    network, process = can("network", "fetch", 3, when="call"), can("process", "child_process.spawn", 4, when="call")
    calls = (call("fetch", None, line=3, when="call"),)
    assert grades(RULE, code_case(file(network, process, calls=calls))) == [("low", "low")]
    assert findings(RULE, code_case(file(network, calls=calls))) == []
