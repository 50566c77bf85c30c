import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.documents import UnreadableError
from customhouse.repository.hardening.toml_text import key_line, set_toml


def test_a_key_joins_its_table_and_the_rest_stays():
    text = '# top\n[install]\nregistry = "x" # why\n\n[test]\nroot = "t"\n'
    assert set_toml(text, ("install", "exact"), value=True) == (
        '# top\n[install]\nregistry = "x" # why\nexact = true\n\n[test]\nroot = "t"\n'
    )


def test_a_new_table_goes_to_the_end_and_a_new_file_begins_with_it():
    assert set_toml("a = 1\n", ("tool", "uv", "no-build"), value=True) == "a = 1\n\n[tool.uv]\nno-build = true\n"
    assert set_toml("", ("solver", "min-release-age"), 3) == "[solver]\nmin-release-age = 3\n"


def test_a_value_is_replaced_with_its_comment_kept():
    assert set_toml("[a]\nb = 1 # one\nc = 2\n", ("a", "b"), 3) == "[a]\nb = 3 # one\nc = 2\n"
    assert set_toml('[a]\nb = "x # y"\n', ("a", "b"), "z") == '[a]\nb = "z"\n'
    assert set_toml("[a]\nb = [\n  1, # x\n  2,\n]\nc = 1\n", ("a", "b"), (":all:",)) == '[a]\nb = [":all:"]\nc = 1\n'


def test_a_top_level_key_stands_before_the_first_table():
    assert set_toml('x = 1\n\n[[index]]\nurl = "u"\n', ("no-build",), value=True) == (
        'x = 1\nno-build = true\n\n[[index]]\nurl = "u"\n'
    )
    assert set_toml('[[index]]\nurl = "u"\n', ("no-build",), value=True) == 'no-build = true\n\n[[index]]\nurl = "u"\n'


def test_line_ends_stay():
    assert set_toml("[a]\r\nb = 1\r\n", ("a", "c"), 2) == "[a]\r\nb = 1\r\nc = 2\r\n"


def test_comments_stand_above_a_new_key():
    assert set_toml("", ("a",), 1, ("why", "")) == "# why\n#\na = 1\n"


@pytest.mark.parametrize(
    "text",
    [
        "a = {b = 1}\n",  # an inline table: the key is inside a value
        "[[a]]\nx = 1\n",
        "a = 1\n",
        "not toml [\n",
        "a.b = 1\n[c]\n",
    ],
)
def test_what_cannot_be_changed_safely_is_refused_or_right(text):
    try:
        result = set_toml(text, ("a", "b"), 5)
    except UnreadableError:
        return
    assert tomllib.loads(result)["a"]["b"] == 5


def test_lines_are_told():
    text = '# x\n[tool.uv]\nno-build = true\n[[tool.uv.index]]\nurl = "u"\n'
    assert key_line(text, ("tool", "uv", "no-build")) == 3
    assert key_line(text, ("tool", "uv", "absent")) is None
    assert key_line('x = """\n[a]\nb = 1\n"""\n[a]\nb = 2\n', ("a", "b")) == 6


_NAMES = st.sampled_from(["a", "b", "install", "no-build", "tool"])
_TEXT = st.lists(
    st.one_of(
        st.builds(lambda name: f"[{name}]", _NAMES),
        st.builds(lambda one, two: f"[{one}.{two}]", _NAMES, _NAMES),
        st.builds(
            lambda name, value: f"{name} = {value}", _NAMES, st.sampled_from(["1", '"x"', "[1,\n 2]", "{c = 1}"])
        ),
        st.sampled_from(["# note", "", '"a" = 1', "a.b = 2", "  b = 3 # c", "x = '''\n[a]\n'''"]),
    ),
    max_size=8,
).map(lambda lines: "\n".join(lines) + "\n")


@given(_TEXT, st.lists(_NAMES, min_size=1, max_size=3).map(tuple), st.sampled_from([True, 5, "t", (":all:",)]))
def test_every_other_key_stays_whatever_the_text(text, keys, value):
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    try:
        after = tomllib.loads(set_toml(text, keys, value))
    except UnreadableError:
        return
    expected = before
    for key in keys[:-1]:
        expected = expected.setdefault(key, {})
    expected[keys[-1]] = list(value) if isinstance(value, tuple) else value
    assert after == before
    assert set_toml(set_toml(text, keys, value), keys, value) == set_toml(text, keys, value)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (b"[a]\r\nb = 1\nc = 2", b"[a]\r\nb = 9\nc = 2"),
        (b"[a]\r\nx = 1\n[d]\n", b"[a]\r\nx = 1\nb = 9\r\n[d]\n"),
        (b"# no end", b"# no end\n\n[a]\nb = 9\n"),
        (b"[a]\nb = [\r\n1,\n2]", b"[a]\nb = 9"),
    ],
)
def test_every_other_byte_stays(text, result):
    assert set_toml(text.decode(), ("a", "b"), 9).encode() == result
