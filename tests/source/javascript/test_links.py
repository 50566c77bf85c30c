"""What a file calls of other files at load, and what those calls run there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.source.javascript.links import javascript_links
from customhouse.source.javascript.reader import read_javascript

RUN = "require('child_process').exec('true')"


def links(source, entry=()):
    return {(each.module, each.name) for each in javascript_links("index.ts", source.encode(), entry=entry)}


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("require('./x')()", ""),
        ("new (require('./x'))()", ""),
        ("require('./x').run()", "run"),
        ("require('./x')['r' + 'un']()", "run"),
        ("require('./x').api.run.call(null)", "api.run"),
        ("const x = require('./x'); x.run()", "run"),
        ("const {run} = require('./x'); try { run() } catch {}", "run"),
        ("const {run: go} = require('./x'); go()", "run"),
        ("run(); var run = require('./x').run", "run"),
        ("import run from './x'; run()", "default"),
        ("import * as x from './x'; x.run()", "run"),
        ("import {run as go} from './x'; go()", "run"),
        ("import x = require('./x'); x.run()", "run"),
        ("import('./x').then(m => m.run())", "run"),
        ("(async () => { const m = await import('./x'); m.default() })()", "default"),
        ("const x = __importDefault(require('./x')); (0, x.default)()", "default"),
        ("const {run} = require('./x'); setTimeout(run, 100)", "run"),
        ("const {run} = require('./x'); process.on('exit', run)", "run"),
        ("const {run} = require('./x'); Promise.resolve().then(run)", "run"),
        ("const {run} = require('./x'); [1].forEach(run)", "run"),
        ("const {run} = require('./x'); new Promise(run)", "run"),
        ("const {run} = require('./x'); function go(f) { f() } go(run)", "run"),
        ("const {run} = require('./x'); function start() { run() } start()", "run"),
        ("const {Client} = require('./x'); const c = new Client(); c.open()", "Client().open"),
        ("import {mark} from './x'; @mark class A {}", "mark"),
        ("require('./x').make()()", "make()"),
    ],
)
def test_called_at_load(source, name):
    assert ("./x", name) in links(source)


@pytest.mark.parametrize(
    "source",
    [
        "const {run} = require('./x'); module.exports = () => run()",
        "import {run} from './x'; export function go() { run() }",
        "const x = require('./x'); app.get('/', x.run)",
        "const x = require('./x'); x.run = function () {}",
        "const {run} = require('./x'); module.exports = {run}",
        "const {run} = require('x'); run()",
        "class A { go() { require('./x').run() } } module.exports = A",
        "// require('./x').run()",
    ],
)
def test_not_called_at_load(source):
    assert links(source) == set()


@pytest.mark.parametrize(
    "source",
    [
        "module.exports = require('./x')",
        "module.exports = {...require('./x')}",
        "const {run} = require('./x'); module.exports = {run}",
        "exports.run = require('./x').run",
        "import {run} from './x'; export {run}",
        "export {run} from './x'",
        "export * from './x'",
        "__exportStar(require('./x'), exports)",
        "Object.assign(exports, require('./x'))",
        "var x = require('./x'); Object.defineProperty(exports, 'run', {enumerable: true, get: function () { return x.run }})",
        "const {run: inner} = require('./x'); exports.run = () => inner()",
    ],
)
def test_an_export_that_passes_another_on(source):
    expected = {("./x", "run")}
    assert links(source) == set()
    assert links(source, ("run",)) == expected
    assert links(source, ("other",)) in (set(), {("./x", "other")})


def test_a_name_that_is_given_its_own_member_ends():
    source = "let e = require('./x'); while (e) { e.go(); e = e.next || e.prev(); e = e.left.right }"
    assert len(links(source)) < 60


@pytest.mark.parametrize(
    ("source", "entry"),
    [
        ("module.exports = function () { RUN }", ""),
        ("module.exports = function () { RUN }", "default"),
        ("module.exports = {run() { RUN }}", "run"),
        ("module.exports = {run() { RUN }}", "default.run"),
        ("module.exports = {'run': async () => { RUN }}", "run"),
        ("exports.run = () => RUN", "run"),
        ("exports['run'] = () => RUN", "run"),
        ("function run() { RUN }\nmodule.exports = {run}", "run"),
        ("function inner() { RUN }\nfunction run() { inner() }\nexports.run = run", "run"),
        ("const api = {}; api.run = function () { RUN }; module.exports = api", "run"),
        ("class A { constructor() { this.go() } go() { RUN } }\nmodule.exports = A", ""),
        ("class A { x = RUN }\nexports.A = A", "A"),
        ("class A { go() { RUN } }\nmodule.exports = A", "().go"),
        ("class A { static go() { RUN } }\nexports.A = A", "A.go"),
        ("function A() {} A.prototype.go = function () { RUN }; module.exports = A", "().go"),
        ("function A() { this.go = () => RUN } module.exports = A", "().go"),
        ("module.exports = () => ({go() { RUN }})", "().go"),
        ("module.exports = () => () => { RUN }", "()()"),
        ("export default function () { RUN }", "default"),
        ("export default class { constructor() { RUN } }", "default"),
        ("const run = () => RUN; export default run", "default"),
        ("function run() { RUN } export {run as go}", "go"),
        ("export const run = async () => { RUN }", "run"),
        ("export function run() { RUN }", "run"),
        ("var s = {}; __export(s, {run: () => run}); module.exports = __toCommonJS(s); function run() { RUN }", "run"),
        ("exports.run = void 0; function run() { RUN } exports.run = run", "run"),
        ("module.exports = memoize(function () { RUN })", ""),
    ],
)
def test_what_an_export_runs(source, entry):
    data = source.replace("RUN", RUN).encode()
    assert _whens(read_javascript("x.js", data, "javascript")) == ["call"]
    assert _whens(read_javascript("x.js", data, "javascript", entry=(entry,))) == ["load"]


@pytest.mark.parametrize(
    ("source", "entry"),
    [
        ("exports.run = () => RUN; exports.other = () => 1", "other"),
        ("class A { go() { RUN } }\nmodule.exports = A", "()"),
        ("class A { static go() { RUN } go() {} }\nexports.A = A", "A().go"),
        ("module.exports = {a: {run() { RUN }}, run() {}}", "run"),
        ("module.exports = {run() { return {go() { RUN }} }}", "run"),
        ("function run() { RUN }\nmodule.exports = {stop() {}}", "run"),
    ],
)
def test_what_an_export_does_not_run(source, entry):
    data = source.replace("RUN", RUN).encode()
    assert _whens(read_javascript("x.js", data, "javascript", entry=(entry,))) == ["call"]


_TEXT = """
require('./x') module.exports exports . a b () = { } ( ) => function class new export import from './x' , ; return
default * as 'a' [ ] ... async await this prototype Object.assign __exportStar then
"""
_PIECES = st.sampled_from(_TEXT.split())


@given(st.lists(_PIECES, max_size=40), st.sampled_from(["", "a", "default", "a().b", "()()", "a.b.c"]))
def test_nothing_makes_it_raise(pieces, entry):
    source = " ".join(pieces)
    for link in javascript_links("x.js", source.encode(), entry=(entry,)):
        assert link.module.startswith(".")
    assert read_javascript("x.js", source.encode(), "javascript", entry=(entry,)).path == "x.js"


def _whens(facts):
    return [call.when for call in facts.calls if call.callee == "child_process.exec"]
