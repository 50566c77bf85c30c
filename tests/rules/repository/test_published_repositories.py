"""Every example of every rule over repositories: written to a folder, read, judged, decided."""

import pytest

from customhouse.rules.repository.all_rules import REPOSITORY_RULES
from customhouse.rules.repository.example import load_repository_examples
from rules.repository.repositories import judged

FIRES = [(rule, example) for rule in REPOSITORY_RULES for example in load_repository_examples(rule.id).fires]
SILENT = [(rule, example) for rule in REPOSITORY_RULES for example in load_repository_examples(rule.id).silent]


def _name(it):
    return getattr(it, "id", None) or it.title


def _fits(expected, found):
    finding = found.finding
    return (
        (finding.severity, finding.confidence) == (expected.severity, expected.confidence)
        and expected.message_contains in finding.message
        and (not expected.path or expected.path in {place.path for place in finding.locations})
        and (expected.line is None or expected.line in {place.line for place in finding.locations})
        and expected.decision in (None, found.decision)
    )


@pytest.mark.parametrize(("rule", "example"), FIRES, ids=_name)
def test_it_says_exactly_what_is_written(rule, example, tmp_path):
    found = [it for it in judged(example, tmp_path).findings if it.finding.rule == rule.id]
    assert len(found) == len(example.expect), found
    for expected in example.expect:
        fitting = next((it for it in found if _fits(expected, it)), None)
        assert fitting, (expected, found)
        found.remove(fitting)


@pytest.mark.parametrize(("rule", "example"), SILENT, ids=_name)
def test_it_stays_silent(rule, example, tmp_path):
    assert [it for it in judged(example, tmp_path).findings if it.finding.rule == rule.id] == []
