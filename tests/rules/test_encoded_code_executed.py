import msgspec
import pytest

from customhouse.model.change import AddedFile, GainedCapability
from customhouse.rules.code.encoded_code_executed import RULE
from rules.cases import call, can, change, code, code_case, findings, grades, metadata, only, sized

EVAL = can("dynamic-code", "eval", line=2)


def file(*calls, capability=EVAL, **parts):
    return code_case(code(capability, calls=calls, **parts))


@pytest.mark.parametrize(
    ("reach", "when", "grade"),
    [
        ("install", "load", ("critical", "high")),
        ("install", "call", ("critical", "high")),
        ("import", "load", ("critical", "high")),
        ("import", "call", ("medium", "medium")),
        ("other", "load", ("low", "medium")),
    ],
)
def test_by_when_it_runs(reach, when, grade):
    assert grades(RULE, file(call("eval", line=2, when=when, origins=("decoded",)), reach=reach)) == [grade]


@pytest.mark.parametrize(
    "subject",
    [
        file(call("eval", "console.log(1)", line=2)),
        file(call("eval", line=2, origins=("file",))),
        file(call("console.log", line=2, origins=("decoded",))),
        file(call("fs.writeFileSync", origins=("decoded",)), capability=can("filesystem", "fs.writeFileSync")),
        file(call("subprocess.run", "git", "describe"), capability=can("process", "subprocess.run")),
        file(call("subprocess.run", "base64 -d x > y"), capability=can("process", "subprocess.run")),
    ],
)
def test_what_is_not_decoded_or_not_executed_is_silent(subject):
    assert findings(RULE, subject) == []


def test_a_decoded_command_is_executed_too():
    subject = file(call("os.system", origins=("decoded",)), capability=can("process", "os.system"), path="a.py")
    assert "starts a command that it decodes (os.system)" in only(RULE, subject).message


def test_a_hidden_module_name_weighs_less():
    assert grades(RULE, file(call("require", origins=("decoded",)))) == [("high", "medium")]
    assert grades(RULE, file(call("require", origins=("decoded",), when="call"))) == [("low", "medium")]


def test_workers_and_timers_weigh_less():
    worker = can("dynamic-code", "worker_threads.Worker")
    assert grades(RULE, file(call("worker_threads.Worker", origins=("decoded",)), capability=worker)) == [
        ("medium", "medium")
    ]


@pytest.mark.parametrize(
    "program",
    [
        "import base64; exec(base64.b64decode('cHJpbnQoKQ=='))",
        "exec(__import__('zlib').decompress(__import__('base64').b64decode(b'...')))",
        "eval(Buffer.from('Y29uc29sZQ==','base64').toString())",
        "echo Y29uc29sZQ== | base64 -d | bash",
    ],
)
def test_a_program_handed_to_another_interpreter(program):
    subject = file(call("subprocess.Popen", "python3", "-c", program), capability=can("process", "subprocess.Popen"))
    assert grades(RULE, subject) == [("critical", "high")]


def test_the_worst_of_a_file_is_told_with_every_line():
    calls = (call("eval", line=9, when="call", origins=("decoded",)), call("eval", line=2, origins=("decoded",)))
    finding = only(RULE, file(*calls))
    assert finding.severity == "critical"
    assert [place.line for place in finding.locations] == [2, 9]


def test_a_flow_in_a_bundle_weighs_by_novelty_and_a_known_text_always():
    flowing = sized(code(EVAL, calls=(call("eval", None, line=2, origins=("decoded",)),)), 2_000_000)
    assert grades(RULE, code_case(flowing, change=change())) == [("medium", "medium")]
    assert grades(RULE, code_case(flowing)) == [("high", "medium")]
    assert grades(RULE, code_case(flowing, metadata=metadata(days=100))) == [("medium", "medium")]
    gained = change(gained=(GainedCapability("dynamic-code", "import", "index.js", 2, "eval"),))
    assert grades(RULE, code_case(flowing, change=gained)) == [("critical", "high")]
    known = sized(code(EVAL, calls=(call("eval", "console.log()", line=2, origins=("decoded",)),)), 2_000_000)
    assert grades(RULE, code_case(known, change=change())) == [("critical", "high")]


def test_an_unknown_value_in_a_file_that_is_as_it_was_is_a_habit():
    flowing = file(call("eval", None, line=2, origins=("decoded",)))
    same = change(size_before=10, altered=("other.js",), altered_files=1)
    assert grades(RULE, msgspec.structs.replace(flowing, change=same)) == [("medium", "medium")]
    altered = change(size_before=10, altered=("index.js",), altered_files=1)
    assert grades(RULE, msgspec.structs.replace(flowing, change=altered)) == [("high", "medium")]
    more = change(size_before=10, altered=("other.js",), altered_files=60)
    assert grades(RULE, msgspec.structs.replace(flowing, change=more)) == [("high", "medium")]
    gained = change(gained=(GainedCapability("dynamic-code", "import", "index.js", 2, "eval"),))
    assert grades(RULE, msgspec.structs.replace(flowing, change=gained)) == [("critical", "high")]
    known = file(call("eval", "console.log()", line=2, origins=("decoded",)))
    assert grades(RULE, msgspec.structs.replace(known, change=same)) == [("critical", "high")]


@pytest.mark.parametrize(("share", "grade"), [(0.99, ("medium", "medium")), (0.9, ("high", "medium"))])
def test_a_file_under_a_new_name_is_known_by_its_text(share, grade):
    flowing = file(call("eval", None, line=2, origins=("decoded",)))
    renamed = change(size_before=10, added_code=(AddedFile("index.js", 1000, "import", known=share),), added_files=1)
    assert grades(RULE, msgspec.structs.replace(flowing, change=renamed)) == [grade]


def test_a_program_in_plain_sight_is_given_what_is_decoded():
    plain = file(
        call("child_process.spawn", "git", None, line=2, origins=("decoded",)),
        capability=can("process", "child_process.spawn"),
    )
    assert grades(RULE, plain) == [("medium", "medium")]
    shell = file(
        call("child_process.spawn", "sh", None, line=2, origins=("decoded",)),
        capability=can("process", "child_process.spawn"),
    )
    assert grades(RULE, shell) == [("critical", "high")]
