<<<<<<< HEAD
"""What is called plain must give nothing when it is read."""

import os
import stat

import pytest
import yara_x
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.source import first_look as module
from customhouse.source.credentials import TRIGGERS
from customhouse.source.first_look import MAX_SIZE, first_look, version
from customhouse.source.javascript.capability_table import GLOBAL_PROPERTIES, GLOBALS, PROPERTIES
from customhouse.source.python.api import telling_builtins
from customhouse.source.read import read_source

PLAIN = {
    "javascript": [
        "var a = require('./_a'), b = require('../b/c.js');\nfunction f(x) { return a(x) + 1 }\nmodule.exports = f;\n",
        "import x, {y} from './x.js';\nimport './z';\nexport * from './y';\nexport default function () {}\n",
        "/**\n * @param {Function} f Called\n * @returns {Array} x\n */\nmodule.exports = f => f;",
        "export const MONTHS = ['January', 'February'];\n",
        "'use strict';\nmodule.exports = { a: 1, b: [2, 3] };\n",
    ],
    "python": [
        "from .a import b\nfrom . import c\nfrom ..d.e import f as g\n\n__all__ = ['b', 'c']\n__version__ = '1.2.3'\n",
        "from __future__ import annotations\n\nclass A:\n    x: int = 1\n\n    def f(self) -> int:\n        return self.x\n",
        '"""Words."""\nTABLE = {"a": [1, 2, 3]}\n',
    ],
}
ACTING = {
    "javascript": [
        "require('fs')", "require(x)", "require('./a' + b)", "import 'fs'", "import fs from 'fs'", "export * from 'fs'", "import('x')",
        "import/**/'fs'", "process.env", "globalThis[x]()", "this['eval']", "eval('1')", "new Function('x')", "[].constructor('x')",
        "fetch(u)", "new XMLHttpRequest", "new WebSocket(u)", "module['require']", "Buffer.from(x)", "atob(x)", "Reflect.get(a, b)",
        "setTimeout('x')", "var a = '\\x61'", "String.fromCharCode(1)", "var a = 'https://c2.invalid'", "é = 1", "a[b]('x')",
        "'a' + 'b'", "x = `${y}`", "x = '~/.npmrc'", "require('./a.node')", "\\u0065val('1')", "x = '" + "A" * 40 + "'",
        "a();" + " " * 200 + "b()", "[][(![]+[])[+[]]+(!![]+[])[+[]]+(![]+[])[+!![]]+(![]+[])[!![]+!![]]]", "document.write(x)",
        "x = {Function}", "with(a) b()", "a\rb",
    ],
    "python": [
        "import os", "from os import x", "import a.b", "__import__('x')", "exec('1')", "eval(x)", "compile(a, b, c)", "open('x')",
        "getattr(a, b)", "globals()['x']", "vars()['x']", "__builtins__", "f.__globals__", "x = 'https://c2.invalid/'",
        "x = '~/.ssh/id_rsa'", "x = 'a' + 'b'", "x = ''.join(y)", "x = chr(1)", "x = y[::-1]", "bytes.fromhex(x)", "é = 1",
        "x = '\\x68\\x74\\x74\\x70'", "x = '" + "A" * 40 + "'", "a = 1\rb = 2", "# coding: utf-7", "x = '198.51.100.7'", "x = 'c2.invalid'",
        "from .a import b, import_", "from.a import b\nimport os", "x = 1" + "\t" * 30 + "y",
    ],
}  # fmt: skip


def gives_nothing(facts):
    return not (
        facts.calls
        or facts.capabilities
        or facts.decoded
        or facts.hosts
        or facts.anomalies
        or any(not one.module.startswith(".") for one in facts.imports)
    )


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language, texts in PLAIN.items() for text in texts]
)
def test_plain(language, text):
    assert first_look(text.encode(), language).plain
    assert gives_nothing(read_source("a", text.encode(), language))


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language, texts in ACTING.items() for text in texts]
)
def test_not_plain(language, text):
    look = first_look(text.encode(), language)
    assert not look.plain
    assert look.matched


@pytest.mark.parametrize("word", sorted({*GLOBALS, *PROPERTIES, *GLOBAL_PROPERTIES} - {"String"}))
def test_every_word_that_the_javascript_reader_follows(word):
    assert not first_look(f"x.{word}(1)".encode(), "javascript").plain


