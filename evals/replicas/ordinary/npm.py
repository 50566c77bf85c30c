"""Small npm packages as people write them: a few source files, a test, a README, a licence."""

from collections.abc import Mapping

Text = dict[str, str]

_LICENCE = """\
MIT License

Permission is hereby granted, free of charge, to any person obtaining a copy of this software to deal in it without
restriction, provided that this notice stays with it. It comes without warranty of any kind.
"""


def _package(name: str, purpose: str, usage: str, files: Mapping[str, str]) -> Text:
    readme = f"# {name}\n\n{purpose}\n\n## Install\n\n    npm install {name}\n\n## Usage\n\n```js\n{usage}```\n\n## Licence\n\nMIT\n"
    return {**files, "README.md": readme, "LICENSE": _LICENCE}


def http_client(name: str) -> Text:
    """Make requests over HTTP: the kind of package that has every reason to reach the network when called."""
    return _package(
        name,
        "A small HTTP client for Node with promises, JSON and time-outs.",
        f"const client = require('{name}');\nconst answer = await client.get('/items');\n",
        {
            "lib/index.js": """\
'use strict';

const { request } = require('./request');
const { mergeHeaders } = require('./headers');
const { ClientError } = require('./errors');

function create(defaults = {}) {
  const send = (method, url, body, options = {}) => request({
    method,
    url: defaults.baseURL ? new URL(url, defaults.baseURL).href : url,
    body,
    timeout: options.timeout || defaults.timeout || 0,
    headers: mergeHeaders(defaults.headers, options.headers),
  });
  return {
    get: (url, options) => send('GET', url, undefined, options),
    delete: (url, options) => send('DELETE', url, undefined, options),
    post: (url, body, options) => send('POST', url, body, options),
    put: (url, body, options) => send('PUT', url, body, options),
    create,
  };
}

module.exports = Object.assign(create(), { ClientError });
""",
            "lib/request.js": """\
'use strict';

const http = require('http');
const https = require('https');
const { ClientError } = require('./errors');

function request({ method, url, body, timeout, headers }) {
  return new Promise((resolve, reject) => {
    const target = new URL(url);
    const transport = target.protocol === 'https:' ? https : http;
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const outgoing = transport.request(target, { method, headers, timeout }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        const answer = { status: response.statusCode, headers: response.headers, data: text };
        if ((response.headers['content-type'] || '').includes('json')) answer.data = JSON.parse(text);
        if (response.statusCode >= 400) reject(new ClientError('Request failed', answer));
        else resolve(answer);
      });
    });
    outgoing.on('timeout', () => outgoing.destroy(new ClientError('Timed out')));
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
}

module.exports = { request };
""",
            "lib/headers.js": """\
'use strict';

function mergeHeaders(...sources) {
  const merged = { accept: 'application/json, text/plain, */*' };
  for (const source of sources) {
    for (const [key, value] of Object.entries(source || {})) merged[key.toLowerCase()] = String(value);
  }
  return merged;
}

module.exports = { mergeHeaders };
""",
            "lib/errors.js": """\
'use strict';

class ClientError extends Error {
  constructor(message, answer) {
    super(message);
    this.name = 'ClientError';
    this.answer = answer;
  }
}

module.exports = { ClientError };
""",
            "test/headers.test.js": """\
const assert = require('assert');
const { mergeHeaders } = require('../lib/headers');

assert.deepStrictEqual(mergeHeaders({ Accept: 'text/csv' }), { accept: 'text/csv' });
""",
        },
    )


