"""Runs the real clients that `make clients` installs through a gateway, by nothing but what `gateway env` says."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from clients.conftest import COMMANDS, Clients
from customhouse.gateway.clients.environment import environment

#: Clients by the name that the tests' commands have → as the gateway calls them.
KINDS = {name: name for name in ("npm", "bun", "pip", "uv", "pipenv", "pdm", "poetry", "yarn-1", "yarn-4")} | {
    "pnpm-9": "pnpm",
    "pnpm-12": "pnpm",
    "pip-compile": "pip",
}
#: What the clients' own tests point at the simulator.
_POINTERS = ("registry", "registry_server", "index_url", "default_index", "pypi_mirror", "whitelist")
#: Nothing answers there.
_NOWHERE = "http://127.0.0.1:9/"


@dataclass(frozen=True)
class Done:
    """What a finished client printed, its lines put together again."""

    code: int
    text: str

    @property
    def words(self) -> str:
        """Everything without the line breaks that clients put into long addresses."""
        return "".join(self.text.split())


@dataclass(frozen=True)
class Through:
    """Clients of one home that go through one gateway."""

    home: Path
    gateway: str
    token: str = ""

    def environment(self, client: str) -> dict[str, str]:
        own = Clients(self.home, _NOWHERE, _NOWHERE).environment(client)
        kept = {key: value for key, value in own.items() if not key.lower().endswith(_POINTERS)}
        said = environment(KINDS[client], self.gateway, self.token).variables
        return kept | {each.name: each.value for each in said}

    def run(self, client: str, *arguments: str, cwd: Path, fails: bool = False, **more: str) -> Done:
        """Run a client; it must succeed unless it `fails`."""
        done = subprocess.run(
            [*COMMANDS[client], *arguments],
            cwd=cwd,
            env=self.environment(client) | more,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        said = Done(done.returncode, done.stdout + done.stderr)
        assert (done.returncode != 0) == fails, f"{client} {' '.join(arguments)}\n{said.text}"
        return said


def need(*clients: str) -> None:
    """Fail where a client is not installed."""
    missing = [name for name in clients if not (shutil.which(COMMANDS[name][-1]) or Path(COMMANDS[name][-1]).is_file())]
    if missing:
        pytest.fail(f"not installed: {', '.join(missing)}; run `make clients`")
