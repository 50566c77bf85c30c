"""Documents are asked for once, asked again when old, and still told when upstream does not answer."""

import asyncio

import pytest

from customhouse.ecosystems.fetching import Answer, Ask, RefusedUpstream
from customhouse.gateway.upstream.kept_documents import KeptDocuments
from customhouse.model.errors import NotFoundUpstream, UnreachableUpstream
from customhouse.storage.documents import DocumentCache, KeptDocument

ASK = Ask("https://registry.example/left-pad", "left-pad", 1000, (), accept="application/json")


class Upstream:
    def __init__(self):
        self.asked = []
        self.says = Answer(ASK.url, "application/json", b"{}", "etag-1")

    async def get(self, ask):
        self.asked.append(ask)
        await asyncio.sleep(0)
        if isinstance(self.says, Exception):
            raise self.says
        return self.says

    async def aclose(self):
        pass


@pytest.fixture
def upstream():
    return Upstream()


def documents(upstream, folder, max_age=60.0):
    return KeptDocuments(upstream, DocumentCache(folder), max_age)


def test_asked_once_while_fresh(upstream, tmp_path):
    kept = documents(upstream, tmp_path)
    answers = [asyncio.run(kept.get(ASK)) for _ in range(3)]
    assert [each.data for each in answers] == [b"{}"] * 3
    assert len(upstream.asked) == 1


def test_asked_once_by_many_at_once(upstream, tmp_path):
    async def many():
        kept = documents(upstream, tmp_path)
        return await asyncio.gather(*(kept.get(ASK) for _ in range(20)))

    assert len(asyncio.run(many())) == 20
    assert len(upstream.asked) == 1


def test_an_old_one_is_asked_for_by_its_etag_and_an_unchanged_one_kept(upstream, tmp_path):
    asyncio.run(documents(upstream, tmp_path).get(ASK))
    upstream.says = Answer(ASK.url, "", b"", unchanged=True)
    answer = asyncio.run(documents(upstream, tmp_path, max_age=-1).get(ASK))
    assert answer.data == b"{}"
    assert upstream.asked[1].etag == "etag-1"


def test_what_was_said_last_is_told_while_upstream_is_away(upstream, tmp_path):
    asyncio.run(documents(upstream, tmp_path).get(ASK))
    upstream.says = UnreachableUpstream("away", hint="wait")
    kept = documents(upstream, tmp_path, max_age=-1)
    assert asyncio.run(kept.get(ASK)).data == b"{}"
    assert kept.stale == 1


def test_without_anything_kept_the_error_is_told(upstream, tmp_path):
    upstream.says = UnreachableUpstream("away", hint="wait")
    with pytest.raises(UnreachableUpstream):
        asyncio.run(documents(upstream, tmp_path).get(ASK))


def test_what_is_gone_is_forgotten(upstream, tmp_path):
    asyncio.run(documents(upstream, tmp_path).get(ASK))
    upstream.says = NotFoundUpstream("gone", hint="ask why")
    with pytest.raises(NotFoundUpstream):
        asyncio.run(documents(upstream, tmp_path, max_age=-1).get(ASK))
    upstream.says = UnreachableUpstream("away", hint="wait")
    with pytest.raises(UnreachableUpstream):
        asyncio.run(documents(upstream, tmp_path).get(ASK))


def test_what_is_refused_all_of_a_sudden_is_told_for_a_day(upstream, tmp_path, monkeypatch):
    asyncio.run(documents(upstream, tmp_path).get(ASK))
    upstream.says = RefusedUpstream("403", hint="ask why")
    assert asyncio.run(documents(upstream, tmp_path, max_age=-1).get(ASK)).data == b"{}"
    monkeypatch.setattr("customhouse.gateway.upstream.kept_documents._REFUSED_FOR", 0.0)
    with pytest.raises(RefusedUpstream):
        asyncio.run(documents(upstream, tmp_path, max_age=-1).get(ASK))


def test_files_and_questions_with_a_body_pass(upstream, tmp_path):
    kept = documents(upstream, tmp_path)
    for ask in (Ask(ASK.url, "x", 10, ()), Ask(ASK.url, "x", 10, (), accept="application/json", body=b"{}")):
        asyncio.run(kept.get(ask))
        asyncio.run(kept.get(ask))
    assert len(upstream.asked) == 4


def test_a_damaged_file_is_as_none(upstream, tmp_path):
    asyncio.run(documents(upstream, tmp_path).get(ASK))
    (path,) = tmp_path.glob("*/*")
    for damage in (b"", b"\0\0\0\xff", path.read_bytes()[:-3], path.read_bytes()[:60] + b"x" * 40):
        path.write_bytes(damage)
        assert asyncio.run(documents(upstream, tmp_path).get(ASK)).data == b"{}"


def test_a_full_or_missing_folder_costs_only_time(upstream, tmp_path):
    kept = documents(upstream, tmp_path / "in" / "here")
    (tmp_path / "in" / "here").rmdir()
    (tmp_path / "in").rmdir()
    (tmp_path / "in").write_text("not a folder")
    assert asyncio.run(kept.get(ASK)).data == b"{}"


def test_the_folder_is_kept_small(tmp_path):
    cache = DocumentCache(tmp_path)
    for number in range(20):
        cache.put(str(number), KeptDocument("u", "t", 0.0, data=bytes(range(256)) * 40))
    dropped = cache.shrink(1000)
    left = sum(path.stat().st_size for path in tmp_path.glob("*/*"))
    assert dropped > 0
    assert left <= 1000
