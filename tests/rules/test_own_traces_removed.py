import pytest

from customhouse.rules.code.own_traces_removed import RULE
from rules.cases import change, findings, grades, only
from rules.reading import of_text

JS = "const fs = require('fs'), path = require('path'), cp = require('child_process')\n"
ESM = (
    "import fs from 'node:fs'\nimport path, { dirname } from 'node:path'\nimport { fileURLToPath } from 'node:url'\n"
    "const here = dirname(fileURLToPath(import.meta.url))\n"
)
PY = "import os, sys, shutil\nfrom pathlib import Path\n"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (JS + "fs.unlinkSync(__filename)", "setup.js"),
        (JS + "const me = __filename; setTimeout(() => fs.rm(me, () => {}), 10)", "setup.js"),
        (JS + "fs.unlink(path.join(__dirname, 'setup.js'), () => {})", "setup.js"),
        (JS + "fs.promises.unlink(process.argv[1])", "setup.js"),
        (JS + "fs.rmSync(__dirname, { recursive: true })", "setup.js"),
        (JS + "fs.writeFileSync(__filename, '')", "setup.js"),
        (ESM + "fs.rmSync(path.join(here, 'setup.mjs'))", "setup.mjs"),
        (ESM + "fs.unlinkSync(fileURLToPath(import.meta.url))", "setup.mjs"),
        (PY + "os.remove(__file__)", "setup.py"),
        (PY + "os.unlink(os.path.abspath(sys.argv[0]))", "setup.py"),
        (PY + "Path(__file__).unlink()", "setup.py"),
        (PY + "shutil.rmtree(os.path.dirname(os.path.abspath(__file__)))", "setup.py"),
        (PY + "open(__file__, 'w').close()", "setup.py"),
    ],
)  # fmt: skip
def test_it_removes_itself(text, path):
    finding = only(RULE, of_text(text, path))
    assert (finding.severity, finding.confidence, finding.phase) == ("high", "medium", "install")


@pytest.mark.parametrize(
    "text",
    [
        JS + "fs.renameSync(path.join(__dirname, 'package.md'), path.join(__dirname, 'package.json'))",
        JS + "fs.renameSync('package.md', 'package.json')",
        JS + "fs.copyFileSync(__dirname + '/b.json', __dirname + '/package.json')",
    ],
)
def test_another_manifest_in_its_place(text):
    finding = only(RULE, of_text(text))
    assert (finding.severity, finding.confidence) == ("high", "high")
    assert "in the place of package.json" in finding.message


def test_after_acting_it_blocks():
    assert grades(RULE, of_text(JS + "cp.exec('true', () => fs.unlinkSync(__filename))")) == [("critical", "high")]
    fetched = JS + "fetch('https://a.test/').then(() => fs.renameSync('package.md', 'package.json'))"
    assert grades(RULE, of_text(fetched)) == [("critical", "high")]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (JS + "fs.unlinkSync(path.join(__dirname, 'tool.tar.gz'))", "setup.js"),
        (JS + "fs.rmSync(path.join(__dirname, '..', 'tmp'), { recursive: true })", "setup.js"),
        (JS + "const part = name(__dirname); fs.unlinkSync(part)", "setup.js"),
        (JS + "fs.rmSync(path.join(__dirname, 'node_modules', 'a', 'index.js'))", "setup.js"),
        (JS + "fs.readFileSync(__filename)", "setup.js"),
        (JS + "fs.renameSync('a.tmp', 'b.json')", "setup.js"),
        (JS + "fs.renameSync('package.json', 'package.json.bak')", "setup.js"),
        (JS + "fs.writeFileSync(path.join(target, 'package.json'), '{}')", "setup.js"),
        (PY + "os.remove(os.path.join(os.path.dirname(__file__), 'a.log'))", "setup.py"),
        (PY + "open(__file__).read()", "setup.py"),
    ],
)  # fmt: skip
def test_what_installers_delete_is_nothing(text, path):
    assert findings(RULE, of_text(text, path)) == []


def test_rewriting_the_manifest_is_reported():
    text = JS + "fs.writeFileSync(path.join(__dirname, 'package.json'), x)"
    assert grades(RULE, of_text(text)) == [("medium", "medium")]
    assert grades(RULE, of_text(JS + "fs.unlinkSync(path.join(__dirname, 'package.json'))")) == [("medium", "medium")]
    assert grades(RULE, of_text(f"{JS}module.exports = () => {{ {text[len(JS) :]} }}", "a.js", "import")) == []


def test_when_it_runs():
    text = JS + "fs.unlinkSync(__filename)"
    assert grades(RULE, of_text(text, "index.js", "import")) == [("high", "medium")]
    assert grades(RULE, of_text(text, change=change())) == [("medium", "medium")]
    later = JS + "module.exports = () => fs.unlinkSync(__filename)"
    assert grades(RULE, of_text(later, "index.js", "import")) == [("low", "medium")]
