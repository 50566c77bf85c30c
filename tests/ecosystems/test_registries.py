"""Both registries together, as the engine opens them."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from customhouse.ecosystems.registries import open_registries
from customhouse.model.errors import UnreachableUpstream
from customhouse.model.purl import Purl
from simulator import RegistrySimulator, status


@pytest.fixture
def sim():
    with RegistrySimulator() as simulator:
        simulator.npm.publish("left", "1.0.0")
        simulator.pypi.publish("right", "1.0")
        yield simulator


def test_both_registries_answer(sim, tmp_path):
    async def run():
        given = {"HOME": str(tmp_path), "PATH": ""}
        async with open_registries(tmp_path, given, npm_registry=sim.npm_url, pypi_index=sim.pypi_url) as registries:
            left = await registries.for_("npm").project("left")
            right = await registries.for_("pypi").project("right")
            assert registries.for_("npm").origin("left") == sim.npm_url + "/"
            assert registries.for_("pypi").origin("right") == sim.pypi_url
            assert registries.warnings == ()
            return left.purl, right.purl

    assert asyncio.run(run()) == (Purl("npm", "left"), Purl("pypi", "right"))


@pytest.mark.parametrize("ecosystem", ["npm", "pypi"])
def test_offline_nothing_is_asked(sim, tmp_path, ecosystem):
    async def run():
        options = {"npm_registry": sim.npm_url, "pypi_index": sim.pypi_url, "offline": True}
        async with open_registries(tmp_path, {"HOME": str(tmp_path)}, **options) as registries:
            await registries.for_(ecosystem).project("left")

    with pytest.raises(UnreachableUpstream, match="left was not fetched: offline"):
        asyncio.run(run())
    assert sim.requests == []


def test_warnings_are_those_of_what_was_read(sim, tmp_path):
    (tmp_path / ".npmrc").write_text("strict-ssl=false\n")
    given = {"HOME": str(tmp_path), "PATH": "", "PIP_FIND_LINKS": "/wheels"}

    async def run():
        async with open_registries(tmp_path, given, npm_registry=sim.npm_url) as registries:
            before = registries.warnings
            assert registries.npm.configuration.registry == sim.npm_url + "/"
            return before, registries.warnings

    before, after = asyncio.run(run())
    assert before == ()
    assert len(after) == 1
    assert "strict-ssl" in after[0]


def test_no_http_library_is_loaded_before_the_first_request():
    program = (
        "import sys, pathlib\n"
        "from customhouse.ecosystems.registries import open_registries\n"
        "opened = open_registries(pathlib.Path('.'), {}, npm_registry='http://127.0.0.1:1/')\n"
        "opened.npm\n"
        "loaded = {'httpx2', 'httpcore2', 'asyncio', 'stamina', 'ssl', 'pip'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
    )
    source = str(Path(__file__).parents[2] / "src")
    subprocess.run([sys.executable, "-c", program], env=os.environ | {"PYTHONPATH": source}, check=True)


def test_retries_are_not_shouted_about(sim, tmp_path, capfd):
    sim.misbehave("left", status(503, retry_after=0), times=1)

    async def run():
        async with open_registries(
            tmp_path, {"HOME": str(tmp_path), "PATH": ""}, npm_registry=sim.npm_url
        ) as registries:
            await registries.npm.project("left")

    asyncio.run(run())
    assert capfd.readouterr() == ("", "")
