"""Real pip, uv, pipenv, pdm and Poetry through the door: what they take, what they print, what their locks say."""

import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from customhouse.ecosystems.pypi.configuration import last_resort
from customhouse.gateway.clients.lockfiles import Upstreams, put_right
from customhouse.model.gateway import Reason, Standing
from gateway.pypi.served import Served, serving
from gateway.pypi.world import NOW, World
from gateway.real_clients import Through, need
from simulator import RegistrySimulator

pytestmark = pytest.mark.clients
FOUND = Standing("1.0.0", "block", "verdict", (Reason("downloads-and-runs", "setup.py downloads and runs it"),), NOW)
#: Where clients that print no body are told the reason.
SPELT = "/refused/alpha/alpha-1.0.0-py3-none-any.whl/downloads-and-runs/since/2026-11-30T12:00Z"


@dataclass
class Gateway:
    """A door before a simulated index, whose file host would answer whoever went round."""

    world: World
    served: Served
    registry: RegistrySimulator
    through: Through

    def went_round(self) -> bool:
        return bool(self.registry.asked("files") or self.registry.asked("pypi"))


def publish(registry):
    registry.pypi.announces_metadata = True
    registry.pypi.publish("alpha", "1.0.0", requires=["beta-lib>=1"])
    registry.pypi.publish("alpha", "1.1.0", requires=["beta-lib>=1"])
    registry.pypi.publish("Beta.Lib", "1.0.0")


@pytest.fixture(params=["json", "html"])
def gateway(request, registry, tmp_path):
    need("pip", "uv", "pipenv", "pdm", "poetry", "pip-compile")
    publish(registry)
    registry.pypi.html_only = request.param == "html"
    world = World(store=registry.pypi, root=registry.pypi_url)
    world.hide("alpha", "1.1.0")
    with serving(world.door) as served:
        yield Gateway(world, served, registry, Through(tmp_path / "home", served.root))


def project(folder, requirement="alpha", more=""):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(
        f'[project]\nname = "shop"\nversion = "1.0.0"\nrequires-python = ">=3.11"\ndependencies = ["{requirement}"]\n{more}'
    )
    return folder


PDM = "[tool.pdm]\ndistribution = false\n"
POETRY = "[tool.poetry]\npackage-mode = false\n"


def pip(gateway, folder):
    folder.mkdir()
    (folder / "requirements.in").write_text("alpha\n")
    gateway.through.run("pip-compile", "-q", "--generate-hashes", "--no-emit-index-url", "requirements.in", cwd=folder)
    return ["pip", "install", "--no-cache-dir", "--target", "site", "--require-hashes", "-r", "requirements.txt"]


def uv(gateway, folder):
    project(folder)
    gateway.through.run("uv", "lock", "--no-cache", cwd=folder)
    return ["uv", "sync", "--frozen", "--no-cache"]


def pdm(gateway, folder):
    project(folder, more=PDM)
    gateway.through.run("pdm", "lock", cwd=folder)
    return ["pdm", "sync"]


def poetry(gateway, folder):
    """By the way that is documented: a source of the project's own."""
    project(folder, more=POETRY)
    gateway.through.run(
        "poetry", "source", "add", "--priority=primary", "gateway", f"{gateway.served.index}/", cwd=folder
    )
    gateway.through.run("poetry", "lock", cwd=folder)
    return ["poetry", "install", "--no-cache"]


def pipenv(gateway, folder):
    folder.mkdir()
    source = f'[[source]]\nurl = "{last_resort().rstrip("/")}"\nverify_ssl = true\nname = "pypi"\n'
    (folder / "Pipfile").write_text(source + '[packages]\nalpha = "*"\n')
    gateway.through.run("pipenv", "lock", cwd=folder)
    return ["pipenv", "sync"]


WAYS = {"pip": pip, "uv": uv, "pdm": pdm, "poetry": poetry, "pipenv": pipenv}


def installed(gateway, folder):
    """Name what lies in the site-packages that the client filled."""
    roots = [folder, gateway.through.home]
    return {path.name.removesuffix(".dist-info") for root in roots for path in root.rglob("*.dist-info")}


