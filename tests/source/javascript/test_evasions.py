"""Ways to hide a call, each inert: what is run does nothing and hosts are under `.invalid`."""

import base64

import pytest

from customhouse.model.code import CodeFacts
from customhouse.source.javascript.reader import read_javascript

PAYLOAD = "require('child_process').exec('true')"
ENCODED = base64.b64encode(PAYLOAD.encode()).decode()


def read(source: str | bytes, path: str = "index.js") -> CodeFacts:
    data = source.encode() if isinstance(source, str) else source
    return read_javascript(path, data, "javascript")


def callees(facts: CodeFacts) -> set[str]:
    return {call.callee for call in facts.calls}


def modules(facts: CodeFacts) -> set[str]:
    return {each.module for each in facts.imports}


RUNS_A_PROCESS = {
    "plain": "require('child_process').exec('true')",
    "node prefix": "require('node:child_process').exec('true')",
    "double quotes": 'require("child_process").exec("true")',
    "template": "require(`child_process`).exec(`true`)",
    "template with parts": "const a='child', b='process'; require(`${a}_${b}`).exec('true')",
    "concatenation": "require('child_' + 'process').exec('true')",
    "variables": "const a = 'child_'; let b; b = 'process'; require(a + b).exec('true')",
    "augmented": "var m = 'child'; m += '_pro'; m += 'cess'; require(m).exec('true')",
    "join": "require(['child', 'process'].join('_')).exec('true')",
    "joined variable": "const p = ['child', 'process']; require(p.join('_')).exec('true')",
    "reverse": "require('ssecorp_dlihc'.split('').reverse().join('')).exec('true')",
    "spread reverse": "require([...'ssecorp_dlihc'].reverse().join('')).exec('true')",
    "replace": "require('child#process'.replace('#', '_')).exec('true')",
    "replace pattern": "require('ch1ild_pr2ocess'.replace(/[0-9]/g, '')).exec('true')",
    "slice": "require('xxchild_process'.slice(2)).exec('true')",
    "hex escapes": r"require('\x63\x68\x69\x6c\x64\x5f\x70\x72\x6f\x63\x65\x73\x73').exec('true')",
    "unicode escapes": r"require('\u0063hild_proces\u{73}').exec('true')",
    "line continuation": "require('child_\\\nprocess').exec('true')",
    "base64 buffer": "require(Buffer.from('Y2hpbGRfcHJvY2Vzcw==', 'base64').toString()).exec('true')",
    "old buffer": "require(new Buffer('Y2hpbGRfcHJvY2Vzcw==', 'base64').toString('utf8')).exec('true')",
    "hex buffer": "require(Buffer.from('6368696c645f70726f63657373', 'hex').toString('utf8')).exec('true')",
    "atob": "require(atob('Y2hpbGRfcHJvY2Vzcw==')).exec('true')",
    "atob alias": "const d = atob; require(d('Y2hpbGRfcHJvY2Vzcw==')).exec('true')",
    "unescape": "require(unescape('%63hild%5fprocess')).exec('true')",
    "decodeURIComponent": "require(decodeURIComponent('child%5Fprocess')).exec('true')",
    "char codes": "require(String.fromCharCode(99,104,105,108,100,95,112,114,111,99,101,115,115)).exec('true')",
    "char codes apply": (
        "require(String.fromCharCode.apply(null, [99,104,105,108,100,95,112,114,111,99,101,115,115])).exec('true')"
    ),
    "char codes spread": (
        "const c = [99,104,105,108,100,95,112,114,111,99,101,115,115]; require(String.fromCharCode(...c)).exec('true')"
    ),
    "char codes mapped": (
        "require([100,105,106,109,101,96,113,115,112,100,102,116,116]"
        ".map(c => String.fromCharCode(c - 1)).join('')).exec('true')"
    ),
    "xor": (
        "require([98,105,104,109,101,94,113,115,110,98,100,114,114]"
        ".map(function (c) { return String.fromCharCode(c ^ 1) }).join('')).exec('true')"
    ),
    "own decoder": (
        "function d(s) { return Buffer.from(s, 'base64').toString('utf8') }\n"
        "require(d('Y2hpbGRfcHJvY2Vzcw==')).exec('true')"
    ),
    "own decoder arrow": "const d = s => atob(s); require(d('Y2hpbGRfcHJvY2Vzcw==')).exec('true')",
    "string table": "const t = ['x', 'child_process']; require(t[1]).exec('true')",
    "string table function": "const t=['x','child_process']; const g=i=>t[i]; require(g(1)).exec('true')",
    "object table": "const t = {a: 'child_process'}; require(t.a).exec('true')",
    "ternary": "require(process.platform ? 'child_process' : 'fs').exec('true')",
    "each of a list": "for (const m of ['fs', 'child_process']) require(m).exec('true')",
    "map of a list": "['child_process'].map(require)[0].exec('true'); require('child_process').exec('true')",
    "callback of a list": "['child_process'].forEach(m => require(m).exec('true'))",
    "alias of require": "const r = require; r('child_process').exec('true')",
    "alias through or": "const r = typeof require !== 'undefined' && require; r('child_process').exec('true')",
    "redeclared require": "var require = require; require('child_process').exec('true')",
    "parameter": "(function (r) { r('child_process').exec('true') })(require)",
    "arrow parameter": "(r => r('child_process').exec('true'))(require)",
    "named function parameter": "function go(r) { r('child_process').exec('true') } go(require)",
    "call": "require.call(null, 'child_process').exec('true')",
    "apply": "require.apply(null, ['child_process']).exec('true')",
    "bind": "const r = require.bind(null); r('child_process').exec('true')",
    "reflect": "Reflect.apply(require, null, ['child_process']).exec('true')",
    "comma": "(0, require)('child_process').exec('true')",
    "module.require": "module.require('child_process').exec('true')",
    "module bracket": "module['requ' + 'ire']('child_process').exec('true')",
    "mainModule": "process.mainModule.require('child_process').exec('true')",
    "global process": "globalThis.process.mainModule.require('child_process').exec('true')",
    "global bracket": "global['pro' + 'cess']['mainModule']['require']('child_process').exec('true')",
    "module._load": "module.constructor._load('child_process').exec('true')",
    "Module._load": "require('module')._load('child_process').exec('true')",
    "createRequire": (
        "import { createRequire } from 'module'; createRequire(import.meta.url)('child_process').exec('true')"
    ),
    "createRequire variable": (
        "import * as m from 'node:module'; const require = m.createRequire(import.meta.url);"
        "require('child_process').exec('true')"
    ),
    "getBuiltinModule": "process.getBuiltinModule('child_process').exec('true')",
    "destructured": "const { exec } = require('child_process'); exec('true')",
    "destructured alias": "const { exec: e } = require('child_process'); e('true')",
    "destructured string key": "const { 'exec': e } = require('child_process'); e('true')",
    "destructured default": "const { exec = null } = require('child_process'); exec('true')",
    "assigned pattern": "let e; ({ exec: e } = require('child_process')); e('true')",
    "parameter pattern": "(({ exec }) => exec('true'))(require('child_process'))",
    "member variable": "const e = require('child_process').exec; e('true')",
    "bracket": "const cp = require('child_process'); cp['exec']('true')",
    "bracket concatenation": "const cp = require('child_process'); cp['ex' + 'ec']('true')",
    "bracket template": "const cp = require('child_process'); cp[`ex${'ec'}`]('true')",
    "bracket decoded": "const cp = require('child_process'); cp[atob('ZXhlYw==')]('true')",
    "optional chaining": "require?.('child_process')?.exec?.('true')",
    "property": "const o = {}; o.cp = require('child_process'); o.cp.exec('true')",
    "this property": "this.cp = require('child_process'); this.cp.exec('true')",
    "exports property": "exports.cp = require('child_process'); exports.cp.exec('true')",
    "object literal": "const o = { run: require('child_process').exec }; o.run('true')",
    "object shorthand": "const { exec } = require('child_process'); const o = { exec }; o.exec('true')",
    "late assignment": "let cp; function f() { cp = require('child_process') } f(); cp.exec('true')",
    "assignment in condition": "let cp; if (cp = require('child_process')) cp.exec('true')",
    "returned": "function g() { return require('child_process') } g().exec('true')",
    "returned arrow": "const g = () => require; g()('child_process').exec('true')",
    "returned in place": "(() => require)()('child_process').exec('true')",
    "array element": "[require][0]('child_process').exec('true')",
    "interop": "const cp = _interopRequireDefault(require('child_process')); cp.default.exec('true')",
    "esm default": "import cp from 'child_process'; cp.exec('true')",
    "esm namespace": "import * as cp from 'node:child_process'; cp.exec('true')",
    "esm named": "import { exec as e } from 'child_process'; e('true')",
    "esm string name": "import { 'exec' as e } from 'child_process'; e('true')",
    "dynamic import": "import('child_process').then(m => m.exec('true'))",
    "dynamic import awaited": "(async () => { const { exec } = await import('child_' + 'process'); exec('true') })()",
    "promisified": "const e = require('util').promisify(require('child_process').exec); e('true')",
    "bound method": "const e = require('child_process').exec.bind(null, 'true'); e()",
    "class static block": "class A { static { require('child_process').exec('true') } }",
    "with": "with (require('child_process')) { }\nrequire('child_process').exec('true')",
    "tagged template": "require('child_process').exec`true`",
    "escaped identifier": "r\\u0065quire('child_process').\\u{65}xec('true')",
    "labels and comments": "require/* ( */(/* ' */'child_process' // )\n)./*x*/exec('true')",
    "hashbang": "#!/usr/bin/env node\nrequire('child_process').exec('true')",
    "byte order mark": "\ufeffrequire('child_process').exec('true')",
    "html comment": "<!-- x\nrequire('child_process').exec('true')",
    "eval of constant": "eval(\"require('child_process').exec('true')\")",
    "eval of base64": f"eval(atob('{ENCODED}'))",
    "eval of buffer": f"eval(Buffer.from('{ENCODED}', 'base64').toString())",
    "eval of twice base64": f"eval(atob(atob('{base64.b64encode(ENCODED.encode()).decode()}')))",
    "indirect eval": f"(0, eval)(atob('{ENCODED}'))",
    "Function": f"new Function(atob('{ENCODED}'))()",
    "Function with require": f"Function('require', atob('{ENCODED}'))(require)",
    "constructor of a method": f"[].filter.constructor(atob('{ENCODED}'))()",
    "constructor in brackets": f"[]['fl' + 'at']['con' + 'structor'](atob('{ENCODED}'))()",
    "constructor of a function": f"(function () {{}}).constructor(atob('{ENCODED}'))()",
    "async constructor": f"Object.getPrototypeOf(async function () {{}}).constructor(atob('{ENCODED}'))()",
    "timer of text": f"setTimeout(atob('{ENCODED}'), 0)",
    "vm": f"require('vm').runInThisContext(atob('{ENCODED}'))",
    "vm script": f"new (require('vm').Script)(atob('{ENCODED}')).runInThisContext()",
    "module._compile": f"module._compile(atob('{ENCODED}'), 'x')",
    "Function gives process": "Function('return process')().mainModule.require('child_process').exec('true')",
    "Function gives this": "Function('return this')().process.mainModule.require('child_process').exec('true')",
    "eval gives require": "eval('require')('child_process').exec('true')",
    "eval put together": "eval('quire'.replace(/^/, 're'))('child_process').exec('true')",
}


