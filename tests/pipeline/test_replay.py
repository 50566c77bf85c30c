"""The demo's replay, with a small stand-in for the genuine archive: blocked for what it is, and the one before allowed."""

import sys
from pathlib import Path

import pytest

from pipeline.projects import rules_of
from simulator import npm_tarball

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def published(registry, monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))
    from axios_replay.replica import publish  # noqa: PLC0415 - found by the path above

    manifest = {"name": "axios", "version": "1.14.0", "main": "index.js", "dependencies": {"form-data": "^1.0.0"}}
    publish(registry, npm_tarball({"index.js": "module.exports = require('form-data')\n"}, manifest))
    yield
    sys.modules.pop("axios_replay.replica", None)


@pytest.mark.usefixtures("published")
def test_the_replica_is_blocked_for_what_it_is(customhouse):
    outcome = customhouse("inspect", "pkg:npm/axios@1.14.1", "--format", "json")
    assert outcome.code == 20
    assert {"dependency-never-imported", "risky-new-dependency", "publisher-changed"} <= rules_of(outcome.json)
    assert customhouse("inspect", "pkg:npm/axios@1.14.0").code == 0


@pytest.mark.usefixtures("published")
def test_the_decoy_is_clean_and_the_dropper_is_told_to_have_gained_a_hook(customhouse):
    decoy = customhouse("inspect", "pkg:npm/plain-crypto-js@4.2.0", "--format", "json")
    assert decoy.code == 0
    assert rules_of(decoy.json) == {"typosquat"}  # low: a popular name with a word before it
    dropper = customhouse("inspect", "pkg:npm/plain-crypto-js@4.2.1", "--format", "json")
    assert {"install-script-added", "capability-gained"} <= rules_of(dropper.json)
