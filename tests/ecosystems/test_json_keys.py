import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.json_keys import SEPARATOR, RepeatedKeyError, object_lines, table_lines


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


def written(document: Any, indent: int | None) -> bytes:
    return json.dumps(document, indent=indent).encode()


keys = st.text(st.sampled_from('ab"\\:{/ é'), max_size=5)


@given(
    st.dictionaries(keys, st.dictionaries(keys, st.lists(st.integers(), max_size=2), max_size=4), max_size=4),
    st.sampled_from([None, 0, 2]),
)
def test_table_lines_are_where_the_keys_stand(tables: dict[str, Any], indent: int | None) -> None:
    document = {**tables, "packages": {"x": [1], **tables.get("packages", {})}}
    data = written(document, indent)
    found = table_lines(data, "packages", document["packages"])
    assert list(found) == list(document["packages"])
    lines = data.decode().split("\n")
    for key, line in found.items():
        assert json.dumps(key) + ":" in lines[line - 1]
    assert found == {key: object_lines(data, 2)["packages" + SEPARATOR + key] for key in document["packages"]}


@pytest.mark.parametrize(
    "text",
    [
        '{\n"packages": {\n "a": {},\n "a": {}\n}}',
        '{\n"packages": {\n "a": {},\n "b": {"c": 1, "c" : 2}\n}}',
        '{\n"packages": {\n "a": {},\n "\\u0061" : {}\n}}',
        '{\n"packages": {\n "a": {}\n}, "x": {":": ":", "y" : 1, "y" : ":" }}',
    ],
)
def test_table_lines_find_what_stands_twice(text: str) -> None:
    with pytest.raises(RepeatedKeyError):
        table_lines(text.encode(), "packages", json.loads(text)["packages"])


@given(st.lists(st.tuples(st.sampled_from(["a", ":", 'b"', "\\"]), st.sampled_from(["", " ", "\n"])), max_size=6))
def test_a_repeated_key_is_never_missed(members: list[tuple[str, str]]) -> None:
    rows = ",".join(f"{json.dumps(key)}{space}:{json.dumps(key + ':')}" for key, space in members)
    data = f'{{"packages": {{{rows}}}}}'.encode()
    names = [key for key, _ in members]
    if len(set(names)) == len(names):
        assert set(table_lines(data, "packages", dict.fromkeys(names))) == set(names)
    else:
        with pytest.raises(RepeatedKeyError):
            table_lines(data, "packages", dict.fromkeys(names))


def test_members_of_any_value_down_to_a_depth() -> None:
    data = b'{\n"a": 1,\n"b": {\n"c": "x",\n"d": {"e": 1}}}'
    assert {path.replace(SEPARATOR, "/"): line for path, line in object_lines(data, 2).items()} == {
        "a": 2,
        "b": 3,
        "b/c": 4,
        "b/d": 5,
    }
