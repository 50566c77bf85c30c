"""The library that inflates archives takes, refuses and leaves over what zlib does: an installer uses that one."""

import gzip
import zlib
from types import ModuleType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from zlib_ng import zlib_ng

GZIP, RAW = 31, -15
BODIES = st.one_of(
    st.binary(max_size=300),
    st.builds(lambda piece, times: piece * times, st.binary(min_size=1, max_size=80), st.integers(1, 60)),
    st.text("abc", max_size=900).map(str.encode),
)
STEPS_IN, STEPS_OUT = st.sampled_from([7, 100, 1 << 16]), st.sampled_from([64, 512, 1 << 19])


def packed(body: bytes, window: int, level: int) -> bytes:
    if window == GZIP:
        return gzip.compress(body, level, mtime=0)
    engine = zlib.compressobj(level, zlib.DEFLATED, window)
    return engine.compress(body) + engine.flush()


def inflated(library: ModuleType, data: bytes, window: int, step_in: int, step_out: int) -> tuple[object, ...]:
    """Feed it as our readers do: what comes out, what is left over, and what is said of a damaged stream."""
    engine, out, at, tail = library.decompressobj(window), b"", 0, b""
    try:
        while not engine.eof:
            if not tail:
                tail = data[at : at + step_in]
                at += len(tail)
            ended = not tail
            piece = engine.decompress(tail, step_out)
            tail = engine.unconsumed_tail
            out += piece
            if ended and not piece and not engine.eof:
                return "cut", out
    except library.error as error:
        return "refused", out, str(error)
    return "whole", out, engine.unused_data, at


@st.composite
def damaged(draw: st.DrawFn) -> tuple[bytes, int]:
    """A stream with a few bytes changed, cut off, or appended."""
    window = draw(st.sampled_from([GZIP, RAW]))
    data = bytearray(packed(draw(BODIES), window, draw(st.sampled_from([0, 1, 6, 9]))))
    for _ in range(draw(st.integers(0, 3))):
        if not data or draw(st.booleans()):
            data += draw(st.binary(max_size=40))
        elif draw(st.booleans()):
            data[draw(st.integers(0, min(len(data), 40) - 1))] = draw(st.integers(0, 255))
        else:
            del data[draw(st.integers(0, len(data))) :]
    return bytes(data), window


@given(damaged(), STEPS_IN, STEPS_OUT)
@example((b"\x1f\x8b\x08\x21" + gzip.compress(b"reserved flags", mtime=0)[4:], GZIP), 1 << 16, 512)
@example((gzip.compress(b"one", mtime=0) + gzip.compress(b"two", mtime=0), GZIP), 7, 64)
def test_a_damaged_stream_is_told_alike(stream, step_in, step_out):
    data, window = stream
    assert inflated(zlib_ng, data, window, step_in, step_out) == inflated(zlib, data, window, step_in, step_out)


@pytest.mark.parametrize("window", [GZIP, RAW])
@given(BODIES, st.sampled_from([0, 1, 6, 9]), STEPS_IN, STEPS_OUT)
def test_a_whole_stream_comes_out_whole(window, body, level, step_in, step_out):
    said = inflated(zlib_ng, packed(body, window, level), window, step_in, step_out)
    assert said[:3] == ("whole", body, b"")
