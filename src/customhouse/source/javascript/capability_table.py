"""What a path means: the tables of the JavaScript reader, as data.

A path is dotted from a module or a global, `()` standing for a call's result: `child_process.exec`, `process.env.HOME`,
`https.request().write`. Node's own names are from its documentation (v24); client libraries are those that packages and
published malicious releases use most.
"""

import re

import msgspec

from customhouse.model.code import CapabilityKind, Origin
from customhouse.model.lazy_regex import lazy_regex


class Ability(msgspec.Struct, frozen=True):
    """What calling members of a module can do, and which members can do none of it."""

    kind: CapabilityKind
    harmless: frozenset[str] = frozenset()


def _except(kind: CapabilityKind, harmless: str = "") -> Ability:
    return Ability(kind, frozenset(harmless.split()))


_HTTP = _except(
    "network",
    "STATUS_CODES METHODS Agent globalAgent IncomingMessage ServerResponse OutgoingMessage Server constants "
    "maxHeaderSize "
    "validateHeaderName validateHeaderValue getDefaultSettings sensitiveHeaders setMaxIdleHTTPParsers",
)
_FS = _except("filesystem", "constants Stats Dirent ReadStream WriteStream F_OK R_OK W_OK X_OK")
_CLIENT = _except(
    "network",
    "defaults interceptors isAxiosError isCancel CancelToken Cancel AxiosError AxiosHeaders VERSION Axios "
    "HttpStatusCode toFormData formToJSON getAdapter Headers Request Response FormData Blob FetchError AbortError "
    "errors options all spread",
)

_CAPTURING_TEXT = """
clipboardy clipboard-event copy-paste screenshot-desktop desktop-screenshot robotjs @nut-tree/nut-js
@nut-tree-fork/nut-js node-global-key-listener iohook uiohook-napi iohook-macos gkm node-webcam @crosscopy/clipboard
node-screenshots electron
"""
#: Packages that hand out keys, the clipboard or the screen.
CAPTURING = tuple(_CAPTURING_TEXT.split())

#: Modules whose members are followed. Those absent are only named as imports.
MODULES: dict[str, Ability | None] = {
    "child_process": _except("process", "ChildProcess"),
    "fs": _FS,
    "fs.promises": _FS,
    "fs-extra": _FS,
    "graceful-fs": _FS,
    "http": _HTTP,
    "https": _HTTP,
    "http2": _HTTP,
    "net": _except("network", "isIP isIPv4 isIPv6 BlockList SocketAddress"),
    "tls": _except(
        "network",
        "rootCertificates createSecureContext checkServerIdentity DEFAULT_MIN_VERSION DEFAULT_MAX_VERSION "
        "DEFAULT_CIPHERS "
        "getCiphers DEFAULT_ECDH_CURVE SecureContext",
    ),
    "dgram": _except("network"),
    "dns": _except("network", "ADDRCONFIG V4MAPPED ALL setDefaultResultOrder getDefaultResultOrder getServers"),
    "dns.promises": _except("network", "getServers"),
    "vm": _except("dynamic-code", "isContext createContext constants measureMemory"),
    "inspector": _except("dynamic-code", "url console"),
    "wasi": _except("native-code"),
    "module": None,
    "os": None,
    "zlib": None,
    "crypto": None,
    "buffer": None,
    "process": None,
    "timers": None,
    "worker_threads": None,
    **dict.fromkeys(
        ("axios", "got", "node-fetch", "request", "undici", "superagent", "needle", "phin", "ky", "ws"), _CLIENT
    ),
    **dict.fromkeys(
        ("cross-fetch", "isomorphic-fetch", "request-promise", "request-promise-native", "make-fetch-happen"), _CLIENT
    ),
    **dict.fromkeys(
        ("follow-redirects", "socket.io-client", "nodemailer", "download", "bent", "minipass-fetch"), _CLIENT
    ),
    **dict.fromkeys(
        ("execa", "cross-spawn", "shelljs", "node-pty", "cross-exec", "sudo-prompt", "zx"), _except("process")
    ),
    **dict.fromkeys(
        ("ffi-napi", "node-ffi", "ffi", "koffi", "bindings", "node-gyp-build", "edge-js"), _except("native-code")
    ),
    **dict.fromkeys(CAPTURING),
    **dict.fromkeys(("rimraf", "del")),
    **dict.fromkeys(("@mapbox/node-pre-gyp", "node-pre-gyp", "prebuild-install"), _except("native-code")),
}

