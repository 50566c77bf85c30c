"""Documents and archives are fetched once, whole or not at all, and no more than the run may fetch."""

import asyncio

import pytest

from customhouse.ecosystems.fetching import Answer, Ask
from customhouse.model.errors import UnreachableUpstream
from customhouse.model.purl import Purl
from customhouse.model.release import Artifact
from evals.kept import Budget, KeptArchives, KeptDocuments, archive_path, write_whole


class Fetcher:
    def __init__(self):
        self.asked = []
        self.closed = False

    async def get(self, ask):
        self.asked.append(ask.url)
        return Answer(ask.url, "application/json", b"x" * 100)

    async def aclose(self):
        self.closed = True


class Registry:
    ecosystem = "npm"
    fetched = 0

    def origin(self, name):
        return f"https://registry.example/{name}"

    async def project(self, name):
        return name

    async def claims(self, release):
        return release

    async def about(self, project):
        return project

    async def fetch(self, _, artifact):
        self.fetched += 1
        return artifact.filename.encode()


def ask(url, accept="application/json"):
    return Ask(url=url, what=url, limit=1000, homes=(), accept=accept)


def get(documents, *asks):
    async def all_of_them():
        return [await documents.get(one) for one in asks]

    return asyncio.run(all_of_them())


def test_a_document_is_asked_for_once(tmp_path):
    inner = Fetcher()
    first = get(KeptDocuments(inner, tmp_path, Budget(1000)), ask("https://registry.example/a"))
    again = get(KeptDocuments(inner, tmp_path, Budget(1000)), ask("https://registry.example/a"))
    assert (first, inner.asked) == (again, ["https://registry.example/a"])
    get(KeptDocuments(inner, tmp_path, Budget(1000)), ask("https://registry.example/a", "text/html"))
    assert len(inner.asked) == 2, "another form of it is another document"


def test_archives_are_not_kept_among_documents(tmp_path):
    inner = Fetcher()
    get(KeptDocuments(inner, tmp_path, Budget(1000)), *[ask("https://registry.example/a.tgz", "*/*")] * 2)
    assert len(inner.asked) == 2
    assert list(tmp_path.rglob("*")) == []


def test_the_budget_is_what_a_run_may_fetch_and_what_is_kept_costs_nothing(tmp_path):
    inner = Fetcher()
    documents = KeptDocuments(inner, tmp_path, Budget(150))
    get(documents, ask("https://registry.example/a"), ask("https://registry.example/b"))
    with pytest.raises(UnreachableUpstream, match="was not fetched") as raised:
        get(documents, ask("https://registry.example/c"))
    assert "--max-bytes" in raised.value.hint
    get(documents, ask("https://registry.example/a"))
    asyncio.run(documents.aclose())
    assert inner.closed


def test_an_archive_is_fetched_once_and_kept_under_its_own_name(tmp_path):
    inner = Registry()
    registry = KeptArchives(inner, tmp_path)
    purl, artifact = Purl("npm", "@scope/a", "1.0.0+b"), Artifact("a-1.0.0.tgz", "npm-tarball")
    for _ in range(2):
        assert asyncio.run(registry.fetch(purl, artifact)) == b"a-1.0.0.tgz"
    assert inner.fetched == 1
    path = archive_path(tmp_path, purl, artifact.filename)
    assert path == tmp_path / "npm" / "@scope%2Fa" / "1.0.0+b" / "a-1.0.0.tgz"
    assert path.read_bytes() == b"a-1.0.0.tgz"
    assert (registry.ecosystem, registry.origin("a")) == ("npm", "https://registry.example/a")
    assert asyncio.run(registry.project("a")) == "a"
    assert [asyncio.run(registry.claims(1)), asyncio.run(registry.about(2))] == [1, 2]


@pytest.mark.parametrize("filename", ["../../escape.tgz", "/etc/escape.tgz", "..", ""])
def test_no_file_name_leads_out_of_the_folder(tmp_path, filename):
    path = archive_path(tmp_path, Purl("npm", "..", ".."), filename)
    assert path.resolve().is_relative_to(tmp_path.resolve())


def test_a_write_that_fails_leaves_nothing(tmp_path):
    path = tmp_path / "deep" / "file"
    path.mkdir(parents=True)
    with pytest.raises(OSError, match="file"):
        write_whole(path, b"data")
    assert [each.name for each in path.parent.iterdir()] == ["file"]
