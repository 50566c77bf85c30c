"""Names: which of their places give them a value, however the bytes around them look."""

import pytest

from customhouse.source.javascript.parse import parse
from customhouse.source.javascript.scope import Scopes
from customhouse.source.javascript.tree import Code


def _scopes(source: str) -> tuple[Scopes, Code]:
    data, tree = parse("file.js", source.encode())
    code = Code(data, tree.root_node, 100_000)
    return Scopes(code), code


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("function run(){}", ["function"]),
        ("function*run(){}", ["function"]),
        ("function /* ; */ run(){}", ["function"]),
        ("function // ;\nrun(){}", ["function"]),
        ("var run = 1; run = 2; run += 3", ["declared", "assigned", "augmented"]),
        ("var [...run] = x", ["declared"]),
        ("var {run, ...rest} = x", ["declared"]),
        ("import run from 'x'", ["import"]),
        ("class run{}", ["class"]),
        ("for (const run of[1]) f()", ["each"]),
        ("try {} catch(run) {}", ["caught"]),
        ("a.run = 1; run.b = 1; run[0] = 1; f(run()); a?.run(); ({run: 1}); x=run(1)", []),
    ],
)
def test_what_gives_a_name_its_value(source: str, kinds: list[str]) -> None:
    scopes, _ = _scopes(source)
    assert [each.kind for each in scopes.definitions(None, b"run")] == kinds
    assert [each.kind for each in scopes.writes(b"run", None)] == kinds


def test_uses_are_those_that_no_inner_function_declares() -> None:
    source = "var a = 1; f(a); function g(a) { h(a); (() => a)() } function k() { return () => a + o.a } "
    scopes, code = _scopes(source)
    places = [node.start_byte for node in scopes.uses(b"a", None)]
    assert places == [4, source.index("f(a)") + 2, source.index("a + o")]
    assert [node.start_byte for node in _scopes(source)[0].uses(b"a", None, 2)] == places[:2]
    assert code.steps < 100_000


def test_stopping_early_leaves_the_later_uses_to_be_found() -> None:
    scopes, _ = _scopes("var a = 1; f(a); g(a); h(a)")
    assert len(scopes.uses(b"a", None, 2)) == 2
    assert len(scopes.uses(b"a", None)) == 4
    assert len(scopes.uses(b"a", None, 3)) == 3


def test_the_owner_of_a_function_and_of_what_is_in_it_are_told_apart() -> None:
    source = "function outer() { function inner() { x } }"
    _, code = _scopes(source)
    leaf = code.leaf(source.index("x"), source.index("x") + 1)
    for _ in range(2):  # the second time from memory
        inner = code.owner(leaf)
        assert inner is not None
        assert code.text(inner).startswith("function inner")
        outer = code.owner(inner)
        assert outer is not None
        assert code.text(outer).startswith("function outer")
        assert code.owner(outer) is None


def test_key_of_a_method_belongs_to_what_surrounds_the_class() -> None:
    source = "class A { [key]() { body } static field = value; other = later }"
    _, code = _scopes(source)

    def owner(word: str) -> str:
        node = code.owner(code.leaf(source.index(word), source.index(word) + len(word)))
        return "" if node is None else node.type

    assert owner("key") == ""
    assert owner("body") == "method_definition"
    assert owner("value") == ""
    assert owner("later") == "field_definition"
