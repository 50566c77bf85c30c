"""Sweeps over stored evidence on this machine, lost processes included."""

import os
import signal

import pytest

from customhouse.model.indicator import Indicator
from customhouse.storage.evidence_cache import EvidenceCache
from customhouse.sweep import evidence
from customhouse.sweep.batch import Batch, judge_batch
from customhouse.sweep.local_pool import LocalPool
from rules.cases import code
from sweep.stored import EVIL, ask, digest, fill, store


@pytest.fixture
def pool():
    pool = LocalPool(2)
    yield pool
    pool.close()


def test_what_is_worse_now_is_told_and_everything_is_counted_once(tmp_path, pool):
    with EvidenceCache(tmp_path) as cache:
        store(cache, "good", code())
        store(cache, "evil", EVIL)
        store(cache, "known-evil", EVIL, decision="block")
        store(cache, "compared-with", EVIL, alone=True)
    done = ask(tmp_path, pool)
    assert (done.artifacts, done.releases, done.unswept) == (4, 4, ())
    assert [(str(each.verdict.purl), each.before) for each in done.told] == [
        ("pkg:npm/compared-with@1.0.0", None),
        ("pkg:npm/evil@1.0.0", "allow"),
    ]
    assert dict(done.decisions) == {"allow": 1, "hold": 0, "block": 3}
    assert done.decision == "block"
    assert len(ask(tmp_path, pool, everything=True).told) == 3


def test_rules_that_are_named_tell_all_they_find(tmp_path, pool):
    with EvidenceCache(tmp_path) as cache:
        store(cache, "known-evil", EVIL, decision="block")
    assert not ask(tmp_path, pool).told
    (told,) = ask(tmp_path, pool, rules=("encoded-code-executed",)).told
    assert {judged.finding.rule for judged in told.verdict.findings} == {"encoded-code-executed"}
    assert not ask(tmp_path, pool, rules=("hidden-unicode",)).told


def test_an_indicator_is_found_and_blocks(tmp_path, pool):
    with EvidenceCache(tmp_path) as cache:
        store(cache, "good", code(hosts=("https://evil.invalid.example/x",)))
        store(cache, "evil", EVIL)
    done = ask(tmp_path, pool, indicators=(Indicator("host", "evil.invalid"),))
    (told,) = done.told
    assert (str(told.verdict.purl), told.hits[0].path) == ("pkg:npm/evil@1.0.0", "index.js")
    assert done.decision == "block"
    (told,) = ask(tmp_path, pool, indicators=(Indicator("digest", digest("good")),)).told
    assert told.verdict.decision == "allow"


def test_evidence_of_an_earlier_reader_is_judged_and_said(tmp_path, pool):
    with EvidenceCache(tmp_path) as cache:
        store(cache, "evil", EVIL, version="1.old")
    done = ask(tmp_path, pool)
    assert (done.outdated, len(done.told)) == (1, 1)


def test_a_record_that_is_gone_or_damaged_is_told_and_the_rest_is_judged(tmp_path, pool):
    with EvidenceCache(tmp_path) as cache:
        store(cache, "evil", EVIL)
        store(cache, "half", code())
        cache.put_encoded("content", digest("half"), "9", b"\xc1 not msgpack", 9e9)
    done = ask(tmp_path, pool)
    assert [str(each.verdict.purl) for each in done.told] == ["pkg:npm/evil@1.0.0"]
    (failed,) = done.unswept
    assert failed.subject.startswith("pkg:npm/half@1.0.0")


def test_a_killed_process_costs_nothing(tmp_path, pool, monkeypatch):
    monkeypatch.setattr(evidence, "_ITEMS", 2)
    fill(tmp_path, 120)
    killed = []

    def kill(done, total):
        if not killed:
            assert done < total
            victim = next(iter(pool._pool._processes))
            killed.append(victim)
            os.kill(victim, signal.SIGKILL)

    done = ask(tmp_path, pool, progress=kill)
    assert killed
    assert (done.artifacts, done.releases, len(done.told), done.unswept) == (120, 120, 12, ())


def _deadly(batch: Batch):
    if any(item.subject.startswith("pkg:npm/package-0003") for item in batch.items):
        os.kill(os.getpid(), signal.SIGKILL)
    return judge_batch(batch)


def test_a_batch_that_kills_whatever_judges_it_is_told_and_the_others_are_judged(tmp_path, monkeypatch):
    monkeypatch.setattr(evidence, "_ITEMS", 1)
    monkeypatch.setattr("customhouse.sweep.local_pool.judge_batch", _deadly)
    fill(tmp_path, 12)
    pool = LocalPool(2)
    done = ask(tmp_path, pool)
    pool.close()
    assert done.releases + len(done.unswept) == 12
    assert any(each.subject.startswith("pkg:npm/package-0003") for each in done.unswept)
    assert "pkg:npm/package-0000@1.0.0" in {str(each.verdict.purl) for each in done.told}
