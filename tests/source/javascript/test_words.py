from hypothesis import given
from hypothesis import strategies as st

from customhouse.source.javascript import words
from customhouse.source.javascript.parse import parse
from customhouse.source.javascript.tree import Code
from customhouse.source.javascript.words import WORD_BYTES, Words


def _whole(data, word, start, end):
    found, at = [], data.find(word, start, end)
    while at >= 0:
        after = at + len(word)
        if (at == 0 or data[at - 1] not in WORD_BYTES) and (after >= len(data) or data[after] not in WORD_BYTES):
            found.append(at)
        at = data.find(word, at + 1, end)
    return found


_TEXT = st.lists(
    st.sampled_from([b"ab", b"a", b"$a", b"long_name", b" ", b"\n", b".", b"'", b"\xc3\xa9", b"1"]), max_size=80
)


@given(_TEXT.map(b"".join), st.integers(0, 60), st.integers(0, 200), st.integers(4, 40))
def test_stretches_hold_every_place_of_a_word(data, start, end, least):
    before, words._LEAST = words._LEAST, least
    try:
        code = Code(data, parse("a.js", b"")[1].root_node, 10_000)
        assert code.words == frozenset(data.translate(words._APART).split())
        for word in (b"ab", b"a", b"$a", b"long_name", b"\xc3\xa9", b"1", b"absent", b"'a'", b"a.a"):
            assert code.positions_in(word, start, end) == _whole(data, word, start, end), word
            assert code.positions(word) == _whole(data, word, 0, len(data)), word
            assert code.positions_in(word, start, end) == [
                at for at in _whole(data, word, 0, len(data)) if start <= at < end
            ]
    finally:
        words._LEAST = before


def test_a_large_file_is_cut_between_words():
    data = b"word " * 100_000 + b"x" * 300_000 + b" rare word"
    every = Words(data)
    assert every.every == {b"word", b"rare", b"x" * 300_000}
    assert list(every.stretches(b"rare", 0, len(data)))[-1][1] == len(data)
    assert len(list(every.stretches(b"rare", 0, len(data)))) == 1
    assert list(every.stretches(b"absent", 0, len(data))) == []
    assert list(every.stretches(b"not.one", 3, 9)) == [(3, 9)]
