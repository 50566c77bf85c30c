import base64
import zlib

import pytest

from customhouse.model.code import CodeFacts
from customhouse.source.javascript.reader import read_javascript

TEXT = "require('child_process').exec('true')"


def read(source: str) -> CodeFacts:
    return read_javascript("a.js", source.encode(), "javascript")


@pytest.mark.parametrize(
    ("source", "hosts"),
    [
        ("f('https://a.invalid/b/c?d=e#f')", ("https://a.invalid/b/c",)),
        ("f(`https://a.invalid:8080/${x}`)", ("https://a.invalid:8080/",)),
        ("f('see https://a.invalid, or wss://b.invalid.')", ("https://a.invalid", "wss://b.invalid")),
        ("f('http://203.0.113.7:8000/x')", ("http://203.0.113.7:8000/x",)),
        ("f('203.0.113.7')", ("203.0.113.7",)),
        ("f('2001:db8::7')", ("2001:db8::7",)),
        ("f('http://[2001:db8::7]/x')", ("http://[2001:db8::7]/x", "2001:db8::7")[:1]),
        ("o = { hostname: 'a.invalid' }", ("a.invalid",)),
        ("o.host = 'a.invalid'", ("a.invalid",)),
        ("require('net').connect(443, 'a.invalid')", ("a.invalid",)),
        ("require('dns').lookup('x.' + 'a.invalid', f)", ("x.a.invalid",)),
        ("fetch('ht' + 'tps://a.' + 'invalid')", ("https://a.invalid",)),
        ("const u = ['https:/', 'a.invalid', 'b'].join('/')", ("https://a.invalid/b",)),
        ("f(atob('aHR0cHM6Ly9hLmludmFsaWQvYg=='))", ("https://a.invalid/b",)),
        ("var x = 'aHR0cHM6Ly9hLmludmFsaWQvYg=='", ("https://a.invalid/b",)),
        ("var x = 'dilavni.a//:sptth'.split('').reverse().join('')", ("https://a.invalid",)),
        ("// https://a.invalid\n/* 203.0.113.7 */", ()),
        ("f('http://www.w3.org/2000/svg')", ()),
        ("f('a.b.c'); import x from 'lodash.merge'; g('index.js')", ()),
        ("const a = 1.2; f('1.2.3'); x = /https:\\/\\/a/", ()),
        ("f('999.999.999.999')", ()),
        ("f('10:20:30')", ()),
    ],
)
def test_hosts(source, hosts):
    assert read(source).hosts == hosts


def test_hosts_are_bounded():
    assert len(read("\n".join(f"f('https://h{n}.invalid')" for n in range(200))).hosts) == 64


@pytest.mark.parametrize(
    ("source", "encodings"),
    [
        (f"x = '{base64.b64encode(TEXT.encode()).decode()}'", ("base64",)),
        (f"x = '{TEXT.encode().hex()}'", ("hex",)),
        (f"x = '{base64.b64encode(TEXT.encode()).decode()[::-1]}'", ("reversed", "base64")),
        (f"x = '{base64.b64encode(base64.b64encode(TEXT.encode())).decode()}'", ("base64", "base64")),
        (f"x = '{base64.b64encode(zlib.compress(TEXT.encode())).decode()}'", ("base64", "zlib")),
        (f"x = [{','.join(str(ord(each)) for each in TEXT)}]", ("char-codes",)),
        ("x = '" + "".join(f"\\x{ord(each):02x}" for each in TEXT) + "'", ("escapes",)),
        ("x = '" + "".join(f"\\u{ord(each):04x}" for each in TEXT) + "'", ("escapes",)),
        ("x = '" + "".join(f"%{ord(each):02x}" for each in TEXT) + "'", ("percent",)),
        ("x = '" + "' + '".join(base64.b64encode(TEXT.encode()).decode()) + "'", ("base64",)),
    ],
)
def test_hidden_texts(source, encodings):
    found = {each.value: each.encodings for each in read(source).decoded}
    assert found[TEXT] == encodings


def test_hidden_code_is_read_in_turn():
    facts = read(f"const blob = '{base64.b64encode(TEXT.encode()).decode()}';")
    assert {each.module for each in facts.imports} == {"child_process"}
    assert {call.callee for call in facts.calls} == {"child_process.exec"}


@pytest.mark.parametrize(
    "source",
    [
        "x = 'The quick brown fox ' + 'jumps over ' + 'the lazy dog'",
        "throw new Error('Expected a string but got ' + typeof x + '. ' + 'See the documentation.')",
        "x = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'",
        "x = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk'",
        "x = '46faab8ab153fae6e80e7cca38eab363075bb524edd79e42269217a083628f09'",
        "x = 'sha512-9qSlhDqV7nTCfHyu1dpNw/pD1yzA3EnzWIt6ha2/aY0VKjLwFaXoDYKhSqkOISRBpdYbSpeYDpnuKr+IxkNAcg=='",
        "x = [48,49,50,51,52,53,54,55,56,57,65,66,67,68,69,70,97,98,99,100,101,102]",
        "x = [0,31,59,90,120,151,181,212,243,273,304,334,365,396,424,455]",
        "x = ['a', 'b', 'c'].join(', ')",
        "x = list.reverse().join('/')",
        "x = '__SECRET_INTERNALS_DO_NOT_USE_OR_YOU_WILL_BE_FIRED'",
        "x = '\\u2028\\u2029\\ufeff\\u00a0'",
        "x = decodeURIComponent(y)",
        "x = unescape(encodeURIComponent(y))",
        "x = String.fromCharCode(y & 255)",
        "x = Buffer.from(y, 'base64').toString()",
        "x = '\\x1b[31m' + y + '\\x1b[0m'",
    ],
)
def test_ordinary_constants_hide_nothing(source):
    assert read(source).decoded == ()