@pytest.mark.parametrize("name", RUNS_A_PROCESS)
def test_a_process_is_run(name):
    facts = read(RUNS_A_PROCESS[name])
    assert "child_process" in modules(facts)
    assert "child_process.exec" in callees(facts)
    found = {(each.kind, each.detail) for each in facts.capabilities}
    assert ("process", "child_process.exec") in found
    assert all(call.when == "load" for call in facts.calls if call.callee == "child_process.exec")
    assert not facts.unread


RUNS_CODE = {
    "plain": "eval(x)",
    "escaped": "\\u0065val(x)",
    "braces": "\\u{65}v\\u0061l(x)",
    "alias": "const e = eval; e(x)",
    "indirect": "(0, eval)(x)",
    "optional": "eval?.(x)",
    "global": "globalThis.eval(x)",
    "global bracket": "globalThis['ev' + 'al'](x)",
    "window": "window['eval'](x)",
    "this": "this['eval'](x)",
    "alias of global": "const g = globalThis; g['e' + 'val'](x)",
    "reversed": "globalThis['lave'.split('').reverse().join('')](x)",
    "call": "eval.call(null, x)",
    "apply": "eval.apply(null, [x])",
    "reflect": "Reflect.apply(eval, null, [x])",
    "reflect get": "Reflect.get(globalThis, 'eval')(x)",
    "callback": "[x].forEach(eval)",
    "promise": "Promise.resolve(x).then(eval)",
    "destructured": "const { eval: e } = globalThis; e(x)",
    "parameter": "(function (f) { f(x) })(eval)",
    "global of global": "globalThis.globalThis.eval(x)",
    "this of a function": "(function () { return this })().eval(x)",
    "this of an arrow": "const g = (() => this)(); g.eval(x)",
    "this kept": "var root = this; root['eval'](x)",
    "key of bytes": "globalThis[Buffer.from('ZXZhbA==', 'base64')](x)",
    "redeclared": "if (0) var eval = 1; eval(x)",
}


