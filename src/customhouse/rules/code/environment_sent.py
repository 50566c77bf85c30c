"""The release takes the whole environment, and can send it away.

## What it looks for

In files that run at install or when the package is loaded: the environment as a whole (`process.env`, `os.environ`),
or at least five different token variables, beside network calls of the same phase in the same file. Reading one
variable or a few is what every program does, and is not looked at.

| What is seen | new | out for 90 days | as the release before did |
|---|---|---|---|
| the environment flows into a network call | high, high confidence: blocked | high, medium: held | medium, medium |
| the same, in a bundle above 256 KB | high, medium: held | high, medium: held | medium, medium |
| the same, in a file that also starts programs | high, medium: held | medium, medium | medium, medium |
| both in one file that starts no programs | high, medium: held | medium, medium | medium, medium |
| both in one file that starts programs, which inherit an environment | medium, low | medium, low | medium, low |
| many token variables and network, without a flow | medium | medium | medium |

## Why attackers do it

A build machine's secrets are environment variables, so one line takes them all. ctx (PyPI, May 2022) did nothing but
send `os.environ` to a web host when it was used; the nx packages of August 2025 collected it along with tokens and
wallets and put it into a repository of the victim.

## Known evasions

Reading in one file and sending from another; sending through a program (`curl`), which install-time-download-and-run
sees at install; enumerating variables one by one below five.

## Known false positives

Install scripts hand `{...process.env}` to the programs that they start and fetch a binary besides (esbuild does): the
fifth row. Crash reporters that send the environment do so when called.

## What to do now

If it has run in CI, every secret of that job is to be rotated, starting with those that can publish. Otherwise read
the lines that are named.

## References

- [MITRE ATT&CK T1082: System Information Discovery](https://attack.mitre.org/techniques/T1082/)
- [CWE-526: Cleartext Storage of Sensitive Information in an Environment Variable](https://cwe.mitre.org/data/definitions/526.html)
- [GHSA-cxm3-wv7p-598c: nx](https://github.com/advisories/GHSA-cxm3-wv7p-598c)
"""

from collections.abc import Iterator

from customhouse.model.change import Phase
from customhouse.model.code import Capability, CodeFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import settled
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.novelty import bundled, novelty
from customhouse.rules.shared.phase import UNASKED, calls, capabilities, files, phases, spoken

_WHOLE = lazy_regex(
    r"^(?:process\.env|Bun\.env|Deno\.env(?:\.toObject)?|os\.environb?)(?:\.(?:copy|items|keys|values|\*))?(?:\(\))?$"
)
_VARIABLE = lazy_regex(r"^(?:process\.env\.|os\.environ\.|os\.getenv\.)?([A-Z][A-Z0-9]*_[A-Z0-9_]+)$")
_MANY = 5


def _taken(code: CodeFacts, during: Phase) -> tuple[str, tuple[Capability, ...]] | None:
    """What of the environment the file takes: all of it, or many tokens; None when neither."""
    whole = tuple(it for it in capabilities(code, "environment", during=during) if _WHOLE.match(it.detail))
    if whole:
        return "the whole environment", whole
    tokens = tuple(it for it in capabilities(code, "credentials", during=during) if _VARIABLE.match(it.detail))
    names = {match[1] for it in tokens if (match := _VARIABLE.match(it.detail))}
    return (f"{len(names)} token variables", tokens) if len(names) >= _MANY else None


def judge(case: Case) -> Iterator[Finding]:
    """Report each file that has both in one phase that needs no caller."""
    for code in files(case):
        for moment in phases(code):
            taken = _taken(code, moment) if moment in UNASKED else None
            network = capabilities(code, "network", during=moment)
            if taken is None or not network:
                continue
            sent = [
                call
                for call in calls(code, "network", during=moment)
                if "environment" in call.origins or "credentials" in call.origins
            ]
            process = capabilities(code, "process", during=moment)
            what, places = taken
            old = novelty(case, code.path, "network", "environment") == "old"
            habit = settled(case) or old
            severity: Severity = "high"
            confidence: Confidence = "medium"
            if sent:
                # Which variable flows is not known: an address to fetch from may be one, too.
                if (process and habit) or (old and case.change is not None):
                    severity = "medium"
                elif not (process or habit or bundled(code)):
                    confidence = "high"
            elif process or habit or places[0].kind == "credentials":  # many clients look for the key of each service
                severity, confidence = "medium", "low" if process else "medium"
            verb = f"gives it to {sent[0].callee}" if sent else f"reaches the network ({network[0].detail})"
            lines = (places[0].line, sent[0].line if sent else network[0].line)
            yield RULE.finding(
                case,
                f"{code.path} takes {what} {spoken(moment)} and {verb}",
                at=tuple(dict.fromkeys(Location(code.path, line) for line in lines)),
                hint=f"{stay(case)}; if it has run, rotate every secret of that environment. {explain(case)}",
                severity=severity,
                confidence=confidence,
                phase=moment,
            )


RULE = Rule(
    id="environment-sent",
    title="Environment sent",
    severity="high",
    confidence="medium",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
