"""The desk before a process that dies: the file that it dies over is found, and the others are inspected."""

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from customhouse.gateway.inspection import desk as module
from customhouse.gateway.inspection.desk import Desk
from customhouse.gateway.inspection.messages import Setup
from customhouse.gateway.interface import UnavailableError
from customhouse.model.purl import Purl

SETUP = Setup("/nowhere", "/nowhere", "", "", "p1")
PURL = Purl("npm", "left-pad", "1.0.0")


@pytest.fixture
def begun(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_COMMAND", (sys.executable, str(Path(__file__).with_name("worker_that_dies.py"))))
    monkeypatch.setattr(module, "_PAUSE", 0.05)
    monkeypatch.setattr(module, "_LONGEST_PAUSE", 0.1)
    return tmp_path / "begun"


def with_desk(begun, work, wait=30.0):
    async def run():
        desk = Desk(SETUP, {**os.environ, "BEGUN": str(begun)}, wait=wait)
        await desk.start()
        try:
            await work(desk)
        finally:
            await desk.stop()

    asyncio.run(run())


def test_a_file_that_the_process_dies_over_is_left_alone_and_the_others_are_inspected(begun):
    async def work(desk):
        names = [f"good-{number}" for number in range(30)]
        asked = [desk.inspect(PURL, name, "p1") for name in (*names[:15], "poison", *names[15:])]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(each) for each in answers if each is not None] == [UnavailableError]
        assert desk.deaths == 3
        with pytest.raises(UnavailableError, match="left alone") as refused:
            await desk.inspect(PURL, "poison", "p1")
        assert 30 < refused.value.retry_after <= 60
        assert await desk.inspect(PURL, "good-1", "p1") is None
        assert desk.waiting == 0

    with_desk(begun, work)
    lines = begun.read_text().splitlines()
    assert lines.count("poison") == 3
    assert max(map(lines.count, lines)) <= 3


def test_it_is_left_alone_twice_as_long_when_it_happens_again(begun, monkeypatch):
    monkeypatch.setattr(module, "_LEFT_ALONE", 1.0)

    async def work(desk):
        waits = []
        for _ in range(3):
            with pytest.raises(UnavailableError) as refused:
                await desk.inspect(PURL, "poison", "p1")
            waits.append(refused.value.retry_after)
            await asyncio.sleep(refused.value.retry_after + 0.1)
        assert waits == [1, 2, 4]

    with_desk(begun, work)


def test_a_process_that_goes_round_in_circles_is_ended(begun, monkeypatch):
    monkeypatch.setattr(module, "_SILENCE", 1.5)

    async def work(desk):
        silent, good = await asyncio.gather(
            desk.inspect(PURL, "silent", "p1"), desk.inspect(PURL, "good", "p1"), return_exceptions=True
        )
        assert good is None
        assert isinstance(silent, UnavailableError)

    with_desk(begun, work)


def test_who_asks_again_starts_nothing_twice(begun):
    async def work(desk):
        for _ in range(3):
            with pytest.raises(UnavailableError, match="still being inspected"):
                await desk.inspect(PURL, "good", "p1")
        await asyncio.sleep(0.5)
        assert desk.waiting == 0

    with_desk(begun, work, wait=0.01)
    assert begun.read_text().splitlines() == ["good"]


def test_another_policy_is_inspected_under_by_another_process(begun):
    async def work(desk):
        asked = asyncio.create_task(desk.inspect(PURL, "good", "p1"))
        await asyncio.sleep(0.1)
        before = desk._process.pid
        began = time.monotonic()
        await desk.renew(SETUP)
        with pytest.raises(UnavailableError, match="policy has just changed"):
            await asked
        assert await desk.inspect(PURL, "good", "p2") is None
        assert desk._process.pid != before
        assert desk.deaths == 0
        assert time.monotonic() - began < 20

    with_desk(begun, work)
