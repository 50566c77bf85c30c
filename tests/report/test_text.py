import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from customhouse.report.text import UNSAFE, counted, visible, visible_lines


@given(st.text(st.characters()))
def test_nothing_invisible_is_left(text):
    shown = visible(text)
    assert UNSAFE.search(shown) is None
    assert not [
        c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and c not in _FORMAT
    ]


#: Format characters that are seen (they enclose digits) or stand in ordinary Arabic, Syriac and Kaithi text, or in
#: notations (hieroglyphs, shorthand) that no package manager shows: none of them hides or reorders other text.
_FORMAT = {
    chr(code)
    for first, last in (
        (0x600, 0x605), (0x6DD, 0x6DD), (0x70F, 0x70F), (0x890, 0x891), (0x8E2, 0x8E2), (0x110BD, 0x110BD),
        (0x110CD, 0x110CD), (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3),
    )
    for code in range(first, last + 1)
}  # fmt: skip


@given(st.text(st.characters(categories=["L", "N", "P"], exclude_characters="\u115f\u1160\u3164\uffa0")))
def test_ordinary_text_stays(text):
    assert visible(text) == text


def test_escapes_can_be_read():
    assert visible("a\x1b[0m\n\u202e\ud800\U000e0041\x9b") == r"a\x1b[0m\n\u202e\ud800\U000e0041\x9b"


def test_lines_of_a_page_stay_lines():
    assert visible_lines("a\n\tb\x07") == "a\n\\tb\\x07"


def test_counts():
    assert [counted(0, "package"), counted(1, "package"), counted(2, "entry", "entries")] == [
        "0 packages",
        "1 package",
        "2 entries",
    ]