#: Other names of the same module, after `node:` is taken off.
MODULE_ALIASES = {
    "fs/promises": "fs.promises",
    "dns/promises": "dns.promises",
    "inspector/promises": "inspector",
    "cross-spawn-promise": "cross-spawn",
    "original-fs": "fs",
}

#: Globals that are followed: the word, and the path that it stands for.
GLOBALS: dict[str, str] = {
    **{
        name: name
        for name in ("require", "module", "process", "eval", "Function", "execScript", "WebAssembly", "Buffer")
    },
    **{
        name: name
        for name in ("fetch", "XMLHttpRequest", "WebSocket", "EventSource", "RTCPeerConnection", "importScripts")
    },
    **{
        name: name
        for name in ("setTimeout", "setInterval", "setImmediate", "Deno", "Bun", "navigator", "ActiveXObject")
    },
    **{name: name for name in ("atob", "unescape", "decodeURIComponent", "decodeURI", "String", "TextDecoder")},
    **dict.fromkeys(("globalThis", "global", "window", "self", "GLOBAL"), "globalThis"),
    "createRequire": "module.createRequire",
}
#: Words of GLOBALS that are followed only when the text right after them is telling, for they stand everywhere.
COMMON_GLOBALS: dict[str, re.Pattern[bytes]] = {
    "module": lazy_regex(rb"(?!\s*\.\s*exports\b)\s*(?:\?\.|\.|\[|[,)])"),
    "String": lazy_regex(rb"\s*+\??\.?\s*+(?:\.\s*from(?:Char|Code)|\[)"),
    "Buffer": lazy_regex(rb"\s*(?:\??\.\s*(?:from|alloc\w*|concat)\b|\??\.?\[|\()"),
    "self": lazy_regex(rb"\s*(?:\[|[;,)=|&?])"),
    "window": lazy_regex(rb"\s*(?:\[|[;,)=|&?])"),
    "global": lazy_regex(rb"\s*(?:\[|[;,)=|&?:])"),
    "globalThis": lazy_regex(rb"\s*(?:\[|[;,)=|&?:])"),
    "setTimeout": lazy_regex(rb"(?!\s*\(\s*(?:function\b|async\b|\(\s*\)|[\w$]+\s*=>|\(\s*+[\w$, ]*+\)\s*=>))"),
    "setInterval": lazy_regex(rb"(?!\s*\(\s*(?:function\b|async\b|\(\s*\)|[\w$]+\s*=>|\(\s*+[\w$, ]*+\)\s*=>))"),
    "setImmediate": lazy_regex(rb"(?!\s*\(\s*(?:function\b|async\b|\(\s*\)|[\w$]+\s*=>|\(\s*+[\w$, ]*+\)\s*=>))"),
}
#: Properties that are telling whatever they are taken from.
PROPERTIES: dict[str, str] = {
    "constructor": "constructor",
    "_compile": "module._compile",
    "_load": "module._load",
    "dlopen": "process.dlopen",
    "mainModule": "module",
    "sendBeacon": "navigator.sendBeacon",
    "getBuiltinModule": "process.getBuiltinModule",
    "createRequire": "module.createRequire",
    "fromCharCode": "String.fromCharCode",
    "fromCodePoint": "String.fromCodePoint",
    "runInThisContext": "vm.runInThisContext",
    "runInNewContext": "vm.runInNewContext",
}
#: Globals that stay telling as a property of `this`, of an alias of the global object, or of something unknown.
GLOBAL_PROPERTIES = frozenset(GLOBALS) - {"String", "Buffer", "module", "navigator", "TextDecoder", "createRequire"}

