"""Every replica and variation is a program that parses; nothing of them is executed."""

import ast
import json
import posixpath
import subprocess

import pytest

from evals.replicas.judging import cases

#: Reads programs from standard input and compiles them, as `node --check` does, without running any.
_CHECK = """
const vm = require('vm');
const { Module } = require('module');
const problems = [];
for (const { name, text, esm } of JSON.parse(require('fs').readFileSync(0, 'utf8'))) {
  const bare = text.replace(/^#!.*/, '');
  try {
    if (esm) new vm.SourceTextModule(bare);
    else new vm.Script(Module.wrap(bare), { filename: name });
  } catch (error) {
    problems.push(name + ': ' + error.message);
  }
}
console.log(JSON.stringify(problems));
"""


def _programs():
    """Give (name, path, text, is an ES module) of every hostile file, each text once."""
    seen = set()
    for replica in cases():
        release = replica.carrying
        for source in (release.files, release.sdist or {}):
            for path, text in source.items():
                hostile = path in release.payload or path.endswith(("-support.js", "_support.py", "setup.py"))
                if hostile and isinstance(text, str) and text not in seen:
                    seen.add(text)
                    name = f"{replica.id}/{replica.variation}/{path}"
                    esm = path.endswith(".mjs") or (release.manifest.get("type") == "module" and path.endswith(".js"))
                    yield name, path, text, esm


@pytest.fixture(scope="module")
def programs():
    return list(_programs())


def test_there_are_many(programs):
    assert len({name.rpartition("/")[0] for name, *_ in programs}) > 500


def test_every_javascript_compiles(programs):
    scripts = [
        {"name": name, "text": text, "esm": esm}
        for name, path, text, esm in programs
        if posixpath.splitext(path)[1] not in (".py", ".pth")
    ]
    assert len(scripts) > 300
    ran = subprocess.run(
        ["node", "--experimental-vm-modules", "--no-warnings", "-e", _CHECK],
        input=json.dumps(scripts),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(ran.stdout) == []


def test_every_python_compiles(programs):
    texts = [(name, path, text) for name, path, text, _ in programs if path.endswith((".py", ".pth"))]
    assert len(texts) > 100
    for name, path, text in texts:
        tree = ast.parse(text, name)
        if path.endswith(".pth"):
            assert text.startswith("import "), name
            assert text.count("\n") == 1, name
            assert isinstance(tree.body[0], ast.Import)
