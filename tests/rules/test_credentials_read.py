import pytest

from customhouse.model.change import GainedCapability
from customhouse.rules.code.credentials_read import RULE
from rules.cases import call, can, change, code, code_case, findings, grades, only, sized

ASKED = call("https.request", "http://169.254.169.254/latest/meta-data/", line=6)
NETWORK = can("network", "https.request", 6)


def file(*paths, reads=True, sends=True, when="load", reach="import", **parts):
    capabilities = [can("credentials", path, line, when) for line, path in enumerate(paths, 3)]
    capabilities += [can("filesystem", "fs.readFileSync", 5, when)] if reads else []
    capabilities += [can("network", "https.request", 6, when)] if sends else []
    return code(*capabilities, reach=reach, **parts)


@pytest.mark.parametrize(
    ("subject", "grade"),
    [
        (file("~/.ssh/id_rsa", reach="install"), ("critical", "high")),
        (file("~/.ssh/id_rsa"), ("critical", "high")),
        (file(".npmrc", reach="install"), ("high", "medium")),
        (file(".npmrc", ".aws"), ("critical", "high")),
        (file(".env"), ("medium", "medium")),
        (file(".env", ".env.local", ".env.production"), ("medium", "medium")),
        (file(".env", ".npmrc"), ("high", "medium")),
        (file(".env", reach="install"), ("high", "medium")),
        (file(".env", calls=(call("https.request", line=6, origins=("credentials",)),)), ("high", "medium")),
        (file("~/.ssh/id_rsa", sends=False, reach="install"), ("high", "medium")),
        (file(".npmrc", sends=False, reach="install"), ("medium", "medium")),
        (file(".npmrc", sends=False), ("low", "medium")),
        (file("~/.ssh/id_rsa", sends=False), ("medium", "medium")),
        (file("~/.ssh/id_rsa", reads=False, sends=False, reach="install"), ("low", "medium")),
        (file("~/.ssh/id_rsa", when="call"), ("low", "medium")),
        (file(".npmrc", when="call", sends=False), ("low", "low")),
        (file("~/.ssh/id_rsa", when="call", reach="install"), ("critical", "high")),
        (file("169.254.169.254", reads=False, calls=(ASKED,)), ("critical", "high")),
        (file("instance metadata", reads=False, reach="install", calls=(ASKED,)), ("critical", "high")),
    ],
)
def test_by_place_phase_and_company(subject, grade):
    assert grades(RULE, code_case(subject)) == [grade]


@pytest.mark.parametrize(
    "subject",
    [
        file("process.env.GITHUB_TOKEN"),
        file("NPM_TOKEN", "AWS_SECRET_ACCESS_KEY"),
        file("os.environ.KUBECONFIG"),
        file("instance metadata"),  # sentry-sdk makes a client on load and asks when called
        file(".netrc", reads=False),  # requests names .netrc on load and opens it when called
        file(".npmrc", reads=False, sends=False, when="call"),
        file(),
    ],
)
def test_silent(subject):
    assert findings(RULE, code_case(subject)) == []


def test_a_project_file_that_was_not_read_before_is_told_as_any_setting():
    gained = change(gained=(GainedCapability("credentials", "import", "index.js", 3, ".env"),))
    assert grades(RULE, code_case(file(".env"), change=gained)) == [("high", "medium")]
    assert grades(RULE, code_case(file(".env"), change=change())) == [("medium", "medium")]


def test_sending_from_the_next_file_is_company_enough():
    reader = file("~/.ssh/id_rsa", sends=False, path="a.js")
    sender = code(can("network", "https.request"), path="b.js")
    assert grades(RULE, code_case(reader, sender)) == [("high", "medium")]
    settings = file(".env", ".yarnrc", sends=False, path="a.js")
    assert grades(RULE, code_case(settings, sender)) == [("low", "medium")]
    later = code(can("network", "https.request", when="call"), path="b.js")
    assert grades(RULE, code_case(reader, later)) == [("medium", "medium")]


def test_a_habit_beside_a_habit_is_reported():
    """kubernetes names ~/.kube/config as it is loaded, and reads it when it is called."""
    reader, sender = file("~/.kube", sends=False, path="a.js"), code(can("network", "https.request"), path="b.js")
    assert grades(RULE, code_case(reader, sender, change=change())) == [("medium", "medium")]
    for path, kind in (("a.js", "credentials"), ("a.js", "filesystem"), ("b.js", "network")):
        gained = change(gained=(GainedCapability(kind, "import", path, 3, "x"),))
        assert grades(RULE, code_case(reader, sender, change=gained)) == [("high", "medium")], kind
    installs = file("~/.kube", sends=False, path="a.js", reach="install")
    assert grades(RULE, code_case(installs, sender, change=change())) == [("high", "medium")]


def test_every_place_is_named_once():
    finding = only(RULE, code_case(file("~/.ssh", "~/.aws", "~/.ssh")))
    assert finding.message == "index.js reads and can send credentials when the package is loaded: ~/.ssh, ~/.aws"
    assert "rotate what it names" in finding.hint


def test_in_a_bundle_neighbourhood_weighs_only_when_it_is_new():
    def bundle(**parts):
        capabilities = [can("credentials", ".aws", 3), can("filesystem", "fs.readFileSync", 5), NETWORK]
        return code(*capabilities, **{"reach": "import", **parts})

    old, gained = change(), change(gained=(GainedCapability("network", "import", "index.js", 6, "https.request"),))
    assert grades(RULE, code_case(sized(bundle(), 300_000), change=old)) == [("medium", "medium")]
    assert grades(RULE, code_case(sized(bundle(), 300_000), change=gained)) == [("critical", "high")]
    assert grades(RULE, code_case(sized(bundle(), 300_000))) == [("critical", "high")]
    assert grades(RULE, code_case(sized(bundle(reach="install"), 300_000), change=old)) == [("critical", "high")]
    sent = (call("https.request().end", line=7, origins=("credentials",)),)
    assert grades(RULE, code_case(sized(bundle(calls=sent), 300_000), change=old)) == [("critical", "high")]
