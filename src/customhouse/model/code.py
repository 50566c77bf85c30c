"""Facts that reading one source file gives. Produced by `source`, judged by `rules`."""

from typing import Literal

import msgspec

#: `shell` is any command shell's script; it is read where a package starts it.
Language = Literal["javascript", "typescript", "python", "shell"]
CapabilityKind = Literal[
    "network", "process", "filesystem", "environment", "credentials", "dynamic-code", "native-code"
]
#: `load`: runs when the file is loaded (module level, or a function that module level calls); `call`: only when called.
When = Literal["load", "call"]
#: How the file can come to run: `install` (a lifecycle hook, setup.py, .pth), `import` (loading the package), `other`.
Reach = Literal["install", "import", "other"]
#: Where a value came from, as far as the file itself shows.
#: `self`: the path of the file itself, of its folder or of its package; `captured`: keys, clipboard or screen.
Origin = Literal["network", "environment", "credentials", "decoded", "file", "host", "self", "captured"]
ImportForm = Literal["import", "require", "dynamic", "re-export"]
#: `addressed`: seen, but meant for another reader: text that speaks to a machine which reviews code.
TextAnomalyKind = Literal["bidirectional", "invisible", "variation-run", "tag", "homoglyph", "offscreen", "addressed"]
#: What a condition asks for before something happens, or does not. `wait` is a long wait, `date` a fixed day.
Trait = Literal[
    "timezone", "locale", "hostname", "username", "ci", "machine", "debugger", "country", "process", "date", "wait"
]

#: What a constant, or a name, of the code speaks of; `source/mention_table.py` says by which words.
MentionKind = Literal[
    "drop-service",  # collects or hands out anything for anybody: webhooks, request bins, pastes, tunnels, uploads
    "throwaway-host",  # a name that costs nothing and tells nobody: dynamic DNS, Tor
    "raw-address",  # a public address instead of a name
    "ip-lookup",  # tells who asks which address they come from
    "cloud-metadata",  # answers a cloud machine with its credentials
    "reverse-shell",  # gives a shell to whoever is at the other end
    "persistence-path",  # where what is written runs again: at start, at login, on a schedule
    "project-hook",  # a file of a project that other people's tools run: workflows, git hooks, editors, agents
    "miner",
    "wallet",  # addresses, wallets' files and programs' interfaces to them
    "capture",  # keys, clipboard, screen, camera, microphone
    "analysis",  # what tells a sandbox, a debugger, a country or a CI from a victim's machine
    "self-publish",  # publishing packages, and finding those that an account may publish
    "source-host",  # changing repositories through the interface of the service that has them
    "destructive",
    "self-delete",
    "secret-scanner",
    "secret-pattern",  # the shape of a token, as something to search for
    "package-runner",  # fetches and runs a program of another ecosystem or runtime
    "ai-tool",  # starts a coding assistant without asking
]
#: How code reaches what it calls: its name put together or looked up by a text (`globalThis["ev" + "al"]`,
#: `getattr(builtins, "exec")`), the constructor of functions (`[].at.constructor`), `Reflect`, the runtime's internals.
Way = Literal["put-together", "by-name", "constructor", "reflection", "internals"]
#: Marks of obfuscators (the first six), and two that say little alone: one line far longer than the rest of the file,
#: and literals of encoded data.
ObfuscationKind = Literal[
    "rotated-strings",
    "generated-names",
    "flattened-control-flow",
    "packed-program",
    "escaped-text",
    "letterless",
    "long-line",
    "encoded-constants",
]


class Import(msgspec.Struct, frozen=True):
    """A module that the file loads: the specifier after folding (`fs`, `./lib/a`, `@scope/name/sub`, `os.path`)."""

    module: str
    line: int
    when: When = "load"
    form: ImportForm = "import"


class Call(msgspec.Struct, frozen=True):
    """A call whose callee is plain after aliases, bracket access and folding.

    `callee` is dotted from a module or a global: `child_process.exec`, `eval`, `Function`, `os.system`, `fetch`.
    `arguments` are the folded constants (at most 8 of at most 512 characters), None where not constant. What is not
    constant within a text is `{}`, the home folder `~`, the file's own path `{__filename}`, `{__dirname}` or
    `{__file__}`. Options of a program's start stand as `detached=true stdio=ignore`, keywords as `name=value`; of a
    method of a path, the path comes first. `origins` say where the argument values came from, e.g. ("decoded",) for
    `eval(atob(x))`; `files` are the names of the files that `file` stands for, as far as they are constant, unknown
    parts as `{}`; at most 4.
    """

    callee: str
    line: int
    when: When = "load"
    arguments: tuple[str | None, ...] = ()
    origins: tuple[Origin, ...] = ()
    files: tuple[str, ...] = ()


