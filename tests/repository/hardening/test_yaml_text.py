import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.documents import UnreadableError
from customhouse.repository.hardening.yaml_text import set_yaml


def test_a_value_is_replaced_where_it_stands():
    text = "# ours\nenableScripts: true # for now\r\nnodeLinker: node-modules\n"
    assert set_yaml(text, "enableScripts", value=False) == (
        "# ours\nenableScripts: false # for now\r\nnodeLinker: node-modules\n"
    )


def test_a_new_key_goes_to_the_end():
    assert set_yaml("packages:\n  - a", "minimumReleaseAge", 4320, ("why",)) == (
        "packages:\n  - a\n# why\nminimumReleaseAge: 4320\n"
    )
    assert set_yaml("", "defaultSemverRangePrefix", "") == 'defaultSemverRangePrefix: ""\n'
    assert set_yaml("", "a", ("@x/*", "true")) == 'a: ["@x/*", "true"]\n'


@pytest.mark.parametrize("text", ["- a\n", "a: [\n", "x: 1\n---\ny: 2\n", "{a: 1}\n", "a: |\n  b\n", "a:\n  b: 1\n"])
def test_what_cannot_be_changed_safely_is_refused_or_right(text):
    try:
        result = set_yaml(text, "a", 5)
    except UnreadableError:
        return
    assert yaml.safe_load(result)["a"] == 5


_LINES = st.sampled_from(
    ["a: 1", "a: x # c", "b:\n  - 1", "b:\n  a: 2", "# n", "", "c: &x 1", "'a': 3", "d: |\n  a: 4"]
)


@given(st.lists(_LINES, max_size=5).map("\n".join), st.sampled_from([True, 3, "", "3d"]))
def test_every_other_key_stays(text, value):
    try:
        result = set_yaml(text, "a", value)
    except UnreadableError:
        return
    assert yaml.safe_load(result) == {**(yaml.safe_load(text) or {}), "a": value}
    assert set_yaml(result, "a", value) == result
