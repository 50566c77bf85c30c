"""How text is cut into pieces, and what counts as encoded."""

import time

from hypothesis import given
from hypothesis import strategies as st

from customhouse.evidence.sketch import hashes, line_numbers, most_pieces, sketch, with_pieces


def pieces(text, version=""):
    return sketch("a.js", text.encode(), version).pieces


def test_layout_and_the_version_number_are_no_difference():
    one = "const a = 1;\n  const b = '1.2.3'\n\n//# sourceMappingURL=a.js.map\n"
    other = "const a = 1\n;\tconst b = '1.2.4';\n"
    assert hashes(pieces(one, "1.2.3")) == hashes(pieces(other, "1.2.4"))
    assert hashes(pieces(one, "1.2.3")) != hashes(pieces(one))


def test_what_stands_far_to_the_right_is_a_piece_of_its_own():
    near = hashes(pieces("module.exports = a\n"))
    assert hashes(pieces("module.exports = a" + " " * 200 + "run()\n"))[:1] == near
    assert hashes(pieces("module.exports = a\t" + "\t" * 40 + "run()\n"))[:1] == near


def test_each_piece_knows_its_line():
    assert line_numbers(pieces("\n\na; b\n\n\nc")) == [3, 3, 6]


def test_encoded_data_is_a_long_run():
    assert sketch("a.js", b"x = '" + b"QUJD" * 200 + b"'", "").encoded == 800
    assert sketch("a.js", b"x = '" + rb"\x41" * 200 + b"'", "").encoded == 800
    assert sketch("a.js", b"one two three four\n" * 500, "").encoded == 0
    assert sketch("a.js", b"sha512-" + b"A" * 88, "").encoded == 0


def test_what_is_too_long_keeps_no_pieces_and_still_its_shape():
    long = sketch("a.js", b"a\n" * (3 << 20 >> 1), "")
    assert long.pieces == b""
    assert (long.lines, long.longest) == ((3 << 20 >> 1) + 1, 1)
    assert sketch("a.js", b"a;" * 200_000, "").pieces == b""


def test_hostile_text_costs_no_more_than_its_length():
    for worst in (b" " * 23 + b"a", b";", b"A" * 511 + b" ", b"\\x41" * 63 + b"\n", b"\t"):
        data = worst * ((1 << 20) // len(worst))
        started = time.perf_counter()
        sketch("a.js", data, "1.0.0")
        assert time.perf_counter() - started < 2


@given(st.binary(max_size=400), st.text(max_size=8))
def test_any_bytes_are_sketched(data, version):
    found = sketch("a.js", data, version)
    assert found.size == len(data)
    numbers = line_numbers(found.pieces)
    assert len(numbers) == len(hashes(found.pieces))
    assert numbers == sorted(numbers)
    assert all(1 <= number <= found.lines for number in numbers)


@given(
    st.lists(st.sampled_from([b"a", b";", b"\n", b"\t", b" " * 24, b" ", b"//# sourceMappingURL=", b"1.2.3"])).map(
        b"".join
    )
)
def test_pieces_may_be_cut_later_and_are_never_more_than_was_said(data):
    at_once = sketch("a.js", data, "1.2.3")
    assert with_pieces(sketch("a.js", data, "1.2.3", cut=False), data, "1.2.3") == at_once
    assert len(at_once.pieces) // 4 <= most_pieces(data)
