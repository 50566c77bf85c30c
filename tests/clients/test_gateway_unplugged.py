"""Upstream is unplugged: what was installed before still installs, by every machine; what was not is told as such.

Clients come with empty caches each time, as another machine would.
"""

import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from gateway.real_clients import Through, need
from gateway.running import gateway
from simulator import RegistrySimulator

pytestmark = pytest.mark.clients

SETTLED = datetime.now(UTC) - timedelta(days=600)
#: Upstream is asked whenever anything is asked for, so that its absence is met.
ALWAYS_ASK = '[gateway]\nmetadata_max_age = "0"\nwait = "55s"\n'


@pytest.fixture
def upstream():
    """One that the test closes itself."""
    registry = RegistrySimulator()
    for number, version in enumerate(("0.8.0", "0.9.0", "1.0.0")):
        published = SETTLED + timedelta(days=90 * number)
        registry.npm.publish("warm", version, dependencies={"below": "^1.0.0"}, published=published)
        registry.pypi.publish("warm", version, requires=["below>=1"], published=published)
    registry.npm.publish("below", "1.2.0", published=SETTLED)
    registry.npm.publish("cold", "1.0.0", published=SETTLED)
    registry.pypi.publish("below", "1.2.0", published=SETTLED)
    registry.pypi.publish("cold", "1.0.0", published=SETTLED)
    return registry


def npm_project(folder, name):
    folder.mkdir()
    manifest = {"name": "shop", "version": "1.0.0", "private": True, "dependencies": {name: "^1.0.0"}}
    (folder / "package.json").write_text(json.dumps(manifest))
    return folder


class Machine:
    """A machine that has never seen the project: no caches, nothing installed."""

    def __init__(self, folder, gateway_url):
        self.folder = folder
        folder.mkdir()
        self.through = Through(folder / "home", gateway_url)

    def npm(self, *arguments, lock=None, name="warm", **more):
        project = npm_project(self.folder / f"npm-{len(list(self.folder.iterdir()))}", name)
        if lock is not None:
            shutil.copy(lock, project / "package-lock.json")
        said = self.through.run("npm", *arguments, cwd=project, **more)
        return project, said

    def pip(self, *arguments, **more):
        site = self.folder / f"site-{len(list(self.folder.iterdir()))}"
        command = ["install", "--no-cache-dir", "--target", str(site), *arguments]
        said = self.through.run("pip", *command, cwd=self.folder, **more)
        return site, said


def installs(machine, lock):
    """Install the warm project in each way, on a machine that has nothing."""
    for arguments, own in ((["ci"], lock), (["install"], None)):
        project, _ = machine.npm(*arguments, lock=own)
        assert (project / "node_modules" / "warm" / "package.json").exists()
        assert (project / "node_modules" / "below" / "package.json").exists()
    site, _ = machine.pip("warm")
    assert {path.name for path in site.glob("*.dist-info")} == {"warm-1.0.0.dist-info", "below-1.2.0.dist-info"}


def test_what_was_installed_before_still_is_and_nothing_else(upstream, tmp_path):
    need("npm", "pip")
    folder = tmp_path / "gateway"
    with gateway(folder, upstream, configuration=ALWAYS_ASK) as running:
        first = Machine(tmp_path / "first", running.url)
        project, _ = first.npm("install")
        first.pip("warm")
        lock = project / "package-lock.json"
        upstream.close()
        installs(Machine(tmp_path / "second", running.url), lock)
    # And through a process that has seen nothing of all this.
    with gateway(folder, upstream, configuration=ALWAYS_ASK) as running:
        third = Machine(tmp_path / "third", running.url)
        installs(third, lock)
        for path in ("/npm/cold", "/npm/cold/-/cold-1.0.0.tgz", "/npm/warm/-/warm-0.8.0.tgz", "/pypi/simple/cold/"):
            answer = running.get(path)
            assert answer.status_code == 503, path
            assert int(answer.headers["retry-after"]) > 0
            assert "Nothing is handed out until it can be inspected." in answer.json()["error"]
        # What people see. Both ask again for a minute when nobody tells them not to.
        _, said = third.npm("install", name="cold", fails=True, npm_config_fetch_retries="0")
        assert "503 Service Unavailable" in said.text
        assert "cold: no connection to 127.0.0.1" in said.text
        assert "Nothing is handed out until it can be inspected." in said.text
        _, said = third.pip("warm==0.8.0", fails=True, PIP_RETRIES="0")
        assert "503 error responses" in said.text
        _, said = third.pip("-vv", "cold", fails=True, PIP_RETRIES="0")
        assert (
            "503 error responses" in said.text
        )  # of a whole project it says no more without -vv than that it has none
