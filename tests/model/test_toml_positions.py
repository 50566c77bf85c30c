import tomllib

import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from customhouse.model.toml_positions import key_lines

DOCUMENT = '''\
top = """
[not.a.table]
key = 1
""" # [neither]
"quoted key" = 'it # is'

[a.b] # comment
c = [
  1, # one
  { d = 2, "e" = [3] },
]
f.g = { h = "}" }

[[items]]
x = 1
[items.sub]
y = 2
[[items]]
x = '\'\'
[[not]]
\'\'\'
z = 2026-01-01
'''.replace("'\\'\\'", "'''").replace("\\'\\'\\'", "'''")


def paths(value, at=()):
    yield at
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*at, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*at, index))


def test_lines_of_a_document_that_tries_to_mislead():
    lines = key_lines(DOCUMENT)
    expected = {
        ("top",): 1,
        ("quoted key",): 5,
        ("a", "b"): 7,
        ("a", "b", "c"): 8,
        ("a", "b", "c", 0): 9,
        ("a", "b", "c", 1, "d"): 10,
        ("a", "b", "c", 1, "e"): 10,
        ("a", "b", "f", "g", "h"): 12,
        ("items", 0): 14,
        ("items", 0, "x"): 15,
        ("items", 0, "sub", "y"): 17,
        ("items", 1, "x"): 19,
        ("items", 1, "z"): 22,
    }
    assert {path: lines.get(path) for path in expected} == expected


def test_no_path_that_tomllib_does_not_have():
    assert {*key_lines(DOCUMENT), ()} == set(paths(tomllib.loads(DOCUMENT)))


def test_windows_line_ends():
    assert key_lines(DOCUMENT.replace("\n", "\r\n")) == key_lines(DOCUMENT)


KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.integers(-9, 9) | st.booleans() | st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES, max_size=4), st.booleans())
def test_every_path_of_any_document_is_found_where_it_is(document, multiline):
    text = tomli_w.dumps(document, multiline_strings=multiline)
    lines = key_lines(text)
    assert {*lines, ()} == set(paths(tomllib.loads(text)))
    count = text.count("\n") + 1
    assert all(1 <= line <= count for line in lines.values())
