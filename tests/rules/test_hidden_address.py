import pytest

from customhouse.model.code import Decoded
from customhouse.rules.code.hidden_address import RULE
from rules.cases import can, code, code_case, findings, grades, only, sized

NET = can("network", "fetch")


def file(value, *encodings, able=(NET,), **parts):
    return code(*able, decoded=(Decoded(value, 4, encodings or ("base64",)),), **parts)


@pytest.mark.parametrize(
    ("value", "grade"),
    [
        ("https://collect.replica.invalid/v1?x=1", ("medium", "medium")),
        ("http://192.0.2.17:8080/", ("high", "medium")),
        ("192.0.2.17:3306", ("high", "medium")),
    ],
)
def test_by_what_it_names(value, grade):
    assert grades(RULE, code_case(file(value))) == [grade]


@pytest.mark.parametrize(
    "subject",
    [
        file("https://www.w3.org/2000/svg"),
        file("see https://collect.replica.invalid/ for more"),
        file("1.2.3"),
        file("https://collect.replica.invalid/", "percent"),
        file("https://collect.replica.invalid/", "concatenated"),
        file("https://collect.replica.invalid/", able=()),
        file("https://collect.replica.invalid/", reach="other"),
    ],
)
def test_what_hides_nothing_or_does_nothing_is_silent(subject):
    assert findings(RULE, code_case(subject)) == []


def test_when_called_and_in_bundles_it_is_low():
    called = file("http://192.0.2.17/", able=(can("network", "fetch", when="call"),))
    assert grades(RULE, code_case(called)) == [("low", "medium")]
    assert grades(RULE, code_case(sized(file("http://192.0.2.17/"), 2_000_000))) == [("low", "medium")]


def test_it_names_address_and_encoding():
    finding = only(RULE, code_case(file("http://192.0.2.17/", "reversed", "hex", reach="install")))
    assert "http://192.0.2.17/ (reversed, hex)" in finding.message
    assert (finding.phase, finding.locations[0].line) == ("install", 4)
