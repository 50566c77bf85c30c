"""`customhouse doctor --gateway`, the command, with real clients: who goes through is proven, who does not is named.

The clients lie in a folder that is their whole PATH beside the system's, under the names that people call them by. Two
of yarn and of pnpm are installed, hence two folders.
"""

import io
import json
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

import jsonschema
import pytest

from clients.conftest import COMMANDS
from customhouse.gateway.clients.environment import environments
from gateway.real_clients import need
from gateway.running import clean_environment, gateway
from simulator.http import Response, Server

pytestmark = pytest.mark.clients

SCHEMA = Path(__file__).parents[3] / "docs" / "schemas" / "client-proof-1.json"
PYTHON = ("pip", "uv", "pipenv", "pdm", "poetry")
#: Folder → program → client as the tests install it.
INSTALLED = {
    "older": {"npm": "npm", "pnpm": "pnpm-9", "yarn": "yarn-1", "bun": "bun", **{name: name for name in PYTHON}},
    "newer": {"pnpm": "pnpm-12", "yarn": "yarn-4"},
}
AGENTS = {
    "npm": "npm/", "pnpm": "pnpm/", "yarn-1": "yarn/1.", "yarn-4": "got", "bun": "Bun/", "pip": "pip/", "uv": "uv/",
    "pipenv": "pip/", "pdm": "pdm/", "poetry": "poetry/",
}  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    from simulator import RegistrySimulator  # noqa: PLC0415 - the fixture of this name lives for one test

    with RegistrySimulator() as upstream, gateway(tmp_path_factory.mktemp("gateway"), upstream) as started:
        yield started


@pytest.fixture
def elsewhere():
    """A registry and an index that have nothing; what they were asked."""
    asked = []
    server = Server()

    def handle(said):
        asked.append(said.path)
        return Response(404, {"Content-Type": "application/json"}, b'{"error": "not found"}')

    yield f"http://127.0.0.1:{server.listen('elsewhere', handle)}", asked
    server.close()


class Machine:
    """A home, a folder of clients, a project."""

    def __init__(self, folder, installed):
        need(*installed.values())
        self.folder, self.home, self.project = folder, folder / "home", folder / "project"
        self.bin = folder / "bin"
        for each in (self.home, self.project, self.bin):
            each.mkdir()
        for program, client in installed.items():
            script = self.bin / program
            script.write_text("#!/bin/sh\nexec " + " ".join(f"'{word}'" for word in COMMANDS[client]) + ' "$@"\n')
            script.chmod(0o755)
        for program in ("node", "python3", "sh", "env", "uname", "git"):  # what clients themselves start
            found = next(
                each for each in map(Path, ("/usr/bin", "/bin", "/usr/local/bin")) if (each / program).exists()
            )
            if not (self.bin / program).exists():
                (self.bin / program).symlink_to(found / program)

    def write(self, **files):
        for name, text in files.items():
            (self.project / name.replace("__", ".")).write_text(text)

    def doctor(self, url, *options, **variables):
        """Run the command; return its exit code and its document."""
        before = self.seen()
        kept = {key: value for key, value in clean_environment(self.home).items() if not key.startswith(FOREIGN)}
        done = subprocess.run(
            [sys.executable, "-m", "customhouse", "doctor", "--gateway", url, "--format", "json", *options],
            cwd=self.project,
            env=kept | {"PATH": str(self.bin)} | variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=400,
        )
        assert done.stdout, done.stderr
        document = json.loads(done.stdout)
        jsonschema.validate(document, json.loads(SCHEMA.read_text()))
        assert self.seen() == before
        return done.returncode, {each["client"]: each for each in document["clients"]}, document

    def seen(self):
        """What lies in the project, byte for byte."""
        return {
            path: (path.read_bytes(), path.stat().st_mtime_ns) for path in self.project.rglob("*") if path.is_file()
        }


FOREIGN = ("YARN_", "BUN_", "PDM_", "POETRY_", "PIPENV_", "PNPM_", "pnpm_", "VIRTUAL_ENV", "PYTHONHOME", "CI")


@pytest.fixture(params=INSTALLED)
def machine(request, tmp_path):
    return Machine(tmp_path, INSTALLED[request.param])


@pytest.fixture
def older(tmp_path):
    return Machine(tmp_path, INSTALLED["older"])


def lines(url, token=""):
    """What `gateway env --all` sets."""
    return {each.name: each.value for said in environments(url, token) for each in said.variables}


def poetry_source(index, name="gateway"):
    return f'[tool.poetry]\nname = "shop"\n[[tool.poetry.source]]\nname = "{name}"\nurl = "{index}/"\npriority = "primary"\n'


def installed(clients):
    return {name: each for name, each in clients.items() if each["outcome"] != "missing"}


