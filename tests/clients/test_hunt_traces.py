"""What each client leaves behind, found by the hunt: in the project, and when the project is gone."""

import json
import shutil

import pytest

pytestmark = [pytest.mark.clients, pytest.mark.usefixtures("world")]

PACK = """\
id = "replica-2026"
title = "replica"
summary = "An inert replica."

[[releases]]
ecosystem = "npm"
name = "evil"
versions = ["1.0.1"]
runs = "install"

[[releases]]
ecosystem = "pypi"
name = "evil"
versions = ["1.0.1"]
runs = "import"
"""


@pytest.fixture
def world(registry):
    """Two versions of a package on each registry: a good one, and one that a pack is about."""
    scripts = {"postinstall": "node -e 0"}
    registry.npm.publish("evil", "1.0.0")
    registry.npm.publish("evil", "1.0.1", files={"index.js": "1\n"}, scripts=scripts)
    registry.npm.publish("outer", "1.0.0", dependencies={"evil": "1.0.1"})
    for version in ("1.0.0", "1.0.1"):
        registry.pypi.publish("evil", version)
    registry.pypi.publish("outer", "1.0.0", requires=["evil==1.0.1"])
    return registry


@pytest.fixture
def home(clients):
    return clients.home


@pytest.fixture
def hunt(customhouse, tmp_path):
    pack = tmp_path / "replica-2026.toml"
    pack.write_text(PACK)

    def run(*places):
        done = customhouse("hunt", *places, "--pack", pack, "--format", "json")
        assert done.code in {0, 10, 20}, done.stdout + done.stderr
        return done.json

    return run


def graded(document, area=None):
    return {hit["grade"] for hit in document["hits"] if hit["campaign"] and area in (None, hit["area"])}


def npm_project(folder, name="outer"):
    folder.mkdir()
    (folder / "package.json").write_text(
        json.dumps({"name": "shop", "version": "1.0.0", "dependencies": {name: "1.0.0"}})
    )
    return folder


INSTALLS = {
    "npm": ("npm", ["install"], {}),
    "pnpm-9": ("pnpm-9", ["install"], {}),
    "pnpm-12": ("pnpm-12", ["install", "--dangerously-allow-all-builds"], {}),
    "yarn-1": ("yarn-1", ["install", "--non-interactive"], {}),
    "yarn-4": ("yarn-4", ["install"], {"YARN_NODE_LINKER": "node-modules", "YARN_ENABLE_IMMUTABLE_INSTALLS": "0"}),
    "bun": ("bun", ["install"], {}),
}


@pytest.mark.parametrize("name", INSTALLS)
def test_a_project_and_what_stays_when_it_is_gone(clients, home, hunt, tmp_path, name):
    client, arguments, environment = INSTALLS[name]
    project = npm_project(tmp_path / "shop")
    clients.run(client, *arguments, cwd=project, **environment)
    found = graded(hunt(project))
    assert "resolved" in found, "the lock"
    assert found & {"fetched", "script-ran"}, "the installed tree"
    shutil.rmtree(project)
    left = hunt(home)
    assert graded(left, "install") & {"fetched", "script-ran"}, (name, left["looked"], left["unexamined"])


def test_the_good_version_leaves_no_trace(clients, home, hunt, tmp_path):
    project = npm_project(tmp_path / "shop", "evil")
    clients.run("npm", "install", cwd=project)
    assert graded(hunt(project, home)) == set()


def test_npm_tells_that_the_script_ran(clients, home, hunt, tmp_path):
    project = npm_project(tmp_path / "shop")
    clients.run("npm", "install", cwd=project)
    shutil.rmtree(project)
    assert "script-ran" in graded(hunt(home))


def test_npm_without_scripts_only_fetched(clients, home, hunt, tmp_path):
    project = npm_project(tmp_path / "shop")
    clients.run("npm", "install", "--ignore-scripts", cwd=project)
    shutil.rmtree(project)
    found = graded(hunt(home), "install")
    assert "fetched" in found
    assert "script-ran" not in found


@pytest.mark.parametrize("client", ["pip", "uv"])
def test_a_python_environment_and_what_stays_when_it_is_gone(clients, home, hunt, tmp_path, client):
    clients.run("uv", "venv", "--offline", str(tmp_path / "venv"), cwd=tmp_path)
    python = str(tmp_path / "venv/bin/python")
    words = (
        ["--python", python, "install", "outer"] if client == "pip" else ["pip", "install", "--python", python, "outer"]
    )
    # Of plain HTTP pip keeps only what comes from a host that it is told to trust.
    clients.run(client, *words, cwd=tmp_path, PIP_TRUSTED_HOST="127.0.0.1")
    assert "fetched" in graded(hunt(tmp_path / "venv"), "install")
    shutil.rmtree(tmp_path / "venv")
    left = hunt(home)
    assert "fetched" in graded(left, "install"), (left["looked"], left["unexamined"])
