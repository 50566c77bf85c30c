"""The release asks for names that it builds from data: what it sends is in the question.

## What it looks for

Calls that resolve a name (`dns.resolve`, `dns.lookup`, `socket.gethostbyname`, dnspython) or start a program that does
(`nslookup`, `dig`, `host`, `ping`, `Resolve-DnsName`), where the name begins with something that is only known when it
runs and ends in a domain that the file spells out, and where that something came from.

| What the name is built from | at install or when loaded | when called |
|---|---|---|
| the machine's names, its environment, credentials, files | critical, high | high, medium when new; otherwise low |
| the same under a local or service domain (`.local`, `.internal`, `.arpa`, block lists) | low | silent |
| something else, encoded or cut into pieces in the same file | high, medium | low |
| something else | medium, medium | silent |

## Why attackers do it

Names are resolved where nothing else gets out, and few look at the questions. torchtriton (December 2022) sent host
names, files and variables so; node-ipc 9.1.6 (2026) asked for TXT records under its own domain; research on dependency
confusion reports to out-of-band resolvers in this way.

## Known evasions

A resolver spoken to by hand over UDP, in which the name is bytes; the domain put together from values that only arrive
at run time.

## Known false positives

Block list checks and service discovery build names from their arguments, when they are called, under domains that are
known for it. A name that is one variable of the environment in front of a fixed domain names a server more often than
it carries data away, and is low when called.

## What to do now

Look in the resolver's logs for the domain: the questions say what was taken. Then rotate that.

## References

- [MITRE ATT&CK T1048.003: Exfiltration Over Unencrypted Non-C2 Protocol](https://attack.mitre.org/techniques/T1048/003/)
- [MITRE ATT&CK T1071.004: DNS](https://attack.mitre.org/techniques/T1071/004/)
"""

from collections.abc import Iterator

from customhouse.model.code import Call, CodeFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import SEVERITIES, Confidence, Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.novelty import novelty
from customhouse.rules.shared.phase import files, phase, spoken

_RESOLVERS = lazy_regex(
    r"^(?:dns\.(?:promises\.)?(?:Resolver\.)?(?:lookup|resolve\w*|reverse)|Deno\.resolveDns|Bun\.dns\.lookup"
    r"|socket\.(?:gethostbyname(?:_ex)?|getaddrinfo|gethostbyaddr|create_connection)"
    r"|dns\.resolver\.(?:resolve|query|Resolver\.(?:resolve|query))|dns\.asyncresolver\.\w+"
    r"|asyncio\.get_(?:event|running)_loop\.getaddrinfo)$"
)
_PROGRAMS = lazy_regex(r"(?:^|[\s;&|(`/])(?:nslookup|dig|host|ping|Resolve-DnsName|drill|kdig)(?:\.exe)?\s")
#: A part that is only known when it runs, and the fixed end of the name behind it.
_BUILT = lazy_regex(
    r"\{\}[\w.-]{0,200}?\.((?:[A-Za-z0-9_-]{1,63}\.){1,8}[A-Za-z][A-Za-z0-9-]{1,23})(?=$|[\s'\":;|&>/)])"
)
#: Ends under which names are built for a purpose: networks of one's own, reverse lookups, lists of senders of spam.
_ORDINARY = lazy_regex(
    r"(?:^|\.)(?:local|localhost|internal|lan|home|corp|intranet|localdomain|consul|arpa|cluster|svc|docker|test|example"
    r"|spamhaus\.org|spamcop\.net|barracudacentral\.org|surbl\.org|uribl\.com|sorbs\.net|abuseat\.org|cymru\.com"
    r"|amazonaws\.com|windows\.net|azure\.com|googleapis\.com|cloudapp\.net|nip\.io)$"
)
_TELLING = frozenset({"host", "environment", "credentials", "file"})
_CUTS = lazy_regex(r"^(?:base64\.\w*encode\w*|binascii\.(?:hexlify|b2a_\w+)|Buffer\.from|codecs\.encode|btoa)$")
_Said = tuple[Severity, Confidence, str]


def _name_of(call: Call) -> tuple[str, str] | None:
    """The name that a call asks for and its fixed end, where the name is built; None otherwise."""
    if _RESOLVERS.search(call.callee):
        asked = call.arguments[0] if call.arguments else None
    else:
        line = " ".join(argument for argument in call.arguments if argument is not None)
        program = _PROGRAMS.search(line)
        asked = line[program.end() :] if program is not None else None
    found = _BUILT.search(asked) if asked is not None else None
    return (found[0], found[1]) if found is not None else None


def _grade(case: Case, code: CodeFacts, call: Call, end: str) -> _Said | None:
    moment = phase(code, call.when)
    telling = sorted(_TELLING.intersection(call.origins))
    if _ORDINARY.search(end):
        return ("low", "low", "data") if telling and moment != "call" else None
    if telling:
        said = {"host": "the machine's names", "environment": "its environment", "file": "files"}
        what = ", ".join(said.get(origin, origin) for origin in telling)
        if moment != "call":
            return "critical", "high", what
        new = novelty(case, code.path, "network", "process") == "new"
        return ("high", "medium", what) if new else ("low", "low", what)
    encodes = any(_CUTS.search(it.callee) for it in code.calls) or "decoded" in call.origins
    if moment == "call":
        return ("low", "low", "encoded data") if encodes and code.reach == "import" else None
    return ("high", "medium", "encoded data") if encodes else ("medium", "medium", "data")


def judge(case: Case) -> Iterator[Finding]:
    """Report the gravest such question of each file."""
    for code in files(case):
        found = [
            (said, call, name[0])
            for call in code.calls
            if (name := _name_of(call)) is not None and (said := _grade(case, code, call, name[1])) is not None
        ]
        if not found:
            continue
        (severity, confidence, what), call, name_asked = min(found, key=lambda it: SEVERITIES.index(it[0][0]))
        moment = phase(code, call.when)
        yield RULE.finding(
            case,
            f"{code.path} asks for names built from {what} (`{name_asked[:120]}`, by {call.callee}) {spoken(moment)}",
            at=tuple(dict.fromkeys(Location(code.path, it[1].line) for it in found))[:5],
            hint=f"{stay(case)}; look for the domain in your resolver's logs. {explain(case)}",
            severity=severity,
            confidence=confidence,
            phase=moment,
        )


RULE = Rule(
    id="dns-exfiltration",
    title="Data sent in names",
    severity="critical",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