def test_clients_that_the_environment_points_at_the_gateway_are_proven(machine, running):
    machine.write(pyproject__toml=poetry_source(f"{running.url}/pypi/simple"))
    code, clients, document = machine.doctor(running.url, **lines(running.url))
    found = installed(clients)
    assert {name: each["outcome"] for name, each in found.items()} == dict.fromkeys(found, "through")
    assert len(found) == len({path.name for path in machine.bin.iterdir()} & {"npm", "pnpm", "yarn", "bun", *PYTHON})
    for name, each in found.items():
        assert each["agent"].startswith(AGENTS[name]), each
        assert Path(each["program"]).parent == machine.bin
    assert (code, document["proven"]) == (0, True)


def test_clients_that_go_elsewhere_are_named_with_where(machine, running, elsewhere):
    other, asked = elsewhere
    wrong = {name: value.replace(running.url, other) for name, value in lines(running.url).items()}
    machine.write(pyproject__toml=poetry_source(f"{other}/pypi/simple", "other"))
    code, clients, document = machine.doctor(running.url, **wrong)
    found = installed(clients)
    assert {name: each["outcome"] for name, each in found.items()} == dict.fromkeys(found, "elsewhere")
    for each in found.values():
        assert [url.rstrip("/") for url in each["elsewhere"]] in ([f"{other}/npm"], [f"{other}/pypi/simple"]), each
    assert (code, document["proven"]) == (10, False)
    assert len({path.rstrip("/").rpartition("/")[2] for path in asked if "customhouse-canary-" in path}) == len(found)


def test_what_the_project_and_the_home_say_decides(machine, running):
    """Without any variable: by .npmrc, .yarnrc.yml, pip.conf, and the projects' own sources."""
    index = f"{running.url}/pypi/simple"
    machine.write(
        __npmrc=f"registry={running.url}/npm/\n",
        __yarnrc__yml=f'npmRegistryServer: "{running.url}/npm"\nunsafeHttpWhitelist: ["127.0.0.1"]\n',
        Pipfile=f'[[source]]\nurl = "{index}"\nverify_ssl = false\nname = "gateway"\n[packages]\n',
        pyproject__toml=poetry_source(index)
        + f'[[tool.uv.index]]\nname = "gateway"\nurl = "{index}"\ndefault = true\n'
        + f'[[tool.pdm.source]]\nname = "pypi"\nurl = "{index}"\n',
    )
    (machine.home / ".config/pip").mkdir(parents=True)
    host = running.url.partition("://")[2]
    (machine.home / ".config/pip/pip.conf").write_text(f"[global]\nindex-url = {index}\ntrusted-host = {host}\n")
    code, clients, _ = machine.doctor(running.url)
    found = installed(clients)
    assert {name: each["outcome"] for name, each in found.items()} == dict.fromkeys(found, "through")
    assert code == 0


def test_registries_beside_the_gateway_are_named(older, running, elsewhere):
    """Nothing is gained where an index that was not inspected is asked as well."""
    other, _ = elsewhere
    index = f"{running.url}/pypi/simple"
    older.write(
        __npmrc=f"@acme:registry={other}/npm/\n",
        Pipfile=f'[[source]]\nurl = "{index}"\nverify_ssl = false\nname = "gateway"\n[[source]]\nurl = "{other}/simple"\n'
        'verify_ssl = false\nname = "other"\n[packages]\n',
        pyproject__toml=poetry_source(index)
        + f'[[tool.poetry.source]]\nname = "other"\nurl = "{other}/simple/"\npriority = "supplemental"\n'
        + f'[[tool.uv.index]]\nname = "other"\nurl = "{other}/simple"\n'
        + f'[[tool.pdm.source]]\nname = "other"\nurl = "{other}/simple"\n',
    )
    code, clients, document = older.doctor(running.url, **lines(running.url), PIP_EXTRA_INDEX_URL=f"{other}/simple")
    for name, each in installed(clients).items():
        assert each["outcome"] == "partly", each
        beside = [f"@acme: {other}/npm/"] if name not in PYTHON else [f"{other}/simple"]
        assert [url.removesuffix("/") if name in PYTHON else url for url in each["beside"]] == beside
    assert (code, document["proven"]) == (10, False)


def test_another_address_of_the_gateway_is_the_gateway(tmp_path, running):
    """What a client was told is not compared; whether the question arrived is."""
    machine = Machine(tmp_path, {"npm": "npm", "yarn": "yarn-1", "pip": "pip", "uv": "uv", "pdm": "pdm"})
    code, clients, _ = machine.doctor(running.url.replace("127.0.0.1", "localhost"), **lines(running.url))
    assert {each["outcome"] for each in installed(clients).values()} == {"through"}
    assert code == 0


