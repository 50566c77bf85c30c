"""Small npm packages as people write them, that developers work with."""

from evals.replicas.ordinary.npm_package import Text, package


def agents(name: str) -> Text:
    """Make and read browser identification strings."""
    return package(
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


def scopes(name: str) -> Text:
    """Analyse variable scopes; a part of linters."""
    return package(
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


def build_tool(name: str) -> Text:
    """A command line tool that runs tasks."""
    return package(
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


def router(name: str) -> Text:
    """Routes of a web application, as modules."""
    return package(
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


def api_hooks(name: str) -> Text:
    """Generate functions from an API's description."""
    return package(
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
