import pytest

from customhouse.rules.code.self_publishing_worm import RULE
from rules.cases import can, change, code, code_case, findings, grades, only, said

PUBLISH = said("self-publish", "npm publish", 2)
TOKEN = said("self-publish", "npm authentication", 3)
LIST = said("self-publish", "npm packages of an account", 4)
WORKFLOW = said("project-hook", "GitHub workflow", 5)
HOST = (said("source-host", "create repository", 6), said("source-host", "make public", 7))
PROCESS = can("process", "child_process.execSync", 2)
SECRET = can("credentials", "process.env.NPM_TOKEN", 1)


def file(*mentions, capabilities=(PROCESS,), **parts):
    return code(*capabilities, mentions=mentions, **parts)


def test_a_worm_blocks():
    finding = only(RULE, code_case(file(PUBLISH, TOKEN, LIST, reach="install")))
    assert (finding.severity, finding.confidence, finding.phase) == ("critical", "high", "install")
    assert "publish, token, spread" in finding.message
    assert grades(RULE, code_case(file(PUBLISH, TOKEN, LIST))) == [("high", "high")]


@pytest.mark.parametrize(
    ("mentions", "capabilities"),
    [
        ((PUBLISH, TOKEN), (PROCESS,)),
        ((PUBLISH, WORKFLOW), (PROCESS,)),
        ((PUBLISH,), (PROCESS, SECRET)),
        (HOST, (PROCESS, can("credentials", "process.env.GITHUB_TOKEN", 1))),
        (HOST, (PROCESS, can("environment", "process.env", 1))),
        ((*HOST, said("secret-scanner", "trufflehog")), (PROCESS,)),
    ],
)
def test_two_deeds(mentions, capabilities):
    subject = file(*mentions, capabilities=capabilities, reach="install")
    assert grades(RULE, code_case(subject)) == [("critical", "high")]
    loaded = file(*mentions, capabilities=capabilities)
    assert grades(RULE, code_case(loaded)) == [("high", "medium")]
    assert grades(RULE, code_case(loaded, change=change())) == [("medium", "medium")]


def test_publishing_alone():
    assert grades(RULE, code_case(file(PUBLISH, reach="install"))) == [("high", "medium")]
    assert grades(RULE, code_case(file(PUBLISH))) == [("medium", "low")]
    assert grades(RULE, code_case(file(*HOST))) == [("medium", "low")]
    assert findings(RULE, code_case(file(HOST[0]))) == []


def test_a_release_tool_publishes_when_called():
    later = can("process", "child_process.execSync", 2, when="call")
    every = [said(it.kind, it.detail, it.line, when="call") for it in (PUBLISH, TOKEN, LIST)]
    assert grades(RULE, code_case(file(*every, capabilities=(later,)))) == [("medium", "low")]
    assert findings(RULE, code_case(file(*every[:2], capabilities=(later,)))) == []
    assert findings(RULE, code_case(file(*every, capabilities=(later,), reach="other"))) == []


def test_words_alone_do_nothing():
    assert findings(RULE, code_case(file(PUBLISH, TOKEN, LIST, capabilities=(), reach="install"))) == []
    assert findings(RULE, code_case(file(said("source-host", "git push"), TOKEN, reach="install"))) == []
