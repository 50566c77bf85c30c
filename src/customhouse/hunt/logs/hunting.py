"""Hunting in logs of builds: installs as clients print them, and every fact that a line names."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from customhouse.hunt.asked import Asked
from customhouse.hunt.logs.blocked_lists import is_of_a_block_list
from customhouse.hunt.logs.clients.all_clients import releases_in
from customhouse.hunt.logs.clients.interface import Named
from customhouse.hunt.logs.controls import SIGNS, Control, Controls
from customhouse.hunt.logs.systems.buildkit import without_prefix
from customhouse.hunt.logs.systems.circleci import CircleCI, lines_of
from customhouse.hunt.logs.systems.interface import System
from customhouse.hunt.logs.systems.recognition import MARKS, system_of
from customhouse.hunt.matching.grades import described, grade_of, least
from customhouse.hunt.matching.matcher import Match, Matcher
from customhouse.hunt.matching.releases import release_digests, release_forms
from customhouse.hunt.notes import Notes, own_defects
from customhouse.hunt.streams.blocks import blocks
from customhouse.hunt.streams.counted_hits import CountedHits
from customhouse.hunt.streams.encodings import as_text, decoded
from customhouse.hunt.streams.excerpts import excerpt
from customhouse.hunt.streams.interface import Block, CutError, Stream
from customhouse.hunt.streams.lines import LONG, Line, Lines
from customhouse.hunt.streams.sources import streams
from customhouse.model.campaign import Campaign
from customhouse.model.hunt import Hit, Looked, Moment, Place, Unexamined
from customhouse.model.purl import Purl

#: Bytes of a log's beginning that tell which system wrote it.
_HEAD = 1 << 14
#: What stands for a release among the numbers of marks.
_RELEASE = -1


def hunt_logs(paths: Iterable[Path], asked: Asked, notes: Notes) -> None:
    """Look through logs: files, folders and archives of them, packed or not, of any size.

    A line that names a fact of the campaign's network is `contacted`, as sure as a log that may quote anything is.
    """
    hunter = _Hunter(asked, notes)
    for stream in streams(paths, "log", notes):
        with own_defects("log", stream.path, notes):
            hunter.read(stream)


class _Hunter:
    """What is compiled once for all logs."""

    def __init__(self, asked: Asked, notes: Notes) -> None:
        self.asked = asked
        self.notes = notes
        self.matcher = Matcher(asked, release_digests(asked), MARKS, release_forms(asked), SIGNS)
        self._controls = Controls()
        self._ecosystems = {ecosystem for ecosystem, _ in asked.names}

    def read(self, stream: Stream) -> None:
        """Look through one log."""
        hits = CountedHits(self.asked, self.notes)
        control = self._controls.of_log(self._ecosystems)
        log: _Log | None = None
        lines = size = 0
        cut = ""
        try:
            system, pieces = _opened(stream)
            log = _Log(self, stream, system, hits, control)
            for block in pieces:
                log.look(block)
                lines += block.lines
                size += block.end - block.begin
            if size and not block.data.endswith(b"\n"):
                lines += 1
        except CutError as error:
            cut = str(error)
        where = f"{stream.path}!{stream.member}" if stream.member else stream.path
        if cut:
            self.notes.unexamined(Unexamined("log", where, cut))
        if log is None:
            return
        counts = (("lines", lines), ("bytes", size), *hits.counts)
        self.notes.looked(Looked("log", log.asset, where, log.system.name, counts, control.answer, control.note))


def _opened(stream: Stream) -> tuple[System, Iterator[Block]]:
    """Tell the system by the first block, and begin."""
    pieces = blocks(stream.chunks())
    first = next(pieces, None)
    system = system_of(decoded(first.data[:_HEAD]) if first else "", stream.member)
    if isinstance(system, CircleCI):
        return system, blocks(lines_of(as_text(stream.chunks())))
    return system, chain((first,), pieces) if first else iter(())


class _Log:
    """One log while it is read."""

    def __init__(self, hunter: _Hunter, stream: Stream, system: System, hits: CountedHits, control: Control) -> None:
        self.system = system
        self._hunter = hunter
        self._stream = stream
        self._hits = hits
        self._control = control

    @property
    def asset(self) -> str:
        """The job where the log says it, with the log's path unless its repository is said too."""
        path = self._stream.path
        if not self.system.job:
            return f"{path}!{self._stream.member}" if self._stream.member else path
        return self.system.job if "/" in self.system.job else f"{path} ({self.system.job})"

    def look(self, block: Block) -> None:
        """Look through a block: marks and finds in the order in which they stand."""
        found = self._hunter.matcher.scan(block.data)
        self._control.look(block, found.signs)
        events: list[tuple[int, Match | int]] = [(match.start, match) for match in found.matches]
        events += [(place, _RELEASE) for place in found.releases]
        events += [(at + len(MARKS[mark]) - 1, mark) for at, mark in found.words if MARKS[mark] in self.system.marks]
        events = [event for event in events if block.begin <= event[0] < block.end]
        events.sort(key=lambda event: event[0])
        lines = Lines(block)
        named, until = (-1, ""), 0
        for offset, what in events:
            line = lines.at(offset)
            if isinstance(what, Match):
                self._fact(line, what)
            elif what != _RELEASE:
                self.system.mark(line.first if offset - line.start < len(line.first) else line.text)
            elif named != (line.start, line.text) and not (named[0] == line.start and offset < until):
                # Of a long line what is read reaches further than to this offset.
                named, until = (line.start, line.text), offset + LONG // 2 if len(line.text) >= LONG else 0
                self._releases(line)

    def _fact(self, line: Line, match: Match) -> None:
        fact = match.needle.fact
        when, text = self._said(line)
        sure = least(fact.confidence, "low" if match.needle.pattern.vague else "medium")
        message = f"the log names the {described(fact)}{self._during}"
        about = excerpt(text, fact.value)
        grade = grade_of(fact)
        if grade == "contacted" and is_of_a_block_list(text):
            grade, sure = "declared", "low"
            message = f"a comment on what is blocked names the {described(fact)}{self._during}: that is no call"
        self._hits.add(
            Hit(
                match.needle.campaign,
                self.asset,
                "log",
                grade,
                fact.value,
                message,
                self._place(line),
                sure,
                when,
                about,
            )
        )

    def _releases(self, line: Line) -> None:
        when, text = self._said(line)
        for named in releases_in(text):
            for campaign in self._campaigns(named):
                purl = Purl(named.ecosystem, named.name, named.version or None)
                message = f"{purl.display} {named.says}{self._during}"
                self._hits.add(
                    Hit(campaign.id, self.asset, "log", named.grade, str(purl), message, self._place(line),
                        named.confidence, when, excerpt(text, named.version or named.name))
                )  # fmt: skip

    def _campaigns(self, named: Named) -> Iterable[Campaign]:
        asked = self._hunter.asked
        if named.version:
            return dict.fromkeys(pair[0] for pair in asked.affected(named.ecosystem, named.name, named.version))
        return dict.fromkeys(pair[0] for pair in asked.packages(named.ecosystem, named.name))

    def _said(self, line: Line) -> tuple[Moment | None, str]:
        when = self.system.line(line.first).when
        return when, without_prefix(self.system.line(line.text).text)

    @property
    def _during(self) -> str:
        return f" (in {self.system.step[:120]})" if self.system.step else ""

    def _place(self, line: Line) -> Place:
        # CircleCI's lines are made here: the file itself has one.
        number = None if isinstance(self.system, CircleCI) else line.number
        return Place(self._stream.path, number, member=self._stream.member)
