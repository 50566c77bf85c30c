import re
from pathlib import Path

import msgspec
import pytest

from customhouse.model.errors import CustomhouseError
from customhouse.rules.all_rules import EVERY_RULE, RULES
from customhouse.rules.page import FIRES, HEADINGS, SILENT, index_markdown, page_markdown, rule_page, written_parts
from customhouse.rules.repository.all_rules import REPOSITORY_RULES

DOCS = Path(__file__).parents[2] / "docs" / "rules"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_part_of_the_page_is_there(rule):
    page = rule_page(rule)
    headings = [heading for heading, _ in page.parts]
    assert headings == ["In one sentence", *HEADINGS[:2], FIRES, SILENT, *HEADINGS[2:]]
    assert all(text.strip() for _, text in page.parts)
    assert [name for name, _ in page.facts] == [
        "Rule",
        "Ecosystems",
        "Evidence needed",
        "Severity in the plain case",
        "Confidence in the plain case",
        "Since",
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_page_tells_of_a_real_incident_and_refers_to_something(rule):
    parts = written_parts(rule)
    assert re.search(r"\b20[12]\d\b", parts["Why attackers do it"]), "no dated incident"
    assert re.findall(r"^- \[[^]]+\]\(https://[^)]+\)$", parts["References"], re.MULTILINE)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_committed_page_is_the_generated_one(rule):
    assert (DOCS / f"{rule.id}.md").read_text(encoding="utf-8") == page_markdown(rule), "run `make docs`"


def test_the_folder_holds_the_index_and_nothing_stale():
    assert (DOCS / "README.md").read_text(encoding="utf-8") == index_markdown(RULES, REPOSITORY_RULES), (
        "run `make docs`"
    )
    assert {path.name for path in DOCS.iterdir()} == {"README.md", *(f"{rule.id}.md" for rule in EVERY_RULE)}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("## Known evasions", "## Evasions"),
        ("## References", "## What to do now\n\nagain\n\n## References"),
    ],
)
def test_a_page_with_another_heading_is_refused(old, new):
    broken = msgspec.structs.replace(RULES[0], page=RULES[0].page.replace(old, new))
    with pytest.raises(CustomhouseError, match="must have, in this order"):
        rule_page(broken)


def test_a_page_with_an_empty_part_is_refused():
    text = re.sub(r"(?s)## Known evasions\n.*?## Known false", "## Known evasions\n\n## Known false", RULES[0].page)
    with pytest.raises(CustomhouseError):
        rule_page(msgspec.structs.replace(RULES[0], page=text))


def test_without_docstrings_the_error_says_what_to_do():
    with pytest.raises(CustomhouseError) as error:
        rule_page(msgspec.structs.replace(RULES[0], page=None))
    assert "-OO" in error.value.hint


def test_invisible_characters_are_shown_as_escapes():
    text = page_markdown(next(rule for rule in RULES if rule.id == "hidden-unicode"))
    assert "\\u{202e}" in text
    assert "\u202e" not in text
