"""The watch: what others decided is followed, and nothing is taken from memory while that cannot be done."""

import asyncio
import contextlib
import threading
import time

import pytest

from customhouse.gateway.interface import UnavailableError
from customhouse.gateway.watch import Watch
from customhouse.model.purl import Purl

PACKAGE, OTHER = Purl("npm", "left-pad"), Purl("npm", "other")


class Database:
    """A counter, and which packages moved it when; it may hang."""

    def __init__(self):
        self.number, self.moved = 10, {}
        self.answers = threading.Event()
        self.answers.set()
        self.asked = 0

    def move(self, *packages):
        self.number += 1
        self.moved |= dict.fromkeys(packages, self.number)

    def changed(self, after):
        self.asked += 1
        self.answers.wait(20)
        return self.number, frozenset(each for each, number in self.moved.items() if number > after)


def watched(work):
    """Run a coroutine with a database and a watch that looks only when it is told to."""

    async def run():
        database = Database()
        watch = Watch(database.changed)
        await watch.look()
        try:
            await work(database, watch)
        finally:
            database.answers.set()
            await watch.stop()

    asyncio.run(run())


def test_what_moved_no_longer_holds_and_the_rest_does():
    async def work(database, watch):
        epoch = watch.epoch
        assert watch.holds(PACKAGE, epoch)
        database.move(PACKAGE)
        await watch.look()
        assert not watch.holds(PACKAGE, epoch)
        assert watch.holds(OTHER, epoch)
        assert not watch.holds(None, epoch)

    watched(work)


def test_a_database_that_hangs_is_not_waited_for():
    async def work(database, watch):
        database.answers.clear()
        began = time.monotonic()
        with pytest.raises(UnavailableError):
            await watch.look()
        assert time.monotonic() - began < 3
        await asyncio.sleep(1)
        assert not watch.fresh
        assert not watch.holds(PACKAGE, watch.epoch)
        for _ in range(20):
            asyncio.get_running_loop().create_task(swallowed(watch.look()))
        await asyncio.sleep(2)
        database.answers.set()
        await asyncio.sleep(0.2)
        await watch.look()
        assert watch.fresh
        assert database.asked < 5, "those that gave up are asked for nobody"

    watched(work)


def test_a_hanging_disk_does_not_hold_the_watch_up():
    async def work(_, watch):
        ends = threading.Event()
        held = [asyncio.create_task(asyncio.to_thread(ends.wait, 20)) for _ in range(64)]
        await asyncio.sleep(0)
        await watch.look()
        ends.set()
        await asyncio.gather(*held)

    watched(work)


def test_a_database_that_was_put_back_lets_nothing_hold():
    async def work(database, watch):
        epoch = watch.epoch
        database.number -= 4
        await watch.look()
        assert not watch.holds(PACKAGE, epoch)
        assert watch.holds(PACKAGE, watch.epoch)

    watched(work)


async def swallowed(work):
    with contextlib.suppress(UnavailableError):
        await work