@pytest.mark.parametrize("word", sorted(telling_builtins() - {"map", "filter", "reduce", "sorted", "apply"}))
def test_every_builtin_that_the_python_reader_follows(word):
    assert not first_look(f"{word}(1)".encode(), "python").plain


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("language", ["javascript", "python"])
def test_every_credential_trigger(trigger, language):
    for spelled in (trigger, trigger.upper(), trigger.replace("/", "\\\\")):
        assert not first_look(f"x = '{spelled}'".encode(), language).plain


PIECES = {
    "javascript": st.sampled_from(
        ["require", "('", "./a", "fs", "')", "import ", " from ", "'", '"', "`", "${", "}", "process", ".env", "this", "[", "]", "(", ")",
         "a", "b", "=", "+", ";", "\n", "{", "module", ".exports", "Function", "constructor", "=>", "x", "0", "//", "/*", "*/", "http:",
         "c2.invalid", "eval", "/", "\\x61", "new ", "function ", "return ", ",", ".", "@type {", "export ", "1.2.3.4", "import"]
    ),
    "python": st.sampled_from(
        ["import ", "from ", "os", ".a", ".", "\n", " import ", "exec", "eval", "(", ")", "'", '"', '"""', "x", "=", "+", "chr", "1", ",",
         "[", "]", "::-1", "def f():", " ", "getattr", "open", "https:", "//", "c2.invalid", "~/.npmrc", "#", "join", "b", "\\", "system",
         "environ", "lambda:", "class A:", "@", "f", "{", "}", ":", "__future__", "*", "1.2.3.4", "__builtins__", "self"]
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", ["javascript", "python"])
@given(data=st.data())
@settings(max_examples=400, deadline=None)
def test_plain_files_give_nothing(language, data):
    text = "".join(data.draw(st.lists(PIECES[language], max_size=25))).encode()
    if first_look(text, language).plain:
        assert gives_nothing(read_source("a", text, language))


@pytest.mark.parametrize("language", ["javascript", "python"])
@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_plain_text_around_a_call_changes_nothing(language, data):
    acting = data.draw(st.sampled_from(ACTING[language]))
    plain = data.draw(st.sampled_from(PLAIN[language]))
    assert not first_look(f"{plain}\n{acting}\n{plain}".encode(), language).plain


def test_large_files_are_not_plain():
    assert first_look(b" " * (MAX_SIZE + 1), "python").matched == ("size",)


def test_version_is_of_the_rules():
    assert len(version()) == 16
    assert version() == version()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.delenv("CUSTOMHOUSE_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "customhouse"


def test_compiled_rules_are_kept_and_used(cache, monkeypatch):
    module._rules("python")
    (file,) = cache.iterdir()
    assert stat.S_ISREG(file.stat().st_mode)
    monkeypatch.setattr(yara_x, "Compiler", None)
    assert module._rules("python").scan(b"import os").matching_rules


@pytest.mark.parametrize("damage", [b"", b"x" * 10, b"x" * 5000])
def test_a_damaged_cache_is_compiled_anew(cache, damage):
    module._rules("python")
    (file,) = cache.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage or whole[:-1])
    assert module._rules("python").scan(b"import os").matching_rules
    assert file.read_bytes() == whole or len(file.read_bytes()) == len(whole)


def test_a_cache_that_cannot_be_written(tmp_path, monkeypatch):
    file = tmp_path / "file"
    file.write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(file))
    assert module._rules("javascript").scan(b"eval(1)").matching_rules


def test_no_home_at_all(monkeypatch):
    for name in ("XDG_CACHE_HOME", "CUSTOMHOUSE_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(module.Path, "home", lambda: (_ for _ in ()).throw(RuntimeError))
    assert module._cached_path("x") is None
    assert module._rules("python").scan(b"import os").matching_rules


def test_two_writers_leave_one_whole_file(cache):
    rules = module._rules("python")
    (file,) = cache.iterdir()
    for _ in range(3):
        module._keep(file, rules)
    assert [entry.name for entry in os.scandir(cache)] == [file.name]
=======
"""What the first look calls plain, the readers find nothing in that acts."""

import ast
import warnings
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from customhouse.evidence.plain_imports import plain_imports
from customhouse.model.code import CodeFacts
from customhouse.source.first_look import first_look, places, version
from customhouse.source.javascript.parse import parse
from customhouse.source.read import read_source


def corpus(path: str) -> ModuleType:
    """The spellings that the readers' own tests are held to."""
    spec = spec_from_file_location(path.replace("/", "_"), Path(__file__).parent / f"{path}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EVASIONS = corpus("javascript/test_evasions")
READER = corpus("python/test_reader")
JAVASCRIPT = [*EVASIONS.RUNS_A_PROCESS.values(), *EVASIONS.RUNS_CODE.values(), *EVASIONS.MAKES_FUNCTIONS.values()]
PYTHON = list(READER.SPELLINGS.values())

HARMLESS_JAVASCRIPT = [
    "const a = require('./a');",
    "var b = require('left-pad'), c = [1, 2].join(',');",
    "import d, { e } from './d.js';",
    "module.exports = { a: b };",
    "exports.split = s => s.split('').reverse().join('') + 'http://example.test/';",
    "/** @param {Function} f runs the process of fetching; eval is evil */",
    "class F extends G { constructor(x) { super(x); this.name = this.constructor.name; } }",
    "if (process.platform === 'win32') { x(); }",
    "typeof require === 'function' && typeof process !== 'undefined';",
    "const t = `${a} + ${b}`; const u = 'aGVsbG8gd29ybGQgaGVsbG8gd29ybGQ=';",
    "y.fetch(z); cache.process(1); q.require('x'); w.eval(1);",
    "setTimeout(function () { n(); }, 1); setTimeout(() => 1, 2);",
    "if (f instanceof Function) { Function.prototype.call.call(f); }",
    "const e1 = /[\\u0041-\\u005a]/; const n2 = 'é Привет 你好';",
    "function process(x) { return x; }",
]
ACTING_JAVASCRIPT = [
    "fetch(u)",
    "const p = process;",
    "x = process.env.HOME",
    "const r = require; r('fs')",
    "const g = globalThis; g.fetch(u)",
    "const {exec} = require('child_process'); exec(c)",
    "import fs from 'node:fs'; fs.readFileSync(n)",
    "import /* x */ cp from /* y */ 'child_process'; cp.exec(c)",
    "import(name)",
    "(() => {}).constructor('return 1')()",
    "x['con' + 'structor']('return 1')()",
    "ev\\u0061l('1')",
    "setTimeout('x()', 1)",
    "new Function('x')()",
    "import a = require('fs'); a.unlinkSync(x)",
    "export * from 'fs'",
    "module.constructor._load(x)",
    "require('./build/addon.node')",
    "self['fetch'](u)",
    "window.eval(x)",
]
HARMLESS_PYTHON = [
    "import re, typing as t",
    "from . import a",
    "from .b import (\n    c,  # open source (really)\n    d,\n)",
    "import os\nx = os.path.join('a', 'b')",
    "import sys\nif sys.version_info > (3,): pass",
    "def compile(x): return re.compile(x)",
    "# opens and evals nothing: nothing else",
    "class A:\n    def open(self): return self.open()",
    "x = ','.join(['a', 'b']) + 'http://example.test/'",
    "y = 'aGVsbG8gd29ybGQgaGVsbG8gd29ybGQ='",
    "f(open=1, vars=2)",
    "z = 'Привет é 你好'",
    "import logging\nlogging.getLogger(__name__).info('x')",
]
ACTING_PYTHON = [
    "open('x')",
    "import os\nos.system('id')",
    "from os import (\n  path,\n  system)\nsystem('x')",
    "import subprocess as s\ns.run(x)",
    "from os \\\n import system\nsystem('x')",
    "import os\nx = os.environ['A']",
    "from urllib.request import urlopen\nurlopen(u)",
    "import sys\nsys.path.append('x')",
    "import shutil\nshutil . os . system('x')",
    "import os\ngetattr(os, n)('x')",
    "import os\nos.\\\nsystem('x')",
    "ｅｖａｌ('1')",
    "import ｏｓ\nos.popen('x')",
    "g = globals\ng()['__builtins__']",
    "from gevent import subprocess\nsubprocess.Popen(x)",
]


def acts(facts: CodeFacts) -> bool:
    """A constant alone can name a place of credentials, or hide code: what nothing runs is no deed."""
    lines = {each.line for each in facts.decoded}
    real = [each for each in facts.capabilities if each.kind != "credentials" and each.line not in lines]
    calls = [each for each in facts.calls if each.line not in lines]
    return bool(real or calls or facts.anomalies)


def check(code: str | bytes, language) -> None:
    data = code.encode("utf-8", "surrogatepass") if isinstance(code, str) else code
    if not first_look(data, language).plain:
        return
    facts = read_source("pkg/a.py" if language == "python" else "lib/a.js", data, language)
    assert not acts(facts), data
    assert {each.module for each in facts.imports} <= set(plain_imports(data, language))


@pytest.mark.parametrize("code", list(dict.fromkeys([*JAVASCRIPT, *ACTING_JAVASCRIPT])))
def test_no_spelling_is_plain_in_javascript(code):
    data = code if isinstance(code, bytes) else code.encode()
    assert not first_look(data, "javascript").plain


@pytest.mark.parametrize("code", list(dict.fromkeys([*PYTHON, *ACTING_PYTHON])))
def test_no_spelling_is_plain_in_python(code):
    data = code if isinstance(code, bytes) else code.encode()
    assert not first_look(data, "python").plain


@pytest.mark.parametrize("code", HARMLESS_JAVASCRIPT)
def test_ordinary_javascript_is_plain(code):
    assert first_look(code.encode(), "javascript").matched == ()


@pytest.mark.parametrize("code", HARMLESS_PYTHON)
def test_ordinary_python_is_plain(code):
    assert first_look(code.encode(), "python").matched == ()


@settings(deadline=None)
@given(st.lists(st.sampled_from([*HARMLESS_JAVASCRIPT, *ACTING_JAVASCRIPT, *JAVASCRIPT]), min_size=1, max_size=5))
def test_the_reader_finds_nothing_in_plain_javascript(snippets):
    check(b"\n".join(each if isinstance(each, bytes) else each.encode() for each in snippets), "javascript")


@settings(deadline=None)
@given(st.lists(st.sampled_from([*HARMLESS_PYTHON, *ACTING_PYTHON, *PYTHON]), min_size=1, max_size=5))
def test_the_reader_finds_nothing_in_plain_python(snippets):
    check(b"\n".join(each if isinstance(each, bytes) else each.encode() for each in snippets), "python")


WORDS_JAVASCRIPT = st.sampled_from(
    "process . env [ ] ( ) 'fetch' fetch eval constructor + 'con' 'structor' ; \n = const x , { } require 'fs' import "
    "from globalThis self window /**/ Function ` \\u0065 => function return typeof === :".split(" ")
)
WORDS_PYTHON = st.sampled_from(
    "import os sys from . system ( ) = \n , 'id' x getattr path environ open eval exec globals [ ] \\\n # as * "
    "__dict__ subprocess run ; : def vars".split(" ")
)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.lists(WORDS_JAVASCRIPT, max_size=14), st.sampled_from(["\n", " "]))
def test_any_words_of_javascript(words, between):
    code = between.join(words)
    assume(not parse("lib/a.js", code.encode())[1].root_node.has_error)
    check(code, "javascript")


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.lists(WORDS_PYTHON, max_size=14), st.sampled_from([" ", ""]))
def test_any_words_of_python(words, between):
    code = between.join(words)
    assume(_is_python(code))
    check(code, "python")


def _is_python(code: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(code)
        except (SyntaxError, ValueError):
            return False
    return True


@pytest.mark.parametrize("code", [b"const \xd0\xb0bc = 1", b"x = 1;" + b" " * 200 + b"hidden()", b"a\xe2\x80\xaeb()"])
def test_what_cannot_be_seen_is_not_plain(code):
    assert first_look(code, "javascript").matched == ("text",)


def test_what_is_too_large_is_not_plain():
    assert first_look(b" " * ((16 << 20) + 1), "python").matched == ("size",)


def test_a_byte_order_mark_and_utf_16_hide_nothing():
    assert not first_look(b"\xef\xbb\xbfeval(x)", "javascript").plain
    assert not first_look("eval(x)".encode("utf-16"), "javascript").plain
    assert not first_look("import os".encode("utf-16"), "python").plain


def test_places_are_those_of_the_python_reader():
    assert places(b"import os; u = 'http://x.invalid/'", "python").keys() >= {"import", "url"}
    with pytest.raises(ValueError, match="by places"):
        places(b"", "javascript")


def test_the_version_stays_the_same_within_a_process():
    assert version() == version()
>>>>>>> firstlook
