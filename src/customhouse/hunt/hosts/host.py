"""Hunting a machine: the live one, or an image or dump of one or of several."""

import re
from collections.abc import Sequence
from pathlib import Path

from customhouse.hunt.asked import Asked
from customhouse.hunt.hosts.digest_facts import DigestFacts
from customhouse.hunt.hosts.expansion import part_of, relative
from customhouse.hunt.hosts.facts import applies, registry_key, says_nothing
from customhouse.hunt.hosts.histories import hunt_histories
from customhouse.hunt.hosts.indicator_files import by_digest, by_name, indicator_files
from customhouse.hunt.hosts.persistence.all_systems import system_entries
from customhouse.hunt.hosts.persistence.entry import Entry
from customhouse.hunt.hosts.persistence.judge import Judge
from customhouse.hunt.hosts.persistence.projects import project_entries
from customhouse.hunt.hosts.persistence.windows import exported
from customhouse.hunt.hosts.processes import hunt_processes
from customhouse.hunt.hosts.survey import Counts, Interest, survey
from customhouse.hunt.hosts.systems import System, systems
from customhouse.hunt.hosts.tree import Part, shown
from customhouse.hunt.notes import Notes, own_defects
from customhouse.model.campaign import Campaign, Fact
from customhouse.model.hunt import Looked, Unexamined


def hunt_host(
    root: Path | None, asked: Asked, notes: Notes, *, homes: Sequence[Path] = (), one_filesystem: bool = True
) -> None:
    """Look through the live machine (root None or its own root), or every system's tree below a folder.

    `homes` are users' folders besides those that the systems themselves name. Nothing is changed, and links lead
    nowhere out of the root. With `one_filesystem` a walk stays on the file system of the folder where it begins.
    """
    if root is not None and not root.is_dir():
        notes.unexamined(Unexamined("host", str(root), "it is no folder"))
        return
    for system in systems(root, notes, homes, one_filesystem=one_filesystem):
        with own_defects("host", system.asset, notes):
            _Host(system, asked, notes).hunt()


#: The components of a path that begins at no root, and whose it is.
_Relative = tuple[tuple[Part, ...], Campaign, Fact]
#: Files of one system that are digested for their name, size or place.
_MAX_DIGESTED = 50_000


class _Host:
    """One system, while it is looked through."""

    def __init__(self, system: System, asked: Asked, notes: Notes) -> None:
        self._system = system
        self._asked = asked
        self._notes = notes
        self._digests = DigestFacts(asked.campaigns)
        self._judge = Judge(system, asked, notes)
        self._keys = frozenset(registry_key(fact.value) for _, fact in asked.facts() if fact.kind == "registry-key")
        self._digested = 0
        #: Facts whose path begins at no root, with its components: by the name with which it ends, and those whose last
        #: component has wildcards.
        self._relative: dict[str, list[_Relative]] = {}
        self._wild: list[_Relative] = []
        for campaign, fact in asked.facts():
            named = relative(fact) if fact.kind == "path" and applies(fact, system.platform) else ()
            if not named or says_nothing(fact):
                continue
            parts = tuple(part_of(each.lower(), folded=True) for each in named)
            if isinstance(parts[-1], str):
                self._relative.setdefault(parts[-1], []).append((parts, campaign, fact))
            else:
                self._wild.append((parts, campaign, fact))

    def hunt(self) -> None:
        system, notes = self._system, self._notes
        told = indicator_files(system, self._asked, self._digests, notes)
        entries = self._judge.judge(system_entries(system, self._keys))
        found = self._survey(told)
        every = (("entries", sum(entries.values()) + sum(found.values())),)
        whole = f"what {system.platform} starts by itself"
        notes.looked(Looked("host", system.asset, shown(system.tree.root), whole, every, note=_unread(system)))
        for kind in sorted({*entries, *found}):
            total = entries.get(kind, 0) + found.get(kind, 0)
            notes.looked(
                Looked("host", system.asset, shown(system.tree.root), kind, (("entries", total),), control=True)
            )
        hunt_histories(system, self._asked, notes)
        hunt_processes(system, self._asked, notes)

    def _survey(self, told: frozenset[tuple[str, str]]) -> dict[str, int]:
        names = frozenset(self._digests.names | set(self._relative))
        ends = tuple(parts[-1] for parts, _, _ in self._wild if isinstance(parts[-1], re.Pattern))
        interest = Interest(names, frozenset(self._digests.sizes), place=bool(self._digests), patterns=ends)
        counts = Counts()
        totals: dict[str, int] = {}
        homes = {home.real for home in self._system.homes}  # whose own settings are read with the system's
        for why, real in survey(self._system, interest, counts):
            entries: tuple[Entry, ...] = ()
            if why == "project" and real in homes:
                continue
            if why == "project":
                entries = tuple(project_entries(self._system.tree, real))
            elif why == "registry":
                entries = tuple(exported(self._system.tree, real, self._keys))
            else:
                self._candidate(real, told)
            for kind, count in self._judge.judge(entries).items():
                totals[kind] = totals.get(kind, 0) + count
        tree = self._system.tree
        walked = (("folders", counts.folders), ("files", counts.files), ("digested", self._digested))
        self._notes.looked(
            Looked("host", self._system.asset, shown(tree.root), "homes and places where files are dropped", walked)
        )
        return totals

    def _candidate(self, real: str, told: frozenset[tuple[str, str]]) -> None:
        tree = self._system.tree
        parts = [part.lower() for part in tree.inner(real).split("/") if part]
        named: set[tuple[str, str]] = set()
        for wanted, campaign, fact in (*self._relative.get(parts[-1], ()), *self._wild):
            if _ends_as(parts, wanted):
                for hit in by_name(self._system, campaign, fact, self._digests, real):
                    self._notes.hit(hit)
                    named.add((campaign.id, real))
        if self._digests and self._digests.may_be(parts[-1], tree.size(real) or 0):
            self._digested += 1
            if self._digested > _MAX_DIGESTED:
                tree.refuse(real, f"more than {_MAX_DIGESTED} files have names of a campaign's: this is not digested")
                return
            for hit in by_digest(self._system, self._digests, real, told | named):
                self._notes.hit(hit)


def _ends_as(parts: Sequence[str], wanted: Sequence[Part]) -> bool:
    own = parts[-len(wanted) :]
    return len(own) == len(wanted) and all(
        part == each if isinstance(each, str) else each.fullmatch(part) is not None
        for part, each in zip(own, wanted, strict=True)
    )


def _unread(system: System) -> str:
    """Say what of a platform's ways is not read."""
    return "" if system.platform != "windows" else "of the registry only exports (.reg) are read"
