"""What the inspecting process reads is what is handed out: fetched once, kept, and pinned to its name."""

import asyncio
import hashlib
from datetime import UTC, datetime

import pytest

from customhouse.gateway.inspection.store_source import StoreSource
from customhouse.gateway.state import open_state
from customhouse.model.digest import digest_of
from customhouse.model.errors import HostileUpstream
from customhouse.model.gateway import Pin
from customhouse.model.purl import Purl
from customhouse.model.release import Artifact

ONE, OTHER = b"the bytes that it had first", b"what somebody put in their place"
PURL = Purl("pypi", "demo", "1.0")
NAME = "demo-1.0-py3-none-any.whl"


class Registry:
    """Has one file, and counts how often it is fetched."""

    def __init__(self, data):
        self.data, self.fetched = data, 0

    async def fetch(self, _purl, _artifact, sink):
        self.fetched += 1
        sink.write(self.data)
        return b""


@pytest.fixture
def state(tmp_path):
    opened = open_state(f"sqlite:///{tmp_path}/state.sqlite", str(tmp_path / "blobs"), tmp_path / "incoming", "p1")
    yield opened
    opened.close()


def artifact(data=None, name=NAME):
    digests = (digest_of(data), digest_of(data, "sha512")) if data is not None else ()
    return Artifact(name, "wheel", f"http://files.example/{name}", digests)


def obtained(state, registry, named, purl=PURL):
    async def run():
        source = StoreSource(state)
        with source.asked(purl, named.filename):
            async with source.obtain(registry, purl, named) as path:
                return path.read_bytes()

    return asyncio.run(run())


@pytest.mark.parametrize("promised", [ONE, None], ids=["promised", "without a digest"])
def test_it_is_fetched_once(state, promised):
    registry = Registry(ONE)
    for _ in range(3):
        assert obtained(state, registry, artifact(promised)) == ONE
    assert registry.fetched == 1
    (pin,) = state.pins.of(PURL)
    assert pin.sha256 == hashlib.sha256(ONE).hexdigest()


def test_what_is_read_for_a_comparison_alone_is_kept_nowhere(state, tmp_path):
    async def read():
        async with StoreSource(state).obtain(Registry(ONE), PURL, artifact(ONE)) as path:
            return path, path.read_bytes()

    path, data = asyncio.run(read())
    assert data == ONE
    assert not path.exists()
    assert state.pins.of(PURL) == ()
    assert not [each for each in (tmp_path / "blobs").rglob("*") if each.is_file()]


def test_a_file_that_was_damaged_in_the_store_is_fetched_again(state, tmp_path):
    registry = Registry(ONE)
    obtained(state, registry, artifact(ONE))
    (blob,) = [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]
    blob.write_bytes(OTHER)
    assert obtained(state, registry, artifact(ONE)) == ONE
    assert registry.fetched == 2


def test_other_bytes_without_a_digest_are_never_read(state):
    obtained(state, Registry(ONE), artifact())
    assert obtained(state, Registry(OTHER), artifact()) == ONE


@pytest.mark.parametrize("written", ["1.0", "1.0.0", "1"])
def test_other_bytes_under_the_name_are_refused_however_the_version_is_written(state, written):
    """Which text a release has depends on which of its files comes first on the page."""
    obtained(state, Registry(ONE), artifact(ONE))
    purl = Purl("pypi", "demo", written)
    for _ in range(2):
        with pytest.raises(HostileUpstream, match="when first seen"):
            obtained(state, Registry(OTHER), artifact(OTHER), purl)
    alarms = [each for each in state.ledger.entries() if each.act == "alarm"]
    assert len(alarms) == 1, "it is rung once"
    assert NAME in alarms[0].reason


def test_evidence_that_answers_for_other_bytes_is_held_against_the_pin(state):
    async def run():
        source = StoreSource(state)
        await source.hold(PURL, artifact(ONE), hashlib.sha256(ONE).hexdigest(), len(ONE))
        with pytest.raises(HostileUpstream):
            await source.hold(PURL, artifact(OTHER), hashlib.sha256(OTHER).hexdigest(), len(OTHER))

    asyncio.run(run())


def test_a_version_written_otherwise_is_found_by_what_was_decided_and_pinned(state):
    now = datetime.now(UTC)
    state.ledger.append("block", "pkg:pypi/demo@1.0", reason="no", owner="o", actor="a", now=now)
    state.pins.pin(Pin(PURL, NAME, "0" * 64, 1, now))
    for written in ("1.0", "1.0.0", "1", "0!1.0"):
        remembered = state.remembered(Purl("pypi", "demo"), [written, "2.0"], now)
        (block,) = remembered.in_force_for(Purl("pypi", "demo", written))
        assert block.act == "block"
        assert [pin.filename for pin in remembered.pins[written]] == [NAME]
        assert not remembered.in_force_for(Purl("pypi", "demo", "2.0"))
    npm = state.remembered(Purl("npm", "demo"), ["1.0.0"], now)
    assert npm.in_force_for(Purl("npm", "demo", "1.0.0")) == ()