def terminal_colours(name: str) -> Text:
    """Colour text in terminals: pure, tiny, everywhere."""
    return _package(
        name,
        "Terminal string styling.",
        f"const style = require('{name}');\nconsole.log(style.green('done'));\n",
        {
            "source/index.js": """\
'use strict';

const codes = require('./codes');
const level = require('./level');

const wrap = (open, close) => (text) => (level.enabled ? `\\u001B[${open}m${text}\\u001B[${close}m` : String(text));
const style = {};

for (const [key, [open, close]] of Object.entries(codes)) {
  style[key] = wrap(open, close);
}

style.strip = (text) => String(text).replace(/\\u001B\\[\\d+m/g, '');

module.exports = style;
""",
            "source/codes.js": """\
'use strict';

module.exports = {
  bold: [1, 22],
  dim: [2, 22],
  italic: [3, 23],
  underline: [4, 24],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
};
""",
            "source/level.js": """\
'use strict';

const asked = process.argv.includes('--color') || 'FORCE_COLOR' in process.env;
const refused = process.argv.includes('--no-color') || 'NO_COLOR' in process.env;

exports.enabled = !refused && (asked || Boolean(process.stdout && process.stdout.isTTY));
""",
            "test/strip.js": "const style = require('../source');\nconsole.assert(style.strip(style.red('a')) === 'a');\n",
        },
    )


def debug_log(name: str) -> Text:
    """Log under namespaces, in Node and in browsers."""
    return _package(
        name,
        "A tiny logging function with namespaces.",
        f"const log = require('{name}')('app:server');\nlog('listening on %d', port);\n",
        {
            "src/index.js": """\
'use strict';

if (typeof process === 'undefined' || process.type === 'renderer') {
  module.exports = require('./browser.js');
} else {
  module.exports = require('./node.js');
}
""",
            "src/common.js": """\
'use strict';

function setup(environment) {
  const enabled = new Set();
  function create(namespace) {
    let previous = 0;
    return function log(...args) {
      if (!environment.matches(namespace, enabled)) return;
      const now = Date.now();
      const elapsed = previous ? now - previous : 0;
      previous = now;
      environment.write(namespace, args, elapsed);
    };
  }
  create.enable = (name) => enabled.add(name);
  create.disable = () => enabled.clear();
  (environment.load() || '').split(/[\\s,]+/).filter(Boolean).forEach(create.enable);
  return create;
}

module.exports = setup;
""",
            "src/node.js": """\
'use strict';

const util = require('util');
const setup = require('./common.js');

module.exports = setup({
  load: () => process.env.DEBUG,
  matches: (name, enabled) => enabled.has('*') || enabled.has(name),
  write: (name, args, elapsed) => process.stderr.write(`${name} ${util.format(...args)} +${elapsed}ms\\n`),
});
""",
            "src/browser.js": """\
'use strict';

const setup = require('./common.js');

module.exports = setup({
  load: () => (typeof localStorage === 'undefined' ? '' : localStorage.getItem('debug')),
  matches: (name, enabled) => enabled.has('*') || enabled.has(name),
  write: (name, args) => console.debug(name, ...args),
});
""",
        },
    )


def settings(name: str) -> Text:
    """Read an application's settings from files and arguments."""
    return _package(
        name,
        "Reads settings of an application from the usual places.",
        f"const settings = require('{name}')('app', {{ port: 8080 }});\n",
        {
            "index.js": """\
'use strict';

const fs = require('fs');
const path = require('path');
const { parseIni } = require('./lib/ini');
const { deepMerge } = require('./lib/merge');

function find(start, file) {
  let folder = start;
  for (;;) {
    const candidate = path.join(folder, file);
    if (fs.existsSync(candidate)) return candidate;
    const parent = path.dirname(folder);
    if (parent === folder) return null;
    folder = parent;
  }
}

module.exports = function settings(name, defaults, argv) {
  const local = find(process.cwd(), `.${name}config`);
  const text = local ? fs.readFileSync(local, 'utf8') : '';
  const given = text.trim().startsWith('{') ? JSON.parse(text) : parseIni(text);
  return deepMerge({}, defaults, given, argv || {});
};
""",
            "lib/ini.js": """\
'use strict';

exports.parseIni = function parseIni(text) {
  const result = {};
  let section = result;
  for (const raw of text.split(/\\r?\\n/)) {
    const line = raw.trim();
    if (!line || line[0] === ';' || line[0] === '#') continue;
    const head = /^\\[([^\\]]+)\\]$/.exec(line);
    if (head) {
      section = result[head[1]] = result[head[1]] || {};
      continue;
    }
    const equals = line.indexOf('=');
    if (equals > 0) section[line.slice(0, equals).trim()] = line.slice(equals + 1).trim();
  }
  return result;
};
""",
            "lib/merge.js": """\
'use strict';

exports.deepMerge = function deepMerge(target, ...sources) {
  for (const source of sources) {
    for (const key of Object.keys(source || {})) {
      const value = source[key];
      if (value && typeof value === 'object' && !Array.isArray(value)) target[key] = deepMerge(target[key] || {}, value);
      else target[key] = value;
    }
  }
  return target;
};
""",
            "test/ini.js": """\
const assert = require('assert');
const { parseIni } = require('../lib/ini');

assert.deepStrictEqual(parseIni('a=1\\n[b]\\nc = 2'), { a: '1', b: { c: '2' } });
""",
        },
    )


