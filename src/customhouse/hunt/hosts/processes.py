"""What runs on a live Linux machine: processes that a campaign knows, whom they talk to, and children left alone."""

import ipaddress
import os
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec

from customhouse.hunt.asked import Asked
from customhouse.hunt.hosts.credential_kinds import is_credential_name
from customhouse.hunt.hosts.facts import applies, lower, named, says_nothing, spoken
from customhouse.hunt.hosts.looking import looks_for
from customhouse.hunt.hosts.masking import masked, masked_words
from customhouse.hunt.hosts.process_table import Process, environment_names, process_ids, processes
from customhouse.hunt.hosts.sockets import Connection, connections, holders
from customhouse.hunt.hosts.systems import System
from customhouse.hunt.hosts.traces import at, fact_hit
from customhouse.hunt.notes import Notes
from customhouse.model.campaign import Campaign, Fact
from customhouse.model.hunt import Hit, Looked, Moment, Unexamined

_KINDS = frozenset({"process", "path", "domain", "address", "url", "text"})
#: Programs that packages' scripts run as, whose children are odd when nobody waits for them.
_RUNTIMES = re.compile(r"(?:node|nodejs|python[0-9.]*|bun|deno|sh|bash|dash|osascript)")
_TEMPORARY = ("/tmp/", "/var/tmp/", "/dev/shm/", "/run/shm/")  # noqa: S108 - what is there is looked at
#: Names of variables told of one process.
_MAX_NAMES = 40


def hunt_processes(system: System, asked: Asked, notes: Notes, proc: str = "/proc") -> None:
    """Look through what runs now. Of an image nothing runs; of other systems than Linux it is not read."""
    if not system.live:
        notes.unexamined(
            Unexamined("host", system.asset, "an image has no running processes to look at", serious=False)
        )
        return
    if system.platform != "linux":
        notes.unexamined(Unexamined("host", system.asset, "running processes are read on Linux only"))
        return
    if not os.path.isdir(proc):  # noqa: PTH112 - /proc is the kernel's
        notes.unexamined(Unexamined("host", proc, "it is not mounted: running processes were not looked at"))
        return
    table = {each.pid: each for each in processes(proc)}
    facts = list(spoken(asked, "linux", _KINDS))
    wild = [pair for pair in asked.facts() if applies(pair[1], "linux") and _is_wild(pair[1])]
    own = _own(table)
    for process in table.values():
        if process.pid not in own:
            _of_facts(system, process, facts, notes, proc)
            _of_wildcards(system, process, wild, notes, proc)
            if _is_orphaned(process, table):
                notes.hit(_orphan(system, process, proc))
    talked = _of_connections(system, facts, table, notes, proc)
    counts = (("processes", len(table)), ("connections", talked))
    note = "" if os.geteuid() == 0 else "not all of other users' processes can be read without being root"
    notes.looked(Looked("host", system.asset, proc, "running processes", counts, bool(table), note))


def _own(table: dict[int, Process]) -> frozenset[int]:
    """Return this process and those that started it: their command lines name what is hunted."""
    own: set[int] = set()
    pid = os.getpid()
    while pid > 1 and pid in table and pid not in own:
        own.add(pid)
        pid = table[pid].parent
    return frozenset(own)


def _of_facts(system: System, process: Process, facts: list[tuple[Campaign, Fact]], notes: Notes, proc: str) -> None:
    whole = f"{process.command}\n{process.name}\n{process.program}"
    by_campaign: dict[Campaign, list[Fact]] = {}
    for campaign, fact in facts:
        if any(named(whole, (fact,))):
            by_campaign.setdefault(campaign, []).append(fact)
    for campaign, found in by_campaign.items():
        first = found[0]
        more = ", ".join(fact.value for fact in found[1:6])
        message = f"process {process.pid} runs {first.value}" + (f", and names {more}" if more else "")
        message += f" ({_about(process, proc)})"
        place = at(f"{proc}/{process.pid}/cmdline")
        confidence = first.confidence
        if looks_for(process.command):
            message, confidence = f"process {process.pid} looks for {first.value}: no trace of the attack itself", "low"
        when = _since(process)
        hit = fact_hit(
            campaign,
            first,
            system,
            place,
            message,
            when=when,
            confidence=confidence,
            grade="declared" if confidence == "low" and looks_for(process.command) else "script-ran",
        )
        notes.hit(msgspec.structs.replace(hit, excerpt=masked_words(list(process.words)) or process.command))


