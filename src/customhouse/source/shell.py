"""Reading a script of a command shell (sh, cmd, PowerShell) that a package starts.

No shell is emulated: each command line is a call of the shell with the line as its argument, and what its words name
(hosts, credential stores, programs that fetch) is told. A line that fetches is given together with what follows it,
since that is what runs what was fetched.
"""

import re

from customhouse.model.code import Call, Capability, CapabilityKind, CodeFacts
from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.credentials import credential_reference
from customhouse.source.hosts import hosts_in

#: Scripts above this many bytes are read in part.
MAX_SIZE = 256 * 1024
_MOST_CALLS, _LONGEST, _FOLLOWING = 4000, 512, 2048
_MOST_HOSTS = 64
_COMMENT = lazy_regex(r"^\s*(?:#|::|rem\s)", re.IGNORECASE)
_FETCHING = lazy_regex(
    r"(?<![\w./-])(?:curl|wget|aria2c|nc|ncat|ftp|tftp|scp|nslookup|dig|host)(?:\.exe)?\s|/dev/tcp/"
    r"|\b(?:iwr|irm|invoke-webrequest|invoke-restmethod|start-bitstransfer|bitsadmin|certutil|net\.webclient)\b",
    re.IGNORECASE,
)
_ENVIRONMENT = lazy_regex(r"(?:^|[;&|]|\$\()\s*+(?:env|printenv|set|export -p)\s*+(?:$|[|>;)])")


def read_shell(path: str, data: bytes) -> CodeFacts:
    """Read a script. Never raises on its content."""
    text = data[:MAX_SIZE].decode("utf-8", "replace")
    joined = _logical(text)
    calls: list[Call] = []
    capabilities: dict[Capability, None] = {}
    hosts: dict[str, None] = {}

    def can(kind: CapabilityKind, number: int, detail: str) -> None:
        capabilities[Capability(kind, number, "load", detail)] = None

    for at, (number, line) in enumerate(joined):
        if len(calls) >= _MOST_CALLS:
            break
        fetching = _FETCHING.search(line) is not None
        given = "\n".join(each for _, each in joined[at : at + 12])[:_FOLLOWING] if fetching else line[:_LONGEST]
        calls.append(Call("sh", number, "load", (given,)))
        if fetching:
            can("network", number, line.strip()[:80])
        if _ENVIRONMENT.search(line):
            can("environment", number, "env")
        if reference := credential_reference(line):
            can("credentials", number, reference)
        for host in hosts_in(line)[:_MOST_HOSTS]:
            if len(hosts) < _MOST_HOSTS:
                hosts[host] = None
    if calls:
        capabilities[Capability("process", calls[0].line, "load", "sh")] = None
    unread = f"read up to {MAX_SIZE >> 10} KiB" if len(data) > MAX_SIZE else ""
    unread = unread or ("more command lines than are kept" if len(joined) > _MOST_CALLS else "")
    return CodeFacts(
        path=path,
        language="shell",
        size=len(data),
        calls=tuple(calls),
        capabilities=tuple(capabilities),
        hosts=tuple(hosts),
        unread=unread,
    )


def _logical(text: str) -> list[tuple[int, str]]:
    """Command lines with the number of their first line; continued ones joined, comments and blanks left out."""
    found: list[tuple[int, str]] = []
    number = 0
    pending, started = "", 0
    for raw in text.splitlines():
        number += 1
        line = raw
        if not pending:
            if not line.strip() or _COMMENT.match(line):
                continue
            started = number
        continued = line.endswith(("\\", "^")) and not line.endswith("\\\\")
        pending += line[:-1] + " " if continued else line
        if not continued:
            found.append((started, pending))
            pending = ""
    if pending:
        found.append((started, pending))
    return found
