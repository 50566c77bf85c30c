"""A session that outlives its moment, and archives that come from elsewhere than the registry's answer."""

import faulthandler
import hashlib
import json
import os
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from customhouse.engine import readers
from customhouse.engine.session import RunOptions, run_session
from customhouse.engine.settings import Settings
from customhouse.model.errors import UnreachableUpstream
from customhouse.model.purl import parse_purl
from customhouse.policy.configuration import Advisories, Configuration
from customhouse.storage.blobs.errors import BlobsUnavailableError
from customhouse.storage.blobs.location import open_blobs

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
LEFT = parse_purl("pkg:npm/left@1.0.0")


@pytest.fixture
def session(registry, tmp_path):
    """Do work in a session of the simulator's."""

    def run(work, source=None, configuration=None):
        options = RunOptions(
            tmp_path, npm_registry=registry.npm_url, pypi_index=registry.pypi_url, cache_directory=tmp_path / "cache"
        )
        environ = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "XDG_CACHE_HOME": str(tmp_path / "xdg")}
        return run_session(Settings(configuration or Configuration()), options, environ, work, source=source)

    return run


class Staged:
    """Streams artifacts into the store's staging folder and hands out the file there."""

    def __init__(self, folder, meddle=None):
        self.blobs = open_blobs(str(folder / "blobs"), folder / "staging")
        self.seen = []
        self._meddle = meddle

    @asynccontextmanager
    async def obtain(self, registry, purl, artifact):
        with self.blobs.stage() as staged:
            assert await registry.fetch(purl, artifact, staged) == b""
            self.seen.append((artifact.filename, staged.sha256, staged.size))
            if self._meddle:
                self._meddle(staged.path)
            yield staged.path


async def _inspected(session):
    return await session.inspector.inspect(LEFT)


def test_an_archive_is_streamed_to_a_file_and_read_there(registry, session, tmp_path):
    data = registry.npm.publish("left", "1.0.0", published=NOON)
    source = Staged(tmp_path)
    verdict = session(_inspected, source)
    assert verdict.decision == "allow"
    assert source.seen == [("left-1.0.0.tgz", hashlib.sha256(data).hexdigest(), len(data))]
    assert list((tmp_path / "staging").iterdir()) == []
    evidence = {each.collector: each.status for each in verdict.evidence}
    assert evidence["content"] == "complete"


def _cut(path):
    os.truncate(path, path.stat().st_size - 100)


def test_a_file_cut_before_it_is_read_is_not_what_the_registry_promised(registry, session, tmp_path):
    registry.npm.publish("left", "1.0.0", published=NOON)
    verdict = session(_inspected, Staged(tmp_path, _cut))
    assert verdict.decision != "allow"


def test_a_file_cut_while_it_is_read_is_a_gap_and_never_an_allow(registry, session, tmp_path, monkeypatch):
    registry.npm.publish("left", "1.0.0", files={"index.js": os.urandom(300_000)}, published=NOON)
    real = readers.read_artifact

    def cutting(buffer, *rest):
        faulthandler.disable()  # pytest's own, which would print where the worker ended
        for each in (tmp_path / "staging").iterdir():
            os.truncate(each, 10)
        return real(buffer, *rest)

    monkeypatch.setattr(readers, "read_artifact", cutting)
    verdict = session(_inspected, Staged(tmp_path))
    assert verdict.decision != "allow"
    assert any(each.gap.collector == "content" for each in verdict.gaps)


def test_a_source_that_is_unreachable_is_a_gap_and_a_full_disk_ends_the_inspection(registry, session):
    registry.npm.publish("left", "1.0.0", published=NOON)

    class Failing:
        def __init__(self, error):
            self.error = error

        @asynccontextmanager
        async def obtain(self, *_):
            raise self.error
            yield b""

    verdict = session(_inspected, Failing(UnreachableUpstream("not now", hint="later")))
    assert verdict.decision != "allow"
    assert [each.gap.kind for each in verdict.gaps if each.gap.collector == "content"] == ["artifact-unavailable"]
    with pytest.raises(BlobsUnavailableError):
        session(_inspected, Failing(BlobsUnavailableError("full", hint="make room")))


def test_a_session_of_another_moment_judges_anew_and_fetches_nothing_again(registry, session):
    registry.npm.publish("left", "1.0.0", published=NOON)

    async def work(started):
        decisions = []
        for age in (timedelta(hours=1), timedelta(days=400), timedelta(hours=2)):
            later = started.at(NOON + age)
            assert (later.now, later.cache, later.opener) == (NOON + age, started.cache, started.opener)
            decisions.append((await later.inspector.inspect(LEFT)).decision)
        return decisions

    assert session(work) == ["hold", "allow", "hold"]
    assert sum(request.path.endswith(".tgz") for request in registry.requests) == 1


def test_a_session_of_another_configuration_judges_by_that(registry, session):
    registry.npm.publish("left", "1.0.0", published=NOON)

    async def work(started):
        strict = msgspec.structs.replace(Configuration(), cooldown=_cooldown("730d"))
        then = NOON + timedelta(days=400)
        return [
            (await each.inspector.inspect(LEFT)).decision
            for each in (started.at(then), started.at(then, strict), started.at(then))
        ]

    assert session(work) == ["allow", "hold", "allow"]


def _cooldown(age):
    default = Configuration().cooldown
    return msgspec.structs.replace(default, npm=age)


def test_advisories_that_came_meanwhile_count_when_they_are_opened_anew(registry, session, tmp_path):
    registry.npm.publish("left", "1.0.0", published=NOON)
    folder = tmp_path / "osv"
    folder.mkdir()
    (folder / "other.json").write_text(json.dumps(_malicious("other")))
    configuration = msgspec.structs.replace(Configuration(), advisories=Advisories(paths=(str(folder),)))
    then = NOON + timedelta(days=400)

    async def work(started):
        before = started.open_advisories()
        decisions = [(await started.at(then, None, before).inspector.inspect(LEFT)).decision]
        (folder / "left.json").write_text(json.dumps(_malicious("left")))
        decisions.append((await started.at(then, None, before).inspector.inspect(LEFT)).decision)
        decisions.append((await started.at(then).inspector.inspect(LEFT)).decision)
        return decisions

    assert session(work, configuration=configuration) == ["allow", "allow", "block"]


def _malicious(name):
    affected = {"package": {"ecosystem": "npm", "name": name}, "versions": ["1.0.0"]}
    return {"id": f"MAL-2026-{name}", "modified": "2026-04-01T00:00:00Z", "affected": [affected]}


def test_sessions_that_nobody_uses_any_more_are_forgotten(registry, session):
    registry.npm.publish("left", "1.0.0", published=NOON)

    async def work(started):
        for _ in range(50):
            await started.at(NOON).inspector.inspect(LEFT)
        return len(started.shared.builders)

    assert session(work) <= 3
