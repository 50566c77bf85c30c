from datetime import UTC

import msgspec
import pytest

from customhouse.model.errors import CustomhouseError
from customhouse.rules.all_rules import RULES
from customhouse.rules.example import Example, Examples, load_examples
from customhouse.rules.example_text import example_markdown

ALL = [(rule, example) for rule in RULES for example in (*load_examples(rule.id).fires, *load_examples(rule.id).silent)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_has_two_examples_of_either_kind(rule):
    examples = load_examples(rule.id)
    assert len(examples.fires) >= 2
    assert len(examples.silent) >= 2
    titles = [example.title for example in (*examples.fires, *examples.silent)]
    assert len(set(titles)) == len(titles)
    assert all(example.expect is not None for example in examples.fires)
    assert all(example.expect is None for example in examples.silent)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_page_shows_an_example_of_an_ecosystem_the_rule_is_for(rule):
    assert load_examples(rule.id).fires[0].ecosystem in rule.ecosystems
    assert {example.ecosystem for example in load_examples(rule.id).fires} <= set(rule.ecosystems)


@pytest.mark.parametrize(("rule", "example"), ALL, ids=lambda it: getattr(it, "id", getattr(it, "title", "")))
def test_times_have_a_zone_and_run_forward(rule, example):
    assert example.judged.tzinfo is not None
    releases = [example, *([example.previous] if example.previous else []), *example.other_releases]
    assert all(it.published is None or it.published.utcoffset() == UTC.utcoffset(None) for it in releases), rule.id
    if example.previous and example.previous.published and example.published:
        assert example.previous.published < example.published


@pytest.mark.parametrize(("rule", "example"), ALL, ids=lambda it: getattr(it, "id", getattr(it, "title", "")))
def test_an_expected_place_is_in_the_archive(rule, example):
    if example.expect is None or not example.expect.path:
        return
    there = {"package.json", "METADATA", "PKG-INFO", *example.files, *example.binaries, *example.filler}
    assert example.expect.path in there, rule.id
    if example.expect.line is not None:
        lines = example.files[example.expect.path].splitlines()
        assert lines[example.expect.line - 1].strip(), rule.id


@pytest.mark.parametrize(("rule", "example"), ALL, ids=lambda it: getattr(it, "id", getattr(it, "title", "")))
def test_an_example_can_be_read_on_a_page(rule, example):
    text = example_markdown(example)
    assert example.title in text, rule.id
    assert ("no finding" in text) == (example.expect is None)


def test_unknown_fields_are_mistakes():
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.convert({"fires": [], "silent": [], "firse": []}, Examples)
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.convert(
            {"title": "t", "explanation": "e", "ecosystem": "npm", "name": "n", "version": "1", "filse": {}}, Example
        )


def test_missing_examples_say_where_they_belong():
    with pytest.raises(CustomhouseError) as error:
        load_examples("no-such-rule")
    assert "rules/examples/no-such-rule.toml" in error.value.hint
