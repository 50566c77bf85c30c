"""The release brings or starts a program that mines cryptocurrency.

## What it looks for

The words that a miner cannot do without: a pool's protocol (`stratum+tcp:`), pools and miners by their own names,
options such as `--donate-level`. Lists of them (blocklists, scanners) hold the same words, so what the file does with
them counts.

| What is seen | At install or on load | When it is called |
|---|---|---|
| a command that gives a pool and a constant account to be paid | critical, high confidence | high, high confidence |
| a command that starts a miner | critical, high confidence | medium, low confidence |
| a pool or a miner's options, in a file that starts programs or uses the network | high, high confidence | low |
| a miner's name, in a file below 256 KB that starts programs and uses the network | high, medium confidence | none |
| any of these, as the release before did | medium, medium confidence | as above |

## Why attackers do it

It turns every machine that installs the package into money at once, no stolen secret has to be sold. ua-parser-js
0.7.29 and coa (2021) fetched XMRig at install; ultralytics 8.3.41 (2024) did when a model was loaded.

## Known evasions

A miner that is fetched under another name with its configuration beside it. install-time-download-and-run looks at
fetching and starting.

## Known false positives

Mining software itself, which has its users: its releases are reported, and held when they are new. Blocklists are data
and not reported, as long as the file does nothing with programs.

## What to do now

Do not install it. Where it was: look for processes at full load and for connections to ports 3333, 4444, 5555, 7777.

## References

- [MITRE ATT&CK T1496: Resource Hijacking](https://attack.mitre.org/techniques/T1496/)
"""

from collections.abc import Iterator

from customhouse.model.change import Phase
from customhouse.model.code import CodeFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.novelty import bundled, novelty
from customhouse.rules.shared.phase import UNASKED, calls, capabilities, files, mentions, phases, spoken
from customhouse.rules.shared.places import manifest_file

_POOLS = frozenset({"stratum", "mining pool", "mining options"})
_STARTS = lazy_regex(
    r"\bstratum\+(?:tcp|ssl|tls)\b|(?:^|[\s/\\\"'])(?:xmrig|xmr-stak\w*|cpuminer|minerd|ccminer|nbminer|lolminer|phoenixminer|nanominer|t-rex)"
    r"(?:\.exe)?(?=$|[\s\"';&|])|--donate-level\b|--coin[= ](?:monero|xmr)\b|--randomx-",
)
#: An account of Monero on a command line, whatever the program's name: 95 characters that begin with 4 or 8.
_PAYS = lazy_regex(r"(?:^|\s)(?:-u|--user|--wallet)[= ]\s?[48][0-9A-Za-z]{94}(?![0-9A-Za-z])")
_Said = tuple[Severity, Confidence, str, tuple[int, ...]]


def _of_phase(code: CodeFacts, moment: Phase) -> _Said | None:
    asked = moment not in UNASKED
    for call in calls(code, "process", during=moment):
        line = " ".join(argument for argument in call.arguments if argument is not None)
        if _PAYS.search(line):
            said = f"starts a miner for an account that it names (`{line[:160]}`)"
            return ("high", "high", said, (call.line,)) if asked else ("critical", "high", said, (call.line,))
        if _STARTS.search(line):
            said = f"starts a miner (`{line[:160]}`)"
            return ("medium", "low", said, (call.line,)) if asked else ("critical", "high", said, (call.line,))
    found = mentions(code, "miner", during=moment)
    if not found:
        return None
    network = capabilities(code, "network", during=moment)
    process = capabilities(code, "process", during=moment)
    lines = tuple(it.line for it in found)
    names = ", ".join(dict.fromkeys(it.detail for it in found))
    if any(it.detail in _POOLS for it in found) and (network or process):
        does = f"starts programs ({process[0].detail})" if process else f"reaches the network ({network[0].detail})"
        grade: tuple[Severity, Confidence] = (
            ("low", "low") if asked else ("high", "medium" if bundled(code) else "high")
        )
        return *grade, f"speaks of mining ({names}) and {does}", lines
    if not asked and not bundled(code) and network and process and any(it.detail == "xmrig" for it in found):
        return "high", "medium", f"speaks of mining ({names}), starts programs and reaches the network", lines
    return None


def judge(case: Case) -> Iterator[Finding]:
    """Report hooks that start a miner, and the earliest phase of each file in which it is seen."""
    for content in case.contents:
        for hook in content.hooks:
            if _STARTS.search(hook.command) or _PAYS.search(hook.command):
                yield RULE.finding(
                    case,
                    f"{hook.name} starts a miner: `{hook.command[:200]}`",
                    at=(manifest_file(case, content.filename),),
                    hint=f"{stay(case)}. {explain(case)}",
                    phase="install",
                )
    for code in files(case):
        for moment in phases(code):
            said = _of_phase(code, moment)
            if said is None:
                continue
            severity, confidence, message, lines = said
            if moment in UNASKED and novelty(case, code.path, "network", "process") == "old":
                severity, confidence = "medium", "medium"
            yield RULE.finding(
                case,
                f"{code.path} {message} {spoken(moment)}",
                at=tuple(dict.fromkeys(Location(code.path, line) for line in lines))[:5],
                hint=f"{stay(case)}; read the lines that are named: {explain(case)}",
                severity=severity,
                confidence=confidence,
                phase=moment,
            )
            break


RULE = Rule(
    id="crypto-miner",
    title="Crypto miner",
    severity="critical",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
