"""Code that uses the network by itself names a host that the release before named nowhere.

## What it looks for

Hosts among the constants of files that reach the network at install or on load, decoded ones included, that no file of
the earlier release names.

| The host | Finding |
|---|---|
| a raw address or a drop service, written hidden, or in a file that is new | high, medium confidence: held |
| a raw address or a drop service | medium, medium confidence: reported |
| any other | low |

## Why attackers do it

What is stolen has to go somewhere, and the second stage has to come from somewhere: sfrclak.com in the axios attack,
models.litellm.cloud in litellm 1.82.8, 83.142.209.203:8080 in telnyx 4.87.1 (all 2026), 85.239.62.36 in
rand-user-agent (2025). Addresses of the project itself change rarely, and seldom in code that runs unasked.

## Known evasions

A host put together at run time, a host that honest packages use as well (GitHub, an object store), a name that is
looked up rather than connected to. An address in 2.5.4.0/24, 2.5.29.0/24 or 1.3.101.0/24 that is written without scheme
and port: there object identifiers of certificates and keys look like addresses.

## Known false positives

A new service, a new download mirror: low, and meant to be read beside other findings. Public resolvers are addresses
too; a package that asks one on load is reported.

## What to do now

Look the host up: when was its name registered, who owns it, does the project's documentation name it?

## References

- [MITRE ATT&CK T1071.001: Web Protocols](https://attack.mitre.org/techniques/T1071/001/)
- [MITRE ATT&CK T1567: Exfiltration Over Web Service](https://attack.mitre.org/techniques/T1567/)
"""

from collections.abc import Iterator

from customhouse.model.change import Phase
from customhouse.model.code import CodeFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import Finding, Location, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import compare
from customhouse.rules.shared.hosts import host_of, suspicious
from customhouse.rules.shared.new_code import new_files
from customhouse.rules.shared.phase import capabilities, files, spoken
from customhouse.rules.shared.step import before

_PHASES: tuple[Phase, ...] = ("install", "import")
_SHOWN = 3


def _moment(code: CodeFacts) -> Phase | None:
    """When the file reaches the network by itself; None when only a caller makes it."""
    return next((moment for moment in _PHASES if capabilities(code, "network", during=moment)), None)


def judge(case: Case) -> Iterator[Finding]:
    """Report the hosts, one finding for each file that names new ones."""
    change = case.change
    if change is None or not change.added_hosts:
        return
    added = {host_of(name) for name in change.added_hosts}
    new = {each.path for each in new_files(change)}
    for code in files(case):
        moment = _moment(code)
        named = [text for text in code.hosts if host_of(text) in added]
        if moment is None or not named:
            continue
        odd = suspicious(named)
        hidden = any(text in each.value for each in code.decoded for text in odd)
        severity: Severity = "low"
        if odd:
            severity = "high" if hidden or code.path in new else "medium"
        shown = tuple(dict.fromkeys((*odd, *named)))
        more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
        how = " and hides that" if hidden else ""
        line = capabilities(code, "network", during=moment)[0].line
        yield RULE.finding(
            case,
            f"{code.path} reaches the network {spoken(moment)} and names {', '.join(shown[:_SHOWN])}{more}{how}, "
            f"which nothing in {before(case)} did",
            at=(Location(code.path, line),),
            hint=f"find out whose it is: {compare(case)}",
            severity=severity,
            phase=moment,
        )


RULE = Rule(
    id="new-host",
    title="New host",
    severity="low",
    confidence="medium",
    needs=("content", "change"),
    judge=judge,
    page=__doc__,
)
