"""Who a file talks to, and what it hands over: what the rules over network places have in common."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from customhouse.model.change import Phase
from customhouse.model.code import Call, CodeFacts, Mention, MentionKind
from customhouse.model.evidence import Case
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.shared.novelty import Novelty, bundled, novelty
from customhouse.rules.shared.phase import UNASKED, calls, mentions, phases

#: What happens in other files of the release: nothing, network calls, or network calls that are given personal values.
Elsewhere = Literal["", "reaches", "gives"]
#: Values that tell of the machine or its owner.
PERSONAL = frozenset({"host", "environment", "credentials", "file"})
#: Calls of network libraries that make something and ask nobody yet.
_PREPARES = lazy_regex(
    r"(?:^|[.)])(?:create|extend|Agent|Request|Session|Client|AsyncClient|ClientSession|PoolManager|Resolver|setServers)$"
)
#: Programs that talk to the network, as a command line starts them.
_CLIENTS = lazy_regex(
    r"(?:^|[\s;&|(`'\"/])(?:curl|wget|nc|ncat|socat|nslookup|dig|host|certutil|bitsadmin|ftp|scp|rsync|"
    r"Invoke-WebRequest|Invoke-RestMethod|iwr|irm|Start-BitsTransfer|Resolve-DnsName)(?:\.exe)?\s"
    r"|\bNet\.WebClient\b|\burllib|\brequests\.(?:get|post)|\bfetch\s*\(|\bhttps?\.(?:get|request)\("
)
_SOCKETS = lazy_regex(
    r"^(?:net\.(?:connect|createConnection|Socket)|tls\.connect|dgram\.|http2\.connect|socket\.|asyncio\.open_connection|"
    r"(?:Bun|Deno)\.connect)"
)


class Contact(msgspec.Struct, frozen=True):
    """How a file reaches out in one phase; each part empty where it does not."""

    #: Calls that reach the network, and those that start a program which does.
    network: tuple[Call, ...] = ()
    programs: tuple[Call, ...] = ()
    #: Those of both that are given what tells of the machine or its owner.
    given: tuple[Call, ...] = ()

    @property
    def reached(self) -> tuple[Call, ...]:
        """Every such call."""
        return self.network + self.programs


def contact(code: CodeFacts, during: Phase) -> Contact:
    """Say how a file reaches out in this phase."""
    network = tuple(call for call in calls(code, "network", during=during) if not _PREPARES.search(call.callee))
    programs = tuple(call for call in calls(code, "process", during=during) if _CLIENTS.search(line_of(call)))
    given = tuple(call for call in network + programs if not PERSONAL.isdisjoint(call.origins))
    return Contact(network, programs, given)


def line_of(call: Call) -> str:
    """The constant arguments of a call as one line."""
    return " ".join(argument for argument in call.arguments if argument is not None)


def opens_sockets(calls_made: Iterable[Call]) -> bool:
    """Whether a call connects by itself, without a protocol that names hosts."""
    return any(_SOCKETS.search(call.callee) for call in calls_made)


def spoken_by(code: CodeFacts, during: Phase, *kinds: MentionKind) -> tuple[Mention, ...]:
    """What a file speaks of that is known in this phase: a constant of module level is known to its functions too."""
    earlier = mentions(code, *kinds, during="import") if during == "call" and code.reach == "import" else ()
    return (*earlier, *mentions(code, *kinds, during=during))


def named_in(calls_made: Iterable[Call], spoken: Iterable[Mention]) -> tuple[Call, ...]:
    """Those of the calls whose own arguments name what is spoken of."""
    labels = tuple(_IN_ARGUMENTS.get(it.detail, it.detail.partition("://")[2] or it.detail) for it in spoken)
    return tuple(call for call in calls_made if any(label in line_of(call) for label in labels))


_IN_ARGUMENTS = {
    "Discord webhook": "/webhooks",
    "Slack webhook": "hooks.slack.com",
    "Teams webhook": "office.com/webhook",
    "Telegram bot": "api.telegram.org",
    "Google Forms": "docs.google.com/forms",
    "Google Apps Script": "script.google.com",
    "gist": "gist.githubusercontent.com",
    "onion service": ".onion",
    "Tor gateway": ".onion",
    "security-credentials": "meta-data/iam",
    "service-accounts": "computeMetadata",
}


_HOSTS = {
    "Discord webhook": ("discord.com", "discordapp.com"),
    "Slack webhook": ("hooks.slack.com",),
    "Teams webhook": ("webhook.office.com", "outlook.office.com"),
    "Telegram bot": ("api.telegram.org",),
    "Google Forms": ("docs.google.com",),
    "Google Apps Script": ("script.google.com",),
    "gist": ("gist.githubusercontent.com",),
}


def newly_named(case: Case, spoken: Iterable[Mention]) -> bool:
    """Whether the release before named one of the places nowhere."""
    added = [_without_port(host) for host in case.change.added_hosts] if case.change is not None else []
    ends = [end for it in spoken for end in _HOSTS.get(it.detail, (_without_port(it.detail),))]
    return any(host == end or host.endswith(f".{end}") for host in added for end in ends)


def _without_port(place: str) -> str:
    """The host of `scheme://host:port`, of `host:port` or of a host."""
    host = place.rpartition("://")[2]
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host if host.count(":") > 1 else host.partition(":")[0]


def habit(case: Case, code: CodeFacts, spoken: Iterable[Mention]) -> Novelty:
    """Whether the release before did this already: talked, and named the place.

    A host that is named for the first time is new however much the file talked before; in a bundle that nothing can be
    compared with, two things side by side say little.
    """
    if newly_named(case, spoken):
        return "new"
    known = novelty(case, code.path, "network", "process")
    return "old" if known == "unknown" and bundled(code) else known


def elsewhere(everything: Iterable[CodeFacts]) -> Elsewhere:
    """What files reach out unasked at all: one may name a place for another."""
    made = [contact(code, moment) for code in everything for moment in phases(code) if moment in UNASKED]
    if any(it.given for it in made):
        return "gives"
    return "reaches" if any(it.reached for it in made) else ""


def listed(spoken: Iterable[Mention], most: int = 4) -> str:
    """The details, each once, as a message names them."""
    details = list(dict.fromkeys(it.detail for it in spoken))
    return ", ".join(details[:most]) + (f" and {len(details) - most} more" if len(details) > most else "")
