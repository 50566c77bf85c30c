"""The release puts itself between a person and their wallet, with addresses of its own to pay to.

## What it looks for

Three things that stand together in one file: requests, a wallet's interface or the clipboard come under the file's
control (`fetch`, `XMLHttpRequest.prototype`, `ethereum.request`, reading and writing what was copied); constants of the
shape of payment addresses on several chains; and patterns that find such addresses in a text.

| What stands together | Finding |
|---|---|
| requests or a wallet taken over; addresses of two chains, and patterns or many of them | critical, high confidence |
| a wallet's calls or a prototype taken over; addresses, and two patterns or more | critical, high confidence |
| the clipboard read and written unasked; patterns, or addresses of two chains | critical, high confidence |
| the same when it is called | high, medium confidence |
| a wallet's calls or a prototype taken over; addresses of two chains, or two patterns | high, medium confidence |
| requests taken over by `fetch` alone, and addresses of two chains | medium, medium confidence |
| a wallet's own calls taken over | low |

Libraries for wallets hold addresses, often many, and take nothing over; polyfills and monitoring take `fetch` over and
hold no addresses. Either by itself is not reported.

## Why attackers do it

Front-end code runs in the browsers of people who pay. chalk 5.6.1, debug 4.4.2 and some seventeen more (2025-09-08)
replaced addresses in requests and in what wallets were asked to sign, with the one of their list that looked most
alike; ledger's connect-kit (2023) drained wallets in the same place.

## Known evasions

Addresses that are fetched when they are needed: then new hosts and new capabilities have to tell. Addresses that are
encrypted with a key that is not in the file.

## Known false positives

A wallet's own injected script, if it also lists contracts of several chains, is the nearest; none of those that were
tried fires.

## What to do now

Stay on the release before. A web application that was built with this one has it in its bundle: build it anew, deploy,
and make caches forget the old one.

## References

- [MITRE ATT&CK T1565.002: Transmitted Data Manipulation](https://attack.mitre.org/techniques/T1565/002/)
- [GHSA-2v46-p5h4-248w: chalk](https://github.com/advisories/GHSA-2v46-p5h4-248w)
"""

from collections.abc import Iterator

import msgspec

from customhouse.model.code import Call, CodeFacts, Override
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.phase import UNASKED, files, phase, spoken

_WALLETS = frozenset(
    {"ethereum", "solana", "phantom", "tronWeb", "tronLink", "BinanceChain", "unisat", "keplr", "cardano", "web3"}
)
_SIGNS = lazy_regex(r"request|send\w*|sign\w*|enable|connect|transfer|\*")
_NAMELESS = "what it names only when it runs"
#: Addresses in all, beside which no pattern has to stand.
_MANY = 6
_READS = lazy_regex(
    r"pyperclip\.(?:paste|waitFor\w*)|clipboard\.paste|win32clipboard\.GetClipboardData|[tT]kinter\.Tk\.clipboard_get"
    r"|clipboardy\.(?:default\.)?read(?:Sync)?|copy-paste\.paste|electron\.clipboard\.readText|navigator\.clipboard\.readText"
)
_WRITES = lazy_regex(
    r"pyperclip\.copy|clipboard\.copy|win32clipboard\.SetClipboard\w+|[tT]kinter\.Tk\.clipboard_append"
    r"|clipboardy\.(?:default\.)?write(?:Sync)?|copy-paste\.copy|electron\.clipboard\.writeText|navigator\.clipboard\.writeText"
)


class _Held(msgspec.Struct, frozen=True):
    """Addresses of one file: the chains they are of, how many there are, patterns, and the lines."""

    chains: tuple[str, ...]
    count: int
    patterns: int
    lines: tuple[int, ...]

    @property
    def said(self) -> str:
        """What there is, as a message says it."""
        parts = []
        if self.count:
            parts.append(
                f"holds {self.count} payment address{'es' if self.count > 1 else ''} ({', '.join(self.chains)})"
            )
        if self.patterns:
            parts.append(f"searches for addresses by {self.patterns} pattern{'s' if self.patterns > 1 else ''}")
        return " and ".join(parts)


