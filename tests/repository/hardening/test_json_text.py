"""A text is set in JSON, and nothing else of it changes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.documents import UnreadableError
from customhouse.repository.hardening.json_text import set_json

_KEYS = ("overrides", "axios")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{\n  "name": "a"\n}\n', '{\n  "name": "a",\n  "overrides": {\n    "axios": "1.14.0"\n  }\n}\n'),
        ('{\n\t"name": "a"\n}', '{\n\t"name": "a",\n\t"overrides": {\n\t\t"axios": "1.14.0"\n\t}\n}'),
        ('{\r\n    "a": [1, {"b": 2}]\r\n}\r\n', '{\r\n    "a": [1, {"b": 2}],\r\n    "overrides": {\r\n        "axios": "1.14.0"\r\n    }\r\n}\r\n'),
        ('{\n  "overrides": {\n    "x": "1"\n  },\n  "z": 1\n}', '{\n  "overrides": {\n    "x": "1",\n    "axios": "1.14.0"\n  },\n  "z": 1\n}'),
        ('{\n  "overrides": { "x": "1" }\n}', '{\n  "overrides": { "x": "1", "axios": "1.14.0" }\n}'),
        ('{\n  "overrides": {}\n}', '{\n  "overrides": {\n    "axios": "1.14.0"\n  }\n}'),
        ('{\n  "overrides": {"axios" : "^1" , "x": "1"}\n}', '{\n  "overrides": {"axios" : "1.14.0" , "x": "1"}\n}'),
        ('{"name":"a"}', '{"name":"a","overrides":{"axios":"1.14.0"}}'),
        ("{}", '{\n  "overrides": {\n    "axios": "1.14.0"\n  }\n}'),
        ('{"overrides":{"axios":"0"},"overrides":{"axios":"1"}}', '{"overrides":{"axios":"0"},"overrides":{"axios":"1.14.0"}}'),
    ],
)  # fmt: skip
def test_only_that_changes(before, after):
    assert set_json(before, _KEYS, "1.14.0") == after


@pytest.mark.parametrize("text", ["[]", "", "{", '{"overrides": 1}', '{"overrides": null}', "[" * 100_000])
def test_what_cannot_be_set_is_refused(text):
    with pytest.raises(UnreadableError):
        set_json(text, _KEYS, "1.14.0")


_DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5), below, max_size=3),
    max_leaves=12,
)


@given(
    st.dictionaries(st.text(max_size=6), _DOCUMENTS, max_size=5), st.sampled_from([None, 2, "\t"]), st.text(max_size=6)
)
def test_any_document(document, indent, value):
    text = json.dumps(document, indent=indent)
    assert json.loads(set_json(text, ("a key", "b"), value)) == {**document, "a key": {"b": value}}
