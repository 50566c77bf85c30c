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
Origin = Literal["network", "environment", "credentials", "decoded", "file", "host"]
ImportForm = Literal["import", "require", "dynamic", "re-export"]
TextAnomalyKind = Literal["bidirectional", "invisible", "variation-run", "tag", "homoglyph", "offscreen"]


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
    `origins` say where the argument values came from, e.g. ("decoded",) for `eval(atob(x))`.
    """

    callee: str
    line: int
    when: When = "load"
    arguments: tuple[str | None, ...] = ()
    origins: tuple[Origin, ...] = ()


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
    #: Why the file, or a part of it, could not be read; empty when it was read whole.
    unread: str = ""
