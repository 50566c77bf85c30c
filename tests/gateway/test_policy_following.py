"""The policy in force while the gateway runs: its files, and the days on which exceptions end."""

import asyncio
import signal
import time
from datetime import UTC, date, datetime, timedelta

import pytest

from customhouse.engine.settings import load_settings
from customhouse.gateway.policy_following import PolicyFollowing
from gateway.running import gateway

TODAY = date(2027, 3, 1)
EXCEPTION = """
[[exceptions]]
purl = "pkg:npm/left-pad@1.0.0"
rule = "some-rule"
digest = "sha256:{digest}"
reason = "looked at it"
owner = "ops@registry.example"
approved = 2027-02-01
expires = 2027-03-01
"""


class Followed:
    """A policy in one file, a day that the test sets, and how often the policy moved."""

    def __init__(self, folder, text):
        self.file, self.day, self.moves = folder / "customhouse.toml", TODAY, 0
        self.file.write_text(text)
        self.following = PolicyFollowing(self.read(), self.read, [self.file], today=lambda: self.day)

    def read(self):
        return load_settings(self.file.parent, explicit=self.file, environ={}, today=self.day).configuration

    async def moved(self):
        self.moves += 1

    def looks(self, times=3):
        async def run():
            self.following._moved = self.moved
            for _ in range(times):
                await self.following.look()

        asyncio.run(run())


def test_an_exception_ends_with_its_day(tmp_path):
    followed = Followed(tmp_path, EXCEPTION.format(digest="0" * 64))
    before = followed.following.identity
    followed.looks()
    assert (followed.moves, followed.following.identity) == (0, before)
    followed.day = TODAY + timedelta(days=1)
    followed.looks()
    assert followed.moves == 1
    assert followed.following.identity != before
    followed.day = TODAY + timedelta(days=2)
    followed.looks()
    assert followed.moves == 1, "no exception ends on that day"


def test_a_file_that_changes_is_followed_and_what_does_not_read_is_not(tmp_path):
    followed = Followed(tmp_path, '[cooldown]\nminimum_age = "7d"\n')
    before = followed.following.identity
    followed.file.write_text("[cooldown\n")
    followed.looks()
    assert (followed.moves, followed.following.configuration.cooldown.minimum_age) == (0, "7d")
    followed.file.unlink()
    followed.looks()
    assert followed.moves == 0
    followed.file.write_text('[cooldown]\nminimum_age = "1d"\n')
    followed.looks()
    assert (followed.moves, followed.following.configuration.cooldown.minimum_age) == (1, "1d")
    assert followed.following.identity == before, "no verdict rests on the age"
    followed.file.write_text('[gaps]\ndefault = "block"\n')
    followed.looks()
    assert followed.moves == 2
    assert followed.following.identity != before


def test_a_file_is_not_read_before_it_is_whole(tmp_path):
    followed = Followed(tmp_path, '[cooldown]\nminimum_age = "7d"\n')
    followed.file.write_text('[cooldown]\nminimum_age = "1d"\n')
    followed.looks(1)
    assert followed.moves == 0
    followed.file.write_text('[cooldown]\nminimum_age = "1d"\nexempt = ["x"]\n')
    followed.looks(1)
    assert followed.moves == 0
    followed.looks(1)
    assert followed.moves == 1
    assert followed.following.configuration.cooldown.exempt == ("x",)


@pytest.fixture
def young(registry):
    registry.npm.publish("young", "1.0.0", published=datetime.now(UTC) - timedelta(hours=5))
    registry.npm.publish("left-pad", "1.0.0")
    return registry


def test_a_running_gateway_follows_its_policy_everywhere(young, tmp_path):
    file = "/npm/young/-/young-1.0.0.tgz"
    with gateway(tmp_path, young) as running:
        config = tmp_path / "customhouse.toml"
        assert running.get(file).status_code == 403
        config.write_text('[cooldown]\nminimum_age = "1h"\n')
        assert soon(lambda: running.get(file).status_code == 200)
        assert running.get("/npm/young").status_code == 200
        config.write_text("[cooldown")
        assert soon(lambda: running.events("policy.unreadable"))
        assert running.get(file).status_code == 200
        # Under another policy what was admitted is inspected again, by a process that has read it.
        config.write_text('[gaps]\ndefault = "block"\n')
        assert soon(lambda: running.get(file).status_code == 403)
        assert running.get("/npm/left-pad/-/left-pad-1.0.0.tgz").status_code in (200, 403, 503)
        assert soon(lambda: running.get("/npm/left-pad/-/left-pad-1.0.0.tgz").status_code != 503)
        running.process.send_signal(signal.SIGHUP)
        time.sleep(1.5)
        assert running.process.poll() is None
        assert running.get("/-/health").status_code == 200


def soon(true, seconds=20.0):
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.2)
    return False
