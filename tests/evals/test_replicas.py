"""Every replica is held or blocked, for a reason that a responder would give first; and each is inert."""

import ipaddress
import re
import sys
from dataclasses import replace

import pytest

from customhouse.archives.stream import DEFAULT_LIMITS
from customhouse.engine.local import open_local
from customhouse.rules.all_rules import RULES
from evals.replicas.__main__ import main
from evals.replicas.catalogue import REPLICAS
from evals.replicas.inspecting import inspect
from evals.replicas.judging import judge, judge_all
from evals.replicas.packing import archives

_DOCUMENTATION = [
    ipaddress.ip_network(it) for it in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "127.0.0.0/8")
]
_HOST = re.compile(r"https?://([A-Za-z0-9.-]+)")
_ADDRESS = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")


@pytest.mark.parametrize("replica", REPLICAS, ids=lambda it: it.id)
def test_it_is_caught_for_the_right_reason(replica):
    outcome = judge(replica)
    said = [f"{it.finding.rule} {it.finding.severity}/{it.finding.confidence}" for it in outcome.verdict.findings]
    assert outcome.decision in ("hold", "block"), said
    assert outcome.rules[0] in replica.reasons, said


def test_it_is_caught_by_findings_and_not_by_gaps():
    outcome = judge(next(it for it in REPLICAS if it.id == "eslint-scope"))
    assert outcome.decision == "block"
    assert [it.gap.kind for it in outcome.verdict.gaps if it.decision != "allow"] == []


def test_there_are_enough():
    assert len({it.id for it in REPLICAS}) == len(REPLICAS)
    assert len({it.incident for it in REPLICAS}) >= 25


@pytest.mark.parametrize("replica", [it for it in REPLICAS if it.earlier], ids=lambda it: it.id)
def test_before_is_let_through(replica):
    """What was there before is an ordinary package: only the attack is held."""
    others = tuple(it for it in replica.others if it.published < replica.before.published)
    outcome = judge(replace(replica, carrier="", before=replica.earlier[0], after=replica.before, others=others))
    assert outcome.decision == "allow", outcome.rules


@pytest.mark.parametrize("replica", REPLICAS, ids=lambda it: it.id)
def test_it_names_no_place_that_exists(replica):
    for release in (*replica.others, replica.after):
        texts = [
            it
            for it in (*release.files.values(), *(release.sdist or {}).values(), *release.plain.values())
            if isinstance(it, str)
        ]
        texts += [str(release.manifest)]
        for text in texts:
            for host in _HOST.findall(text):
                allowed = host.endswith((".invalid", ".test")) or _documentation(host)
                assert allowed, f"{host} in {release.name or replica.name} {release.version}"
            for address in _ADDRESS.findall(text):
                assert _documentation(address), address


def _documentation(host):
    try:
        return any(ipaddress.ip_address(host) in network for network in _DOCUMENTATION)
    except ValueError:
        return False


def test_every_reason_is_a_rule():
    rules = {rule.id for rule in RULES}
    assert {reason for replica in REPLICAS for reason in replica.reasons} - rules == set()


def test_times_are_in_order():
    for replica in REPLICAS:
        assert replica.before is None or replica.before.published < replica.after.published, replica.id
        assert replica.judged > replica.after.published


def test_every_archive_is_one_that_can_be_read(tmp_path):
    for replica in REPLICAS:
        for filename, data in archives(replica, replica.after).items():
            path = tmp_path / filename
            path.write_bytes(data)
            assert not open_local(path, DEFAULT_LIMITS).facts.issues, filename


def test_judge_all_says_what_it_judged():
    judged = list(judge_all(only="litellm-pth"))
    assert [it.set for it in judged][:2] == ["replica", "variation"]
    assert {it.family for it in judged} == {"pth"}
    assert judged[0].purl == "pkg:pypi/curlewllm@1.82.8"
    assert judged[0].decision == "block"
    assert judged[0].reasons[0].rule == judged[0].rules[0]
    assert all(it.wall > 0 and it.cpu > 0 for it in judged)


def test_two_processes_judge_alike():
    alone = [(it.variation, it.decision, it.rules) for it in judge_all(only="elementary-data")]
    together = [(it.variation, it.decision, it.rules) for it in judge_all(only="elementary-data", jobs=2)]
    assert together == alone


def test_the_real_command_blocks_it():
    inspected = inspect(next(it for it in REPLICAS if it.id == "eslint-scope"))
    assert inspected.code == 20
    assert inspected.rule in inspected.replica.reasons


def test_the_command_writes_a_pair(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["replicas", "write", "eslint-scope/renamed", str(tmp_path)])
    assert main() == 0
    assert sorted(it.name for it in tmp_path.iterdir()) == ["harrier-scope-3.7.1.tgz", "harrier-scope-3.7.2.tgz"]
    said = capsys.readouterr().out
    assert f"hint: customhouse inspect {tmp_path / 'harrier-scope-3.7.2.tgz'} --against " in said
