import pytest

from customhouse.source.javascript.reader import read_javascript

RUN = "require('child_process').exec('true')"


def when(source: str, path: str = "index.js") -> str:
    facts = read_javascript(path, source.encode(), "javascript")
    return next(call.when for call in facts.calls if call.callee == "child_process.exec")


AT_LOAD = [
    "RUN",
    "if (true) { RUN }",
    "try { RUN } catch {}",
    "(function () { RUN })()",
    "(function () { RUN }())",
    "(() => { RUN })()",
    "!function () { RUN }()",
    "void function () { RUN }()",
    "+async function () { RUN }()",
    "(async () => { RUN })()",
    "(async () => { await x; RUN })().catch(() => {})",
    "(function () { RUN }).call(this)",
    "(function () { RUN }).apply(this, [])",
    "(function () { RUN }).bind(this)()",
    "new (function () { RUN })()",
    "new function () { RUN }",
    "function f() { RUN } f()",
    "f(); function f() { RUN }",
    "async function main() { RUN } main()",
    "async function main() { RUN }\nmain().then(() => 1).catch(e => 2)",
    "function f() { RUN } f.call(null)",
    "function f() { RUN } setTimeout(f, 100)",
    "function f() { RUN } process.on('exit', f)",
    "function f() { RUN } const g = f; g()",
    "function f() { RUN } (0, f)()",
    "function a() { b() } function b() { c() } function c() { RUN } a()",
    "const f = () => { RUN }; f()",
    "const f = function g() { RUN }; f()",
    "let f; f = () => { RUN }; f()",
    "var o = {}; o.f = function () { RUN }; o.f()",
    "const o = { f() { RUN } }; o.f()",
    "const o = { f: () => { RUN } }; o['f']()",
    "const o = { get f() { RUN } }; o.f",
    "({ toString() { RUN } }) + ''",
    "o[k] = function () { RUN }; o[k]()",
    "exports.f = function () { RUN }; exports.f()",
    "function* g() { RUN } g().next()",
    "class A { constructor() { RUN } } new A()",
    "class A { x = RUN } new A()",
    "class A { static x = RUN }",
    "class A { static { RUN } }",
    "class A { static go() { RUN } } A.go()",
    "class A { go() { RUN } } new A().go()",
    "new (class { constructor() { RUN } })()",
    "Promise.resolve().then(() => { RUN })",
    "setTimeout(() => { RUN }, 1)",
    "setImmediate(function () { RUN })",
    "process.nextTick(() => { RUN })",
    "new Promise(resolve => { RUN })",
    "[1].forEach(() => { RUN })",
    "'a'.replace(/a/, () => { RUN })",
    "require('fs').readFile('x', () => { RUN })",
    "require('https').get('https://a.invalid', r => { r.on('end', () => { RUN }) })",
    "const f = (() => { return () => { RUN } })(); f()",
    "function make() { return function () { RUN } } make()()",
    "(function (root, factory) { factory() })(this, function () { RUN })",
    (
        "(function (root, factory) { if (typeof define === 'function' && define.amd) define(factory); else factory() })"
        "(this, function () { RUN })"
    ),
    "const f = promisify(() => { RUN }); f()",
    "function f() { return g() } function g() { g = _asyncToGenerator(function* () { RUN }); return g() } f()",
    "((modules) => { modules[0]() })([function (module, exports, require_) { RUN }])",
    "(() => { var m = { 123: (module, exports) => { RUN } }; function r(i) { m[i]() } r(123) })()",
    "(() => { var m = { './src/a.js': function (module) { RUN } }; })()",
    "var require_a = __commonJS({ 'a.js'(exports, module) { RUN } }); require_a()",
    "label: { RUN }",
    "switch (1) { default: RUN }",
    "export default (() => { RUN })()",
    "`${(() => { RUN })()}`",
    "const x = true && (() => { RUN })()",
    "function f(x = RUN) {} f()",
]
WHEN_CALLED = [
    "function f() { RUN }",
    "module.exports = function () { RUN }",
    "exports.f = () => { RUN }",
    "export function f() { RUN }",
    "export default function () { RUN }",
    "export const f = async () => { RUN }",
    "module.exports = { f() { RUN } }",
    "class A { go() { RUN } } module.exports = A",
    "class A { constructor() { RUN } } module.exports = A",
    "export class A { x = RUN }",
    "function f() { RUN } module.exports = f",
    "function f() { RUN } function g() { f() } module.exports = g",
    "function f() { f(); RUN }",
    "function a() { b() } function b() { a(); RUN }",
    "module.exports = promisify(function () { RUN })",
    "module.exports = util.deprecate(function () { RUN }, 'x')",
    "app.get('/', (req, res) => { RUN })",
    "Object.defineProperty(exports, 'f', { get: function () { RUN } })",
    "const o = { get f() { RUN } }; module.exports = o",
    "const adapter = supported && function () { RUN }; module.exports = adapter",
    "function make() { return function () { RUN } } module.exports = make()",
    "A.prototype.go = function () { RUN }",
]


@pytest.mark.parametrize("source", AT_LOAD)
def test_runs_at_load(source):
    assert when(source.replace("RUN", RUN)) == "load"


@pytest.mark.parametrize("source", WHEN_CALLED)
def test_runs_when_called(source):
    assert when(source.replace("RUN", RUN)) == "call"


def test_a_long_chain_of_calls_ends():
    count = 400
    source = (
        "".join(f"function f{n}() {{ f{n + 1}() }}\n" for n in range(count)) + f"function f{count}() {{ {RUN} }}\nf0()"
    )
    assert when(source) == "load"


def test_functions_that_call_each_other_are_seen_from_both_sides():
    source = f"function b() {{ a() }}\nfunction a() {{ b(); {RUN} }}\nb()\n"
    source += "function c() { require('fs').rmSync('x'); b() }\nc()"
    facts = read_javascript("index.js", source.encode(), "javascript")
    assert {call.when for call in facts.calls} == {"load"}


def test_names_that_are_given_to_each_other_end():
    assert when(f"var a, b; function f() {{ {RUN} }} a = b; b = a; a = f; b = f;") == "call"
