import pytest

from customhouse.rules.install.script_installs_packages import RULE
from rules.cases import PYPI, call, can, case, change, code, content, findings, grades, hook, manifest, only

NEW = {"change": change(added_hooks=(hook(path=""),))}
OLD = {"change": change()}


def script(command, known=None):
    return case(contents=(content(hooks=(hook(command, path=""),), manifest=manifest()),), **(known or {}))


@pytest.mark.parametrize(
    ("command", "new", "unknown", "old"),
    [
        ("npm install -g claw@latest", ("high", "high"), ("high", "medium"), ("medium", "medium")),
        ("yarn global add claw", ("high", "high"), ("high", "medium"), ("medium", "medium")),
        ("brew install claw", ("high", "high"), ("high", "medium"), ("medium", "medium")),
        ("npm i --no-save left-pad", ("medium", "high"), ("medium", "medium"), ("low", "medium")),
        ("pip3 install --user claw", ("medium", "high"), ("medium", "medium"), ("low", "medium")),
        ("python -m pip install claw", ("medium", "high"), ("medium", "medium"), ("low", "medium")),
        ("npx -y https://x.invalid/a.tgz", ("high", "high"), ("high", "high"), ("high", "medium")),
        ("npm i git+https://x.invalid/a.git", ("high", "high"), ("high", "high"), ("high", "medium")),
        ("npm i @request-maker/linux-x64", ("low", "medium"), ("low", "medium"), ("low", "medium")),
    ],
)
def test_by_the_manifest(command, new, unknown, old):
    assert grades(RULE, script(command, NEW)) == [new]
    assert grades(RULE, script(command)) == [unknown]
    assert grades(RULE, script(command, OLD)) == [old]


@pytest.mark.parametrize(
    "command",
    [
        "npm install",
        "cd x && npm ci --loglevel error",
        "npm install --prefix ./sub",
        "npm install ./local file:../x",
        "npx only-allow pnpm",
        "npx husky install",
        "pip install -r requirements.txt",
        "pip install -e .",
        "npm run install-things",
        "echo npm install -g claw > install",
        "yarn install",
    ],
)
def test_what_installs_nothing_by_name(command):
    assert findings(RULE, script(command, NEW)) == []


def test_by_code():
    def starts(*words, reach, path, purl, known=None):
        callee = "subprocess.check_call" if path.endswith(".py") else "child_process.execSync"
        file = code(can("process", callee), path=path, reach=reach, calls=(call(callee, *words),))
        return grades(RULE, case(purl, contents=(content(file),), **(known or {})))

    npm = "pkg:npm/request-maker@1.14.1"
    assert starts("npm install claw", reach="install", path="a.js", purl=npm) == [("low", "medium")]
    assert starts("npm install {}@1.0.0", reach="install", path="a.js", purl=npm) == [("low", "medium")]
    assert starts("{} -m pip install claw", reach="import", path="a.py", purl=PYPI) == [("medium", "medium")]
    assert starts("{} -m pip install claw", reach="import", path="a.py", purl=PYPI, known=OLD) == [("low", "medium")]
    assert starts("npm install claw", reach="other", path="a.js", purl=npm) == []


def test_the_message_names_what_is_installed():
    assert only(RULE, script("npm i -g claw")).message == "postinstall installs claw at install: `npm i -g claw`"
