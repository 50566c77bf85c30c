"""Comments and trailing commas go, everything else stays where it was."""

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.jsonc import plain_json


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{}", {}),
        ('{"a": 1,}', {"a": 1}),
        ('{"a": [1, 2,],\n}', {"a": [1, 2]}),
        ('{"a": 1, // why\n}', {"a": 1}),
        ('{"a": 1 /* , */, /* b */ "c": 2 /* d */ , /* e */ }', {"a": 1, "c": 2}),
        ('// first\n{"a": "//", "b": "/* , */", "c": ",}"}', {"a": "//", "b": "/* , */", "c": ",}"}),
        ('{"a": "\\"//", "b\\\\": 1,}', {"a": '"//', "b\\": 1}),
        ('{"a": 1, /**/ /***/ "b": 2}', {"a": 1, "b": 2}),
        ("[1,\n// last\n]", [1]),
    ],
)
def test_what_json_it_is(text: str, value: object) -> None:
    plain = plain_json(text.encode())
    assert json.loads(plain) == value
    assert len(plain) == len(text)
    assert [at for at, one in enumerate(plain) if one == 10] == [at for at, one in enumerate(text) if one == "\n"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{,}", "line 1 has a comma that follows no value"),
        ('{"a": 1,\n,}', "line 2 has a comma that follows no value"),
        ("[1 /* \n", "line 1 has a comment without an end"),
        ('{"a": 1} /', "stray slash"),
        ('{\n"a', "line 2 has a text without an end"),
    ],
)
def test_what_is_wrong(text: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        plain_json(text.encode())


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.sampled_from('a"\\/*,:{}[]\n é'), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


@given(values, st.sampled_from([None, 1]))
def test_plain_json_stays_as_it_is(value: object, indent: int | None) -> None:
    data = json.dumps(value, indent=indent).encode()
    assert plain_json(data) == data


@given(values, st.sampled_from([b"", b" ", b'/* , " */', b"// }\n"]))
def test_commas_and_comments_change_nothing(value: object, between: bytes) -> None:
    """Written anew, by a writer that puts a comma and a comment at the end of everything."""

    def written(one: object) -> bytes:
        if isinstance(one, list):
            return b"[" + b"".join(written(inner) + between + b"," + between for inner in one) + b"]"
        if isinstance(one, dict):
            rows = (json.dumps(key).encode() + between + b":" + written(inner) for key, inner in one.items())
            return b"{" + between + b"".join(row + b"," for row in rows) + between + b"}"
        return json.dumps(one).encode()

    assert json.loads(plain_json(written(value))) == value


@pytest.mark.parametrize(
    "data",
    [b'"' + b'\\"' * 5_000_000, b"/*" * 5_000_000, b"," + b" " * 10_000_000, b"[" * 10_000_000, b"1,\n" * 3_000_000],
)
def test_time_is_linear(data: bytes) -> None:
    start = time.process_time()
    with contextlib.suppress(UnreadableError):
        plain_json(data)
    assert time.process_time() - start < 10
