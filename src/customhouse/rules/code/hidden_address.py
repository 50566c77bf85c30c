"""The code hides an address: a URL, a host or an IP address that stands there encoded.

## What it looks for

Constants that read as an address once their encodings (base64, hex, character codes, reversal, a string table) are
taken off, in files that can reach the network or start programs.

| The file | Finding |
|---|---|
| reaches the network or starts programs at install or on load | medium, medium confidence |
| the same, and the address is raw or a drop service | high, medium confidence: held |
| does so when it is called, or is a bundle above 256 KB | low |
| is not loaded by the package | silent |

Namespaces of XML, source maps, data URLs and anything longer than an address are not looked at.

## Why attackers do it

An address is what blocklists, search and reviewers look for first. rand-user-agent 2.0.83 (2025) kept 85.239.62.36 in
encoded pieces; plain-crypto-js 4.2.1 (2026), the dependency behind axios 1.14.1, kept sfrclak.com in a turned table of
strings; num2words 0.5.15 (2025) hid its host as well.

## Known evasions

Putting the address together from values that are not in the file (a gist, a blockchain transaction, a DNS record).

## Known false positives

A few packages encode the address of their telemetry against naive blockers. They are medium and hold nothing alone.

## What to do now

Ask why an address should not be read. Look it up before anything connects to it.

## References

- [MITRE ATT&CK T1140: Deobfuscate/Decode Files or Information](https://attack.mitre.org/techniques/T1140/)
- [MITRE ATT&CK T1027.013: Encrypted/Encoded File](https://attack.mitre.org/techniques/T1027/013/)
"""

from collections.abc import Iterator

from customhouse.model.code import CodeFacts, Decoded
from customhouse.model.evidence import Case
from customhouse.model.finding import Finding, Location
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.hosts import suspicious
from customhouse.rules.shared.novelty import bundled
from customhouse.rules.shared.phase import capabilities, files, phases, spoken

_ADDRESS = lazy_regex(
    r"\s*(?:(?:https?|wss?|ftp|tcp)://[\w.\[\]:-]{3,253}(?:[/?#]\S{0,500})?|(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?:/\S{0,200})?)\s*"
)
_NAMESPACE = lazy_regex(r"https?://(?:www\.w3\.org|json-schema\.org|schemas\.|localhost|127\.|(?:[\w-]+\.)*example\.)")
#: Encodings that put a plain text under another roof, not out of sight.
_OPEN = frozenset({"percent", "concatenated", "data-url"})


def _hidden(code: CodeFacts) -> list[Decoded]:
    return [
        each
        for each in code.decoded
        if set(each.encodings) - _OPEN and _ADDRESS.fullmatch(each.value) and not _NAMESPACE.match(each.value.strip())
    ]


def judge(case: Case) -> Iterator[Finding]:
    """Report each file once, for the earliest phase in which it can do something with the address."""
    for code in files(case):
        if code.reach == "other":
            continue
        found = _hidden(code)
        for moment in phases(code) if found else ():
            able = capabilities(code, "network", "process", during=moment)
            if not able:
                continue
            quiet = moment == "call" or bundled(code)
            odd = suspicious(each.value.strip() for each in found)
            shown = odd[0] if odd else found[0].value.strip()
            yield RULE.finding(
                case,
                f"{code.path} hides the address {shown[:120]} ({', '.join(found[0].encodings)}), and can use "
                f"{able[0].detail} {spoken(moment)}",
                at=tuple(dict.fromkeys(Location(code.path, each.line) for each in found))[:5],
                hint=f"{stay(case)}, and look the address up before anything connects to it: {explain(case)}",
                severity="low" if quiet else "high" if odd else "medium",
                confidence="medium",
                phase=moment,
            )
            break


RULE = Rule(
    id="hidden-address",
    title="Hidden address",
    severity="medium",
    confidence="medium",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
