"""The release names a service that takes or hands out anything for anybody, and can reach it unasked.

## What it looks for

Constants, decoded and joined ones included, that name a request catcher, a paste site, an anonymous file host, a
resolver for out-of-band tests, a tunnel, a chat webhook or bot, or a name that costs nothing (dynamic DNS, onion
services), and how the same file reaches out in the same phase.

| Seen | at install | when loaded | when called |
|---|---|---|---|
| data of the machine is given to a call | critical, high | critical, high | collectors: medium; high when new |
| a call names it itself | high, high | high, high when new, else high, medium | low |
| a collector beside calls to the network | high, high | high, medium; as before: medium | low |
| another service beside calls to the network | high, medium | medium, medium | low |
| a collector is named, another file reaches the network | high, medium | medium, medium | silent |
| the same, and the other file is given data, or the name is new | high, medium | high, medium | silent |
| another service is named, another file reaches the network | medium, medium | medium, medium | silent |
| named only | low | silent | silent |

Data of the machine: its names, its environment, credentials, files. A release that did the same before, with a service
that has clients, stays at medium when it is loaded. Collectors are the services that have hardly a use in a released
package: request catchers, pastes, file drops. A file that names eight such services or more, and gives them nothing
when it is loaded, keeps a list of them, and is low.

## Why attackers do it

They need somewhere to send what they take, at once and without their own name on it. The first Shai-Hulud (September
2025) sent what it found to a request catcher; eslint-scope 3.7.2 (2018) fetched its second stage from a paste; most
small stealers on both registries report to a chat webhook or bot, because nobody blocks those.

## Known evasions

A host of one's own (capability-gained and added hosts tell of it); a service that is not in the table; reading the
name from elsewhere first.

## Known false positives

Client libraries of chat services and tunnels: they name them at module level and talk when called, hence low.

## What to do now

Look at what is given to the call. If it ran, treat what it could read as known to others, and keep the name: it is
an indicator to look for in logs.

## References

- [MITRE ATT&CK T1567: Exfiltration Over Web Service](https://attack.mitre.org/techniques/T1567/)
- [MITRE ATT&CK T1102: Web Service](https://attack.mitre.org/techniques/T1102/)
"""

from collections.abc import Iterator

from customhouse.model.change import Phase
from customhouse.model.code import CodeFacts, Mention
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.novelty import novelty
from customhouse.rules.shared.phase import UNASKED, files, phases, spoken
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
    spoken_by,
)

#: Chat services, tunnels and relays, which packages name to be their clients.
_HAS_CLIENTS_TEXT = """
ntfy.sh smee.io hookdeck.com pipedream.net canarytokens.com ngrok.io ngrok.app ngrok-free.app ngrok-free.dev ngrok.dev
trycloudflare.com serveo.net localhost.run lhr.life loca.lt localtunnel.me localtonet.com pagekite.me bore.pub
pinggy.io pinggy.link playit.gg portmap.io telebit.io telegra.ph write.as jsonbin.io npoint.io mocki.io catbox.moe
"""
_HAS_CLIENTS = frozenset(_HAS_CLIENTS_TEXT.split()) | {
    "Discord webhook",
    "Slack webhook",
    "Teams webhook",
    "Telegram bot",
    "Google Forms",
    "Google Apps Script",
    "gist",
}
#: A file that names so many keeps a list of services: of public suffixes, or to block them.
_A_LIST = 8
_OF_THE_OWNER = frozenset({"host", "environment", "credentials"})
_Said = tuple[Severity, Confidence, str]


def _collects(spoken_of: tuple[Mention, ...]) -> bool:
    return any(it.kind == "drop-service" and it.detail not in _HAS_CLIENTS for it in spoken_of)


def _grade(
    case: Case, code: CodeFacts, moment: Phase, spoken_of: tuple[Mention, ...], made: Contact, beside: Elsewhere
) -> _Said | None:
    collects = _collects(spoken_of)
    if len({it.detail for it in spoken_of}) >= _A_LIST and moment != "install" and not made.given:
        return ("low", "low", "lists such services") if moment in UNASKED and made.reached else None
    if moment == "call":
        if made.given and collects and made.network:
            return _given_when_called(case, code, spoken_of, made)
        return ("low", "low", f"calls {made.reached[0].callee}") if made.reached and code.reach != "other" else None
    known = habit(case, code, spoken_of)
    if made.given:
        if moment == "import" and known == "old" and not collects:
            return "medium", "medium", f"gives data of the machine to {made.given[0].callee}"
        return "critical", "high", f"gives data of the machine to {made.given[0].callee}"
    if made.reached:
        named = named_in(made.reached, spoken_of)
        verb = f"calls {(named or made.reached)[0].callee}"
        if moment == "install":
            return "high", "high" if named or collects else "medium", verb
        if named:
            return "high", "high" if known == "new" else "medium", verb
        return "high" if collects and known != "old" else "medium", "medium", verb
    if beside:
        graver = collects and (moment == "install" or known == "new" or beside == "gives")
        return "high" if graver else "medium", "medium", "leaves it to another file that reaches the network"
    return ("low", "medium", "does not say why") if moment == "install" else None


def _given_when_called(case: Case, code: CodeFacts, spoken_of: tuple[Mention, ...], made: Contact) -> _Said:
    """Files are what clients of such services upload; names, variables and credentials are not."""
    personal = any(not _OF_THE_OWNER.isdisjoint(call.origins) for call in made.given)
    unseen = novelty(case, code.path, "network") == "unknown" and code.reach == "import"
    graver = newly_named(case, spoken_of) or (personal and unseen)
    return "high" if graver else "medium", "medium", f"gives data of the machine to {made.given[0].callee}"


def _commands(case: Case) -> Iterator[Finding]:
    for content in case.contents:
        for hook in {it.command: it for it in content.hooks if it.mentions}.values():
            spoken_of = tuple(it for it in hook.mentions if it.kind in ("drop-service", "throwaway-host"))
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
            spoken_of = spoken_by(code, moment, "drop-service", "throwaway-host")
            made = contact(code, moment)
            said = _grade(case, code, moment, spoken_of, made, beside) if spoken_of else None
            if said is None:
                continue
            severity, confidence, verb = said
            lines = (*(it.line for it in spoken_of[:2]), *(it.line for it in (made.given or made.reached)[:1]))
            yield RULE.finding(
                case,
                f"{code.path} names {listed(spoken_of)} and {verb} {spoken(moment)}",
                at=tuple(dict.fromkeys(Location(code.path, line) for line in lines)),
                hint=f"{stay(case)}; look at what is sent there: {explain(case)}",
                severity=severity,
                confidence=confidence,
                phase=moment,
            )
            break


RULE = Rule(
    id="drop-service-contacted",
    title="Drop service contacted",
    severity="critical",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
