"""What is read of YAML, and everything that is refused. Times are processor time: the machine may be busy."""

import contextlib
import time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.ecosystems import yaml_documents as module
from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.yaml_documents import SEPARATOR, yaml_documents


def values(text: str | bytes, **options):
    data = text if isinstance(text, bytes) else text.encode()
    return [one.value for one in yaml_documents(data, **options)]


def reason(data: str | bytes) -> str:
    with pytest.raises(UnreadableError) as caught:
        values(data)
    return str(caught.value)


def test_scalars_stay_text_and_only_what_is_plainly_nothing_is_none():
    assert values("a: 1.10\nb: no\nc: 0x10\nd: 2020-01-01\ne: true\nf: ''\ng:\nh: ~\ni: 'null'\n") == [
        {
            "a": "1.10",
            "b": "no",
            "c": "0x10",
            "d": "2020-01-01",
            "e": "true",
            "f": "",
            "g": None,
            "h": None,
            "i": "null",
        }
    ]


def test_collections_in_both_styles():
    assert values("a: {b: [x, {c: d}], 'e f': ''}\ng:\n- h\n-\n  i: j\n") == [
        {"a": {"b": ["x", {"c": "d"}], "e f": ""}, "g": ["h", {"i": "j"}]}
    ]


def test_documents_of_a_stream_with_the_line_each_begins_in():
    found = list(yaml_documents(b"---\na: 1\n---\n---\nb: 2\n"))
    assert [(one.value, one.line) for one in found] == [({"a": "1"}, 1), (None, 3), ({"b": "2"}, 4)]


def test_documents_before_a_broken_one_are_given():
    stream = yaml_documents(b"a: 1\n---\nb: [\n")
    assert next(stream).value == {"a": "1"}
    with pytest.raises(UnreadableError):
        next(stream)


def test_lines_of_the_outer_keys():
    (one,) = yaml_documents(b"a:\n  b:\n    c: {d: 1}\n  e: [{f: 1}]\ng: 1\n", levels=2, deep=frozenset())
    assert {key.replace(SEPARATOR, "/"): line for key, line in one.lines.items()} == {
        "a": 1,
        "a/b": 2,
        "a/e": 4,
        "g": 5,
    }


def test_lines_go_deeper_where_they_are_asked_for():
    (one,) = yaml_documents(b"a:\n  b:\n    c:\n      d: 1\ne:\n  f: {g: 1}\n", levels=1, deep=frozenset({"a"}))
    assert {key.replace(SEPARATOR, "/"): line for key, line in one.lines.items()} == {
        "a": 1,
        "a/b": 2,
        "a/b/c": 3,
        "a/b/c/d": 4,
        "e": 5,
    }


def test_a_long_path_is_not_repeated_for_every_key_below_it():
    long = "x" * 2_000
    (one,) = yaml_documents(f"a:\n  ? {long}\n  : b:\n      c: 1\n".encode(), deep=frozenset({"a"}))
    assert sorted(one.lines) == ["a", f"a{SEPARATOR}{long}"]


def test_a_mark_and_foreign_line_ends_are_read():
    assert values("\ufeffa: 1\r\nb:\r\n  c: 2\r\n".encode()) == [{"a": "1", "b": {"c": "2"}}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: &x 2\n", "line 2 has a YAML anchor"),
        ("a: 1\nb: *x\n", "line 2 has a YAML anchor or alias"),
        ("a:\n  &x b: 1\n", "line 2 has a YAML anchor"),
        ("a: &x\n  b: 1\n", "line 1 has a YAML anchor"),
        ("a: 1\nb: !!python/object/apply:os.system [x]\n", "line 2 has a YAML tag"),
        ("a: !custom {}\n", "line 1 has a YAML tag"),
        ("a: !!str 1\n", "line 1 has a YAML tag"),
        ("a: 1\n<<: {b: 1}\n", "line 2 has a YAML merge key"),
        ("%YAML 1.1\n---\na: 1\n", "directive"),
        ("%TAG ! !x\n---\na: 1\n", "directive"),
        ("a: 1\nb: 1\na: 2\n", "'a' stands twice in one mapping, the second time in line 3"),
        ("x:\n  a: 1\n  'a': 2\n", "the second time in line 3"),
        ("x: {a: 1, a: 2}\n", "stands twice"),
        ("? [a]\n: 1\n", "line 1 has a key that is no text"),
        ("a: [\n", "it is not YAML"),
        ("a: 1\n\tb: 2\n", "it is not YAML"),
        ("a: 'b\n", "it is not YAML"),
        ("a: 1\n]\n", "in line 2"),
        ("", "it is empty"),
        (" \n", "it is empty"),
        ("a: 1\n<<<<<<< HEAD\nb: 1\n=======\n", "line 2 is a merge conflict"),
        ("a: \x07\n", "control characters"),
        ("---\n" * 40, "more than 32 documents"),
    ],
)
def test_what_is_refused(text: str, expected: str):
    assert expected in reason(text)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_other_encodings_are_refused(encoding: str):
    assert "it is" in reason("a: é\n".encode(encoding)) or "not UTF-8" in reason("a: é\n".encode(encoding))


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 10_000,
        b"{a: " * 10_000,
        b"- " * 10_000 + b"a",
        b"\n".join(b" " * depth + b"a:" for depth in range(3_000)),
        b"? " * 10_000,
    ],
)
def test_depth_is_refused_quickly(data: bytes):
    start = time.process_time()
    assert "deep" in reason(data) or "no text" in reason(data)
    assert time.process_time() - start < 2


def test_laughs_are_not_expanded():
    laughs = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )
    assert "line 1 has a YAML anchor" in reason(laughs)


def test_what_is_too_large_is_refused_unread():
    start = time.process_time()
    assert "larger than 32 MiB" in reason(b"a: b\n" * 20_000_000)
    assert time.process_time() - start < 1


def test_a_long_file_takes_linear_time():
    text = "packages:\n" + "".join(f"  name{n}@1.0.0:\n    resolution: {{integrity: x}}\n" for n in range(20_000))
    start = time.process_time()
    (value,) = values(text)
    assert len(value["packages"]) == 20_000
    assert time.process_time() - start < 4


def test_the_parser_written_in_python_reads_the_same(monkeypatch: pytest.MonkeyPatch):
    text = "a:\nb: ''\nc: {d: [e, 1.0]}\n---\n'f': null\n"
    fast = values(text)
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    assert values(text) == fast


@given(st.binary(max_size=200))
def test_whatever_the_bytes_are_nothing_else_is_raised(data: bytes):
    with contextlib.suppress(UnreadableError):
        list(yaml_documents(data))


_PLAIN = st.text(st.characters(codec="utf-8", categories=["L", "Nd"]), min_size=1, max_size=8)


@settings(max_examples=60)
@given(
    st.recursive(
        _PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_PLAIN, inner, max_size=3), max_leaves=12
    )
)
def test_what_is_written_is_read_back(value):
    text = yaml.dump(value, Dumper=_Quoting, allow_unicode=True)
    assert values(text) == [value]


class _Quoting(yaml.SafeDumper):
    """Quotes every text and uses no aliases, so that what is read back is what was written."""

    def ignore_aliases(self, _data):
        return True


_Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="'"))


def test_sizes_are_stated():
    assert module.MAX_YAML == 32 * 1024 * 1024