def agents(name: str) -> Text:
    """Make and read browser identification strings."""
    return _package(
        name,
        "Random, plausible user agent strings.",
        f"const agent = require('{name}');\nconsole.log(agent());\n",
        {
            "dist/index.js": """\
'use strict';

const { browsers } = require('./data.js');

function pick(list) {
  return list[Math.floor(Math.random() * list.length)];
}

function agent(device) {
  const chosen = device ? browsers.filter((one) => one.device === device) : browsers;
  const browser = pick(chosen.length ? chosen : browsers);
  return `Mozilla/5.0 (${browser.platform}) AppleWebKit/537.36 (KHTML, like Gecko) ${browser.product}/${pick(browser.versions)}`;
}

module.exports = agent;
""",
            "dist/data.js": """\
'use strict';

exports.browsers = [
  { device: 'desktop', platform: 'Windows NT 10.0; Win64; x64', product: 'Chrome', versions: ['120.0', '121.0', '122.0'] },
  { device: 'desktop', platform: 'X11; Linux x86_64', product: 'Chrome', versions: ['119.0', '120.0'] },
  { device: 'mobile', platform: 'Linux; Android 14', product: 'Chrome', versions: ['121.0', '122.0'] },
];
""",
            "test/agent.js": "const agent = require('../dist');\nconsole.assert(/^Mozilla/.test(agent('mobile')));\n",
        },
    )


def streams(name: str) -> Text:
    """Helpers over streams."""
    return _package(
        name,
        "Functions to make, join and read streams.",
        f"const {{ lines, collect }} = require('{name}');\n",
        {
            "index.js": """\
'use strict';

const { Transform } = require('stream');

exports.lines = function lines() {
  let rest = '';
  return new Transform({
    readableObjectMode: true,
    transform(chunk, encoding, done) {
      const parts = (rest + chunk).split('\\n');
      rest = parts.pop();
      parts.forEach((part) => this.push(part));
      done();
    },
    flush(done) {
      if (rest) this.push(rest);
      done();
    },
  });
};

exports.map = function map(change) {
  return new Transform({
    objectMode: true,
    transform(item, encoding, done) {
      Promise.resolve(change(item)).then((result) => done(null, result), done);
    },
  });
};

exports.collect = function collect(stream) {
  return new Promise((resolve, reject) => {
    const items = [];
    stream.on('data', (item) => items.push(item));
    stream.on('end', () => resolve(items));
    stream.on('error', reject);
  });
};
""",
            "test/lines.js": """\
const { Readable } = require('stream');
const { lines, collect } = require('..');

collect(Readable.from(['a\\nb', '\\nc']).pipe(lines())).then((found) => console.assert(found.length === 3));
""",
        },
    )