@pytest.mark.parametrize("name", RUNS_CODE)
def test_code_is_run(name):
    facts = read(RUNS_CODE[name])
    assert "eval" in callees(facts)
    assert ("dynamic-code", "eval") in {(each.kind, each.detail) for each in facts.capabilities}


MAKES_FUNCTIONS = {
    "new": "new Function('a', x)()",
    "call": "Function(x)()",
    "alias": "const F = Function; F(x)()",
    "constructor": "(() => {}).constructor(x)()",
    "of a method": "[].filter.constructor(x)()",
    "of a text's method": "''.sub.constructor(x)()",
    "twice": "this.constructor.constructor(x)()",
    "twice in brackets": "({})['constructor']['constructor'](x)()",
    "put together": "[]['fi' + 'll']['const' + 'ructor'](x)()",
    "decoded": "[]['flat'][atob('Y29uc3RydWN0b3I=')](x)()",
    "result called": "anything.constructor(x)()",
    "global": "globalThis.Function(x)()",
    "Function's": "Function.prototype.constructor(x)()",
}


@pytest.mark.parametrize("name", MAKES_FUNCTIONS)
def test_functions_are_made(name):
    facts = read(MAKES_FUNCTIONS[name])
    assert "Function" in callees(facts)
    assert ("dynamic-code", "Function") in {(each.kind, each.detail) for each in facts.capabilities}


