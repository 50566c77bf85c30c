"""Histories of shells and interpreters: affected releases that were typed, and facts that were."""

import re
from collections.abc import Iterator
from itertools import islice

import msgspec

from customhouse.hunt.asked import Asked
from customhouse.hunt.hosts.facts import grade_of, lower, named, spoken
from customhouse.hunt.hosts.history_files import HistoryFile, HistoryLine, history_files, history_lines
from customhouse.hunt.hosts.looking import looks_for
from customhouse.hunt.hosts.masking import masked
from customhouse.hunt.hosts.systems import System
from customhouse.hunt.hosts.traces import at, fact_hit, lowest
from customhouse.hunt.hosts.typed_installs import TypedInstall, typed_installs
from customhouse.hunt.notes import Notes
from customhouse.model.campaign import Campaign, Fact
from customhouse.model.hunt import Grade, Hit, Looked, Moment
from customhouse.model.intelligence import Confidence
from customhouse.model.purl import Purl

#: Lines that are compared with the facts at once; only where one is named are they compared one by one.
_BLOCK = 256
#: Facts of files' bytes and of requests are typed by nobody but who looks for them.
_KINDS = frozenset({"path", "domain", "address", "url", "process", "service", "registry-key", "text"})
#: A unit's or agent's name is told of these commands only: alone it is a word as others are.
_MANAGING = re.compile(r"\b(?:systemctl|journalctl|service|launchctl|schtasks|sc(?:\.exe)?|crontab)\b", re.IGNORECASE)
_CALLING = re.compile(
    r"\b(?:curl|wget|nc|ncat|telnet|ssh|scp|ping|http|https|iwr|irm|Invoke-\w+|openssl|socat)\b", re.IGNORECASE
)


def hunt_histories(system: System, asked: Asked, notes: Notes) -> None:
    """Read every history of every home."""
    by_fact: dict[Fact, list[Campaign]] = {}
    for campaign, fact in spoken(asked, system.platform, _KINDS):
        by_fact.setdefault(fact, []).append(campaign)
    for file in history_files(system):
        count = 0
        lines = history_lines(system.tree, file)
        while block := list(islice(lines, _BLOCK)):
            count += len(block)
            whole = "\n".join(each.command for each in block)
            near = [(campaign, fact) for fact in named(whole, by_fact) for campaign in by_fact[fact]]
            packages = file.language in ("shell", "powershell") and _names_a_package(whole, asked)
            for line in block if near or packages else ():
                for hit in _hits(system, file, line, near, asked if packages else None):
                    notes.hit(hit)
        counts = (("lines", count),)
        notes.looked(Looked("host", system.asset, at(file.path).path, f"{file.format} history", counts, count > 0))


def _names_a_package(text: str, asked: Asked) -> bool:
    """Say whether a package that is asked for may be named, so that its commands are worth reading."""
    plain = text.lower()
    folded = plain.replace("_", "-").replace(".", "-")  # as names of Python's packages are compared
    return any(name.lower() in plain or name in folded for _, name in asked.names)


def _hits(
    system: System, file: HistoryFile, line: HistoryLine, facts: list[tuple[Campaign, Fact]], asked: Asked | None
) -> Iterator[Hit]:
    if asked is not None:
        for each in typed_installs(line.command, line.at, asked, powershell=file.language == "powershell"):
            yield _typed(system, file, line, each)
    for campaign, fact in facts:
        if any(named(line.command, (fact,))) and (fact.kind != "service" or _MANAGING.search(line.command)):
            yield _told(system, file, line, campaign, fact)


def _typed(system: System, file: HistoryFile, line: HistoryLine, found: TypedInstall) -> Hit:
    purl = Purl(found.releases.ecosystem, found.releases.name, found.version)
    if found.exact:
        message = f"{file.user} typed a command that installs {purl.display}"
    else:
        message = f"{file.user} typed a command that takes the newest {purl.name} while {purl.display} was there"
    confidence: Confidence = found.releases.confidence if found.exact else lowest("medium", found.releases.confidence)
    return Hit(
        found.campaign.id,
        system.asset,
        "host",
        "declared",
        str(purl),
        message,
        at(file.path, line.line),
        confidence,
        _when(line),
        masked(line.command),
    )


def _told(system: System, file: HistoryFile, line: HistoryLine, campaign: Campaign, fact: Fact) -> Hit:
    looking = file.language in ("shell", "powershell") and looks_for(line.command)
    grade: Grade = grade_of(fact)
    confidence = lower(fact.confidence)
    if looking:
        grade, confidence = "declared", "low"
        message = f"{file.user} looked for {fact.value}: a trace of somebody's search, not of {campaign.title}"
    elif fact.role in ("contact", "exfiltration") and _CALLING.search(line.command):
        grade = "contacted"
        message = f"{file.user} typed a command that calls {fact.value}"
    else:
        grade = "script-ran" if grade == "contacted" else grade
        message = f"{file.user} typed a command that names {fact.value}"
    place = at(file.path, line.line)
    hit = fact_hit(campaign, fact, system, place, message, when=_when(line), confidence=confidence, grade=grade)
    return msgspec.structs.replace(hit, excerpt=masked(line.command))


def _when(line: HistoryLine) -> Moment | None:
    return Moment(line.at, by="shell history", doubtful=True) if line.at is not None else None
