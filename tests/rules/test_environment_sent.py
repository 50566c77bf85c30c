import pytest

from customhouse.model.change import GainedCapability
from customhouse.rules.code.environment_sent import RULE
from rules.cases import call, can, change, code, code_case, findings, grades, metadata, only, sized

NETWORK = can("network", "https.request", 6)
WHOLE = can("environment", "process.env", 3)
SENT = call("https.request().end", line=7, origins=("environment",))


def file(*capabilities, **parts):
    return code_case(code(*capabilities, **parts))


def test_whole_and_sent_blocks():
    finding = only(RULE, file(WHOLE, NETWORK, calls=(SENT,), reach="install", path="setup.js"))
    assert (finding.severity, finding.confidence) == ("high", "high")
    assert finding.message == "setup.js takes the whole environment at install and gives it to https.request().end"
    assert [place.line for place in finding.locations] == [3, 7]


def test_side_by_side_holds_unless_programs_inherit_it():
    assert grades(RULE, file(WHOLE, NETWORK)) == [("high", "medium")]
    process = can("process", "child_process.execSync")
    assert grades(RULE, file(WHOLE, NETWORK, process, reach="install")) == [("medium", "low")]
    assert grades(RULE, file(WHOLE, NETWORK, process, calls=(SENT,))) == [("high", "medium")]


@pytest.mark.parametrize(
    "whole", ["process.env", "os.environ", "os.environ.copy()", "os.environ.items", "Deno.env.toObject()"]
)
def test_every_spelling_of_whole(whole):
    assert findings(RULE, file(can("environment", whole), NETWORK))


@pytest.mark.parametrize("one", ["process.env.HOME", "os.environ.get", "os.getenv", "process.env.npm_config_registry"])
def test_one_variable_is_ordinary(one):
    assert findings(RULE, file(can("environment", one), NETWORK)) == []


def test_many_tokens_are_as_good_as_whole_when_they_are_sent():
    tokens = [can("credentials", f"process.env.{name}_TOKEN", 3) for name in ("NPM", "GH", "AWS", "HF", "CI")]
    assert grades(RULE, file(*tokens, NETWORK)) == [("medium", "medium")]
    sent = call("https.request", line=7, origins=("credentials",))
    assert grades(RULE, file(*tokens, NETWORK, calls=(sent,))) == [("high", "high")]
    assert findings(RULE, file(*tokens[:4], NETWORK, calls=(sent,))) == []


def test_only_what_runs_unasked():
    later = can("network", "https.request", when="call")
    assert findings(RULE, file(WHOLE, later)) == []
    assert findings(RULE, file(can("environment", "process.env", when="call"), NETWORK)) == []
    assert findings(RULE, file(WHOLE, NETWORK, reach="other")) == []


def test_a_habit_is_reported():
    subject = code_case(code(WHOLE, NETWORK), change=change())
    assert grades(RULE, subject) == [("medium", "medium")]
    gained = change(gained=(GainedCapability("environment", "import", "index.js", 3, "process.env"),))
    assert grades(RULE, code_case(code(WHOLE, NETWORK), change=gained)) == [("high", "medium")]
    assert grades(RULE, code_case(code(WHOLE, NETWORK, calls=(SENT,)), change=change())) == [("medium", "medium")]
    process = can("process", "subprocess.run")
    assert grades(RULE, code_case(code(WHOLE, NETWORK, process, calls=(SENT,)), change=change())) == [
        ("medium", "medium")
    ]


def test_in_a_bundle_a_flow_holds_and_does_not_block():
    bundle = sized(code(WHOLE, NETWORK, calls=(SENT,)), 2_000_000)
    assert grades(RULE, code_case(bundle)) == [("high", "medium")]


def test_time_blunts_what_only_stands_side_by_side():
    old = metadata(days=100)
    assert grades(RULE, code_case(code(WHOLE, NETWORK), metadata=old)) == [("medium", "medium")]
    assert grades(RULE, code_case(code(WHOLE, NETWORK, calls=(SENT,)), metadata=old)) == [("high", "medium")]
