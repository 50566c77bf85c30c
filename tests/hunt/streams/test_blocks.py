"""Blocks: however a text is cut, each place is found once, with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.hunt.matching.matcher import AROUND, Matcher
from customhouse.hunt.streams.blocks import blocks
from customhouse.hunt.streams.interface import OVERLAP, CutError
from customhouse.hunt.streams.lines import Lines
from hunt.recorded import BOTH

MATCHER = Matcher(BOTH)


def found_in(chunks, **sizes):
    """Find everything in blocks; give offsets in the whole, subjects and lines."""
    told, before = [], 0
    for block in blocks(iter(chunks), **sizes):
        lines = Lines(block)
        for match in MATCHER.scan(block.data).matches:
            if block.begin <= match.start < block.end:
                where = before + match.start - block.begin
                told.append((where, match.needle.fact.value, lines.at(match.start).number))
        before += block.end - block.begin
    return told, before


pieces = st.sampled_from(
    (b"sfrclak.com", b" ", b"\n", b"142.11.206.73", b"x" * 700, b"y" * 3000, b"not", b".", b"\xc3\xa9", b"/tmp/ld.py")
)


@given(st.lists(pieces, max_size=24), st.lists(st.integers(1, 4000), max_size=12))
def test_cuts_change_nothing(parts, cuts):
    whole = b"".join(parts)
    chunks, at = [], 0
    for cut in cuts:
        chunks.append(whole[at : at + cut])
        at += cut
    chunks.append(whole[at:])
    at_once = [(match.start, match.needle.fact.value, whole.count(b"\n", 0, match.start) + 1)
               for match in MATCHER.scan(whole).matches]  # fmt: skip
    told, size = found_in([chunk for chunk in chunks if chunk], size=500, longest=OVERLAP + 600)
    assert told == at_once
    assert size == len(whole)


def test_a_line_without_end_is_cut_and_memory_stays_bounded():
    def endless():
        for _ in range(40):
            yield b"z" * 10_000 + b" sfrclak.com "

    sizes = [len(block.data) for block in blocks(endless(), size=1 << 14, longest=1 << 16)]
    assert max(sizes) < (1 << 16) + (1 << 15)
    assert len(found_in(endless(), size=1 << 14, longest=1 << 16)[0]) == 40
    assert AROUND * 2 == OVERLAP


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_encodings(encoding):
    text = "first line é and more of it\nsecond line has sfrclak.com\n"
    told, _ = found_in([text.encode(encoding)])
    assert [(subject, line) for _, subject, line in told] == [("sfrclak.com", 2)]


def test_escapes_of_terminals_do_not_hide_anything():
    text = b"\x1b[32msfr\x1b[0mclak.com\x1b[K\n\x1b]8;;http://sfrclak.com/x\x1b\\here\x1b]8;;\x1b\\\n"
    assert [line for _, _, line in found_in([text])[0]] == [1, 2]


def test_what_is_no_text_is_refused():
    with pytest.raises(CutError, match="no text"):
        list(blocks(iter([bytes(range(256)) * 4])))


def test_what_came_before_a_failure_is_given():
    def failing():
        yield b"at sfrclak.com\nand "
        raise CutError("gone")

    pieces = blocks(failing())
    assert [next(pieces).data, next(pieces).data] == [b"at sfrclak.com\n", b"and "]
    with pytest.raises(CutError, match="gone"):
        next(pieces)