#: Rewritings of a path that grows: the same thing by another way.
REWRITES: dict[str, str] = {
    "module.require": "require",
    "module.parent": "module",
    "module.constructor": "module",
    "module.Module": "module",
    "module.prototype": "module",
    "module.children": "module",
    "process.mainModule": "module",
    "require.main": "module",
    "require.default": "require",
    "buffer.Buffer": "Buffer",
    "timers.setTimeout": "setTimeout",
    "timers.setInterval": "setInterval",
    "eval.constructor": "Function",
    "require.constructor": "Function",
    "fetch.constructor": "Function",
    "Function.constructor": "Function",
    "Function.prototype.constructor": "Function",
    "process.constructor.constructor": "Function",
    "globalThis.constructor.constructor": "Function",
}
_DECODERS = (
    "Buffer.from",
    "String.fromCharCode",
    "String.fromCodePoint",
    "String.raw",
    "process.env",
    "process.constructor",
    "navigator.clipboard.readText",
    "navigator.clipboard.writeText",
    "navigator.mediaDevices.getDisplayMedia",
    "electron.clipboard.readText",
    "electron.clipboard.writeText",
    "electron.desktopCapturer.getSources",
)
#: Calls that load the module their first argument names.
LOADERS = frozenset({"require", "module._load", "process.getBuiltinModule", "module.createRequire()"})

#: Parts of the runtime that are no interface: what is written plainly has no need of them.
INTERNALS = frozenset(
    {
        "module._load",
        "module._compile",
        "module.constructor",
        "process.binding",
        "process._linkedBinding",
        "process.dlopen",
        "process.mainModule",
    }
)
#: Kinds of capabilities that act on what they are given.
ACTING: frozenset[CapabilityKind | None] = frozenset({"dynamic-code", "process", "native-code", "network"})

