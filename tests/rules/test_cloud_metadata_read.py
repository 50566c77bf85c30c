import pytest

from customhouse.rules.code.cloud_metadata_read import RULE
from rules.cases import call, can, change, code, code_case, findings, grades, only, said

PLACE = said("cloud-metadata", "169.254.169.254", 2)
NETWORK = can("network", "http.get", 3)
PLAIN = call("http.get", None, line=3)


def file(*mentions, calls=(PLAIN,), capabilities=(NETWORK,), **parts):
    return code(*capabilities, mentions=mentions, calls=calls, **parts)


@pytest.mark.parametrize("reach", ["install", "import"])
def test_asked_by_a_call_blocks(reach):
    asked = call("http.get", "http://169.254.169.254/latest/", line=3)
    finding = only(RULE, code_case(file(PLACE, calls=(asked,), reach=reach)))
    assert (finding.severity, finding.confidence, finding.phase) == ("critical", "high", reach)


def test_beside_the_network():
    assert grades(RULE, code_case(file(PLACE, reach="install"))) == [("high", "high")]
    assert grades(RULE, code_case(file(PLACE))) == [("high", "medium")]
    assert grades(RULE, code_case(file(PLACE), change=change())) == [("medium", "medium")]
    curl = call("os.system", "curl $PLACE/latest", line=3)
    program = file(PLACE, calls=(curl,), capabilities=(can("process", "os.system", 3),), reach="install")
    assert grades(RULE, code_case(program)) == [("high", "medium")]


def test_clients_of_clouds_ask_when_called():
    later = can("network", "http.get", 9, when="call")
    asked = call("http.get", "http://169.254.169.254/", line=9, when="call")
    assert grades(RULE, code_case(file(PLACE, calls=(asked,), capabilities=(later,)))) == [("low", "low")]
    assert findings(RULE, code_case(file(PLACE, calls=(asked,), capabilities=(later,), reach="other"))) == []


def test_named_only():
    assert findings(RULE, code_case(file(PLACE, calls=(), capabilities=()))) == []
    assert grades(RULE, code_case(file(PLACE, calls=(), capabilities=(), reach="install"))) == [("low", "medium")]
