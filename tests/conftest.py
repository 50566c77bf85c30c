"""Fixtures that several rooms' tests share: a registry simulator, and the real command against it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import settings

from simulator import RegistrySimulator

#: The same examples in every run, so that a red run means a change; CUSTOMHOUSE_HYPOTHESIS=explore looks for new ones.
settings.register_profile("repeatable", derandomize=True)
settings.register_profile("explore")
settings.load_profile(os.environ.get("CUSTOMHOUSE_HYPOTHESIS", "repeatable"))


@dataclass(frozen=True)
class Outcome:
    """What a finished command said."""

    code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.stdout)


@pytest.fixture
def registry():
    with RegistrySimulator() as simulator:
        yield simulator


@pytest.fixture
def customhouse(registry, tmp_path_factory):
    """Run the real command against the simulator, with a home and a cache of its own."""
    home = tmp_path_factory.mktemp("home")

    def run(*arguments, cwd=None, environment=None, against_simulator=True, timeout=120):
        address = {"CUSTOMHOUSE_NPM_REGISTRY": registry.npm_url, "CUSTOMHOUSE_PYPI_INDEX": registry.pypi_url}
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / "cache"),
            "PYTHONPATH": os.pathsep.join(sys.path),
            "NETRC": str(home / "netrc"),
            **(address if against_simulator else {}),
            **(environment or {}),
        }
        finished = subprocess.run(
            [sys.executable, "-W", "error", "-m", "customhouse", *map(str, arguments)],
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
        )
        assert "Traceback" not in finished.stderr, finished.stderr
        return Outcome(finished.returncode, finished.stdout, finished.stderr)

    run.home = home
    return run