def scopes(name: str) -> Text:
    """Analyse variable scopes; a part of linters."""
    return _package(
        name,
        "Scope analysis for linters.",
        f"const {{ analyze }} = require('{name}');\n",
        {
            "lib/index.js": """\
'use strict';

const { ScopeManager } = require('./manager');

exports.analyze = function analyze(tree, options) {
  const manager = new ScopeManager(options || {});
  (function visit(node) {
    if (!node || typeof node.type !== 'string') return;
    manager.enter(node);
    for (const key of Object.keys(node)) {
      const child = node[key];
      if (Array.isArray(child)) child.forEach(visit);
      else if (child && typeof child === 'object') visit(child);
    }
    manager.leave(node);
  })(tree);
  return manager;
};
""",
            "lib/manager.js": """\
'use strict';

const { Scope } = require('./scope');

class ScopeManager {
  constructor(options) {
    this.options = options;
    this.scopes = [];
    this.current = null;
  }

  enter(node) {
    if (node.type === 'Program' || /Function/.test(node.type)) {
      this.current = new Scope(node, this.current);
      this.scopes.push(this.current);
    }
    if (node.type === 'Identifier') this.current.refer(node.name);
  }

  leave(node) {
    if (this.current && this.current.block === node) this.current = this.current.upper;
  }
}

module.exports = { ScopeManager };
""",
            "lib/scope.js": """\
'use strict';

class Scope {
  constructor(block, upper) {
    this.block = block;
    this.upper = upper;
    this.references = new Set();
  }

  refer(name) {
    this.references.add(name);
  }
}

module.exports = { Scope };
""",
            "test/scope.js": "const { analyze } = require('../lib');\nconsole.assert(analyze({ type: 'Program' }).scopes.length === 1);\n",
        },
    )


def message_bus(name: str) -> Text:
    """Local messages between processes."""
    return _package(
        name,
        "Messages between local processes over sockets.",
        f"const bus = require('{name}');\nbus.serve('jobs', (message) => handle(message));\n",
        {
            "bus.js": """\
'use strict';

const net = require('net');
const os = require('os');
const path = require('path');
const { encode, Decoder } = require('./services/codec.js');

const place = (id) => (process.platform === 'win32' ? `\\\\\\\\.\\\\pipe\\\\${id}` : path.join(os.tmpdir(), `bus.${id}`));

exports.serve = function serve(id, onMessage) {
  return net.createServer((socket) => {
    const decoder = new Decoder(onMessage);
    socket.on('data', (chunk) => decoder.push(chunk));
  }).listen(place(id));
};

exports.connect = function connect(id) {
  const socket = net.connect(place(id));
  return { send: (message) => socket.write(encode(message)), close: () => socket.end() };
};
""",
            "services/codec.js": """\
'use strict';

const END = '\\f';

exports.encode = (message) => JSON.stringify(message) + END;

exports.Decoder = class Decoder {
  constructor(onMessage) {
    this.onMessage = onMessage;
    this.rest = '';
  }

  push(chunk) {
    const parts = (this.rest + chunk).split(END);
    this.rest = parts.pop();
    parts.filter(Boolean).forEach((part) => this.onMessage(JSON.parse(part)));
  }
};
""",
            "test/codec.js": "const { encode } = require('../services/codec.js');\nconsole.assert(encode({}).length === 3);\n",
        },
    )


