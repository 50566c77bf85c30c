"""Functions of one file that another file of the package calls as it is loaded."""

import pytest

from customhouse.evidence.across import Layout, called_at_load
from customhouse.evidence.content import read_artifact
from simulator import npm_tarball, wheel

RUN = "require('child_process').exec('true')"
SYSTEM = "import os\ndef run():\n    os.system('true')\n"


def npm(files, path, **manifest):
    data = npm_tarball({**files}, {"name": "replica", "version": "1.0.0", **manifest})
    return _of(read_artifact(data, "replica-1.0.0.tgz", "npm"), path)


def pypi(files, path):
    data = wheel("replica", "1.0.0", {**files})
    return _of(read_artifact(data, "replica-1.0.0-py3-none-any.whl", "pypi"), path)


def _of(content, path):
    """When and how the one program of a file is started."""
    facts = next(each for each in content.facts.code if each.path == path)
    return facts.reach, {each.when for each in facts.capabilities if each.kind == "process"}


RUNS = f"exports.run = () => {{ {RUN} }}\n"


def test_a_payload_in_a_second_file():
    assert npm({"index.js": "const {run} = require('./lib/x'); run()", "lib/x.js": RUNS}, "lib/x.js") == (
        "import",
        {"load"},
    )


def test_what_nobody_calls_at_load_stays_as_it_was():
    files = {"index.js": "const {run} = require('./x'); module.exports = {go: () => run()}", "x.js": RUNS}
    assert npm(files, "x.js") == ("import", {"call"})
    files = {"index.js": "const {stop} = require('./x'); stop()", "x.js": RUNS + "exports.stop = () => 1"}
    assert npm(files, "x.js") == ("import", {"call"})


def test_a_file_that_nothing_loads_calls_nothing():
    files = {"index.js": "exports.x = require('./x')", "test/x.test.js": "require('../x').run()", "x.js": RUNS}
    assert npm(files, "x.js") == ("import", {"call"})


@pytest.mark.parametrize(
    ("between", "call"),
    [
        ("export * from './deep/x.js'", "import {run} from './between.js'; run()"),
        ("export {run as start} from './deep/x.js'", "import {start} from './between.js'; start()"),
        ("import * as x from './deep/x.js'; export default x", "import x from './between.js'; x.run()"),
        ("module.exports = {tools: require('./deep/x.js')}", "require('./between').tools.run()"),
        ("const x = require('./deep/x.js'); exports.start = () => { x.run() }", "require('./between.js').start()"),
        (
            "import {run} from './deep/x.js'; export class A { constructor() { run() } }",
            "import {A} from './between'; new A()",
        ),
    ],
)
def test_a_call_that_passes_through_a_file(between, call):
    assert npm({"index.js": call, "between.js": between, "deep/x.js": RUNS}, "deep/x.js") == ("import", {"load"})


def test_a_circle_of_files_ends():
    files = {
        "index.js": "require('./a').go()",
        "a.js": "const b = require('./b'); exports.go = () => b.go()",
        "b.js": f"const a = require('./a'); exports.go = () => {{ a.go(); {RUN} }}",
    }
    assert npm(files, "b.js") == ("import", {"load"})


@pytest.mark.parametrize("command", ["node setup.js", "node -e \"require('./x').run()\""])
def test_at_install(command):
    files = {"index.js": "", "setup.js": "require('./x.js').run()", "x.js": RUNS}
    assert npm(files, "x.js", scripts={"postinstall": command}) == ("install", {"load"})


@pytest.mark.parametrize(
    "source",
    [
        "from .x import run\nrun()",
        "from . import x\nx.run()",
        "from .x import *\nrun()",
        "import replica.x as y\ny.run()",
        "from replica.x import run\nimport threading\nthreading.Thread(target=run).start()",
        "from .sub import start\nstart()",
        "from . import sub\nsub.start()",
        "from replica import sub\nsub.Starter()",
    ],
)
def test_python(source):
    sub = (
        "from ..x import run\nfrom .. import x\ndef start():\n    run()\nclass Starter:\n"
        "    def __init__(self):\n        x.run()\n"
    )
    files = {"replica/x.py": SYSTEM, "replica/sub/__init__.py": sub}
    assert pypi({**files, "replica/__init__.py": source}, "replica/x.py") == ("import", {"load"})
    assert pypi({**files, "replica/__init__.py": "from . import sub"}, "replica/x.py") == ("import", {"call"})


def test_only_what_acts_and_its_importers_are_asked_for():
    asked = []

    def fetch(paths):
        asked.extend(paths)
        return iter(())

    quiet = Layout({}, {"a.js": "javascript"}, {"a.js": "0"}, {"a.js": ("b.js",)}, {"a.js": "import", "b.js": "import"})
    assert called_at_load([], quiet, fetch) == {}
    assert asked == []


def test_a_package_of_many_files_is_asked_within_bounds():
    asked = []

    def fetch(paths):
        asked.extend(paths)
        return iter([(path, b"require('./x').run()") for path in paths])

    data = npm_tarball({"x.js": RUNS, "index.js": "require('./x')"}, {"name": "replica", "version": "1.0.0"})
    facts = next(each for each in read_artifact(data, "r.tgz", "npm").facts.code if each.path == "x.js")
    names = [f"{number}.js" for number in range(1_000)]
    layout = Layout(
        {**dict.fromkeys(names), "x.js": None},
        dict.fromkeys([*names, "x.js"], "javascript"),
        {name: name for name in [*names, "x.js"]},
        dict.fromkeys(names, ("x.js",)),
        dict.fromkeys([*names, "x.js"], "import"),
    )
    assert called_at_load([facts], layout, fetch) == {"x.js": ("run",)}
    assert len(asked) == 200