@pytest.mark.parametrize("client", WAYS)
def test_an_install_takes_the_older_version_and_a_refused_one_says_why(gateway, tmp_path, client):
    folder = tmp_path / "shop"
    install = WAYS[client](gateway, folder)
    gateway.through.run(*install, cwd=folder)
    assert {"alpha-1.0.0", "beta_lib-1.0.0"} <= installed(gateway, folder)
    assert not [path for _, path, _ in gateway.served.log if "alpha-1.1.0" in path]
    assert not gateway.went_round()
    # The same lock on another machine, when its release is no longer what the gateway hands out.
    gateway.world.gated["alpha", "1.0.0"] = FOUND
    for left in (folder / ".venv", folder / "site", gateway.through.home):
        shutil.rmtree(left, ignore_errors=True)
    said = gateway.through.run(*install, cwd=folder, fails=True)
    assert "403" in said.text
    assert "downloads-and-runs" in said.words
    assert "alpha-1.0.0" not in installed(gateway, folder)
    if client == "uv":
        assert "setup.py downloads and runs it" in said.text
        assert "customhouse approve pkg:pypi/alpha@1.0.0" in said.text
        assert gateway.served.statuses("alpha-1.0.0-py3-none-any.whl")[-1] == 403
    else:
        assert SPELT in said.words
        assert gateway.served.statuses("/refused/")[-1] == 403
    assert not gateway.went_round()


def test_pip_keeps_what_it_fetched_and_asks_whether_it_still_may(gateway, tmp_path):
    """So that a release that is blocked later is refused to its cache as well."""
    tmp_path.joinpath("x").mkdir()
    for target in ("first", "second"):
        gateway.through.run("pip", "install", "--target", target, "alpha", cwd=tmp_path / "x")
    assert gateway.served.statuses("alpha-1.0.0-py3-none-any.whl") in ([200, 304], [200, 200, 304, 304])
    assert (tmp_path / "x/second/alpha-1.0.0.dist-info").is_dir()
    gateway.world.gated["alpha", "1.0.0"] = FOUND
    said = gateway.through.run("pip", "install", "--target", "third", "alpha", cwd=tmp_path / "x", fails=True)
    assert SPELT in said.words
    assert not (tmp_path / "x/third/alpha").exists()


def test_uvx(gateway, tmp_path):
    """What `uvx` is short for."""
    command = ["tool", "run", "--from", "alpha", "python", "-c", "import alpha; print('VALUE is', alpha.VALUE)"]
    assert "VALUE is 1" in gateway.through.run("uv", *command, cwd=tmp_path).text
    gateway.world.hide("alpha", "1.0.0")
    fresh = Through(tmp_path / "another home", gateway.served.root)
    assert "there are no versions of alpha" in fresh.run("uv", *command, cwd=tmp_path, fails=True).text


def test_uv_reads_metadata_out_of_the_wheel_where_none_are_announced(gateway, tmp_path):
    """By HEAD and ranges: of what the gate admits."""
    gateway.registry.pypi.announces_metadata = False
    install = uv(gateway, tmp_path / "shop")
    assert gateway.served.statuses("alpha-1.0.0-py3-none-any.whl", "HEAD") == [200]
    assert 206 in gateway.served.statuses("alpha-1.0.0-py3-none-any.whl")
    gateway.through.run(*install, cwd=tmp_path / "shop")


@pytest.mark.parametrize("client", ["pip", "uv", "pdm", "poetry"])
def test_a_proxy_may_mount_it_anywhere(registry, tmp_path, client):
    publish(registry)
    world = World(store=registry.pypi, root=registry.pypi_url)
    with serving(world.door, prefix="/tools/registry") as served:
        gateway = Gateway(world, served, registry, Through(tmp_path / "home", served.root))
        gateway.through.run(*WAYS[client](gateway, tmp_path / "shop"), cwd=tmp_path / "shop")
        assert "beta_lib-1.0.0" in installed(gateway, tmp_path / "shop")
        assert not gateway.went_round()
        # A refusal leads to its words below the prefix too.
        world.gated["alpha", "1.1.0"] = Standing("1.1.0", "block", "blocked-here")
        (tmp_path / "other").mkdir()
        if client == "pip":
            arguments = ["install", "--no-cache-dir", "--target", "x", "alpha==1.1.0"]
            said = gateway.through.run("pip", *arguments, cwd=tmp_path / "other", fails=True)
            assert "/tools/registry/pypi/refused/alpha/" in said.words


