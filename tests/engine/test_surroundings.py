"""What is asked beside a release: when, what is kept, and what a silence leaves."""

import asyncio
import os
from datetime import UTC, datetime, timedelta

import pytest

from customhouse.ecosystems.registries import open_registries
from customhouse.engine.surroundings import Beside, Lookups, SurroundingsCollector
from customhouse.evidence.metadata import describe
from customhouse.model.history import SourceFacts
from customhouse.model.purl import make_purl
from customhouse.storage.evidence_cache import EvidenceCache
from simulator import status

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
CLAIMS = ("https://github.com/o/r", ".github/workflows/p.yml", "refs/tags/v1", "ab", "github-hosted")


def collect(registry, tmp_path, *, now=NOW, lookups=None, offline=False, name="a"):
    async def run():
        with EvidenceCache(tmp_path / "cache") as cache:
            async with open_registries(tmp_path, {"HOME": str(tmp_path)}, npm_registry=registry.npm_url) as registries:
                npm = registries.for_("npm")
                found, _ = describe(await npm.project(name), make_purl("npm", name, "1.1.0"))
                collector = SurroundingsCollector(cache, now, lookups or Lookups())
                return await collector.collect(npm, found, (), offline=offline)

    return asyncio.run(run())


def publish(registry, *, claims=CLAIMS, name="a", **package):
    for version, days in (("1.0.0", 40), ("1.1.0", 1)):
        registry.npm.publish(
            name,
            version,
            files={"package.json": package},
            provenance=bool(claims),
            claims=claims,
            published=NOW - timedelta(days=days),
        )


def asked(registry, words):
    return len([request for request in registry.requests if words in request.path])


def test_both_attestations_are_read_once_and_kept(registry, tmp_path):
    publish(registry)
    found = collect(registry, tmp_path)
    assert found.claims == found.previous_claims
    assert found.claims.repository == "https://github.com/o/r"
    assert collect(registry, tmp_path, offline=True) == found
    assert asked(registry, "attestations") == 2


@pytest.mark.parametrize(
    ("lookups", "now"), [(Lookups(attestations=False), NOW), (Lookups(), NOW + timedelta(days=100))]
)
def test_not_asked_where_it_is_switched_off_or_too_late(registry, tmp_path, lookups, now):
    publish(registry)
    assert collect(registry, tmp_path, lookups=lookups, now=now) == Beside()
    assert asked(registry, "attestations") == 0


def test_nothing_is_asked_of_a_release_without_attestation(registry, tmp_path):
    publish(registry, claims=None)
    assert collect(registry, tmp_path) == Beside()


def test_a_document_that_does_not_come_is_a_gap_and_asked_again(registry, tmp_path):
    publish(registry)
    registry.misbehave("attestations", status(404))
    found = collect(registry, tmp_path)
    assert [(gap.collector, gap.kind) for gap in found.gaps] == [("provenance", "attestation-unread")]
    assert found.claims is None
    registry.behave()
    assert collect(registry, tmp_path).claims is not None


def test_offline_nothing_is_asked(registry, tmp_path):
    publish(registry)
    assert collect(registry, tmp_path, offline=True) == Beside()


def test_a_remote_that_does_not_answer_is_a_gap(registry, tmp_path):
    publish(registry, claims=None, repository="http://127.0.0.1/o/r.git")
    lookups = Lookups(source_hosts=("http://127.0.0.1:9",), environ=dict(os.environ))
    found = collect(registry, tmp_path, lookups=lookups)
    assert found.source == SourceFacts("http://127.0.0.1:9/o/r.git", "unreachable", earlier_looked_for=0)
    assert [gap.kind for gap in found.gaps] == ["source-unreachable"]


def test_the_domain_is_asked_where_that_is_allowed(registry, tmp_path, monkeypatch):
    publish(registry, claims=None)
    told = []

    async def exists(domain):
        told.append(domain)
        return {"registry.example": False}.get(domain)

    monkeypatch.setattr("customhouse.engine.surroundings.domain_exists", exists)
    assert collect(registry, tmp_path).domain_exists is None
    assert told == []
    assert collect(registry, tmp_path, lookups=Lookups(mail_domains=True)).domain_exists is False
    assert told == ["registry.example"]


def test_a_name_server_that_does_not_say_is_a_gap(registry, tmp_path, monkeypatch):
    publish(registry, claims=None)

    async def silent(domain):
        del domain

    monkeypatch.setattr("customhouse.engine.surroundings.domain_exists", silent)
    found = collect(registry, tmp_path, lookups=Lookups(mail_domains=True))
    assert [(gap.kind, found.domain_exists) for gap in found.gaps] == [("mail-domain-unknown", None)]
