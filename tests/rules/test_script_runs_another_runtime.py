import pytest

from customhouse.model.change import GainedCapability
from customhouse.rules.install.script_runs_another_runtime import RULE
from rules.cases import NPM, PYPI, call, can, case, change, code, content, findings, grades, hook, manifest, only

NEW = {"change": change(added_hooks=(hook(path=""),))}
OLD = {"change": change()}


def script(command, known=None):
    return case(contents=(content(hooks=(hook(command, path=""),), manifest=manifest()),), **(known or {}))


def started(*words, purl=NPM, path="setup.js", reach="install", known=None, when="load"):
    callee = "subprocess.run" if path.endswith(".py") else "child_process.spawn"
    file = code(
        can("process", callee, 2, when),
        path=path,
        reach=reach,
        calls=(call(callee, words[0], " ".join(words[1:]), line=2, when=when),),
    )
    return case(purl, contents=(content(file),), **(known or {}))


def gained(path):
    return {"change": change(gained=(GainedCapability("process", "install", path, 2, "x"),))}


@pytest.mark.parametrize(
    ("command", "new", "unknown", "old"),
    [
        ("bun run x.ts", ("medium", "high"), ("medium", "medium"), ("low", "medium")),
        ("start /b powershell -File x.ps1", ("high", "high"), ("high", "medium"), ("medium", "medium")),
        ("rundll32 x.dll,main", ("high", "high"), ("high", "high"), ("high", "medium")),
        ("python3 x.py", ("low", "medium"), ("low", "medium"), ("low", "medium")),
    ],
)
def test_by_the_manifest(command, new, unknown, old):
    assert grades(RULE, script(command, NEW)) == [new]
    assert grades(RULE, script(command)) == [unknown]
    assert grades(RULE, script(command, OLD)) == [old]


@pytest.mark.parametrize(
    ("subject", "grade"),
    [
        (started("bun", "run", "x.js", known=gained("setup.js")), ("medium", "high")),
        (started("powershell", "-c", "x", known=OLD), ("low", "medium")),
        (started("deno", "run", "x", reach="import"), ("high", "medium")),
        (started("bun", "x.js", purl=PYPI, path="a/__init__.py", reach="import", known=OLD), ("medium", "medium")),
        (started("node", "x.js", purl=PYPI, path="a/__init__.py", reach="import"), ("medium", "medium")),
        (started("npm", "run", "build", purl=PYPI, path="setup.py"), ("low", "medium")),
    ],
)
def test_by_code(subject, grade):
    assert grades(RULE, subject) == [grade]


def test_what_needs_a_caller_or_is_the_own_runtime_is_not_meant():
    assert findings(RULE, started("bun", "x", reach="import", when="call")) == []
    assert findings(RULE, started("bun", "x", reach="other")) == []
    assert findings(RULE, script("node x.js && npm run y")) == []
    assert findings(RULE, started("git", "describe", purl=PYPI, path="setup.py")) == []
    assert findings(RULE, started("python3", "x.py", reach="import")) == []


def test_once_for_each_place():
    finding = only(RULE, script("bun a.js && bun b.js"))
    assert finding.message == "postinstall starts bun at install: `bun a.js`"
    assert finding.phase == "install"
