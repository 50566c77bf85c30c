"""Histories of shells and interpreters: affected releases that were typed, and facts that were."""

import posixpath
import re
from collections.abc import Iterator
from itertools import islice

import msgspec

from customhouse.hunt.asked import Asked
from customhouse.hunt.hosts.facts import applies, grade_of, lower, named
from customhouse.hunt.hosts.history_files import HistoryFile, HistoryLine, history_files, history_lines
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
#: Commands that look for something: who looks for a trace has not made it.
_LOOKING_WORDS = (
    "grep egrep fgrep zgrep rg ag ack find fd locate mlocate ls ll dir cat less more head tail stat file echo "
    "printf dig host nslookup whois vim vi nano emacs code jq shasum sha256sum sha1sum md5sum strings man "
    "select-string get-childitem get-filehash test-path resolve-dnsname get-content gci sls customhouse"
)
_LOOKING = frozenset(_LOOKING_WORDS.split())
_WRAPPERS = frozenset(("sudo", "doas", "time", "nohup", "env", "command", "watch", "xargs"))
_CALLING = re.compile(
    r"\b(?:curl|wget|nc|ncat|telnet|ssh|scp|ping|http|https|iwr|irm|Invoke-\w+|openssl|socat)\b", re.IGNORECASE
)


def hunt_histories(system: System, asked: Asked, notes: Notes) -> None:
    """Read every history of every home."""
    facts = [(campaign, fact) for campaign, fact in asked.facts() if applies(fact, system.platform)]
    for file in history_files(system):
        count = 0
        lines = history_lines(system.tree, file)
        while block := list(islice(lines, _BLOCK)):
            count += len(block)
            whole = "\n".join(each.command for each in block)
            near = [(campaign, fact) for campaign, fact in facts if any(named(whole, (fact,)))]
            for line in block:
                for hit in _hits(system, file, line, near, asked):
                    notes.hit(hit)
        counts = (("lines", count),)
        notes.looked(Looked("host", system.asset, at(file.path).path, f"{file.format} history", counts, count > 0))


def _hits(
    system: System, file: HistoryFile, line: HistoryLine, facts: list[tuple[Campaign, Fact]], asked: Asked
) -> Iterator[Hit]:
    if file.language in ("shell", "powershell"):
        for each in typed_installs(line.command, line.at, asked, powershell=file.language == "powershell"):
            yield _typed(system, file, line, each)
    for campaign, fact in facts:
        if any(named(line.command, (fact,))):
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
    looking = file.language in ("shell", "powershell") and _program(line.command) in _LOOKING
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


def _program(command: str) -> str:
    """Name the program that a command begins with, behind `sudo` and assignments."""
    for word in command.split()[:6]:
        name = posixpath.basename(word).lower()
        if name not in _WRAPPERS and "=" not in word and not word.startswith("-"):
            return name
    return ""