def _of_wildcards(
    system: System, process: Process, facts: list[tuple[Campaign, Fact]], notes: Notes, proc: str
) -> None:
    """Tell a process whose very program stands at a path of which only the folder is known."""
    for campaign, fact in facts:
        if any(named(process.program, (fact,))):
            message = (
                f"process {process.pid} runs {process.program}, which may be {fact.value} ({_about(process, proc)})"
            )
            place, when = at(f"{proc}/{process.pid}/exe"), _since(process)
            confidence = lower(lower(fact.confidence))
            notes.hit(fact_hit(campaign, fact, system, place, message, when=when, confidence=confidence))


def _is_wild(fact: Fact) -> bool:
    return fact.kind == "path" and says_nothing(fact)


def _of_connections(
    system: System, facts: list[tuple[Campaign, Fact]], table: dict[int, Process], notes: Notes, proc: str
) -> int:
    wanted: dict[str, list[tuple[Campaign, Fact, int | None]]] = {}
    for campaign, fact in facts:
        for address, port in _endpoint(fact):
            wanted.setdefault(address, []).append((campaign, fact, port))
    count = 0
    found: list[tuple[Connection, Campaign, Fact]] = []
    for each in connections(proc):
        count += 1
        found += [
            (each, campaign, fact)
            for campaign, fact, port in wanted.get(each.address, ())
            if port is None or port == each.port
        ]
    held = holders(frozenset(each.inode for each, _, _ in found), process_ids(proc), proc)
    for each, campaign, fact in found:
        pids = [pid for pid in held.get(each.inode, ()) if pid in table]
        process = table[pids[0]] if pids else None
        who = (
            f"process {process.pid} ({_about(process, proc)})"
            if process
            else "a process that is gone or not to be seen"
        )
        other = f"[{each.address}]:{each.port}" if ":" in each.address else f"{each.address}:{each.port}"
        message = f"{who} has a connection ({each.protocol}, {each.state or 'of unknown state'}) to {other}"
        place = at(f"{proc}/{process.pid}/fd" if process else f"{proc}/net/{each.protocol}")
        when = _since(process) if process else None
        hit = fact_hit(campaign, fact, system, place, message, when=when, grade="contacted")
        notes.hit(msgspec.structs.replace(hit, excerpt=masked_words(list(process.words)) if process else ""))
    return count


def _endpoint(fact: Fact) -> Iterator[tuple[str, int | None]]:
    """Give the address, and the port, that a fact names by number: names are not looked up."""
    if fact.kind not in ("address", "url", "domain"):
        return
    try:
        split = urlsplit(fact.value if fact.kind == "url" else f"//{fact.value}")
        host, port = split.hostname or "", split.port
    except ValueError:
        host, port = fact.value, None
    for text, number in ((host, port), (fact.value, None)):
        try:
            yield str(ipaddress.ip_address(text)), number
        except ValueError:
            continue
        return


def _is_orphaned(process: Process, table: dict[int, Process]) -> bool:
    """Say whether a runtime runs a program of a temporary folder, and who started it is gone."""
    runtime = process.program.rpartition("/")[2] or (process.words[0].rpartition("/")[2] if process.words else "")
    parent = table.get(process.parent)
    alone = process.parent == 1 or (parent is not None and parent.name == "systemd" and "--user" in parent.words)
    if not alone or process.pid == 1:
        return False
    if process.program.startswith(_TEMPORARY):
        return True
    if not _RUNTIMES.fullmatch(runtime):
        return False
    script = next((word for word in process.words[1:] if not word.startswith("-")), "")
    if not script.startswith("/") and script:
        script = f"{process.folder}/{script}" if "/" in script or "." in script else ""
    return os.path.normpath(script).startswith(_TEMPORARY) if script else False


def _orphan(system: System, process: Process, proc: str) -> Hit:
    message = f"process {process.pid} runs a program of a temporary folder, and who started it is gone"
    return Hit(
        campaign="",
        asset=system.asset,
        area="host",
        grade="script-ran",
        subject=process.name,
        message=f"{message} ({_about(process, proc)})",
        place=at(f"{proc}/{process.pid}/cmdline"),
        confidence="medium",
        when=_since(process),
        excerpt=masked_words(list(process.words)),
        anomaly="orphaned-child",
    )


def _about(process: Process, proc: str) -> str:
    gone = ", deleted" if process.deleted else ""
    names = [name for name in environment_names(process.pid, proc) if is_credential_name(name)]
    text = f"program {process.program or 'unknown'}{gone}, in {process.folder or 'unknown'}, parent {process.parent}"
    return text + (f", with {', '.join(masked(name, 80) for name in names[:_MAX_NAMES])} set" if names else "")


def _since(process: Process) -> Moment | None:
    return Moment(process.started, by="process start") if process.started is not None else None
