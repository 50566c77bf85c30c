"""Every example of every rule, published on the registry simulator and sent through the whole pipeline."""

import pytest

from customhouse.rules.all_rules import RULES
from customhouse.rules.example import load_examples
from customhouse.rules.judge import judge
from rules.published import case_of

FIRES = [(rule, example) for rule in RULES for example in load_examples(rule.id).fires]
SILENT = [(rule, example) for rule in RULES for example in load_examples(rule.id).silent]


def _name(it):
    return getattr(it, "id", None) or it.title


@pytest.mark.parametrize(("rule", "example"), FIRES, ids=_name)
def test_it_fires_as_written(rule, example, tmp_path):
    found = [it for it in judge(case_of(example, tmp_path)) if it.rule == rule.id]
    expected = example.expect
    fitting = [
        it
        for it in found
        if (it.severity, it.confidence) == (expected.severity, expected.confidence)
        and expected.message_contains in it.message
        and (not expected.path or expected.path in {place.path for place in it.locations})
        and (expected.line is None or expected.line in {place.line for place in it.locations})
    ]
    assert fitting, found


@pytest.mark.parametrize(("rule", "example"), SILENT, ids=_name)
def test_it_stays_silent(rule, example, tmp_path):
    assert [it for it in judge(case_of(example, tmp_path)) if it.rule == rule.id] == []
