from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.model.errors import CustomhouseError
from customhouse.model.toml_mistakes import dotted
from customhouse.policy.configuration import Configuration
from customhouse.policy.reading import parse_configuration

EXCEPTION = f"""
[[exceptions]]
rule = "install-script"
purl = "pkg:npm/esbuild@0.25.0"
digest = "sha256:{"0" * 64}"
reason = "read"
owner = "me"
approved = 2026-11-01
expires = 2027-02-01
"""


def test_values_and_where_they_stand():
    configuration = parse_configuration(
        '[policy.high]\nmedium = "block"\n\n[cooldown]\nminimum_age = "7d"\n' + EXCEPTION, "customhouse.toml"
    )
    assert configuration.policy.decision("high", "medium") == "block"
    assert configuration.policy.decision("high", "low") == "hold"
    assert configuration.exceptions[0].expires == date(2027, 2, 1)
    assert configuration.origin("policy", "high", "medium") == "customhouse.toml:2"
    assert configuration.origin("cooldown", "minimum_age") == "customhouse.toml:5"
    assert configuration.origin("exceptions", "0") == "customhouse.toml:7"
    assert configuration.origin("policy", "high", "low") is None


def test_pyproject_has_its_own_table():
    text = '[project]\nname = "x"\n[tool.customhouse.gaps]\ndefault = "block"\n[tool.other]\nx = 1\n'
    configuration = parse_configuration(text, "app/pyproject.toml")
    assert configuration.gaps == {"default": "block"}
    assert configuration.origin("gaps", "default") == "app/pyproject.toml:4"
    assert parse_configuration('[project]\nname = "x"\n', "pyproject.toml") == Configuration()


def test_every_mistake_is_named_with_its_line_and_what_was_meant():
    text = (
        'polcy = 1\n[policy.high]\nmedium = "alow"\n[cooldown]\nminimum_age = "72 hours"\n'
        '[rules.install-script]\ndecison = "allow"\n[[exceptions]]\nrule = "x"\n[gaps]\ndefault = 3\n'
        "[limits]\nmax_members = 0\n"
    )
    with pytest.raises(CustomhouseError) as caught:
        parse_configuration(text, "customhouse.toml")
    assert caught.value.message.splitlines() == [
        "customhouse.toml:1: `polcy`: unknown key",
        "customhouse.toml:3: `policy.high.medium`: 'alow' is not one of allow, hold, block",
        "customhouse.toml:5: `cooldown.minimum_age`: '72 hours' is not a duration",
        "customhouse.toml:7: `rules.install-script.decison`: unknown key",
        "customhouse.toml:8: `exceptions[0]`: is missing `reason`, `owner`, `expires`",
        "customhouse.toml:11: `gaps.default`: 3 is not one of allow, hold, block",
        "customhouse.toml:13: `limits.max_members`: Expected `int` >= 1",
    ]
    for hint in ("did you mean `policy`?", "did you mean `allow`?", "did you mean `decision`?", 'write it as "72h"'):
        assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('digest = "sha512:00"', "is not sha256: and 64"),
        ("digest = []", "names no digest"),
        (f'digest = "sha256:{"A" * 64}"', "is not sha256: and 64"),
        ('purl = "pkg:npm/esbuild"', "names no version"),
        ('purl = "esbuild@1"', "not a package URL"),
        ('reason = "  "', "is empty"),
        ("expires = 2027-11-30", "lasts longer than a year"),
        ("expires = 2026-10-01", "before it was approved"),
        ('expires = "soon"', "soon is not a date"),
        ("expires = 2027-01-01T00:00:00Z", "is not a date"),
    ],
)
def test_an_exception_must_be_complete_and_bounded(line, problem):
    key = line.partition(" ")[0]
    text = "\n".join(line if kept.startswith(key) else kept for kept in EXCEPTION.splitlines())
    with pytest.raises(CustomhouseError, match=problem) as caught:
        parse_configuration(text, "customhouse.toml")
    assert caught.value.message.startswith("customhouse.toml:")


@pytest.mark.parametrize("text", ["x = ", "[a]\n[a]", "x = 1979-99-99", "a = " + "[" * 100_000])
def test_what_is_not_toml_is_one_error(text):
    with pytest.raises(CustomhouseError, match=r"customhouse\.toml is not TOML"):
        parse_configuration(text, "customhouse.toml")


@pytest.mark.parametrize("text", ["tool = 1", "tool.customhouse = 3", "tool.customhouse = [1]"])
def test_a_table_that_is_no_table(text):
    if text == "tool = 1":
        assert parse_configuration(text, "pyproject.toml") == Configuration()
    else:
        with pytest.raises(CustomhouseError):
            parse_configuration(text, "pyproject.toml")


@given(st.text(st.characters(), max_size=60))
def test_any_text_is_a_configuration_or_one_error(text):
    hints = []
    try:
        hints.append(str(parse_configuration(text, "customhouse.toml").floor))
    except CustomhouseError as error:
        hints.append(error.hint)
    assert all(hints)


def test_key_paths_read_like_toml():
    assert dotted(("exceptions", 0, "purl")) == "exceptions[0].purl"
    assert dotted(("gaps", "publish-time")) == "gaps.publish-time"
    assert dotted(("rules", "a.b")) == "rules.'a.b'"
