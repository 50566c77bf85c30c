"""What holds for every rule."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from customhouse import rules as package
from customhouse.rules.all_rules import RULES
from customhouse.rules.rule import Rule

#: Modules of the room that are no rules; a module beside these without a RULE is a forgotten one.
HELPERS = {
    "advisories",
    "age",
    "all_rules",
    "command_line",
    "dependency_risk",
    "example",
    "example_text",
    "hints",
    "hosts",
    "judge",
    "repository",
    "known_pth",
    "novelty",
    "page",
    "phase",
    "places",
    "rule",
    "specifiers",
    "step",
}
FIRST_SET = [
    "release-too-young",
    "known-malicious",
    "known-vulnerable",
    "integrity-mismatch",
    "integrity-missing",
    "manifest-mismatch",
    "non-registry-dependency",
    "wildcard-dependency",
    "install-script",
    "install-script-added",
    "install-script-changed",
    "dependency-never-imported",
    "risky-new-dependency",
    "publisher-changed",
    "provenance-lost",
    "native-binary-added",
    "size-jump",
    "capability-gained",
    "install-time-download-and-run",
    "encoded-code-executed",
    "credentials-read",
    "environment-sent",
    "hidden-unicode",
    "code-hidden-by-whitespace",
    "pth-runs-code",
    "setup-py-runs-code",
    "archive-hostile",
    "new-dependency",
]


def modules() -> list[str]:
    return [name for _, name, _ in pkgutil.iter_modules(package.__path__) if name not in HELPERS]


def test_the_first_set_is_complete():
    assert [rule.id for rule in RULES] == FIRST_SET


def test_every_rule_file_is_listed_under_its_own_name():
    listed = {rule.id: rule for rule in RULES}
    for name in modules():
        module = importlib.import_module(f"customhouse.rules.{name}")
        assert isinstance(module.RULE, Rule), f"{name} is neither a rule nor a listed helper"
        assert module.RULE.id == name.replace("_", "-")
        assert listed.get(module.RULE.id) is module.RULE, f"{name} is not in RULES"
    assert len(listed) == len(RULES) == len(modules())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_its_own_test(rule):
    assert (Path(__file__).parent / f"test_{rule.id.replace('-', '_')}.py").is_file()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rules_read_the_model_only(rule):
    source = Path(importlib.import_module(f"customhouse.rules.{rule.id.replace('-', '_')}").__file__).read_text()
    rooms = set(re.findall(r"^(?:from|import) customhouse\.(\w+)", source, re.MULTILINE))
    assert rooms <= {"model", "rules", "versions"}
