"""The examples installed by npm and pip through a gateway before the configured registries: cold, then warm.

What the gateway asks is what the environment here names, as for any user; the clients know of the gateway alone.
"""

import asyncio
import json
import logging
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from customhouse.ecosystems.registries import open_registries
from customhouse.model.errors import UnreachableUpstream
from gateway.running import Gateway

pytestmark = pytest.mark.live

EXAMPLES = Path(__file__).parents[2] / "examples"
#: What was measured; `--log-cli-level=info` shows it.
MEASURED = logging.getLogger(__name__)
PATIENT = '[gateway]\nwait = "110s"\n'
#: What names registries or caches to clients.
_FOREIGN = ("NPM_CONFIG_", "PIP_", "UV_", "CUSTOMHOUSE_", "XDG_")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    policy = asyncio.run(_policy())
    folder = tmp_path_factory.mktemp("gateway")
    started = Gateway(folder, None, None, configuration=policy, environment=dict(os.environ))
    yield started
    started.stop()


async def _policy():
    """The default policy; without a cooldown where the index has no upload times, for want of which all would be held."""
    try:
        async with open_registries(EXAMPLES, os.environ) as registries:
            await registries.npm.project("left-pad")
            release = (await registries.pypi.project("click")).release("8.1.7")
    except UnreachableUpstream as error:
        pytest.skip(f"the configured registry is not reachable: {error.message}")
    return PATIENT if release.published is not None else f'{PATIENT}[cooldown]\npypi = "0"\n'


def client(command, home, cwd, **more):
    """Run a client with a home of its own; return what it said, its exit code and its seconds."""
    home.mkdir()
    kept = {key: value for key, value in os.environ.items() if not key.upper().startswith(_FOREIGN)}
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=cwd, env=kept | {"HOME": str(home)} | more, capture_output=True, text=True, check=False, timeout=900
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr, time.monotonic() - began


def npm_ci(running, home, folder):
    shutil.rmtree(folder / "node_modules", ignore_errors=True)
    return client(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], home, folder,
        npm_config_registry=f"{running.url}/npm/", npm_config_fetch_timeout="300000",
        npm_config_update_notifier="false",  # else it asks for its own newest version too
    )  # fmt: skip


def pip_install(running, home, site):
    requirements = EXAMPLES / "report-service" / "requirements.txt"
    command = [sys.executable, "-m", "pip", "install", "--no-cache-dir", "--target", str(site), "--require-hashes"]
    return client(
        [*command, "-r", str(requirements)], home, home.parent,
        PIP_CONFIG_FILE=os.devnull, PIP_INDEX_URL=f"{running.url}/pypi/simple", PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_TIMEOUT="180",
    )  # fmt: skip


def refusals(running):
    """What was not handed out, by path, each with what the gateway says of it."""
    paths = {each["path"]: each["status"] for each in running.events("request") if each["status"] >= 400}
    return {path: (status, running.get(path).text[:500]) for path, status in paths.items()}


def cold_then_warm(running, install):
    """Install twice, each time as a machine that has nothing; inspections belong to the first time alone."""
    seconds, found = [], []
    for number in range(2):
        before = len(running.events("inspected"))
        code, said, took = install(number)
        assert code == 0, (said[-3000:], refusals(running))
        seconds.append(round(took, 1))
        found.append([each["filename"] for each in running.events("inspected")[before:]])
    assert found[0]
    assert found[1] == []
    refused = refusals(running)
    MEASURED.info("cold %.1f s, warm %.1f s, %d files inspected, refused: %s", *seconds, len(found[0]), refused)
    assert not refused


def test_npm_ci_of_the_storefront(running, tmp_path):
    folder = tmp_path / "storefront"
    shutil.copytree(EXAMPLES / "storefront-api", folder, ignore=shutil.ignore_patterns("node_modules"))
    lock = (folder / "package-lock.json").read_bytes()
    cold_then_warm(running, lambda number: npm_ci(running, tmp_path / f"home-{number}", folder))
    assert (folder / "package-lock.json").read_bytes() == lock
    packages = json.loads(lock)["packages"]
    for path, stated in packages.items():
        if path and (folder / path).exists():
            assert json.loads((folder / path / "package.json").read_text())["version"] == stated["version"]
    assert (folder / "node_modules" / "axios").is_dir()


def test_pip_install_of_the_report_service(running, tmp_path):
    cold_then_warm(
        running, lambda number: pip_install(running, tmp_path / f"home-{number}", tmp_path / f"site-{number}")
    )
    names = {path.name for path in (tmp_path / "site-1").glob("*.dist-info")}
    assert {"flask-3.0.3.dist-info", "requests-2.32.3.dist-info"} <= names
