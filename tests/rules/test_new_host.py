from customhouse.model.change import AddedFile
from customhouse.model.code import Decoded
from customhouse.rules.change.new_host import RULE
from rules.cases import can, case, change, code, content, findings, grades, only

NET = can("network", "http.get", 7)


def naming(*hosts, added, new=False, capability=NET, **parts):
    file = code(capability, hosts=hosts, **parts)
    files = (AddedFile("index.js", 100, "import", 3, 40),) if new else ()
    return case(contents=(content(file),), change=change(added_hosts=added, added_code=files))


def test_a_name_is_low_an_address_reported_and_a_hidden_or_new_one_held():
    assert grades(RULE, naming("https://a.example.test/x", added=("a.example.test",))) == [("low", "medium")]
    address = {"added": ("203.0.113.7:8000",)}
    assert grades(RULE, naming("http://203.0.113.7:8000/x", **address)) == [("medium", "medium")]
    assert grades(RULE, naming("http://203.0.113.7:8000/x", new=True, **address)) == [("high", "medium")]
    hidden = (Decoded("http://203.0.113.7:8000/x", 2, ("base64",)),)
    assert grades(RULE, naming("http://203.0.113.7:8000/x", decoded=hidden, **address)) == [("high", "medium")]


def test_odd_hosts_are_named_first():
    finding = only(
        RULE, naming("a.test", "b.test", "c.test", "203.0.113.7", added=("a.test", "b.test", "c.test", "203.0.113.7"))
    )
    assert "names 203.0.113.7, a.test, b.test and 1 more, which nothing in 1.14.0 did" in finding.message
    assert (finding.locations[0].line, finding.phase) == (7, "import")


def test_hosts_that_were_there_or_that_only_a_caller_reaches_are_not_reported():
    assert findings(RULE, naming("203.0.113.7", added=("other.test",))) == []
    later = can("network", "http.get", 7, when="call")
    assert findings(RULE, naming("203.0.113.7", added=("203.0.113.7",), capability=later)) == []
    assert findings(RULE, naming("203.0.113.7", added=("203.0.113.7",), capability=can("process", "x", 1))) == []
    assert findings(RULE, case()) == []
