import pytest

from customhouse.model.change import GainedCapability
from customhouse.rules.code.dns_exfiltration import RULE
from rules.cases import call, change, code, code_case, findings, grades, only

BUILT = "{}.x.collect.invalid"


def asks(callee="dns.lookup", name=BUILT, *, when="load", origins=("host",), **parts):
    return code_case(code(calls=(call(callee, name, None, line=3, when=when, origins=origins),), **parts))


@pytest.mark.parametrize(
    "callee",
    [
        "dns.lookup", "dns.resolve4", "dns.resolveTxt", "dns.promises.resolve", "dns.Resolver.resolveTxt",
        "dns.promises.Resolver.resolve", "socket.gethostbyname", "socket.getaddrinfo", "dns.resolver.resolve",
    ],
)  # fmt: skip
def test_every_resolver(callee):
    finding = only(RULE, asks(callee))
    assert (finding.severity, finding.confidence, finding.phase) == ("critical", "high", "import")


@pytest.mark.parametrize("program", ["nslookup", "dig +short", "host", "ping -c 1", "Resolve-DnsName"])
def test_every_program(program):
    assert grades(RULE, asks("child_process.exec", f"{program} {BUILT}")) == [("critical", "high")]


@pytest.mark.parametrize("origin", ["host", "environment", "credentials", "file"])
def test_what_the_name_is_built_from(origin):
    assert grades(RULE, asks(origins=(origin,), reach="install")) == [("critical", "high")]


@pytest.mark.parametrize(
    "name", ["x.collect.invalid", "_mongodb._tcp.{}", "api.{}.com", "{}", "{}.invalid", "{} .x.collect.invalid"]
)
def test_a_name_that_is_fixed_or_ends_in_what_is_not_known(name):
    assert findings(RULE, asks(name=name)) == []


@pytest.mark.parametrize(
    "name", ["{}.default.svc", "{}.zen.spamhaus.org", "{}.in-addr.arpa", "{}.printer.local", "{}.s3.amazonaws.com"]
)
def test_names_built_on_purpose(name):
    assert findings(RULE, asks(name=name, origins=())) == []
    assert grades(RULE, asks(name=name)) == [("low", "low")]


def test_other_data():
    assert grades(RULE, asks(origins=())) == [("medium", "medium")]
    encoded = code(calls=(call("dns.lookup", BUILT), call("binascii.hexlify", None)))
    assert grades(RULE, code_case(encoded)) == [("high", "medium")]
    assert findings(RULE, asks(origins=(), when="call")) == []


def test_when_called_only_what_is_new_counts():
    assert grades(RULE, asks(when="call")) == [("low", "low")]
    gained = change(gained=(GainedCapability("network", "call", "index.js", 3, "dns.lookup"),))
    subject = code_case(code(calls=(call("dns.lookup", BUILT, when="call", origins=("host",)),)), change=gained)
    assert grades(RULE, subject) == [("high", "medium")]


def test_only_programs_that_ask():
    assert findings(RULE, asks("child_process.exec", f"echo {BUILT}")) == []
