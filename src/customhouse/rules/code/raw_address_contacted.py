"""The release reaches out to a public address that has no name.

## What it looks for

Public IP addresses in URLs, with a port, or standing alone as a constant, decoded and joined constants included, and
how the same file reaches out in the same phase. Addresses of the machine, of private networks and of the well-known
public resolvers do not count, nor do dotted versions.

| Seen | at install | when loaded | when called |
|---|---|---|---|
| data of the machine is given to a call | critical, high | critical, high | medium; newly named high |
| a call names it, or the file opens sockets | high, high | high, high when new, else high, medium | low |
| in a URL or with a port, beside network calls | high, high | high, medium; as before: medium | low |
| standing alone, beside network calls | medium, medium | low | silent |
| in a URL or with a port, another file reaches out | high, medium | medium, medium | silent |
| the same, and that is given data, or the address is new | high, medium | high, medium | silent |
| in a URL or with a port, and nothing more | low | silent | silent |

Data of the machine: its names, its environment, credentials, files. In a release that did the same before, an address
that no call names stays at medium when it is loaded.
A file that has twelve such constants or more keeps a table of them: those that stand alone then count for nothing.

## Why attackers do it

A rented machine needs no name, and a name can be taken away. num2words 0.5.15 (2025), rand-user-agent 2.0.83 (2025),
the second stages of flatmap-stream (2018) and of telnyx 4.87.1 (2026) all talked to an address. No published package
has a reason to: its authors want to be able to move the server.

## Known evasions

A name; an address that is calculated. Addresses written as one number, in hexadecimal or in IPv6 are seen.

## Known false positives

Libraries that ask public resolvers or find out the own address (`public-ip`) have tables of them, and use them when
called. Examples in the constants of network libraries are not beside a call of the same phase.

## What to do now

Do not connect to it. Look for the address in the logs of machines and pipelines that installed the release.

## References

- [MITRE ATT&CK T1071: Application Layer Protocol](https://attack.mitre.org/techniques/T1071/)
- [MITRE ATT&CK T1105: Ingress Tool Transfer](https://attack.mitre.org/techniques/T1105/)
"""

from collections.abc import Iterator

from customhouse.model.change import Phase
from customhouse.model.code import CodeFacts, Mention
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.phase import files, phases, spoken
from customhouse.rules.shared.places import manifest_file
from customhouse.rules.shared.sending import (
    Contact,
    Elsewhere,
    contact,
    elsewhere,
    habit,
    listed,
    named_in,
    newly_named,
    opens_sockets,
    spoken_by,
)

_A_TABLE = 12
_Said = tuple[Severity, Confidence, str]


def _certain(mention: Mention) -> bool:
    """Whether it is an address for sure: it stands in a URL or has a port."""
    return ":" in mention.detail


def _worth(spoken_of: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """The certain ones first; those that stand alone only where they are few."""
    certain = tuple(it for it in spoken_of if _certain(it))
    alone = tuple(it for it in spoken_of if not _certain(it))
    return certain if len(spoken_of) >= _A_TABLE else (*certain, *alone)


def _grade(
    case: Case, code: CodeFacts, moment: Phase, spoken_of: tuple[Mention, ...], made: Contact, beside: Elsewhere
) -> _Said | None:
    certain = any(_certain(it) for it in spoken_of)
    named = named_in(made.reached, spoken_of)
    if not made.reached:
        return _without_contact(case, moment, spoken_of, beside) if certain else None
    verb = f"calls {(named or made.reached)[0].callee}"
    known = habit(case, code, spoken_of)
    if made.given and (certain or named):
        verb = f"gives data of the machine to {made.given[0].callee}"
        if moment == "call":
            return "high" if newly_named(case, spoken_of) else "medium", "medium", verb
        blunt = moment == "import" and known == "old" and not named
        return ("medium", "medium", verb) if blunt else ("critical", "high", verb)
    if moment == "call":
        return ("low", "low", verb) if certain or named else None
    dialled = bool(named) or (certain and opens_sockets(made.network))
    if moment == "install":
        return ("high", "high", verb) if dialled or certain else ("medium", "medium", verb)
    if dialled:
        return "high", "high" if known == "new" else "medium", verb
    return ("medium" if known == "old" else "high") if certain else "low", "medium", verb


def _without_contact(case: Case, moment: Phase, spoken_of: tuple[Mention, ...], beside: Elsewhere) -> _Said | None:
    if moment == "call":
        return None
    if beside:
        graver = moment == "install" or beside == "gives" or newly_named(case, spoken_of)
        return "high" if graver else "medium", "medium", "leaves it to another file that reaches out"
    return ("low", "medium", "does not say why") if moment == "install" else None


def _commands(case: Case) -> Iterator[Finding]:
    for content in case.contents:
        for hook in {it.command: it for it in content.hooks if it.mentions}.values():
            spoken_of = tuple(it for it in hook.mentions if it.kind == "raw-address")
            if spoken_of:
                yield RULE.finding(
                    case,
                    f"{hook.name} runs a command that names {listed(spoken_of)}: `{hook.command[:200]}`",
                    at=(manifest_file(case, content.filename),),
                    hint=f"{stay(case)}, or install with scripts off: `npm ci --ignore-scripts`. {explain(case)}",
                    severity="critical",
                    confidence="high",
                    phase="install",
                )


def judge(case: Case) -> Iterator[Finding]:
    """Report each file once, for the earliest phase in which it has something to report."""
    yield from _commands(case)
    everything = tuple(files(case))
    beside = elsewhere(everything)
    for code in everything:
        if not code.mentions:
            continue
        for moment in phases(code):
            spoken_of = _worth(spoken_by(code, moment, "raw-address"))
            made = contact(code, moment)
            aside = moment == "call" and code.reach == "other"
            said = _grade(case, code, moment, spoken_of, made, beside) if spoken_of and not aside else None
            if said is None:
                continue
            severity, confidence, verb = said
            lines = (*(it.line for it in spoken_of[:2]), *(it.line for it in (made.given or made.reached)[:1]))
            yield RULE.finding(
                case,
                f"{code.path} names the address {listed(spoken_of)} and {verb} {spoken(moment)}",
                at=tuple(dict.fromkeys(Location(code.path, line) for line in lines)),
                hint=f"{stay(case)}; do not connect to the address, look for it in your logs. {explain(case)}",
                severity=severity,
                confidence=confidence,
                phase=moment,
            )
            break


RULE = Rule(
    id="raw-address-contacted",
    title="Raw address contacted",
    severity="high",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