@pytest.mark.parametrize(
    ("source", "callee"),
    [
        ("require(f(1))", "require"),
        ("require(t[i])", "require"),
        ("require(name)", "require"),
        ("import(f(1))", "require"),
        ("names.map(require)", "require"),
        ("const r = require; r(_0x12(3))", "require"),
    ],
)
def test_a_load_of_an_unknown_module_is_a_fact(source, callee):
    facts = read(source)
    assert [(call.callee, call.arguments) for call in facts.calls] == [(callee, (None,))]


def test_a_computed_load_is_a_capability():
    facts = read("const _0x=['a'];function _0x1(i){return _0x[i-=8]}\nrequire(_0x1(9))[_0x1(10)](_0x1(11))")
    assert ("dynamic-code", "require(computed)") in {(each.kind, each.detail) for each in facts.capabilities}


def test_a_computed_load_beside_the_name_of_the_process_module():
    facts = read(
        "const _0x=['exec','child_process'];function _0x1(i){return _0x[i-=8]}\nrequire(_0x1(z))[_0x1(y)]('true')"
    )
    assert ("process", "child_process") in {(each.kind, each.detail) for each in facts.capabilities}


def test_string_array_with_rotation():
    source = """
    var _0x3f2a=['ZXhlYw==','dHJ1ZQ==','aHR0cHM6Ly9jMi5pbnZhbGlkL3N0YWdl','Y2hpbGRfcHJvY2Vzcw=='];
    (function(_0x1,_0x2){var _0x4=function(_0x5){while(--_0x5){_0x1['push'](_0x1['shift']());}};
    _0x4(++_0x2);}(_0x3f2a,0x1f3));
    var _0x1b=function(_0x1,_0x2){_0x1=_0x1-0x0;var _0x4=_0x3f2a[_0x1];
    return Buffer['from'](_0x4,'base64')['toString']();};
    var _0x9=require(_0x1b('0x0'));_0x9[_0x1b('0x1')](_0x1b('0x2'));
    """
    facts = read(source)
    assert [(call.callee, call.arguments) for call in facts.calls] == [("child_process.exec", ("true",))]
    assert "https://c2.invalid/stage" in facts.hosts


def test_base64_with_letters_in_the_other_case():
    def hide(text: str) -> str:
        return base64.b64encode(text.encode()).decode().swapcase()

    source = (
        f"const _0xa=['{hide('child_process')}','{hide('https://c2.invalid/x')}','{hide('execSync')}'];"
        "const _0xb='abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=';"
        "require(_0xc(0x1));"
    )
    facts = read(source)
    assert {"child_process", "https://c2.invalid/x", "execSync"} <= {each.value for each in facts.decoded}
    assert "https://c2.invalid/x" in facts.hosts


def test_a_program_without_letters():
    facts = read("(![]+[])[+[]]" + "+(!![]+[])[+!+[]]" * 60)
    assert ("dynamic-code", "code without letters") in {(each.kind, each.detail) for each in facts.capabilities}


