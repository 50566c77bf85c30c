"""Folding never says something that Python would not compute."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.source.python.bindings import Bindings
from customhouse.source.python.constant import HOLE
from customhouse.source.python.constants import Folder
from customhouse.source.python.grammar import parse
from customhouse.source.python.operations import FUNCTIONS
from customhouse.source.python.resolver import Resolver, Steps


def fold(text, setup=""):
    data = f"{setup}\n_ = {text}\n".encode()
    root = parse(data).root_node
    bindings = Bindings(data, root)
    steps = Steps(100_000, 5.0)
    folder = Folder(bindings, Resolver(bindings, steps), steps)
    statement = root.named_children[-1]
    value = statement.named_children[0].child_by_field_name("right")
    return folder.fold(value)


def value(text, setup=""):
    const = fold(text, setup)
    return None if const is None else const.value


STRINGS = st.recursive(
    st.text("abc:/.x%{}", max_size=6).map(repr),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} + {pair[1]})"),
        inner.map(lambda one: f"{one}[::-1]"),
        inner.map(lambda one: f"{one}[1:3]"),
        inner.map(lambda one: f"{one}.upper()"),
        inner.map(lambda one: f"{one}.replace('a', 'bc')"),
        inner.map(lambda one: f"({one} * 2)"),
        st.lists(inner, max_size=3).map(lambda parts: f"'-'.join([{', '.join(parts)}])"),
        inner.map(lambda one: f"''.join(chr(ord(c)) for c in {one})"),
        inner.map(lambda one: f"''.join(reversed({one}))"),
        inner.map(lambda one: f"''.join(map(str, {one}))"),
        inner.map(lambda one: f"{one}.encode().hex()"),
        inner.map(lambda one: f"bytes.fromhex({one}.encode().hex()).decode()"),
        inner.map(lambda one: f"{one}.encode().decode('ascii')"),
        inner.map(lambda one: f"(x if (x := {one}) else '')"),
        st.tuples(inner, inner).map(
            lambda pair: f"f'{{{pair[0]}}}/{{{pair[1]}}}'" if "'" not in pair[0] + pair[1] else pair[0]
        ),
    ),
    max_leaves=6,
)


@given(STRINGS)
@settings(max_examples=300, deadline=None)
def test_what_folds_is_what_python_computes(text):
    folded = fold(text)
    if folded is None or folded.partial or "x :=" in text:
        return
    assert folded.value == eval(text)  # noqa: S307 - made of the harmless pieces above


@pytest.mark.parametrize(
    ("text", "setup", "expected"),
    [
        ("a", "a = 'x' 'y'", "xy"),
        ("a", "a = 'x'\na += 'y'\na += 'z'", "xyz"),
        ("a + b", "a, b = 'x', 'y'", "xy"),
        ("a % ('y', 2)", "a = 'x%s%d'", "xy2"),
        ("'{0}-{b}'.format('x', b='y')", "", "x-y"),
        ("f'{a}b'", "a = 'x'", "xb"),
        ("f'{n}b'", "", f"{HOLE}b"),
        ("n + 'b'", "", f"{HOLE}b"),
        ("os.path.join(n, '.aws', 'credentials')", "import os", f"{HOLE}/.aws/credentials"),
        ("Path.home() / '.ssh' / f", "from pathlib import Path\nf = 'id_rsa'", "~/.ssh/id_rsa"),
        ("os.path.expanduser('~/.npmrc')", "import os", "~/.npmrc"),
        ("{'a': 'x', 'b': 'y'}['b']", "", "y"),
        ("['x', 'y'][-1]", "", "y"),
        ("string.ascii_lowercase[7]", "import string", "h"),
        ("str(b'x', 'utf8')", "", "x"),
        ("'x' if n else 'y'", "", "x"),
        ("chr(0x68) + chr(105)", "", "hi"),
        ("codecs.decode('uryyb', 'rot13')", "import codecs", "hello"),
        ("(1 << 4) + 7 * 2 - 3 // 2 ^ 1", "", (1 << 4) + 7 * 2 - 3 // 2 ^ 1),
        ("a", "def f():\n  global a\n  a = 'x'", "x"),
        ("self.a", "self.a = 'x'", "x"),
        ("unknown", "", None),
        ("'a'.foo()", "", None),
        ("a", "a = a", None),
    ],
)
def test_folding(text, setup, expected):
    assert value(text, setup) == expected


@pytest.mark.parametrize(
    "text",
    [
        "'a' * 10 ** 9", "('a' * 1000000) * 1000000", "2 ** 10 ** 9", "1 << 10 ** 9", "'%999999999d' % 1", "'{:999999999}'.format(1)",
        "'%*d' % (999999999, 1)", "'a'.replace('', 'b' * 1000000)", "'{0.__class__}'.format('a')", "['a'] * 10 ** 9",
        "('b' * 1000000).join('a' * 1000000)", "(1).to_bytes(10 ** 9, 'big')", "''.join(['a' * 1000000 for x in 'a' * 60000])",
    ],
)  # fmt: skip
def test_little_text_does_not_become_much(text):
    start = time.process_time()
    value(text)
    assert time.process_time() - start < 1


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
@pytest.mark.parametrize("arguments", ["", "other=1", "None", "*()", "**{}"])
def test_a_call_that_python_would_refuse_fails_nothing(name, arguments):
    """Found by the fuzzer: a decoder that is called with nothing."""
    fold(f"{name}({arguments})", f"import {name.rpartition('.')[0]}" if "." in name else "")
