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
