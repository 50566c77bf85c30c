"""The release asks the service that gives a cloud machine its credentials.

## What it looks for

The addresses of instance and container metadata services (169.254.169.254 in any spelling, 169.254.170.2,
100.100.100.200, `metadata.google.internal`, the IPv6 ones) and the paths under which they hand out credentials, and a
call of the same phase that reaches the network or starts a program that does.

| Seen | at install | when loaded | when called |
|---|---|---|---|
| a call names it itself | critical, high | critical, high | low |
| beside calls to the network | high, high | high, medium; as before, or in a bundle: medium | low |
| beside programs that reach the network | high, medium | high, medium | low |
| named only | low | silent | silent |

## Why attackers do it

Build machines and servers run in clouds, and the service answers anybody on the machine, without a password: what it
gives opens the account. litellm 1.82.7 (2026) asked it on import; the Shai-Hulud worms asked those of three clouds.

## Known evasions

The address put together from numbers at run time; a library for the cloud, which asks by itself.

## Known false positives

Clients of clouds ask it: they name it when they are loaded, and ask when they are called, hence low.

## What to do now

If it ran on a machine of a cloud, revoke the sessions of that machine's role, and look in the account's log for their
use from elsewhere.

## References

- [MITRE ATT&CK T1552.005: Cloud Instance Metadata API](https://attack.mitre.org/techniques/T1552/005/)
- [CWE-918: Server-Side Request Forgery](https://cwe.mitre.org/data/definitions/918.html)
"""

from collections.abc import Iterator

from customhouse.model.change import Phase
from customhouse.model.code import CodeFacts, Mention
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.phase import files, phases, spoken
from customhouse.rules.shared.sending import Contact, contact, habit, listed, named_in, spoken_by


def _grade(
    case: Case, code: CodeFacts, moment: Phase, spoken_of: tuple[Mention, ...], made: Contact
) -> tuple[Severity, Confidence] | None:
    if moment == "call":
        return ("low", "low") if made.reached and code.reach != "other" else None
    if named_in(made.reached, spoken_of):
        return "critical", "high"
    if made.reached:
        if moment == "install":
            return "high", "high" if made.network else "medium"
        return "medium" if habit(case, code, spoken_of) == "old" else "high", "medium"
    return ("low", "medium") if moment == "install" else None


def judge(case: Case) -> Iterator[Finding]:
    """Report each file once, for the earliest phase in which it has something to report."""
    for code in files(case):
        for moment in phases(code) if code.mentions else ():
            spoken_of = spoken_by(code, moment, "cloud-metadata")
            made = contact(code, moment)
            graded = _grade(case, code, moment, spoken_of, made) if spoken_of else None
            if graded is None:
                continue
            calls = (named_in(made.reached, spoken_of) or made.reached)[:1]
            lines = (*(it.line for it in spoken_of[:2]), *(it.line for it in calls))
            verb = f"asks it by {calls[0].callee}" if calls else "reaches nothing itself"
            yield RULE.finding(
                case,
                f"{code.path} names the cloud's metadata service ({listed(spoken_of)}) and {verb} {spoken(moment)}",
                at=tuple(dict.fromkeys(Location(code.path, line) for line in lines)),
                hint=f"{stay(case)}; if it ran in a cloud, revoke the sessions of that machine's role. {explain(case)}",
                severity=graded[0],
                confidence=graded[1],
                phase=moment,
            )
            break


RULE = Rule(
    id="cloud-metadata-read",
    title="Cloud metadata read",
    severity="critical",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