#: Exact paths that can do something, beside those of MODULES. `import` is one of a `data:` URL, which is code.
EXACT: dict[str, CapabilityKind] = {
    "import": "dynamic-code",
    "eval": "dynamic-code",
    "Function": "dynamic-code",
    "execScript": "dynamic-code",
    "importScripts": "dynamic-code",
    "setTimeout": "dynamic-code",
    "setInterval": "dynamic-code",
    "setImmediate": "dynamic-code",
    "module._compile": "dynamic-code",
    "module.register": "dynamic-code",
    "module.registerHooks": "dynamic-code",
    "worker_threads.Worker": "dynamic-code",
    "fetch": "network",
    "XMLHttpRequest": "network",
    "WebSocket": "network",
    "EventSource": "network",
    "RTCPeerConnection": "network",
    "navigator.sendBeacon": "network",
    "Bun.connect": "network",
    "Bun.fetch": "network",
    "Deno.connect": "network",
    "Bun.spawn": "process",
    "Bun.spawnSync": "process",
    "Bun.$": "process",
    "Deno.run": "process",
    "Deno.Command": "process",
    "ActiveXObject": "process",
    "Bun.write": "filesystem",
    "Deno.writeFile": "filesystem",
    "Deno.writeTextFile": "filesystem",
    "Deno.readTextFile": "filesystem",
    "process.dlopen": "native-code",
    "process.binding": "native-code",
    "process._linkedBinding": "native-code",
    "WebAssembly.instantiate": "native-code",
    "WebAssembly.instantiateStreaming": "native-code",
    "WebAssembly.compile": "native-code",
    "WebAssembly.compileStreaming": "native-code",
    "WebAssembly.Module": "native-code",
    "WebAssembly.Instance": "native-code",
}
#: Beginnings of the paths that the tables know.
_PREFIXES = frozenset(
    ".".join(path.split(".")[:length])
    for path in (*EXACT, *REWRITES, *LOADERS, *GLOBALS.values(), *PROPERTIES.values(), *REWRITES.values(), *_DECODERS)
    for length in range(1, path.count(".") + 2)
)
#: Calls that read what a person types, copies or sees.
CAPTURES = (
    r"(?:clipboardy|clipboard-event|copy-paste|@crosscopy/clipboard)(?:\.(?:default\.)?(?:read|readSync|paste|getText|startListening))"
    r"|(?:screenshot-desktop|desktop-screenshot|node-global-key-listener|iohook|uiohook-napi|iohook-macos|gkm|node-webcam|node-screenshots)(?:\.\w+){0,3}"
    r"|robotjs\.screen\.capture|@nut-tree(?:-fork)?/nut-js\.(?:screen|clipboard)\.\w+|electron\.clipboard\.read\w*"
    r"|electron\.desktopCapturer\.getSources|navigator\.clipboard\.read(?:Text)?|navigator\.mediaDevices\.getDisplayMedia"
)
#: Calls worth recording although they can do nothing alone.
NOTED = lazy_regex(
    CAPTURES
    + r"|(?:rimraf|del)(?:\.(?:default|sync|rimraf|rimrafSync|native|deleteAsync|deleteSync|posix|windows)){0,2}"
    r"|navigator\.clipboard\.writeText|electron\.clipboard\.writeText|copy-paste\.copy"
    r"|(?:clipboardy|@crosscopy/clipboard)\.(?:default\.)?(?:write|writeSync|setText)"
    r"|os\.(?:hostname|userInfo|homedir|networkInterfaces|platform|type|arch|release|tmpdir|cpus|totalmem)"
    r"|crypto\.(?:createDecipher(?:iv)?|privateDecrypt)|zlib\.(?:inflate|gunzip|unzip|brotliDecompress)\w*"
    r"|vm\.createContext|module\.createRequire"
)
#: Members of what a network call gave that send, or ask for a name.
_SENDERS_TEXT = """
write end send post put emit pipe request connect
resolve resolve4 resolve6 resolveTxt resolveAny resolveCname resolveMx resolveNs resolveSrv resolvePtr resolveSoa
resolveNaptr reverse lookup query
"""
SENDERS = frozenset(_SENDERS_TEXT.split())

#: Calls (or reads) whose result has an origin.
SOURCES: tuple[tuple[re.Pattern[str], Origin], ...] = (
    (re.compile(r"os\.(?:hostname|userInfo|networkInterfaces|homedir)"), "host"),
    (re.compile(CAPTURES), "captured"),
    (
        re.compile(
            r"(?:fs|fs\.promises|fs-extra|graceful-fs)\.(?:promises\.)?(?:readFile|readFileSync|read|readSync|createReadStream"
            r"|readJson|readJSON|readJsonSync)"
        ),
        "file",
    ),
    (
        re.compile(
            r"atob|String\.from(?:CharCode|CodePoint)|crypto\.(?:createDecipher(?:iv)?|privateDecrypt)"
            r"|zlib\.(?:inflate|gunzip|unzip|brotliDecompress)\w*|TextDecoder|decoded-buffer"
        ),
        "decoded",
    ),
)
#: What a file does to a path of its own: these are told of it.
REMOVERS = lazy_regex(
    r"(?:fs|fs\.promises|fs-extra|graceful-fs)\.(?:promises\.)?(?:unlink|rm|rmdir|remove|truncate|move|emptyDir)(?:Sync)?"
)
WRITERS = lazy_regex(
    r"(?:fs|fs\.promises|fs-extra|graceful-fs)\.(?:promises\.)?"
    r"(?:writeFile|writeFileSync|appendFile|appendFileSync|createWriteStream|outputFile|outputFileSync|copyFile|copyFileSync|rename|renameSync)"
    r"|Bun\.write|Deno\.write(?:Text)?File"
)

