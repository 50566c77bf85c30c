"""The real npm and pip install from the simulator: what it serves is what registries serve."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from simulator import RegistrySimulator


@pytest.fixture
def sim():
    with RegistrySimulator() as simulator:
        yield simulator


def run(command, cwd, **environ):
    kept = {key: value for key, value in os.environ.items() if not key.upper().startswith(("NPM_CONFIG_", "PIP_"))}
    done = subprocess.run(
        command,
        cwd=cwd,
        env=kept | {"HOME": str(cwd)} | environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_npm_installs_from_it(sim, tmp_path):
    sim.npm.publish("left", "1.0.0", files={"index.js": "module.exports = 'left'\n"})
    sim.npm.publish("@acme/right", "2.1.0", dependencies={"left": "^1.0.0"})
    sim.npm.publish("@acme/right", "3.0.0-beta.1", tag="next")
    sim.require_token("s3cret", scope="@acme")
    host = sim.npm_url.removeprefix("http:")
    (tmp_path / ".npmrc").write_text(f"registry={sim.npm_url}/\n{host}/:_authToken=s3cret\n")
    (tmp_path / "package.json").write_text(json.dumps({"name": "x", "dependencies": {"@acme/right": "latest"}}))
    run([shutil.which("npm"), "install", "--ignore-scripts"], tmp_path, npm_config_cache=str(tmp_path / "cache"))
    lock = json.loads((tmp_path / "package-lock.json").read_text())["packages"]
    assert lock["node_modules/@acme/right"]["version"] == "2.1.0"
    assert lock["node_modules/left"]["integrity"] == sim.npm.packument("left")["versions"]["1.0.0"]["dist"]["integrity"]
    assert (tmp_path / "node_modules/left/index.js").read_text() == "module.exports = 'left'\n"


@pytest.mark.parametrize("html_only", [False, True])
def test_pip_installs_from_it(sim, tmp_path, html_only):
    sim.pypi.html_only = html_only
    sim.pypi.publish("Left.Pad", "1.0", files={"left_pad.py": "SIDE = 'left'\n"})
    sim.pypi.publish("Left.Pad", "1.1", yanked="broken")
    sim.pypi.publish("right", "2.0", source={"right.py": ""})
    sim.pypi.publish(
        "right",
        "2.0",
        requires=["left-pad>=1"],
        requires_python=">=3.8",
        wheels={"py3-none-any": {"right.py": "SIDE = 'right'\n"}},
    )
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", "site", "--index-url", sim.pypi_url, "right"]
    run(pip, tmp_path, PIP_CONFIG_FILE=os.devnull, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_CACHE_DIR="1")
    assert (tmp_path / "site/left_pad.py").read_text() == "SIDE = 'left'\n"
    assert (tmp_path / "site/right.py").read_text() == "SIDE = 'right'\n"


def test_archives_are_the_same_on_every_run(sim):
    with RegistrySimulator() as other:
        assert sim.npm.publish("a", "1.0.0") == other.npm.publish("a", "1.0.0")
        for form in ({"source": {"a.py": "1"}}, {"wheels": {"py3-none-any": {"a.py": "1"}}}):
            assert sim.pypi.publish("a", "1", **form) == other.pypi.publish("a", "1", **form)
