"""Facts that reading one source file gives. Produced by `source`, judged by `rules`."""

from typing import Literal

import msgspec

Language = Literal["javascript", "typescript", "python"]
CapabilityKind = Literal[
    "network", "process", "filesystem", "environment", "credentials", "dynamic-code", "native-code"
]
#: `load`: runs when the file is loaded (module level, or a function that module level calls); `call`: only when called.
When = Literal["load", "call"]
#: How the file can come to run: `install` (a lifecycle hook, setup.py, .pth), `import` (loading the package), `other`.
Reach = Literal["install", "import", "other"]
#: Where a value came from, as far as the file itself shows.
Origin = Literal["network", "environment", "credentials", "decoded", "file", "host"]
ImportForm = Literal["import", "require", "dynamic", "re-export"]
TextAnomalyKind = Literal["bidirectional", "invisible", "variation-run", "tag", "homoglyph", "offscreen"]
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
    `arguments` are the folded constants (at most 8 of at most 512 characters), None where not constant.
    `origins` say where the argument values came from, e.g. ("decoded",) for `eval(atob(x))`; `files` are the names of
    the files that `file` stands for, as far as they are constant, unknown parts as `{}`; at most 4.
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


class TextAnomaly(msgspec.Struct, frozen=True):
    """Something in the text that a reader's eye would not see."""

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
    #: Hosts and URLs that constants of the file name, after decoding; at most 64.
    hosts: tuple[str, ...] = ()
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
