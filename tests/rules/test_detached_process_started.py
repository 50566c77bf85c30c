import pytest

from customhouse.rules.code.detached_process_started import RULE
from rules.cases import case, change, content, findings, grades, hook, only
from rules.reading import of_text

JS = "const cp = require('child_process')\n"
PY = "import subprocess, sys, os\n"
QUIET = "{ detached: true, stdio: 'ignore' }"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (JS + f"cp.spawn('node', [__filename], {QUIET}).unref()", "setup.js"),
        (JS + f"const o = {QUIET}; cp.spawn('node', ['-e', 'x'], o)", "setup.js"),
        (JS + "cp.spawn('cmd', ['/c', 'a.bat'], { detached: true, windowsHide: true })", "setup.js"),
        (JS + "cp.exec('nohup node a.js > /dev/null 2>&1 &')", "setup.js"),
        (JS + "cp.exec('start /b node a.js')", "setup.js"),
        (JS + "cp.exec('powershell -w hidden -c x')", "setup.js"),
        (PY + "subprocess.Popen([sys.executable, '-c', 'x'], start_new_session=True)", "setup.py"),
        (PY + "subprocess.Popen(['sh', '-c', 'x'], creationflags=0x08000000)", "setup.py"),
        (PY + "os.system('setsid python a.py &')", "setup.py"),
    ],
)
def test_at_install_holds(text, path):
    finding = only(RULE, of_text(text, path))
    assert (finding.severity, finding.confidence, finding.phase) == ("high", "medium", "install")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (JS + "cp.spawn('node-gyp', ['rebuild'], { stdio: 'inherit', shell: true })", "setup.js"),
        (JS + "cp.spawn('node', ['a.js'], { detached: true, stdio: 'inherit' })", "setup.js"),
        (JS + "cp.execSync('make && make install', { stdio: 'ignore' })", "setup.js"),
        (JS + "cp.execSync('git config a.b c')", "setup.js"),
        (PY + "subprocess.run([sys.executable, '-c', 'x'], stdout=subprocess.DEVNULL)", "setup.py"),
    ],
)
def test_what_is_waited_for_is_nothing(text, path):
    assert findings(RULE, of_text(text, path)) == []


def test_when_and_what():
    other = JS + f"cp.spawn('tool', ['serve'], {QUIET})"
    own = JS + f"cp.spawn('node', [__filename], {QUIET})"
    assert grades(RULE, of_text(other)) == [("medium", "medium")]
    assert grades(RULE, of_text(own, "index.js", "import")) == [("medium", "medium")]
    assert grades(RULE, of_text(own, change=change())) == [("medium", "medium")]
    assert findings(RULE, of_text(f"{JS}module.exports = () => {{ {own[len(JS) :]} }}", "index.js", "import")) == []


def test_a_hook_that_does_it_itself():
    assert grades(RULE, case(contents=(content(hooks=(hook("node a.js &"),)),))) == [("high", "medium")]
    assert grades(RULE, case(contents=(content(hooks=(hook("node a.js && node b.js"),)),))) == []