class Decoded(msgspec.Struct, frozen=True):
    """A string constant that was hidden: its value after decoding, and the encodings taken off, outermost first."""

    value: str
    line: int
    encodings: tuple[str, ...]


class Capability(msgspec.Struct, frozen=True):
    """What the code can do at this place. `detail` names the call or path: `child_process.exec`, `~/.npmrc`."""

    kind: CapabilityKind
    line: int
    when: When
    detail: str


class Guard(msgspec.Struct, frozen=True):
    """A condition that asks where, for whom or under what the code runs.

    `value` is what it is compared with, empty where that is not constant; `decides` says that the code stops (returns,
    raises, ends the process) or acts (files, programs, network) only on one answer.
    """

    trait: Trait
    line: int
    when: When
    value: str = ""
    decides: bool = False


class Override(msgspec.Struct, frozen=True):
    """Something global that the file gives another value: `fetch`, `ethereum.request`, a prototype's method.

    Looked for in files that hold payment addresses or name a wallet.
    """

    target: str
    line: int
    when: When


class Walk(msgspec.Struct, frozen=True):
    """A walk through a tree of files that writes to what it meets, or deletes it.

    `roots` are the constant folders it starts from (`/`, `~`, `..`); empty where none is constant.
    """

    does: Literal["writes", "deletes"]
    line: int
    when: When
    roots: tuple[str, ...] = ()


class EndlessLoop(msgspec.Struct, frozen=True):
    """A loop that is written without an end and that nothing in it leaves."""

    line: int
    when: When


class Addresses(msgspec.Struct, frozen=True):
    """Distinct constants of the shape of a chain's payment addresses; `patterns` counts expressions that match such."""

    chain: str
    count: int
    line: int


class Mention(msgspec.Struct, frozen=True):
    """Something that a string, or a name where the table says so, speaks of; comments never count.

    `detail` is the table's label (`webhook.site`, `crontab`) or, where it has none, what was matched (an address).
    """

    kind: MentionKind
    line: int
    detail: str
    when: When = "load"


class TextAnomaly(msgspec.Struct, frozen=True):
    """Something in the text that a reader's eye would not see, or that is not meant for a person."""

    kind: TextAnomalyKind
    line: int
    column: int
    detail: str


class Indirection(msgspec.Struct, frozen=True):
    """A place where code reaches `callee` (`eval`, `Function`, `module._load`, `os.system`) other than by its name."""

    callee: str
    how: Way
    line: int
    when: When = "load"


class Obfuscation(msgspec.Struct, frozen=True):
    """A mark of a writing that minifiers do not leave.

    `count` is how many there are; of `long-line` its characters, of `encoded-constants` those in such literals. `line`
    is that of the first.
    """

    kind: ObfuscationKind
    line: int
    count: int = 1


class CodeFacts(msgspec.Struct, frozen=True):
    """What one file says of itself. `reach` is set by who knows the package, not by who reads the file."""

    path: str
    language: Language
    size: int
    reach: Reach = "other"
    imports: tuple[Import, ...] = ()
    calls: tuple[Call, ...] = ()
    decoded: tuple[Decoded, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    anomalies: tuple[TextAnomaly, ...] = ()
    #: What its constants and names speak of: each kind and detail once for each time that it can run; at most 256.
    mentions: tuple[Mention, ...] = ()
    #: Hosts and URLs that constants of the file name, after decoding; at most 64.
    hosts: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    overrides: tuple[Override, ...] = ()
    walks: tuple[Walk, ...] = ()
    endless: tuple[EndlessLoop, ...] = ()
    addresses: tuple[Addresses, ...] = ()
    #: Roundabout ways to what runs code, starts programs or loads modules; at most 64.
    indirections: tuple[Indirection, ...] = ()
    #: How the file is written, where not as people and minifiers write; each kind once.
    obfuscation: tuple[Obfuscation, ...] = ()
    #: Why the file, or a part of it, could not be read; empty when it was read whole.
    unread: str = ""


#: Marks that say little alone: data and generated code have them too.
_WEAK_MARKS: frozenset[ObfuscationKind] = frozenset({"long-line", "encoded-constants"})


def is_obfuscated(facts: CodeFacts) -> bool:
    """Whether a file has a mark that only obfuscators leave."""
    return any(each.kind not in _WEAK_MARKS for each in facts.obfuscation)
