"""A real gateway: the command, in a process of its own, before the registry simulator."""

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import httpx2

import customhouse

#: What the environment of this machine says of registries must not reach the gateway under test.
_DROPPED = ("npm_config_", "NPM_CONFIG_", "PIP_", "UV_", "CUSTOMHOUSE_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
START = 60


def clean_environment(home, **more):
    """Return an environment in which nothing names a registry."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(tuple(each.upper() for each in _DROPPED))
    }
    kept["PYTHONPATH"] = str(
        Path(customhouse.__file__).parents[1]
    )  # the code under test, and nothing that clients find
    return {**kept, "HOME": str(home), "XDG_CACHE_HOME": str(Path(home) / "cache"), "NO_PROXY": "*", **more}


class Gateway:
    """One process of the gateway. `url` is its address without a closing slash; `log` what it wrote, line by line.

    Without `npm` and `pypi` it goes where its environment says.
    """

    def __init__(self, state, npm, pypi, *options, configuration="", environment=None):
        self.state = Path(state)
        self.state.mkdir(parents=True, exist_ok=True)
        config = self.state / "customhouse.toml"
        config.write_text(configuration)
        self.log = []
        command = [
            sys.executable, "-m", "customhouse", "gateway", "serve", "--port", "0", "--state", str(self.state / "kept"),
            "--config", str(config), *options,
        ]  # fmt: skip
        if npm:
            command += ["--npm-registry", f"{npm.rstrip('/')}/"]
        if pypi:
            command += ["--pypi-index", pypi]
        self.process = subprocess.Popen(
            command,
            cwd=self.state,
            env=environment or clean_environment(self.state),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()
        first = self.process.stdout.readline()
        assert "gateway at " in first, (first, self.log)
        self.url = first.split("gateway at ")[1].split(",")[0]
        self._out = threading.Thread(target=self.process.stdout.read, daemon=True)
        self._out.start()

    def _listen(self):
        for line in self.process.stderr:
            self.log.append(line.rstrip("\n"))

    def events(self, name):
        """Return the log's entries of one kind."""
        found = []
        for line in self.log:
            if line.startswith("{"):
                entry = json.loads(line)
                if entry.get("event") == name:
                    found.append(entry)
        return found

    def get(self, path, **headers):
        """Ask for an address of the gateway."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx2.get(f"{self.url}{path}", headers=sent, timeout=60)

    def stop(self, how=signal.SIGTERM):
        """End it, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(40)
        self.process.stdout.close()
        self.process.stderr.close()
        return code


@contextmanager
def gateway(state, simulator, *options, **named):
    """Run a gateway before a simulator for as long as the block lasts."""
    running = Gateway(state, simulator.npm_url, simulator.pypi_url, *options, **named)
    try:
        yield running
    finally:
        running.stop()