def _held(code: CodeFacts) -> _Held:
    tables = [each for each in code.addresses if each.chain != "patterns"]
    return _Held(
        chains=tuple(sorted({each.chain for each in tables})),
        count=sum(each.count for each in tables),
        patterns=sum(each.count for each in code.addresses if each.chain == "patterns"),
        lines=tuple(each.line for each in code.addresses),
    )


def _wallet_calls(code: CodeFacts) -> list[Override]:
    """Overrides of what a wallet is asked through."""
    found = []
    for each in code.overrides:
        first, _, rest = each.target.partition(".")
        if first in _WALLETS and rest and _SIGNS.match(rest.rpartition(".")[2]):
            found.append(each)
    return found


def _clipboard(code: CodeFacts) -> tuple[Call, Call] | None:
    """A call that reads the clipboard and one that writes it."""
    reads = next((call for call in code.calls if _READS.fullmatch(call.callee)), None)
    writes = next((call for call in code.calls if _WRITES.fullmatch(call.callee)), None)
    return (reads, writes) if reads is not None and writes is not None else None


def _swapped(case: Case, code: CodeFacts, held: _Held, taken: list[Override]) -> Finding | None:
    """Requests or a wallet taken over, by how much there is of addresses."""
    wallets = _wallet_calls(code)
    strong = wallets or [each for each in taken if each.target.startswith(("XMLHttpRequest", "WebSocket"))]
    grade: tuple[Severity, Confidence] | None = None
    if (len(held.chains) > 1 and (held.patterns or held.count >= _MANY)) or (
        strong and held.count and held.patterns > 1
    ):
        grade = "critical", "high"
    elif strong and (len(held.chains) > 1 or held.patterns > 1):
        grade = "high", "medium"
    elif len(held.chains) > 1:
        grade = "medium", "medium"
    elif wallets:
        grade = "low", "medium"
    if grade is None:
        return None
    first = min(wallets or taken, key=lambda each: each.line)
    moment = phase(code, first.when)
    also = f", and {held.said}" if held.said else ""
    names = ", ".join(dict.fromkeys(_NAMELESS if "*" in each.target else each.target for each in (wallets or taken)))
    return _found(case, code, f"takes over {names} {spoken(moment)}{also}", grade, first, held)


def _found(
    case: Case,
    code: CodeFacts,
    said: str,
    grade: tuple[Severity, Confidence],
    first: Override | Call,
    held: _Held,
) -> Finding:
    return RULE.finding(
        case,
        f"{code.path} {said}",
        at=tuple(dict.fromkeys(Location(code.path, line) for line in (first.line, *held.lines)))[:5],
        hint=f"{stay(case)}; see which addresses it holds and what it replaces by them: {explain(case)}",
        severity=grade[0],
        confidence=grade[1],
        phase=phase(code, first.when),
    )


def judge(case: Case) -> Iterator[Finding]:
    """Report each file in which the signs stand together."""
    for code in files(case):
        held = _held(code)
        copied = _clipboard(code) if held.patterns or len(held.chains) > 1 else None
        if copied is not None:
            moment = phase(code, copied[0].when)
            grade: tuple[Severity, Confidence] = ("critical", "high") if moment in UNASKED else ("high", "medium")
            said = f"reads and writes the clipboard {spoken(moment)}, and {held.said}"
            yield _found(case, code, said, grade, copied[0], held)
            continue
        known = len(held.chains) > 1 and held.patterns > 1
        taken = [
            each
            for each in code.overrides
            if not each.target.startswith("clipboard") and (known or not each.target.startswith("*"))
        ]
        finding = _swapped(case, code, held, taken) if taken else None
        if finding is not None:
            yield finding


RULE = Rule(
    id="wallet-address-swapped",
    title="Wallet address swapped",
    severity="critical",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
