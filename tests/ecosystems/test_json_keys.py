import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.json_keys import SEPARATOR, RepeatedKeyError, object_lines


def test_lines_of_objects() -> None:
    data = b'{\n"a": {"b": {}, "c": "}{"},\n\n"d\\u0065": [{"f": {}}],\n"g\\"h": {\n"i": {} } }'
    assert {path.replace(SEPARATOR, "/"): line for path, line in object_lines(data).items()} == {
        "a": 2,
        "a/b": 2,
        'g"h': 5,
        'g"h/i': 6,
    }


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"a": 1,\n"a": 2}', 2),
        ('{"a": {},\n"\\u0061": 2}', 2),
        ('[{"x": [{"a": 1, "b": [],\n\n"a": 2}]}]', 3),
    ],
)
def test_a_repeated_key_is_found_wherever_it_stands(text: str, line: int) -> None:
    with pytest.raises(RepeatedKeyError) as caught:
        object_lines(text.encode())
    assert (caught.value.key, caught.value.line) == ("a", line)


def test_the_same_key_in_other_objects_is_no_repetition() -> None:
    assert object_lines(b'{"a": {"a": {"a": 1}}, "b": [{"a": 1}, {"a": 1}]}')


def objects(value: Any, path: str = "") -> set[str]:
    found: set[str] = set()
    for key, inner in value.items():
        if isinstance(inner, dict):
            own = f"{path}{SEPARATOR}{key}" if path else key
            found |= {own, *objects(inner, own)}
    return found


keys = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=4)
documents = st.recursive(
    st.text(max_size=6) | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(keys, documents), st.sampled_from([{}, {"ensure_ascii": False}, {"indent": 2}]))
def test_finds_every_object_however_it_is_written(document: dict[str, Any], style: dict[str, Any]) -> None:
    text = json.dumps(document, **style)
    assert set(object_lines(text.encode())) == objects(document)
