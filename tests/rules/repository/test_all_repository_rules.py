"""What holds for every rule over repositories."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from customhouse.model.errors import CustomhouseError
from customhouse.rules import repository as package
from customhouse.rules.all_rules import EVERY_RULE
from customhouse.rules.page import FIRES, HEADINGS, SILENT, page_markdown, rule_page, written_parts
from customhouse.rules.repository.all_rules import REPOSITORY_RULES
from customhouse.rules.repository.example import load_repository_examples
from customhouse.rules.repository.example_text import repository_example_markdown
from customhouse.rules.repository.rule import RepositoryRule

#: Modules of the room that are no rules; a module beside these without a RULE is a forgotten one.
HELPERS = {
    "all_rules",
    "example",
    "example_text",
    "installing",
    "npm_installs",
    "python_installs",
    "registry_hosts",
    "rule",
}
DOCS = Path(__file__).parents[3] / "docs" / "rules"
EACH = pytest.mark.parametrize("rule", REPOSITORY_RULES, ids=lambda rule: rule.id)
EXAMPLES = [
    (rule, example)
    for rule in REPOSITORY_RULES
    for example in (*load_repository_examples(rule.id).fires, *load_repository_examples(rule.id).silent)
]


def modules():
    return [name for _, name, _ in pkgutil.iter_modules(package.__path__) if name not in HELPERS]


def test_every_rule_file_is_listed_under_its_own_name():
    listed = {rule.id: rule for rule in REPOSITORY_RULES}
    for name in modules():
        module = importlib.import_module(f"customhouse.rules.repository.{name}")
        assert isinstance(module.RULE, RepositoryRule), f"{name} is neither a rule nor a listed helper"
        assert module.RULE.id == name.replace("_", "-")
        assert listed.get(module.RULE.id) is module.RULE, f"{name} is not in REPOSITORY_RULES"
    assert len(listed) == len(REPOSITORY_RULES) == len(modules())


def test_no_two_rules_share_a_name():
    assert len({rule.id for rule in EVERY_RULE}) == len(EVERY_RULE)


@EACH
def test_every_rule_has_its_own_test(rule):
    assert (Path(__file__).parent / f"test_{rule.id.replace('-', '_')}.py").is_file()


@EACH
def test_rules_read_the_model_only(rule):
    name = f"customhouse.rules.repository.{rule.id.replace('-', '_')}"
    source = Path(importlib.import_module(name).__file__).read_text(encoding="utf-8")
    rooms = set(re.findall(r"^(?:from|import) customhouse\.(\w+)", source, re.MULTILINE))
    assert rooms <= {"model", "rules", "versions"}


@EACH
def test_every_part_of_the_page_is_there(rule):
    page = rule_page(rule)
    assert [heading for heading, _ in page.parts] == [
        "In one sentence",
        *HEADINGS[:2],
        FIRES,
        SILENT,
        *HEADINGS[2:],
    ]
    assert all(text.strip() for _, text in page.parts)
    assert dict(page.facts)["Evidence needed"]


@EACH
def test_every_page_tells_of_a_real_incident_and_refers_to_something(rule):
    parts = written_parts(rule)
    assert re.search(r"\b20[12]\d\b", parts["Why attackers do it"]), "no dated incident"
    assert re.findall(r"^- \[[^]]+\]\(https://[^)]+\)$", parts["References"], re.MULTILINE)


@EACH
def test_the_committed_page_is_the_generated_one(rule):
    assert (DOCS / f"{rule.id}.md").read_text(encoding="utf-8") == page_markdown(rule), "run `make docs`"


@EACH
def test_each_rule_has_two_examples_of_either_kind(rule):
    examples = load_repository_examples(rule.id)
    assert len(examples.fires) >= 2
    assert len(examples.silent) >= 2
    titles = [example.title for example in (*examples.fires, *examples.silent)]
    assert len(set(titles)) == len(titles)
    assert all(example.expect for example in examples.fires)
    assert not any(example.expect for example in examples.silent)


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=lambda it: getattr(it, "id", getattr(it, "title", "")))
def test_an_example_can_be_read_and_its_places_are_there(rule, example):
    text = repository_example_markdown(example)
    assert example.title in text, rule.id
    assert ("no finding" in text) == (not example.expect)
    for expected in example.expect:
        if expected.path:
            assert expected.path in example.files, rule.id
        if expected.path and expected.line is not None:
            lines = example.files[expected.path].splitlines()
            assert lines[expected.line - 1].strip(), rule.id


def test_missing_examples_say_where_they_belong():
    with pytest.raises(CustomhouseError) as error:
        load_repository_examples("no-such-rule")
    assert "rules/examples/no-such-rule.toml" in error.value.hint
