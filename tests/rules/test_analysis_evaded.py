import pytest

from customhouse.rules.code.analysis_evaded import RULE
from rules.cases import findings, grades, only
from rules.reading import of_text

JS = "const os = require('os'); const { execSync } = require('child_process'); execSync('true')\n"
PY = "import os, sys, socket, locale, getpass, time, subprocess\nsubprocess.run(['true'])\n"


@pytest.mark.parametrize(
    ("text", "path", "said"),
    [
        (JS + "if (Intl.DateTimeFormat().resolvedOptions().timeZone === 'A/B') process.exit()", "a.js", "time zone (A/B)"),
        (JS + "const tz = Intl.DateTimeFormat().resolvedOptions().timeZone\nif (tz.startsWith('A/')) throw 1", "a.js", "(A/)"),
        (JS + "if ((process.env.LANG || '').startsWith('xx')) process.exit()", "a.js", "the language (xx)"),
        (JS + "if (os.hostname().includes('lab')) process.exit()", "a.js", "the machine's name (lab)"),
        (JS + "const bad = ['lab', 'box']; if (bad.some(b => os.hostname() === b)) process.exit()", "a.js", "machine's name"),
        (JS + "function lab() { return os.userInfo().username === 'lab' }\nif (lab()) process.exit()", "a.js", "user's name (lab)"),
        (JS + "if (os.cpus().length < 2) process.exit()", "a.js", "the machine's size"),
        (JS + "os.hostname() === 'lab' && process.exit()", "a.js", "the machine's name (lab)"),
        (PY + "if socket.gethostname() == 'lab':\n    sys.exit()", "a.py", "the machine's name (lab)"),
        (PY + "bad = ['lab', 'box']\nif getpass.getuser() in bad:\n    raise SystemExit", "a.py", "the user's name (lab, box)"),
        (PY + "if locale.getdefaultlocale()[0] == 'xx_XX':\n    sys.exit()", "a.py", "the language (xx_XX)"),
        (PY + "if time.tzname[0] == 'XXX':\n    sys.exit()", "a.py", "the time zone (XXX)"),
    ],
)  # fmt: skip
def test_one_question_is_reported(text, path, said):
    finding = only(RULE, of_text(text, path, "import"))
    assert (finding.severity, finding.confidence, finding.phase) == ("medium", "medium", "import")
    assert said in finding.message


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (JS + "if (process.env.CI) process.exit()", "a.js"),
        (JS + "if (!process.env.GITHUB_ACTIONS) return", "a.js"),
        (JS + "if (new Date() < new Date('2026-04-01')) process.exit()", "a.js"),
        (JS + "setTimeout(run, 60 * 60 * 1000)", "a.js"),
        (PY + "if os.environ.get('CI'):\n    sys.exit()", "a.py"),
        (PY + "time.sleep(3600)", "a.py"),
    ],
)
def test_what_is_ordinary_is_low(text, path):
    assert grades(RULE, of_text(text, path, "import")) == [("low", "medium")]


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("if (process.execArgv.some(a => a.startsWith('--inspect'))) process.exit()", "a debugger (--inspect)"),
        ("if (process.execArgv.length) process.exit()", "a debugger"),
        ("if (process.execArgv.includes('--eval')) process.exit()", ""),
        ("if (typeof global.v8debug === 'object') process.exit()", "a debugger (object)"),
        ("if (Intl.DateTimeFormat().resolvedOptions().timeZone === 'Mismatching zones') process.exit()", ""),
        ("if (Intl.DateTimeFormat().resolvedOptions().timeZone === 'Asia/Tehran') process.exit()", "the time zone"),
    ],
)
def test_what_is_compared_with_must_be_of_its_kind(condition, said):
    found = findings(RULE, of_text(JS + condition, "a.js", "import"))
    assert [said in each.message for each in found] == ([True] if said else [])


def test_several_hold():
    asked = (
        "if (os.hostname() === 'lab') process.exit()\nif (os.userInfo().username === 'lab') process.exit()\n"
        "if (process.env.LANG === 'xx') process.exit()\n"
    )
    assert grades(RULE, of_text(JS + asked)) == [("high", "medium")]
    two = "".join(line + "\n" for line in asked.splitlines()[:2])
    assert grades(RULE, of_text(JS + two)) == [("medium", "medium")]
    assert grades(RULE, of_text(JS + two + "const bad = 'VBoxService.exe'")) == [("high", "medium")]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("const os = require('os'); if (os.hostname() === 'lab') process.exit()", "a.js"),
        (JS + "const zone = Intl.DateTimeFormat().resolvedOptions().timeZone; console.log(zone)", "a.js"),
        (JS + "const name = os.hostname() === 'a' ? 'b' : 'c'", "a.js"),
        (JS + "if (os.hostname()) console.log('x')", "a.js"),
        (JS + "exports.ci = !!process.env.CI", "a.js"),
        (JS + "setTimeout(run, 1000)", "a.js"),
        (JS + "module.exports = () => { if (os.hostname() === 'lab') process.exit() }", "a.js"),
        (PY + "print(socket.gethostname())", "a.py"),
        (PY + "if os.uname()[0] == 'SunOS':\n    sys.exit()", "a.py"),
    ],
)
def test_silent(text, path):
    assert findings(RULE, of_text(text, path, "import")) == []
