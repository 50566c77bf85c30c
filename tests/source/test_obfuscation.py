import time
from pathlib import Path

import pytest

from customhouse.source.javascript.decoders import decoding_places
from customhouse.source.javascript.parse import parse
from customhouse.source.javascript.tree import Code
from customhouse.source.obfuscation import obfuscation

OBFUSCATED = Path(__file__).parent / "javascript" / "obfuscated"
TURNED = (
    "while(!![]){try{const s=parseInt(f(1))/1+parseInt(f(2))/2*parseInt(f(3));if(s===t)break;else a['push'](a['shift']());}"
    "catch(e){a['push'](a['shift']());}}"
)


def kinds(text, language="javascript"):
    return {mark.kind for mark in obfuscation(text.encode() if isinstance(text, str) else text, language)}


@pytest.mark.parametrize("name", ["plain", "base64", "rc4", "wrapped"])
def test_what_the_obfuscator_writes_has_its_marks(name):
    assert {"rotated-strings", "generated-names"} <= kinds((OBFUSCATED / f"{name}.js").read_bytes())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (TURNED, "rotated-strings"),
        (TURNED.replace("['push']", ".push").replace("['shift']", ".shift"), "rotated-strings"),
        ("var g=function(n){while(--n){a['push'](a['shift']())}};g(++k)", "rotated-strings"),
        ("var _0x1a2b3=1,_0x2b3c4=2,_0x3c4d5=3,_0x4d5e6=4", "generated-names"),
        ("var lIlIlIIl,IlIlIIlI,llIIlIlI,IIllIlIl,lIIlIIll,IIlIlIll", "generated-names"),
        (
            "const o='2|0|1|3'['split']('|');let i=0;while(!![]){switch(o[i++]){case'0':a();continue}}",
            "flattened-control-flow",
        ),
        ("eval(function(p,a,c,k,e,d){return p}('0 1',2,2,'a|b'.split('|'),0,{}))", "packed-program"),
        ("x(" + ",".join("'\\x72\\x65\\x71\\x75'" for _ in range(12)) + ")", "escaped-text"),
        ("[" + "[![]]+" * 90 + "()" * 200 + "]" + "(![]+[])" * 80, "letterless"),
        ("a;\n" * 20 + "b();" * 1_000 + "\n" + "c;\n" * 20, "long-line"),
        ("x='" + "QUJD" * 300 + "'", "encoded-constants"),
    ],
)
def test_each_mark(text, kind):
    assert kind in kinds(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (
            "def OO0O0O0O(): pass\nO0O0O0OO = 1\nOOO0O0O0 = 2\nO0OO0O0O = 3\nOO00OO0O = 4\nO0O00OO0 = 5\n",
            "generated-names",
        ),
        (
            "from pytransform import pyarmor_runtime\npyarmor_runtime()\n__pyarmor__(__name__, __file__, b'')\n",
            "packed-program",
        ),
        ("_ = lambda __: __\nexec((_)(b'x'))\n", "packed-program"),
    ],
)
def test_each_mark_of_python(text, kind):
    assert kind in kinds(text, "python")


@pytest.mark.parametrize(
    "text",
    [
        "queue.push(queue.shift())",
        "for (;;) { list.push(list.shift()) }",
        "this.hosts.push(this.hosts.shift())",
        "'jan|feb|mar'.split('|')",
        "const a = '\\u001b[31m', b = '\\x00\\x01\\x02'",
        "!function(e,t){e.exports=t()}(this,function(){var e=[1,2];return e[0]+e[1]});" * 40,
        "Illegal = 1; ILLUSTRATION = 2; OOM = 3",
        "const address = 0x1f3a + _0xff",
    ],
)
def test_people_and_minifiers_leave_none(text):
    assert kinds(text) == set()


def test_lines_and_counts_are_told():
    (mark,) = obfuscation(b"\n\nvar _0xaaa1=1,_0xaaa2=2,\n_0xaaa3=3,_0xaaa4=4,_0xaaa4", "javascript")
    assert (mark.kind, mark.line, mark.count) == ("generated-names", 3, 4)


WORST = [
    b"a.push(a.shift" * 70_000,
    b"'1|2|3|" * 150_000 + b"'.split",
    b"_0x" * 350_000,
    b"lIl1" * 250_000,
    b"\\x72" * 250_000,
    b"eval( function( a,b,c," * 45_000,
    b"[a[" * 340_000,
    b"x[ i ] = y[ i ] " * 60_000,
    b"charCodeAt(" * 90_000,
    b".replace(a,(c)=>" * 60_000,
    b"parseInt(x(" * 90_000,
    b"A[B.indexOf(" * 80_000,
    b".map(c=>t[c" * 90_000,
    b"'" + b"QUJD" * 250_000,
]


@pytest.mark.parametrize("data", WORST, ids=lambda data: data[:12].decode())
def test_a_megabyte_of_the_worst_takes_no_time(data):
    started = time.process_time()
    obfuscation(data, "javascript")
    obfuscation(data, "python")
    assert time.process_time() - started < 1.0


@pytest.mark.parametrize("data", WORST[6:13], ids=lambda data: data[:12].decode())
def test_hand_written_decoders_are_looked_for_in_linear_time(data):
    code = Code(data, parse("a.js", b"0")[1].root_node, 1_000_000)
    started = time.process_time()
    list(decoding_places(code))
    assert time.process_time() - started < 1.0
