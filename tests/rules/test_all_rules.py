"""What holds for every rule."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from customhouse import rules as package
from customhouse.rules.all_rules import RULES
from customhouse.rules.rule import Rule

#: Folders of the room that hold rules over releases; every module in them is one.
GROUPS = ("advisory", "archive", "change", "code", "combined", "dependency", "install", "metadata")


def modules() -> dict[str, str]:
    """Each rule's module, by the rule's name."""
    found = {}
    for group in GROUPS:
        folder = importlib.import_module(f"customhouse.rules.{group}")
        for _, name, _ in pkgutil.iter_modules(folder.__path__):
            found[name.replace("_", "-")] = f"customhouse.rules.{group}.{name}"
    return found


def test_every_rule_file_is_listed_under_its_own_name():
    listed = {rule.id: rule for rule in RULES}
    for name, path in modules().items():
        module = importlib.import_module(path)
        assert isinstance(module.RULE, Rule), f"{path} is no rule; what rules share stands in rules/shared"
        assert module.RULE.id == name
        assert listed.get(name) is module.RULE, f"{name} is not in RULES"
    assert len(listed) == len(RULES) == len(modules())


def test_no_folder_of_rules_is_forgotten():
    folders = {path.name for path in Path(package.__path__[0]).iterdir() if (path / "__init__.py").is_file()}
    assert folders == {*GROUPS, "repository", "shared"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_its_own_test(rule):
    assert (Path(__file__).parent / f"test_{rule.id.replace('-', '_')}.py").is_file()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rules_read_the_model_only(rule):
    source = Path(importlib.import_module(modules()[rule.id]).__file__).read_text()
    rooms = set(re.findall(r"^(?:from|import) customhouse\.(\w+)", source, re.MULTILINE))
    assert rooms <= {"model", "rules", "versions"}
