import pytest

from customhouse.rules.code.files_destroyed import RULE
from rules.cases import case, content, findings, grades, hook, only
from rules.reading import of_text

JS = "const fs = require('fs'), os = require('os'), path = require('path'), cp = require('child_process')\n"
PY = "import os, shutil, subprocess, glob\nfrom pathlib import Path\n"
WIPER = """
const fs = require('fs'), path = require('path')
function wipe(folder) {
  for (const name of fs.readdirSync(folder)) {
    const each = path.join(folder, name)
    if (fs.statSync(each).isDirectory()) wipe(each)
    else fs.VERB
  }
}
wipe(ROOT)
"""


def wiper(root, verb="unlinkSync(each)"):
    return WIPER.replace("ROOT", root).replace("VERB", verb)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (JS + "fs.rmSync(os.homedir(), { recursive: true })", "setup.js"),
        (JS + "fs.rm(path.join(os.homedir(), 'Documents'), { recursive: true }, () => {})", "setup.js"),
        (JS + "require('rimraf').sync('/')", "setup.js"),
        (JS + "cp.exec('rm -rf ~/')", "setup.js"),
        (JS + "cp.exec('rm -rf --no-preserve-root /')", "setup.js"),
        (JS + "cp.spawn('cmd', ['/c', 'rd /s /q %USERPROFILE%'])", "setup.js"),
        (JS + "cp.execSync('del /f /s /q C:\\\\*.*')", "setup.js"),
        (JS + "cp.execSync('find ~ -type f -delete')", "setup.js"),
        (JS + "cp.execSync('vssadmin delete shadows /all /quiet')", "setup.js"),
        (wiper("'/'"), "setup.js"),
        (wiper("require('os').homedir()", "writeFileSync(each, 'x')"), "setup.js"),
        (PY + "shutil.rmtree(os.path.expanduser('~'))", "setup.py"),
        (PY + "shutil.rmtree(Path.home())", "setup.py"),
        (PY + "subprocess.run(['rm', '-rf', '/'])", "setup.py"),
        (PY + "for a, b, names in os.walk('/'):\n    for name in names:\n        os.remove(os.path.join(a, name))", "setup.py"),
        (PY + "for each in Path.home().rglob('*'):\n    each.unlink()", "setup.py"),
        (PY + "os.system('dd if=/dev/zero of=/dev/sda')", "setup.py"),
    ],
)  # fmt: skip
def test_what_is_nobodys_to_delete_blocks(text, path):
    finding = only(RULE, of_text(text, path))
    assert (finding.severity, finding.confidence, finding.phase) == ("critical", "high", "install")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (JS + "fs.rmSync(path.join(__dirname, 'dist'), { recursive: true })", "setup.js"),
        (JS + "fs.rmSync('dist', { recursive: true })", "setup.js"),
        (JS + "fs.rmSync(path.join(os.homedir(), '.cache', 'a'), { recursive: true })", "setup.js"),
        (JS + "fs.rmSync(path.join(os.tmpdir(), 'a'), { recursive: true })", "setup.js"),
        (JS + "cp.execSync('rm -rf dist build')", "setup.js"),
        (JS + "cp.execSync('rm -rf ~/.cache/a')", "setup.js"),
        (JS + "cp.execSync('rm -f /tmp/a.lock')", "setup.js"),
        (wiper("path.join(__dirname, 'build')"), "setup.js"),
        (PY + "shutil.rmtree('build')", "setup.py"),
        (PY + "shutil.rmtree(os.path.join(os.path.dirname(__file__), 'build'))", "setup.py"),
        (PY + "for a, b, names in os.walk('build'):\n    for name in names:\n        os.remove(os.path.join(a, name))", "setup.py"),
        (PY + "for name in os.listdir('/etc/app'):\n    print(open('/etc/app/' + name).read())", "setup.py"),
    ],
)  # fmt: skip
def test_its_own_is_nothing(text, path):
    assert findings(RULE, of_text(text, path)) == []


def test_when_it_runs_and_for_whom():
    later = JS + "module.exports = () => fs.rmSync(os.homedir(), { recursive: true })"
    some = JS + (
        "module.exports = () => { if (Intl.DateTimeFormat().resolvedOptions().timeZone === 'A/B')"
        " fs.rmSync(os.homedir(), { recursive: true }) }"
    )
    assert grades(RULE, of_text(later, "index.js", "import")) == [("medium", "medium")]
    assert grades(RULE, of_text(later, "test.js", "other")) == [("low", "low")]
    finding = only(RULE, of_text(some, "index.js", "import"))
    assert (finding.severity, finding.confidence) == ("high", "high")
    assert finding.message.endswith(", asking for the timezone (A/B)")
    assert grades(RULE, of_text(later, size=500_000)) == [("high", "medium")]


def test_upwards():
    assert grades(RULE, of_text(wiper("'../../'", "writeFileSync(each, 'x')"))) == [("high", "medium")]
    assert grades(RULE, of_text(wiper("'../../'"))) == [("medium", "medium")]


def test_a_hook_that_does_it_itself():
    subject = case(contents=(content(hooks=(hook("rm -rf $HOME"),)),))
    assert grades(RULE, subject) == [("critical", "high")]
    assert grades(RULE, case(contents=(content(hooks=(hook("rm -rf dist"),)),))) == []
