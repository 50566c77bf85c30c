"""Hunting in what network devices wrote down: who called whom, told field by field where the form is known."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from customhouse.hunt.asked import Asked
from customhouse.hunt.logs.clients.archives import archives_in
from customhouse.hunt.matching.grades import described, grade_of, least
from customhouse.hunt.matching.matcher import Matcher, Needle
from customhouse.hunt.matching.ports import split_port
from customhouse.hunt.matching.releases import release_digests, release_forms
from customhouse.hunt.network.formats.all_formats import PLAIN, Formats
from customhouse.hunt.network.formats.interface import Record
from customhouse.hunt.notes import Notes, own_defects
from customhouse.hunt.streams.blocks import blocks
from customhouse.hunt.streams.counted_hits import CountedHits
from customhouse.hunt.streams.encodings import decoded
from customhouse.hunt.streams.excerpts import excerpt
from customhouse.hunt.streams.interface import Block, CutError, Stream
from customhouse.hunt.streams.lines import Line, Lines
from customhouse.hunt.streams.sources import streams
from customhouse.model.hunt import Hit, Looked, Moment, Place, Unexamined
from customhouse.model.intelligence import Confidence
from customhouse.model.purl import Purl, make_purl

#: Lines of a log's beginning that tell its form.
_HEAD = 60
_HEADERS = re.compile(rb"^#fields\t|^(?:version|account-id|interface-id|srcaddr)\s.*$", re.MULTILINE)
#: Of every header something, to pass over blocks without one.
_MARKS = (b"#fields\t", b"account-id", b"interface-id", b"srcaddr")
#: What a capture begins with: packets that are not text, which its own tools make text of.
_CAPTURES = {b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d", b"\x0a\x0d\x0d\x0a"}


def hunt_network(paths: Iterable[Path], asked: Asked, notes: Notes) -> None:
    """Look through logs of proxies, resolvers, firewalls and sensors: files, folders and archives of them.

    Who is affected is the caller. What is called is sure, what is only spoken of (a referer, an answer) is not.
    """
    matcher = Matcher(asked, release_digests(asked), releases=release_forms(asked))
    for stream in streams(paths, "network", notes):
        with own_defects("network", stream.path, notes):
            _read(stream, matcher, asked, notes)


def _read(stream: Stream, matcher: Matcher, asked: Asked, notes: Notes) -> None:
    hits = CountedHits(asked, notes)
    where = f"{stream.path}!{stream.member}" if stream.member else stream.path
    log: _Log | None = None
    lines = size = 0
    try:
        for block in blocks(_no_capture(stream)):
            log = log or _Log(stream, where, matcher, asked, hits, block)
            log.look(block)
            lines += block.lines
            size += block.end - block.begin
        if size and not block.data.endswith(b"\n"):
            lines += 1
    except CutError as error:
        notes.unexamined(Unexamined("network", where, str(error)))
        if log is None:
            return
    kind = log.formats.name if log else PLAIN
    notes.looked(Looked("network", where, where, kind, (("lines", lines), ("bytes", size), *hits.counts)))


def _no_capture(stream: Stream) -> Iterator[bytes]:
    chunks = stream.chunks()
    first = next(chunks, b"")
    if first[:4] in _CAPTURES:
        raise CutError("is a capture of packets: print it with `tcpdump -n -tttt -r` or `tshark -t ud -r` first")
    yield first
    yield from chunks


class _Log:
    """One log while it is read."""

    def __init__(
        self, stream: Stream, where: str, matcher: Matcher, asked: Asked, hits: CountedHits, first: Block
    ) -> None:
        head = decoded(first.data[: 1 << 16]).split("\n")[:_HEAD]
        self.formats = Formats(head, _last_change(stream.path))
        self._stream = stream
        self._where = where
        self._matcher = matcher
        self._asked = asked
        self._hits = hits

    def look(self, block: Block) -> None:
        """Look through a block: lines with candidates are read whole, the others not at all."""
        candidates = self._matcher.candidates(block.data)
        events: list[tuple[int, Needle | None]] = [(each.start, each.needle) for each in candidates.needles]
        events += [(at, None) for at in candidates.releases]
        events = [event for event in events if block.begin <= event[0] < block.end]
        headers = list(_headers(block)) if events or any(mark in block.data for mark in _MARKS) else []
        events.sort(key=lambda event: event[0])
        lines = Lines(block)
        current: Line | None = None
        needles: dict[Needle, None] = {}
        words = False
        for offset, needle in events:
            while headers and headers[0][0] <= offset:
                if current is not None:  # it stands above the header, and is of the form before
                    self._line(current, needles, words=words)
                    current, needles, words = None, {}, False
                self.formats.header(headers.pop(0)[1])
            line = lines.at(offset)
            if current is not None and (line.start, line.text) != (current.start, current.text):
                self._line(current, needles, words=words)
                needles, words = {}, False
            current = line
            if needle is None:
                words = True
            else:
                needles[needle] = None
        if current is not None:
            self._line(current, needles, words=words)
        for _, header in headers:  # what stands behind the last line of interest is of the blocks to come
            self.formats.header(header)

    def _line(self, line: Line, needles: Iterable[Needle], *, words: bool) -> None:
        record = self.formats.read(line.text)
        for needle in needles:
            if record is not None and (self._told(line, record, needle) or _names_port(needle)):
                # In a text the port may stand anywhere; a record that was read has said that it is another.
                continue
            if needle.within(line.text):
                when = record.when if record else None
                source = record.source if record else ""
                message = f"the log names the {described(needle.fact)}"
                self._hit(line, needle, (source, message, "low" if record else "medium", when))
        if words:
            self._archives(line, record)

    def _told(self, line: Line, record: Record, needle: Needle) -> bool:
        """Note what a record says of a fact; False where it says nothing of it in its fields."""
        what = described(needle.fact)
        sure: Confidence = "high"
        source = record.source
        if any(needle.within(text) for text in record.to):
            message = f"{source or 'this machine'} {record.did} the {what}"
            if record.refused:
                message, sure = f"{message}; it was refused", "medium"
        elif source and needle.within(source):
            source, sure = record.target, "medium"
            message = f"{source or 'this machine'} was called by, or answered by, the {what}"
        elif any(needle.within(text) for text in record.beside):
            message, sure = f"{source or 'this machine'} called another place, and the record names the {what}", "low"
        else:
            return False
        self._hit(line, needle, (source, message, sure, record.when))
        return True

    def _hit(self, line: Line, needle: Needle, told: tuple[str, str, Confidence, Moment | None]) -> None:
        source, message, sure, when = told
        fact = needle.fact
        sure = least(sure, fact.confidence, "low" if needle.pattern.vague else "high")
        asset = source.strip("[]") or self._where
        grade, shown = grade_of(fact), excerpt(line.text, fact.value)
        self._hits.add(
            Hit(needle.campaign, asset, "network", grade, fact.value, message, self._place(line), sure, when, shown)
        )

    def _archives(self, line: Line, record: Record | None) -> None:
        for named in archives_in(line.text):
            name = make_purl(named.ecosystem, named.name).name
            found = self._asked.affected(named.ecosystem, name, named.version)
            purl = Purl(named.ecosystem, name, named.version)
            asset = (record.source if record else "") or self._where
            when = record.when if record else None
            for campaign in dict.fromkeys(pair[0].id for pair in found):
                self._hits.add(
                    Hit(campaign, asset, "network", named.grade, str(purl), f"{purl.display} {named.says}",
                        self._place(line), named.confidence, when, excerpt(line.text, named.version))
                )  # fmt: skip

    def _place(self, line: Line) -> Place:
        return Place(self._stream.path, line.number, member=self._stream.member)


def _headers(block: Block) -> Iterator[tuple[int, str]]:
    for found in _HEADERS.finditer(block.data, block.begin, block.end):
        end = block.data.find(b"\n", found.start())
        yield found.start(), decoded(block.data[found.start() : end if end >= 0 else len(block.data)])


def _names_port(needle: Needle) -> bool:
    return needle.fact.kind in ("address", "domain") and split_port(needle.fact.value)[1] is not None


def _last_change(path: str) -> datetime:
    """When a log was last written to; lines without a year are no later."""
    try:
        return datetime.fromtimestamp(Path(path).stat().st_mtime, UTC)
    except (OSError, ValueError, OverflowError):
        return datetime.now(UTC)
