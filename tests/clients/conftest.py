"""The real clients that `make clients` installs, each with a home of its own, pointed at the registry simulator."""

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
INSTALLED = HERE.parents[1] / ".clients"
_MACHINE = {"x86_64": ("x64", "x64"), "aarch64": ("arm64", "aarch64")}[platform.machine()]
_NPM = INSTALLED / "npm" / "node_modules"

#: Client → the command that runs it.
COMMANDS: dict[str, list[str]] = {
    "npm": [shutil.which("npm") or "npm"],
    "pnpm-9": ["node", str(_NPM / "pnpm-9/bin/pnpm.cjs")],
    "pnpm-12": [str(_NPM / f"@pnpm/exe.linux-{_MACHINE[0]}/pnpm")],
    "yarn-1": ["node", str(_NPM / "yarn-1/bin/yarn.js")],
    "yarn-4": ["node", str(_NPM / "yarn-4/bin/yarn.js")],
    "bun": [str(_NPM / f"@oven/bun-linux-{_MACHINE[1]}/bin/bun")],
    "pdm": [str(INSTALLED / "pdm/bin/pdm")],
    **{
        name: [str(INSTALLED / "python/bin" / name)]
        for name in ("pip", "pip-compile", "pipenv", "poetry", "uv", "pre-commit")
    },
}
#: What may speak of registries or of the caller's own habits. A client must never see an active environment either: uv
#: would make the caller's the same as the lock under test.
_FOREIGN = (
    *("NPM_CONFIG_", "PNPM_CONFIG_", "YARN_", "BUN_", "PIP_", "PIPENV_", "POETRY_", "PDM_", "UV_", "CI"),
    *("VIRTUAL_ENV", "CONDA_", "PYTHON"),
)


@dataclass
class Clients:
    """Runs clients for one test."""

    home: Path
    npm_url: str
    pypi_url: str

    def environment(self, client: str) -> dict[str, str]:
        """Give a client a home of its own and the simulator for a registry, by environment alone."""
        kept = {key: value for key, value in os.environ.items() if not key.upper().startswith(_FOREIGN)}
        folder = Path(COMMANDS[client][-1]).parent
        return kept | {
            "HOME": str(self.home),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_DATA_HOME": str(self.home / "data"),
            "XDG_STATE_HOME": str(self.home / "state"),
            "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
            "NO_COLOR": "1",
            "npm_config_registry": self.npm_url,
            "npm_config_cache": str(self.home / "npm-cache"),
            "pnpm_config_registry": self.npm_url,
            "pnpm_config_store_dir": str(self.home / f"{client}-store"),
            "YARN_REGISTRY": self.npm_url,
            "YARN_NPM_REGISTRY_SERVER": self.npm_url,
            "YARN_UNSAFE_HTTP_WHITELIST": "127.0.0.1",
            "YARN_ENABLE_TELEMETRY": "0",
            "YARN_GLOBAL_FOLDER": str(self.home / "yarn-berry"),
            "YARN_CACHE_FOLDER": str(self.home / f"{client}-cache"),
            "BUN_CONFIG_REGISTRY": self.npm_url,
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": self.pypi_url,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "UV_DEFAULT_INDEX": self.pypi_url,
            "UV_NO_CONFIG": "1",
            "UV_PYTHON_DOWNLOADS": "never",
            "PIPENV_PYPI_MIRROR": self.pypi_url,
            "PIPENV_VENV_IN_PROJECT": "1",
            "PDM_CHECK_UPDATE": "0",
            "PDM_IGNORE_SAVED_PYTHON": "1",
        }

    def run(self, client: str, *arguments: str, cwd: Path, fails: bool = False, **environment: str) -> str:
        """Run a client and return what it printed; it must succeed unless it `fails`."""
        done = subprocess.run(
            [*COMMANDS[client], *arguments],
            cwd=cwd,
            env=self.environment(client) | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        assert (done.returncode != 0) == fails, f"{client} {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.fixture
def clients(registry, tmp_path_factory):
    missing = [name for name, command in COMMANDS.items() if shutil.which(command[-1]) is None]
    missing = [name for name in missing if not Path(COMMANDS[name][-1]).is_file()]
    if missing:
        pytest.fail(f"not installed: {', '.join(missing)}; run `make clients`")
    return Clients(tmp_path_factory.mktemp("clients"), registry.npm_url, registry.pypi_url)