def build_tool(name: str) -> Text:
    """A command line tool that runs tasks."""
    return _package(
        name,
        "Runs the tasks of a workspace in the right order.",
        f"npx {name} run build\n",
        {
            "bin/cli.js": """\
#!/usr/bin/env node
'use strict';

const { runTasks } = require('../src/tasks.js');
const { readGraph } = require('../src/graph.js');

const [command, target] = process.argv.slice(2);

if (command === 'run' && target) {
  runTasks(readGraph(process.cwd()), target).then((code) => process.exit(code));
} else {
  console.log('usage: run TARGET');
}
""",
            "src/tasks.js": """\
'use strict';

const { spawn } = require('child_process');

function start(task) {
  return new Promise((resolve) => {
    spawn(task.command, { cwd: task.folder, shell: true, stdio: 'inherit' }).on('exit', (code) => resolve(code || 0));
  });
}

exports.runTasks = async function runTasks(graph, target) {
  for (const project of graph.order()) {
    const task = project.tasks[target];
    if (!task) continue;
    const code = await start(task);
    if (code !== 0) return code;
  }
  return 0;
};
""",
            "src/graph.js": """\
'use strict';

const fs = require('fs');
const path = require('path');

exports.readGraph = function readGraph(root) {
  const file = path.join(root, 'workspace.json');
  const { projects = {} } = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {};
  const seen = new Set();
  const sorted = [];
  const visit = (name) => {
    if (seen.has(name) || !projects[name]) return;
    seen.add(name);
    (projects[name].needs || []).forEach(visit);
    sorted.push(projects[name]);
  };
  Object.keys(projects).forEach(visit);
  return { order: () => sorted };
};
""",
            "index.js": "'use strict';\n\nmodule.exports = { ...require('./src/tasks.js'), ...require('./src/graph.js') };\n",
        },
    )


def key_value(name: str) -> Text:
    """A key-value store with time-outs."""
    return _package(
        name,
        "Key-value storage with a time to live, over any Map.",
        f"const Store = require('{name}');\nconst store = new Store({{ ttl: 60000 }});\n",
        {
            "src/index.js": """\
'use strict';

const { EventEmitter } = require('events');
const { pack, unpack } = require('./entry.js');

class Store extends EventEmitter {
  constructor({ store = new Map(), ttl = 0, namespace = 'store' } = {}) {
    super();
    this.store = store;
    this.ttl = ttl;
    this.namespace = namespace;
  }

  key(name) {
    return `${this.namespace}:${name}`;
  }

  async get(name) {
    const entry = unpack(await this.store.get(this.key(name)));
    if (!entry) return undefined;
    if (entry.expires && entry.expires < Date.now()) {
      await this.delete(name);
      return undefined;
    }
    return entry.value;
  }

  async set(name, value, ttl = this.ttl) {
    await this.store.set(this.key(name), pack(value, ttl ? Date.now() + ttl : 0));
    return true;
  }

  async delete(name) {
    return this.store.delete(this.key(name));
  }
}

module.exports = Store;
""",
            "src/entry.js": """\
'use strict';

exports.pack = (value, expires) => JSON.stringify({ value, expires });
exports.unpack = (text) => (text === undefined ? undefined : JSON.parse(text));
""",
            "test/store.js": "const Store = require('../src');\nnew Store().set('a', 1).then((done) => console.assert(done));\n",
        },
    )


def router(name: str) -> Text:
    """Routes of a web application, as modules."""
    return _package(
        name,
        "Type-safe routes for web applications.",
        f"import {{ createRouter }} from '{name}';\n",
        {
            "dist/esm/index.js": """\
import { compile } from './path.js';
import { createHistory } from './history.js';

export function createRouter(routes, history = createHistory()) {
  const compiled = routes.map((route) => ({ ...route, match: compile(route.path) }));
  const listeners = new Set();
  const current = () => {
    for (const route of compiled) {
      const params = route.match(history.location());
      if (params) return { route, params };
    }
    return null;
  };
  history.listen(() => listeners.forEach((listener) => listener(current())));
  return { current, navigate: history.push, subscribe: (listener) => listeners.add(listener) };
}

export { compile, createHistory };
""",
            "dist/esm/path.js": """\
export function compile(path) {
  const names = [];
  const source = path.replace(/:(\\w+)/g, (whole, name) => {
    names.push(name);
    return '([^/]+)';
  });
  const pattern = new RegExp(`^${source}$`);
  return (location) => {
    const found = pattern.exec(location);
    return found ? Object.fromEntries(names.map((name, index) => [name, found[index + 1]])) : null;
  };
}
""",
            "dist/esm/history.js": """\
export function createHistory(start = '/') {
  let place = start;
  const listeners = new Set();
  return {
    location: () => place,
    push(next) {
      place = next;
      listeners.forEach((listener) => listener(place));
    },
    listen: (listener) => listeners.add(listener),
  };
}
""",
        },
    )


