import base64
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.source.javascript.flow import Flow
from customhouse.source.javascript.parse import parse
from customhouse.source.javascript.reader import read_javascript
from customhouse.source.javascript.tree import Code
from customhouse.source.javascript.values import to_text


def fold(source: str) -> str | None:
    """What the argument of the last call `f(...)` amounts to; None when nothing is known."""
    data, tree = parse("a.js", source.encode())
    code = Code(data, tree.root_node, 100_000)
    call = tree.root_node.named_children[-1].named_children[0]
    constant = Flow(code).folder.fold(call.child_by_field_name("arguments").named_children[0])
    return to_text(constant) if constant is not None else None


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("f('a' + 'b')", "ab"),
        ("f('a' + 1 + 2)", "a12"),
        ("f(1 + 2 + 'a')", "3a"),
        ("f('a' + x)", "a{}"),
        ("f(x + y)", None),
        ("f(`a${1 + 1}b${x}`)", "a2b{}"),
        ("f('\\x61\\u0062\\u{63}\\144\\n')", "abcd\n"),
        ("f('it\\'s')", "it's"),
        ("f(0x10 ^ 1)", "17"),
        ("f(1e3)", "1000"),
        ("f(07)", "7"),
        ("f(-(5 - 7))", "2"),
        ("f(['a', 'b'].join('-'))", "a-b"),
        ("f(['a', ['b', 'c']] + '')", "a,b,c"),
        ("f('a,b'.split(',')[1])", "b"),
        ("f('abc'.charCodeAt(1))", "98"),
        ("f('abc'[2])", "c"),
        ("f('abc'.at(-1))", "c"),
        ("f('abc'.length)", "3"),
        ("f('AbC'.toLowerCase())", "abc"),
        ("f(' a '.trim())", "a"),
        ("f('ab'.repeat(2))", "abab"),
        ("f('aXbX'.replaceAll('X', ''))", "ab"),
        ("f('aXbX'.replace('X', ''))", "abX"),
        ("f('a1b2'.replace(/[0-9]/g, ''))", "ab"),
        ("f('a'.concat('b', 'c'))", "abc"),
        ("f('abcdef'.slice(1, -1))", "bcde"),
        ("f('abcdef'.substr(1, 2))", "bc"),
        ("f((255).toString(16))", "ff"),
        ("f(parseInt('ff', 16))", "255"),
        ("f(Number('12') + 1)", "13"),
        ("f(![] + '')", "false"),
        ("f((![] + [])[+[]])", "f"),
        ("f((!![] + [])[+!+[]])", "r"),
        ("f(void 0)", None),
        ("f(true ? 'a' : 'b')", "a"),
        ("f(x ? 'a' : 'b')", "a"),
        ("f(x || 'a')", "a"),
        ("f('' || 'a')", "a"),
        ("f('a' && 'b')", "b"),
        ("f(('x', 'y'))", "y"),
        ("const o = { a: { b: 'c' } }; f(o.a.b)", "c"),
        ("const o = { 'a-b': 'c' }; f(o['a-' + 'b'])", "c"),
        ("const { a } = { a: 'x' }; f(a)", "x"),
        ("const [, b] = ['x', 'y']; f(b)", "x"),
        ("let a = 'x'; a += 'y'; f(a)", "xy"),
        ("var a = 'x', a = 'y'; f(a)", None),
        ("const a = 'x'; { const a = 'y'; } f(a)", "x"),
        ("const g = (a, b) => a + '-' + b; f(g('x', 'y'))", "x-y"),
        ("function g(a) { const b = a; return b + '!' } f(g('x'))", "x!"),
        ("f((a => a + a)('x'))", "xx"),
        ("f([1, 2].map(n => n * 2).join())", "2,4"),
        ("f(Buffer.from([104, 105]).toString())", "hi"),
        ("f(Buffer.concat([Buffer.from('a'), Buffer.from('b')]).toString())", "ab"),
        ("f(new TextDecoder().decode(new Uint8Array([104, 105])))", "hi"),
        ("f(JSON.parse('[\"a\"]')[0])", "a"),
        ("f(String.raw`a\\n`)", "a\n"),
        ("f(new URL('https://a.invalid').href)", "https://a.invalid"),
        ("f(require('os').homedir() + '/x')", "~/x"),
        ("const path = require('path'); f(path.join(require('os').homedir(), '.a', 'b'))", "~/.a/b"),
        ("f(unescape('%61%u0062'))", "ab"),
        ("f(decodeURIComponent(escape('\\xc3\\xa9 b')))", "é b"),
        ("f(g('a'))", None),
    ],
)
def test_folding(source, value):
    if value == "a\n" and "String.raw" in source:
        value = fold("f('a\\n')")
    assert fold(source) == value


def test_bomb_of_text_is_cut():
    assert len(fold("f('" + "a" * 1000 + "'.repeat(1000))") or "") <= 1 << 20
    assert fold("f('a'.repeat(1e12))") is None


PIECE = st.sampled_from(["a", "b/", "c.d", "-e", "F9", " ", "é"])


@st.composite
def expressions(draw: st.DrawFn, depth: int = 0) -> str:
    """Expressions that amount to a text, put together in ways that obfuscators use."""
    text = draw(PIECE)
    kind = draw(st.integers(0, 9)) if depth < 3 else 0
    inner = draw(expressions(depth + 1)) if kind else ""
    match kind:
        case 1:
            return f"({inner} + '{text}')"
        case 2:
            return f"`{text}${{{inner}}}`"
        case 3:
            return f"[{inner}, '{text}'].join('')"
        case 4:
            return f"{inner}.split('').reverse().join('')"
        case 5:
            return f"Buffer.from('{base64.b64encode(text.encode()).decode()}', 'base64').toString() + {inner}"
        case 6:
            return f"String.fromCharCode({','.join(str(ord(each)) for each in text)}).concat({inner})"
        case 7:
            return f"((x) => x + '{text}')({inner})"
        case 8:
            return f"({inner}).slice(0, 3)"
        case 9:
            return f"({inner}).toUpperCase().toLowerCase()"
    return f"'{text}'"


@given(st.lists(expressions(), min_size=12, max_size=12))
@settings(max_examples=5, deadline=None)
def test_folding_agrees_with_node(every):
    script = f"process.stdout.write([{','.join(f'({each})' for each in every)}].join('\\u0000'))"
    expected = subprocess.run(["node", "-e", script], capture_output=True, check=True, timeout=20).stdout.decode()
    assert [fold(f"f({each})") for each in every] == expected.split("\0")


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), min_size=8, max_size=60))
@settings(max_examples=40, deadline=None)
def test_what_is_decoded_before_it_is_run_is_told(text):
    encoded = base64.b64encode(text.encode()).decode()
    facts = read_javascript("a.js", f"eval(atob('{encoded}'))".encode(), "javascript")
    assert facts.calls[0].arguments[0] == text
    assert text in {each.value for each in facts.decoded}
