"""Entries of mappings and arrays in YAML and TOML."""

import pytest

from customhouse.ecosystems.documents import UnreadableError
from customhouse.repository.hardening.toml_text import add_toml
from customhouse.repository.hardening.yaml_text import set_yaml_entry


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("packages:\n  - a # here\n", 'packages:\n  - a # here\noverrides:\n  "axios": "1.14.0"\n'),
        ("overrides:\n    x: 1.0.0\n\npackages: [a]\n", 'overrides:\n    x: 1.0.0\n    "axios": "1.14.0"\n\npackages: [a]\n'),
        ("overrides: # ours\n  axios: ^1\n  'x>y': 2.0.0\n", "overrides: # ours\n  \"axios\": \"1.14.0\"\n  'x>y': 2.0.0\n"),
    ],
)  # fmt: skip
def test_yaml(before, after):
    assert set_yaml_entry(before, "overrides", "axios", "1.14.0") == after


@pytest.mark.parametrize("text", ["overrides: {x: 1}\n", "overrides: 3\n", "- a\n", "a: [\n"])
def test_yaml_that_is_written_otherwise(text):
    with pytest.raises(UnreadableError):
        set_yaml_entry(text, "overrides", "axios", "1.14.0")


_UV = ("tool", "uv", "constraint-dependencies")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('[project]\nname = "a"\n', '[project]\nname = "a"\n\n[tool.uv]\nconstraint-dependencies = ["x==1"]\n'),
        ('[tool.uv]\nconstraint-dependencies = ["y<2"] # why\n', '[tool.uv]\nconstraint-dependencies = ["x==1", "y<2"] # why\n'),
        ("[tool.uv]\nconstraint-dependencies = []\n", '[tool.uv]\nconstraint-dependencies = ["x==1"]\n'),
        ('[tool.uv]\nconstraint-dependencies = [\n  "y<2", # why\n]\n', '[tool.uv]\nconstraint-dependencies = [\n  "x==1",\n  "y<2", # why\n]\n'),
    ],
)  # fmt: skip
def test_toml(before, after):
    assert add_toml(before, _UV, "x==1") == after


@pytest.mark.parametrize(
    "text", ["[tool.uv]\nconstraint-dependencies = 1\n", "[tool", "tool = {uv = {constraint-dependencies = []}}\n"]
)
def test_toml_that_is_written_otherwise(text):
    with pytest.raises(UnreadableError):
        add_toml(text, _UV, "x==1")
