import msgspec
import pytest

from customhouse.model.change import GainedCapability
from customhouse.rules.code.data_file_executed import RULE
from customhouse.rules.shared.names import file_class
from rules.cases import call, can, change, code, code_case, findings, grades, only, sized

EVAL = can("dynamic-code", "eval", line=2)
RUN = can("process", "child_process.spawn", line=2)
NEW = change(gained=(GainedCapability("dynamic-code", "import", "index.js", 2, "eval"),))


def executed(name, *more, when="load"):
    return msgspec.structs.replace(call("eval", line=2, when=when, origins=("file", *more)), files=(name,))


def file(*calls, able=(EVAL,), **parts):
    return code(*able, calls=calls, **parts)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("logo.png", "media"),
        ("{}/assets/FONT.WOFF2", "media"),
        ("data.json", "text"),
        ("LICENSE", "text"),
        ("README.md", "text"),
        ("lib/a.js", "code"),
        ("a.py", "code"),
        ("a.pyc", "compiled"),
        ("x.dat", "unknown"),
        ("VERSION", "unknown"),
    ],
)
def test_the_class_of_a_name(name, kind):
    assert file_class(name) == kind


@pytest.mark.parametrize(
    ("name", "when", "compared", "grade"),
    [
        ("logo.png", "load", change(), ("critical", "high")),
        ("logo.png", "call", None, ("medium", "medium")),
        ("notes.txt", "load", None, ("medium", "medium")),
        ("notes.txt", "load", NEW, ("high", "medium")),
        ("notes.txt", "call", NEW, ("low", "medium")),
    ],
)
def test_by_name_and_when_it_runs(name, when, compared, grade):
    assert grades(RULE, code_case(file(executed(name, when=when)), change=compared)) == [grade]


def test_decoding_weighs():
    assert grades(RULE, code_case(file(executed("data.json", "decoded")), change=change())) == [("high", "medium")]


@pytest.mark.parametrize("name", ["page/version.py", "{}/lib/x.js", "VERSION", "templates/a.ejs", "x.dat"])
def test_code_and_what_says_nothing_are_silent(name):
    assert findings(RULE, code_case(file(executed(name)))) == []


def test_a_file_that_is_only_read_is_silent():
    read = msgspec.structs.replace(call("console.log", line=2, origins=("file",)), files=("logo.png",))
    assert findings(RULE, code_case(file(read))) == []


@pytest.mark.parametrize(
    ("ran", "said"),
    [
        (call("child_process.spawn", "node", "logo.png", line=2), "hands logo.png to an interpreter"),
        (call("child_process.spawn", "/usr/bin/python3 ./a.png", line=2), "hands a.png to an interpreter"),
        (call("child_process.fork", "./sound.wav", line=2), "runs sound.wav"),
    ],
)
def test_files_given_to_an_interpreter(ran, said):
    assert said in only(RULE, code_case(file(ran, able=(RUN, can("process", "child_process.fork"))))).message


LOADER = "importlib.machinery.SourcelessFileLoader"


@pytest.mark.parametrize(
    ("compared", "when", "grade"),
    [
        (NEW, "load", ("high", "medium")),
        (None, "load", ("high", "medium")),
        (change(), "load", ("medium", "medium")),
        (NEW, "call", ("low", "medium")),
    ],
)
def test_compiled_python_without_its_source(compared, when, grade):
    loaded = call(LOADER, "probe", "{__file__}/../data/probe.pyc", line=2, when=when)
    assert grades(RULE, code_case(file(loaded, able=(can("dynamic-code", LOADER),)), change=compared)) == [grade]


def test_a_program_that_shows_a_picture_is_silent():
    assert (
        findings(RULE, code_case(file(call("child_process.spawn", "xdg-open", "logo.png", line=2), able=(RUN,)))) == []
    )


def test_a_bundle_that_did_it_before_is_low():
    assert grades(RULE, code_case(sized(file(executed("logo.png")), 2_000_000), change=change())) == [("low", "medium")]