#: Where credentials lie: files, databases of browsers, wallets, metadata services. Matched in string constants.
CREDENTIAL_PATHS = lazy_regex(
    r"\.npmrc\b|\.pypirc\b|\.yarnrc\b|\.netrc\b|\.git-credentials\b|\.ssh\b(?![\w.-])|\bid_(?:rsa|ed25519|ecdsa|dsa)\b|\.aws\b(?=$|[/\\\"'])"
    r"|\.azure\b(?=$|[/\\\"'])|gcloud\b(?=[/\\]|$)|application_default_credentials|\.kube\b(?=$|[/\\\"'])|\.docker[/\\]+config\.json"
    r"|\.dockercfg\b|\.vault-token\b|\.terraform\.d\b|\.tfstate\b|\.tfvars\b|\.cargo[/\\]+credentials|\.pgpass\b|\.my\.cnf\b"
    r"|\bgh[/\\]+hosts\.yml|(?:^|[/\\])\.env(?:\.(?:local|production|development))?$"
    r"|\.gnupg\b|Login Data\b|\bLocal State\b|\bcookies\.sqlite\b|\blogins\.json\b"
    r"|\bkey4\.db\b|wallet\.dat\b|\.electrum\b|\bExodus[/\\]|\.config[/\\]+solana|\bnkbihfbeogaeaoehlefnkodbefgpgknn\b|\bkeychain-db\b"
    r"|Library[/\\]Keychains|\.bash_history\b|\.zsh_history\b|169\.254\.169\.254|169\.254\.170\.2|metadata\.google\.internal|fd00:ec2::254"
    r"|100\.100\.100\.200|serviceaccount[/\\]token|\.claude(?:\.json\b|[/\\]\.credentials)|\bgh auth token\b"
    r"|/etc/shadow\b"
)
#: Words of which one stands in each of them, by which they are found fast.
CREDENTIAL_WORDS = frozenset(
    b"npmrc pypirc yarnrc netrc credentials ssh id_rsa id_ed25519 id_ecdsa id_dsa aws azure gcloud kube docker "
    b"dockercfg vault application_default_credentials terraform tfstate tfvars cargo pgpass cnf hosts env gnupg "
    b"Login Local cookies logins key4 wallet electrum Exodus solana nkbihfbeogaeaoehlefnkodbefgpgknn keychain "
    b"Keychains bash_history zsh_history metadata serviceaccount claude gh shadow".split()
)
METADATA_ADDRESSES = (b"169.254.169.254", b"169.254.170.2", b"100.100.100.200", b"fd00:ec2::254")
#: Environment variables that are secrets.
SECRET_VARIABLES = lazy_regex(
    r"(?:^|_)(?:TOKEN|SECRET|SECRETS|PASSWORD|PASSWD|PASSPHRASE|APIKEY|CREDENTIALS?|AUTHTOKEN|MNEMONIC)(?:$|_)|(?:API|ACCESS|PRIVATE|SECRET|AUTH|SIGNING)_?KEY"
    r"|^AWS_(?!REGION$|DEFAULT_REGION$|LAMBDA|EXECUTION)|^KUBECONFIG$|^SSH_AUTH_SOCK$|^ACTIONS_ID_TOKEN|^NPM_CONFIG__?AUTH|_authToken"
)
#: Environment variables that nearly every tool reads, and which give nothing away.
PLAIN_VARIABLES = lazy_regex(
    r"NODE_(?:ENV|DEBUG|OPTIONS|PATH|EXTRA_CA_CERTS|TLS_\w+|V8_COVERAGE|UNIQUE_ID|CHANNEL_FD|DISABLE_COLORS|PENDING_DEPRECATION)|(?i:https?_proxy|no_proxy|all_proxy|ftp_proxy)|CI|DEBUG"
    r"|DEBUG_\w+|TERM|TERM_PROGRAM|TERM_PROGRAM_VERSION|COLORTERM|FORCE_COLOR|NO_COLOR|PATH|PATHEXT|SHELL|HOME|TMP|TMPDIR|TEMP|LANG|LC_\w+|TZ|PWD|EDITOR"
    r"|VISUAL|PAGER|COLUMNS|LINES|PORT|npm_\w+|NPM_CONFIG_REGISTRY|XDG_\w+|APPDATA|LOCALAPPDATA|USERPROFILE|SystemRoot|windir|OSTYPE|BABEL_\w+|JEST_\w+"
    r"|LOG_LEVEL|VERBOSE|WSL_\w+|DISPLAY|ESBUILD_\w+|TEST\w*|BROWSER|COMSPEC|ComSpec|NODE|INIT_CWD|READABLE_STREAM|GRACEFUL_FS_PLATFORM|REACT_APP_\w+"
)