def dates(name: str) -> Text:
    """Dates and their formats."""
    return _package(
        name,
        "Parse, shift and format dates in two kilobytes.",
        f"const day = require('{name}');\nday('2026-01-31').add(1, 'month').format('YYYY-MM-DD');\n",
        {
            "index.js": """\
'use strict';

const { format } = require('./lib/format');

class Day {
  constructor(value) {
    this.date = new Date(value);
  }

  add(amount, unit) {
    const next = new Date(this.date);
    if (unit === 'month') next.setMonth(next.getMonth() + amount);
    else if (unit === 'year') next.setFullYear(next.getFullYear() + amount);
    else next.setDate(next.getDate() + amount);
    return new Day(next);
  }

  isBefore(other) {
    return this.date < new Day(other).date;
  }

  format(pattern) {
    return format(this.date, pattern);
  }
}

module.exports = (value) => new Day(value === undefined ? Date.now() : value);
""",
            "lib/format.js": """\
'use strict';

const pad = (value, width = 2) => String(value).padStart(width, '0');

exports.format = (date, pattern) => pattern
  .replace('YYYY', date.getFullYear())
  .replace('MM', pad(date.getMonth() + 1))
  .replace('DD', pad(date.getDate()))
  .replace('HH', pad(date.getHours()))
  .replace('mm', pad(date.getMinutes()));
""",
            "test/format.js": "const day = require('..');\nconsole.assert(day('2026-01-02').format('YYYY') === '2026');\n",
        },
    )


def ciphers(name: str) -> Text:
    """Digests and ciphers in plain JavaScript."""
    return _package(
        name,
        "Small digests and ciphers without native code.",
        f"const {{ fnv1a, xorStream }} = require('{name}');\n",
        {
            "index.js": "'use strict';\n\nmodule.exports = { ...require('./fnv'), ...require('./stream'), ...require('./encoding') };\n",
            "fnv.js": """\
'use strict';

exports.fnv1a = function fnv1a(text) {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
};
""",
            "stream.js": """\
'use strict';

exports.xorStream = function xorStream(bytes, key) {
  return bytes.map((byte, index) => byte ^ key[index % key.length]);
};
""",
            "encoding.js": """\
'use strict';

exports.toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
exports.fromHex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
""",
            "test/fnv.js": "const { fnv1a } = require('..');\nconsole.assert(fnv1a('') === 0x811c9dc5);\n",
        },
    )


def api_hooks(name: str) -> Text:
    """Generate functions from an API's description."""
    return _package(
        name,
        "Writes typed query functions from an OpenAPI document.",
        f"npx {name} --input api.json --output src/api\n",
        {
            "dist/cli.js": """\
#!/usr/bin/env node
'use strict';

const fs = require('fs');
const { generate } = require('./generate.js');

const argument = (name, otherwise) => {
  const place = process.argv.indexOf(name);
  return place > 0 ? process.argv[place + 1] : otherwise;
};

const document = JSON.parse(fs.readFileSync(argument('--input', 'openapi.json'), 'utf8'));
fs.writeFileSync(argument('--output', 'api.js'), generate(document));
""",
            "dist/generate.js": """\
'use strict';

const camel = (text) => text.replace(/[^A-Za-z0-9]+(.)?/g, (whole, next) => (next ? next.toUpperCase() : ''));

exports.generate = function generate(document) {
  const lines = [];
  for (const [path, methods] of Object.entries(document.paths || {})) {
    for (const method of Object.keys(methods)) {
      const name = camel(`use ${method} ${path}`);
      lines.push(`export const ${name} = (options) => useQuery(['${path}'], () => client.${method}('${path}', options));`);
    }
  }
  return lines.join('\\n');
};
""",
        },
    )