@pytest.mark.parametrize(
    "source",
    [
        "JSON.stringify(process.env)",
        "JSON.stringify({ ...process.env })",
        "Object.keys(process.env)",
        "Object.entries(process['env']).map(String)",
        "for (const k in process.env) { f(k) }",
        "const e = process.env; JSON.stringify(e)",
        "const { env } = process; Object.keys(env)",
        "const { env } = require('process'); Object.values(env)",
        "JSON.stringify(globalThis.process.env)",
    ],
)
def test_the_whole_environment_is_read(source):
    assert ("environment", "process.env") in {(each.kind, each.detail) for each in read(source).capabilities}


@pytest.mark.parametrize(
    "source",
    [
        "process.env.NPM_TOKEN",
        "process.env['NPM_TOKEN']",
        "process['env']['NPM_' + 'TOKEN']",
        "const { NPM_TOKEN } = process.env",
        "const { NPM_TOKEN: t } = process.env",
        "const e = process.env; e.NPM_TOKEN",
        "const p = process; p.env.NPM_TOKEN",
    ],
)
def test_a_secret_variable_is_read(source):
    found = {(each.kind, each.detail) for each in read(source).capabilities}
    assert {("environment", "process.env.NPM_TOKEN"), ("credentials", "process.env.NPM_TOKEN")} <= found


@pytest.mark.parametrize(
    ("source", "detail"),
    [
        ("fs.readFileSync(os.homedir() + '/.npmrc')", ".npmrc"),
        ("fs.readFileSync(path.join(home, '.ssh', 'id_rsa'))", ".ssh"),
        ("f('~/.aws/credentials')", ".aws"),
        ("f(`${home}/.config/gh/hosts.yml`)", "gh/hosts.yml"),
        ("f('http://169.254.169.254/latest/meta-data/')", "169.254.169.254"),
        ("f(atob('Ly5ucG1yYw=='))", ".npmrc"),
        ("f('/.np' + 'mrc')", ".npmrc"),
        ("f('.env')", ".env"),
        ("f('Login Data')", "Login Data"),
    ],
)
def test_places_of_credentials(source, detail):
    assert ("credentials", detail) in {(each.kind, each.detail) for each in read(source).capabilities}


@pytest.mark.parametrize(
    ("source", "detail"),
    [
        ("process.dlopen(module, './a.node')", "process.dlopen"),
        ("process.binding('spawn_sync')", "process.binding"),
        ("require('./build/Release/a.node')", "require ./build/Release/a.node"),
        ("require('bindings')('a')", "bindings"),
        ("WebAssembly.instantiate(b)", "WebAssembly.instantiate"),
        ("new WebAssembly.Module(b)", "WebAssembly.Module"),
    ],
)
def test_native_code(source, detail):
    assert ("native-code", detail) in {(each.kind, each.detail) for each in read(source).capabilities}


@pytest.mark.parametrize(
    ("source", "callee"),
    [
        ("fetch('https://a.invalid')", "fetch"),
        ("globalThis['fe' + 'tch']('https://a.invalid')", "fetch"),
        ("require('https').get('https://a.invalid')", "https.get"),
        ("require('http').request({ host: 'a.invalid' })", "http.request"),
        ("require('net').connect(443, 'a.invalid')", "net.connect"),
        ("require('dns').lookup('a.invalid', f)", "dns.lookup"),
        ("require('dns').promises.resolveTxt('a.invalid')", "dns.promises.resolveTxt"),
        ("import { connect } from 'tls'; connect(443, 'a.invalid')", "tls.connect"),
        ("require('dgram').createSocket('udp4')", "dgram.createSocket"),
        ("new WebSocket('wss://a.invalid')", "WebSocket"),
        ("const x = new XMLHttpRequest(); x.open('GET', 'https://a.invalid')", "XMLHttpRequest"),
        ("navigator.sendBeacon('https://a.invalid', d)", "navigator.sendBeacon"),
        ("new EventSource('https://a.invalid')", "EventSource"),
        ("import axios from 'axios'; axios.post('https://a.invalid', d)", "axios.post"),
        ("require('axios')('https://a.invalid')", "axios"),
        ("const got = require('got'); got('https://a.invalid')", "got"),
        ("const fetch = require('node-fetch'); fetch('https://a.invalid')", "node-fetch"),
        ("const { request } = require('undici'); request('https://a.invalid')", "undici.request"),
        ("new (require('ws'))('wss://a.invalid')", "ws"),
    ],
)
def test_network(source, callee):
    facts = read(source)
    assert callee in callees(facts)
    assert ("network", callee) in {(each.kind, each.detail) for each in facts.capabilities}