INTEROP = lazy_regex(
    rb"(?i)interop|importStar|importDefault|toESM|promisify|pify|wildcard|universalify|Object\.assign|Object\.create|Object\.freeze"
)
#: Calls that take a function and do not run it.
KEEPERS = lazy_regex(
    rb"(?i)(?:^|[.$_\w])(?:promisify|callbackify|deprecate|debounce|throttle|memoize\w*|once|wrap\w*|bind|_asyncToGenerator|asyncToGenerator|mark|m|defineProperty|defineProperties|createServer|curry|partial"
    rb"|inherits|_inherits|__extends|_createClass|createClass|__decorate|get|post|put|delete|patch|use|all|route|command|action|option|describe|it|test"
    rb"|addEventListener|forwardRef|memo|createContext|lazy|define\w*Prop\w*|assign|freeze|__export|extend|export\w*)$"
)


def ability_of(path: str) -> CapabilityKind | None:
    """What calling `path` can do; None when nothing that is followed."""
    kind = EXACT.get(path)
    if kind is not None:
        return kind
    module, _, member = path.partition(".")
    if member.startswith("promises") and module in {"fs", "dns"}:
        module, member = f"{module}.promises", member[9:]
    ability = MODULES.get(module)
    if ability is None or member.partition(".")[0] in ability.harmless:
        return None
    return ability.kind


def module_path(specifier: str) -> str:
    """The canonical name of a module: `node:` taken off, its other names replaced."""
    name = specifier.removeprefix("node:")
    return MODULE_ALIASES.get(name, name)


#: How a path begins that leads into another file of the package: this, and the number of the specifier. Only
#: `links` makes such paths.
OWN = "\0"
#: Names that lead from such a module to what is called (`x.a.b.c()`), and one after a call (`x.a().b()`): a name that
#: is given its own member (`e = e.next`) would grow without end.
_MOST_NAMES = 3


def extend(path: str, name: str) -> str | None:
    """The path of a member of `path`; None when nothing of it is followed."""
    if path.startswith(OWN):
        grows = path.endswith("()") if "()" in path else path.count(".") < _MOST_NAMES
        return f"{path}.{name}" if grows else None
    if path == "globalThis":
        return GLOBALS.get(name, "globalThis.*" if name == "*" else None)
    if name == "default" and path in MODULES:
        return path
    grown = f"{path}.{name}"
    grown = REWRITES.get(grown, grown)
    return grown if _leads(grown) else None


def _leads(path: str) -> bool:
    """Whether a path is, or may grow into, one that a table speaks of."""
    if path in _PREFIXES or NOTED.fullmatch(path) or path.startswith("process.env"):
        return True
    module, _, member = path.partition(".")
    ability = MODULES.get(module)
    if ability is None or "." in member.removeprefix("promises."):
        return False
    return member not in ability.harmless


def variable_origin(name: str) -> Origin | None:
    """What reading an environment variable gives away; None for those that nearly every tool reads."""
    if SECRET_VARIABLES.search(name):
        return "credentials"
    if name in {"USER", "USERNAME", "LOGNAME", "HOSTNAME", "COMPUTERNAME", "USERDOMAIN"}:
        return "host"
    return None if PLAIN_VARIABLES.fullmatch(name) else "environment"
