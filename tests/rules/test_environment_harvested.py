import pytest

from customhouse.model.change import GainedCapability
from customhouse.rules.code.environment_harvested import RULE
from rules.cases import call, can, change, code, code_case, findings, grades, only

WHOLE = can("environment", "process.env", 2)
FILES = can("filesystem", "fs.writeFileSync", 3)
WRITTEN = call("fs.writeFileSync", "inert.dat", None, line=3, origins=("environment",))
NETWORK = can("network", "fetch", 4)
FETCHED = call("fetch", None, line=4)


def test_into_a_file_beside_the_network():
    subject = code(WHOLE, FILES, NETWORK, calls=(WRITTEN, FETCHED), reach="install")
    finding = only(RULE, code_case(subject))
    assert (finding.severity, finding.confidence, finding.phase) == ("high", "medium", "install")
    assert [place.line for place in finding.locations] == [2, 3]
    assert grades(RULE, code_case(code(WHOLE, FILES, NETWORK, calls=(WRITTEN, FETCHED)))) == [("medium", "medium")]


def test_into_a_file_alone():
    assert grades(RULE, code_case(code(WHOLE, FILES, calls=(WRITTEN,), reach="install"))) == [("medium", "medium")]
    assert grades(RULE, code_case(code(WHOLE, FILES, calls=(WRITTEN,)))) == [("low", "medium")]


def test_into_a_command_line_and_not_into_a_childs_environment():
    process = can("process", "child_process.execSync", 3)
    line = call("child_process.execSync", "git commit -m {}", line=3, origins=("environment",))
    assert grades(RULE, code_case(code(WHOLE, process, calls=(line,), reach="install"))) == [("medium", "medium")]
    child = call("child_process.execSync", "node --version", line=3, origins=("environment",))
    assert findings(RULE, code_case(code(WHOLE, process, calls=(child,), reach="install"))) == []


@pytest.mark.parametrize("one", ["process.env.HOME", "os.getenv", "os.environ[HOME]"])
def test_one_variable_is_ordinary(one):
    subject = code(can("environment", one), FILES, calls=(WRITTEN,), reach="install")
    assert findings(RULE, code_case(subject)) == []


def test_a_constructor_that_sends():
    whole, network = (
        can("environment", "os.environ", 5, when="call"),
        can("network", "urllib.request.urlopen", 6, "call"),
    )
    sent = call("urllib.request.urlopen", None, line=6, when="call", origins=("environment",))
    subject = code(whole, network, calls=(sent,), path="ctx.py")
    assert grades(RULE, code_case(subject)) == [("medium", "medium")]
    gained = change(gained=(GainedCapability("network", "call", "ctx.py", 6, "urllib.request.urlopen"),))
    assert grades(RULE, code_case(subject, change=gained)) == [("high", "medium")]
    assert findings(RULE, code_case(subject, change=change())) == []
    plain = call("urllib.request.urlopen", None, line=6, when="call")
    assert findings(RULE, code_case(code(whole, network, calls=(plain,), path="ctx.py"), change=gained)) == []
