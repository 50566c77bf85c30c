"""Code as popular packages write it: what it says of itself must be true and no more."""

import gc

from customhouse.model.code import CodeFacts
from customhouse.source.javascript.reader import read_javascript


def read(source: str, path: str = "index.js") -> CodeFacts:
    return read_javascript(path, source.encode(), "typescript" if path.endswith("ts") else "javascript")


def kinds(facts: CodeFacts) -> set[tuple[str, str]]:
    return {(each.kind, each.when) for each in facts.capabilities}


def test_umd_library():
    facts = read("""
(function (global, factory) {
  typeof exports === 'object' && typeof module !== 'undefined' ? module.exports = factory() :
  typeof define === 'function' && define.amd ? define(factory) :
  (global = typeof globalThis !== 'undefined' ? globalThis : global || self, global.lib = factory());
})(this, (function () { 'use strict';
  var root = typeof window === 'object' ? window : Function('return this')();
  function pad(text, length) { return text.length < length ? pad(' ' + text, length) : text; }
  Object.defineProperty(pad, 'version', { get: function () { return '1.0.0' } });
  if (process.env.NODE_ENV !== 'production') { console.log('dev'); }
  return pad;
}));
""")
    assert kinds(facts) == {("environment", "load")}
    assert facts.imports == ()
    assert facts.unread == ""


def test_http_client():
    facts = read("""
'use strict';
const http = require('http'), https = require('https'), { URL } = require('url'), zlib = require('zlib');
const { getProxyForUrl } = require('proxy-from-env');
module.exports = function request(config) {
  return new Promise((resolve, reject) => {
    const parsed = new URL(config.url);
    const auth = decodeURIComponent(parsed.username);
    const proxy = getProxyForUrl(config.url) || process.env.HTTP_PROXY;
    const transport = parsed.protocol === 'https:' ? https : http;
    const req = transport.request({ host: parsed.hostname, auth, agent: proxy }, response => {
      const chunks = [];
      const stream = response.pipe(zlib.createUnzip());
      stream.on('data', chunk => chunks.push(chunk));
      stream.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString('utf8'))));
    });
    req.on('error', reject);
    req.end(config.data);
  });
};
""")
    assert {("network", "call")} <= kinds(facts) <= {("network", "call"), ("environment", "call")}
    assert {"http.request", "https.request"} <= {call.callee for call in facts.calls}
    assert all(not set(call.origins) & {"environment", "credentials", "host"} for call in facts.calls)
    assert facts.decoded == ()


def test_child_process_with_the_parents_environment():
    facts = read("""
const { spawn } = require('child_process');
exports.run = (command, args, env) => spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
""")
    assert kinds(facts) == {("process", "call")}
    assert all("environment" not in call.origins for call in facts.calls)


def test_configuration_reader():
    facts = read(
        """
import fs from 'node:fs';
import path from 'node:path';
export function load(directory = process.cwd()) {
  const file = path.join(directory, 'tool.config.json');
  if (!fs.existsSync(file)) return {};
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}
""",
        "load.mjs",
    )
    assert kinds(facts) == {("filesystem", "call")}
    assert [(each.module, each.form) for each in facts.imports] == [("fs", "import"), ("path", "import")]


def test_template_compiler():
    facts = read("""
export function compile(source) { const body = 'return ' + render(source); return new Function('data', body); }
""")
    assert kinds(facts) == {("dynamic-code", "call")}


def test_plugin_loader():
    facts = read("module.exports = name => require(name); module.exports.load = p => import(p)")
    assert facts.capabilities == ()
    assert [(call.callee, call.when) for call in facts.calls] == [("require", "call"), ("require", "call")]


def test_express_like_application():
    facts = read("""
const http = require('http');
const methods = require('methods');
const app = exports = module.exports = {};
methods.forEach(function (method) { app[method] = function (path) { return this.route(path) } });
app.listen = function listen() {
  const server = http.createServer(this); return server.listen.apply(server, arguments);
};
app.render = function (view) { const env = process.env.NODE_ENV || 'development'; return env + view; };
""")
    assert kinds(facts) == {("network", "call"), ("environment", "call")}


def test_bundle():
    facts = read(
        """
/******/ (() => { // webpackBootstrap
/******/ 	var __webpack_modules__ = ({
/***/ 418: ((module) => { module.exports = function (a) { return a } }),
/***/ 147: ((module) => { "use strict"; module.exports = require("fs"); })
/******/ 	});
/******/ 	var __webpack_module_cache__ = {};
/******/ 	function __webpack_require__(moduleId) {
/******/ 		var module = __webpack_module_cache__[moduleId] = { exports: {} };
/******/ 		__webpack_modules__[moduleId](module, module.exports, __webpack_require__);
/******/ 		return module.exports;
/******/ 	}
var x = __webpack_require__(418);
module.exports = x;
/******/ })()
;""",
        "dist/index.js",
    )
    assert [(each.module, each.when) for each in facts.imports] == [("fs", "load")]
    assert facts.capabilities == ()


def test_typescript():
    facts = read(
        """
import type { Server } from 'node:http';
import { readFile } from 'fs/promises';
import cp = require('child_process');
export { default as a, type B } from './a.js';
export * as c from './c';
export class Reader<T extends object> {
  constructor(private readonly path: string, public options?: Partial<T>) {}
  async read(): Promise<string> { return await readFile(this.path!, 'utf8') as string; }
  run(): void { (cp as any).execFileSync('ls', ['-l'] satisfies string[]); }
}
""",
        "reader.ts",
    )
    assert {each.module for each in facts.imports} == {"http", "fs/promises", "child_process", "./a.js", "./c"}
    assert {call.callee for call in facts.calls} == {"fs.promises.readFile", "child_process.execFileSync"}
    assert {call.arguments for call in facts.calls if call.callee == "child_process.execFileSync"} == {("ls", "-l")}
    assert kinds(facts) == {("filesystem", "call"), ("process", "call")}
    assert facts.unread == ""


def test_local_names_are_not_globals():
    facts = read("""
function fetch(key) { return cache[key] }
class Process { exec(x) { return x } }
const process_ = new Process(); process_.exec('x');
import { request, eval as evaluate } from './local.js';
request('x'); evaluate('y'); fetch('z');
const WebSocket = require('./socket'); new WebSocket('x');
/a/.exec('b'); db.exec('select 1'); this.constructor.name; new this.constructor(1); setTimeout(() => {}, 1);
setTimeout(callback, 10); x.constructor === Object; a.spawn(); emitter.on('fetch', f);
""")
    assert facts.calls == ()
    assert facts.capabilities == ()


def test_reading_leaves_no_tree_behind():
    source = "const a = require('fs'); a.readFileSync(['x', 'y'].join('/')); eval(atob('Zm9vKCk7'))"
    read(source)
    gc.collect()
    gc.disable()
    try:
        for _ in range(20):
            read(source)
        assert gc.collect() < 20
    finally:
        gc.enable()
