import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.source.python.literals import number, string_prefix, unescape

CONTENT = st.lists(
    st.sampled_from(
        [
            "a",
            "é",
            "\\n",
            "\\\\",
            "\\'",
            '\\"',
            "\\x41",
            "\\101",
            "\\7",
            "\\u00e9",
            "\\U0001f600",
            "\\N{BULLET}",
            "\\q",
            "\\\n",
            " ",
            "{",
            "#",
        ]
    ),
    max_size=12,
).map("".join)


@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
@given(CONTENT, st.sampled_from(["", "r", "u", "R"]))
@settings(max_examples=200, deadline=None)
def test_strings_mean_what_python_says(content, prefix):
    literal = f'{prefix}"""{content}"""'
    try:
        expected = ast.literal_eval(literal)
    except SyntaxError:
        return
    letters, opening = string_prefix(literal)
    assert unescape(literal[opening:-3], raw="r" in letters, binary=False) == expected


@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
@given(CONTENT.filter(str.isascii), st.sampled_from(["b", "rb", "bR"]))
@settings(max_examples=200, deadline=None)
def test_bytes_mean_what_python_says(content, prefix):
    literal = f'{prefix}"""{content}"""'
    letters, opening = string_prefix(literal)
    try:
        expected = ast.literal_eval(literal)
    except SyntaxError:
        return
    assert unescape(literal[opening:-3], raw="r" in letters, binary=True) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0x1F", 31),
        ("1_000", 1000),
        ("0b11", 3),
        ("0o17", 15),
        ("0777", 511),
        ("10L", 10),
        ("1.5", None),
        ("9" * 5000, None),
    ],
)
def test_numbers(text, value):
    assert number(text) == value
