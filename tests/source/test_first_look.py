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