def test_where_all_is_hidden(gateway, tmp_path):
    gateway.world.hide("alpha", "1.0.0")
    tmp_path.joinpath("x").mkdir()
    said = gateway.through.run("pip", "install", "--target", "site", "alpha", cwd=tmp_path / "x", fails=True)
    assert "from versions: none" in said.text
    said = gateway.through.run("uv", "pip", "install", "--target", "site", "alpha", cwd=tmp_path / "x", fails=True)
    assert "there are no versions of alpha" in said.text


def test_an_upload_is_refused_in_words(gateway, tmp_path):
    wheel = next(file for file in gateway.registry.pypi._projects["alpha"] if file.version == "1.0.0")
    (tmp_path / wheel.filename).write_bytes(wheel.data)
    said = gateway.through.run(
        *("uv", "publish", "--publish-url", f"{gateway.served.root}pypi/legacy/", "--token", "x", wheel.filename),
        cwd=tmp_path,
        fails=True,
    )
    assert "This gateway hands packages out and takes none in" in said.text


# What the locks say. Each is written through the gateway and straight from upstream, and put right it is the latter.


def direct(gateway, client, *arguments, cwd, **variables):
    """Run a client as if there were no gateway."""
    pointers = {
        "UV_DEFAULT_INDEX": gateway.registry.pypi_url.rstrip("/"),
        "PIP_INDEX_URL": gateway.registry.pypi_url.rstrip("/"),
        "PDM_PYPI_URL": gateway.registry.pypi_url.rstrip("/"),
    }
    return gateway.through.run(client, *arguments, cwd=cwd, **pointers, **variables)


LOCKS = {
    "uv.lock": ("uv", ["lock", "--no-cache"], ""),
    "pdm.lock": ("pdm", ["lock", "-S", "static_urls"], PDM),
    "requirements.txt": ("pip-compile", ["-q", "--generate-hashes", "--strip-extras", "pyproject.toml"], ""),
    "pylock.toml": ("pip", ["lock", "--no-cache-dir", "alpha==1.0.0"], ""),
}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_put_right_is_the_one_that_upstream_would_have_had(gateway, tmp_path, name):
    client, arguments, more = LOCKS[name]
    for folder in ("through", "straight"):
        project(tmp_path / folder, "alpha==1.0.0", more)
    if client == "pip":
        (tmp_path / "straight" / "pyproject.toml").unlink()
    gateway.through.run(client, *arguments, cwd=tmp_path / "through")
    assert not gateway.went_round()
    direct(gateway, client, *arguments, cwd=tmp_path / "straight")
    written = (tmp_path / "through" / name).read_bytes()
    assert gateway.served.root.encode() in written
    upstreams = Upstreams("https://npm.registry.example", gateway.registry.pypi_url)
    righted = put_right(name, written, gateway.served.root, upstreams)
    assert righted == (tmp_path / "straight" / name).read_bytes()
    assert put_right(name, righted, gateway.served.root, upstreams) == righted
    if client == "uv":
        (tmp_path / "through" / name).write_bytes(righted)
        direct(gateway, "uv", "lock", "--check", "--no-cache", cwd=tmp_path / "through")


def test_what_the_other_locks_say(gateway, tmp_path):
    """Pipenv keeps the Pipfile's source, pdm writes no address; Poetry's names the source that the project names."""
    upstreams = Upstreams("https://npm.registry.example", gateway.registry.pypi_url)
    pipenv(gateway, tmp_path / "a")
    lock = (tmp_path / "a" / "Pipfile.lock").read_bytes()
    assert last_resort().rstrip("/").encode() in lock
    assert put_right("Pipfile.lock", lock, gateway.served.root, upstreams) == lock
    pdm(gateway, tmp_path / "b")
    lock = (tmp_path / "b" / "pdm.lock").read_bytes()
    assert b"://" not in lock
    assert put_right("pdm.lock", lock, gateway.served.root, upstreams) == lock
    poetry(gateway, tmp_path / "c")
    lock = (tmp_path / "c" / "poetry.lock").read_bytes()
    assert f'url = "{gateway.served.index}"'.encode() in lock
    told = tomllib.loads(put_right("poetry.lock", lock, gateway.served.root, upstreams).decode())
    assert {package["source"]["url"] for package in told["package"]} == {gateway.registry.pypi_url.rstrip("/")}
    assert Path(tmp_path / "c" / "pyproject.toml").read_text().count(gateway.served.index) == 1
