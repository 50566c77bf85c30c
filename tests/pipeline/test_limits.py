"""A release that takes more than its share of time or memory, or one file of it, is held with a gap that says so."""

import os
import sys
from datetime import UTC, datetime

import pytest

from pipeline.projects import npm_project, package, python_project

OLD = datetime(2024, 1, 1, tzinfo=UTC)
#: What a worker does with the release called victim, in place of reading it: put into the real command as it starts.
WORKER = """
import os, signal, time
from customhouse.engine import readers

real = readers.read_encoded
readers.READ_TIMEOUT = {patience}

def read_encoded(data, filename, ecosystem, limits):
    while filename.startswith("victim"):
        {misdeed}
    return real(data, filename, ecosystem, limits)

readers.read_encoded = read_encoded
hoard = []
"""
#: The reader of each language with no steps left.
STEPS = """
from customhouse.source.javascript import reader as javascript
from customhouse.source.python import reader as python

javascript._STEPS, javascript._BYTES_A_STEP = 4, 10**9
python._STEPS = -10_000
"""
LOADER = 'const a = require("fs");\nfor (const b of a.readdirSync(".")) { eval(b); }\n'
SCRIPT = "import os\nfor a in os.listdir('.'):\n    exec(a)\n"


@pytest.fixture
def limited(customhouse, tmp_path):
    """Run the command with its workers changed, as `sitecustomize` may."""

    def run(text, *arguments):
        (tmp_path / "site").mkdir()
        (tmp_path / "site" / "sitecustomize.py").write_text(text)
        path = os.pathsep.join((str(tmp_path / "site"), *sys.path))
        return customhouse(*arguments, environment={"PYTHONPATH": path})

    return run


@pytest.mark.parametrize(
    ("misdeed", "patience", "said"),
    [
        ("time.sleep(60)", 2, "ended the reader"),
        ("os.kill(os.getpid(), signal.SIGKILL)", 180, "ended the reader"),
        ("hoard.append(bytearray(64 << 20))", 180, "memory"),
    ],
    ids=["time", "killed", "memory"],
)
def test_what_no_worker_survives_is_held_and_its_neighbour_allowed(
    limited, registry, tmp_path, misdeed, patience, said
):
    releases = {(name, "1.0.0"): registry.npm.publish(name, "1.0.0", published=OLD) for name in ("good", "victim")}
    npm_project(tmp_path / "project", releases)
    outcome = limited(
        WORKER.format(misdeed=misdeed, patience=patience), "check", tmp_path / "project", "--format", "json"
    )
    assert outcome.code == 4
    victim = package(outcome.json, "victim")
    assert victim["verdict"] == "hold"
    assert any(said in gap["message"] for gap in victim["gaps"])
    assert package(outcome.json, "good")["verdict"] == "allow"


def test_a_javascript_file_that_takes_too_many_steps_is_a_gap_that_holds(limited, registry, tmp_path):
    data = registry.npm.publish("victim", "1.0.0", files={"index.js": LOADER}, published=OLD)
    npm_project(tmp_path / "project", {("victim", "1.0.0"): data})
    outcome = limited(STEPS, "check", tmp_path / "project", "--format", "json")
    victim = package(outcome.json, "victim")
    assert victim["verdict"] != "allow"
    assert any("index.js" in gap["message"] for gap in victim["gaps"])


def test_a_python_file_that_takes_too_many_steps_is_a_gap_that_holds(limited, registry, tmp_path):
    files = registry.pypi.publish("victim", "1.0", files={"victim/__init__.py": SCRIPT}, published=OLD)
    python_project(tmp_path / "project", {("victim", "1.0"): files})
    outcome = limited(STEPS, "check", tmp_path / "project", "--format", "json")
    victim = package(outcome.json, "victim")
    assert victim["verdict"] != "allow"
    assert any("__init__.py" in gap["message"] for gap in victim["gaps"])