def test_a_token_that_the_clients_have_not(tmp_path, tmp_path_factory):
    """The gateway turns them away, which is no sign that they go elsewhere; with its token they are proven."""
    from simulator import RegistrySimulator  # noqa: PLC0415

    machine = Machine(tmp_path, {"npm": "npm", "pnpm": "pnpm-12", "pip": "pip"})
    folder = tmp_path_factory.mktemp("gateway")
    with RegistrySimulator() as upstream, gateway(folder, upstream, "--require-tokens") as started:
        token = (folder / "kept" / "admin-token").read_text().strip()
        code, clients, _ = machine.doctor(started.url, "--token", token, **lines(started.url))
        assert {each["outcome"] for each in installed(clients).values()} == {"unproven"}
        for name in ("npm", "pnpm"):  # pip does not say
            assert "401" in " ".join(clients[name]["notes"])
        assert code == 4
        code, clients, document = machine.doctor(started.url, "--token", token, **lines(started.url, token))
        assert {each["outcome"] for each in installed(clients).values()} == {"through"}
        assert code == 0
        assert token not in json.dumps(document)


# What answers may want to run, and what a project may.


def sdist(name, marker):
    """An sdist that leaves a mark when anything builds it, or asks it for its metadata."""
    told = f"open({str(marker)!r}, 'a').write('sdist')\nfrom setuptools import setup\nsetup(name={name!r}, version='9.0')\n"
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        info = tarfile.TarInfo(f"{name}-9.0/setup.py")
        info.size = len(told)
        archive.addfile(info, io.BytesIO(told.encode()))
    return data.getvalue()


@pytest.fixture
def hostile(tmp_path):
    """Answers for any name, with an sdist and with a package that has install scripts."""
    marker = tmp_path / "ran"
    server = Server()

    def handle(said):
        parts = said.path.partition("?")[0].strip("/").split("/")
        if said.path.endswith(".tar.gz"):
            return Response(200, {}, sdist(parts[-1].rpartition("-")[0], marker))
        if "simple" in parts:
            name = parts[-1]
            page = f'<a href="/{name.replace("-", "_")}-9.0.tar.gz">{name.replace("-", "_")}-9.0.tar.gz</a>'
            return Response(200, {"Content-Type": "text/html"}, page.encode())
        name = parts[-1]
        version = {
            "name": name,
            "version": "9.0.0",
            "scripts": {"preinstall": f"echo npm >> {marker}"},
            "dist": {"tarball": f"http://{said.headers['host']}/{name}.tgz", "shasum": "0" * 40},
        }
        body = {"name": name, "dist-tags": {"latest": "9.0.0"}, "versions": {"9.0.0": version}}
        return Response(200, {"Content-Type": "application/json"}, json.dumps(body).encode())

    yield f"http://127.0.0.1:{server.listen('hostile', handle)}", marker
    server.close()


def test_nothing_of_an_answer_and_nothing_of_the_project_is_run(machine, running, hostile):
    other, marker = hostile
    hook = machine.project / "hook.sh"
    hook.write_text(f"#!/bin/sh\necho project >> {marker}\n")
    hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
    code = f"require('fs').appendFileSync({str(marker)!r}, 'project')\n"
    machine.write(
        __pnpmfile__cjs=code,
        plugin__cjs=code,
        yarn__cjs=code,
        __npmrc=f"registry={other}/npm/\nscript-shell={hook}\nnode-options=--require {machine.project}/plugin.cjs\n",
        __yarnrc=f'yarn-path "{machine.project}/yarn.cjs"\n',
        __yarnrc__yml=f"yarnPath: {machine.project}/yarn.cjs\nplugins: [{machine.project}/plugin.cjs]\n",
        package__json=json.dumps({"name": "shop", "version": "1.0.0", "scripts": {"preinstall": str(hook)}}),
        bunfig__toml='preload = ["./plugin.cjs"]\n',
        setup__py=f"open({str(marker)!r}, 'a').write('project')\n",
        pyproject__toml=poetry_source(f"{other}/simple", "other")
        + '[build-system]\nrequires = []\nbuild-backend = "setup"\nbackend-path = ["."]\n',
    )
    wrong = {name: value.replace(running.url, other) for name, value in lines(running.url).items()}
    exit_code, clients, _ = machine.doctor(running.url, **wrong)
    assert {each["outcome"] for each in installed(clients).values()} == {"elsewhere"}
    assert exit_code == 10
    assert not marker.exists(), marker.read_text()


def test_the_mark_of_that_test_is_left_by_a_client_that_is_not_held_back(hostile, tmp_path, older):
    """So that the test above is known to be able to fail."""
    other, marker = hostile
    kept = {key: value for key, value in clean_environment(older.home).items() if not key.startswith(FOREIGN)}
    command = [
        str(older.bin / "pip"),
        "download",
        "--no-deps",
        "--no-build-isolation",
        "--index-url",
        f"{other}/simple",
    ]
    subprocess.run([*command, "anything"], cwd=tmp_path, env=kept, capture_output=True, check=False, timeout=120)
    assert marker.exists()
