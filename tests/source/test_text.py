import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.source.text import MAX_OF_A_KIND, OFFSCREEN_BLANKS, text_anomalies

FLAG = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


def kinds(text, language="javascript"):
    return [(one.kind, one.line, one.detail) for one in text_anomalies(text.encode(), language)]


@pytest.mark.parametrize("language", ["javascript", "typescript", "python"])
def test_bidirectional_controls_and_where_they_stand(language):
    comment = "#" if language == "python" else "//"
    text = f"a = 1\nb = 'x\u202ey'\n{comment} \u2066 z\n"
    assert kinds(text, language) == [
        ("bidirectional", 2, "U+202E RIGHT-TO-LEFT OVERRIDE in a string"),
        ("bidirectional", 3, "U+2066 LEFT-TO-RIGHT ISOLATE in a comment"),
    ]


def test_columns_are_characters():
    (one,) = text_anomalies("é = '\u202e'".encode(), "python")
    assert (one.line, one.column) == (1, 6)


@pytest.mark.parametrize("character", ["\u200b", "\u3164", "\u00ad", "\u2060", "\uffa0"])
def test_invisible_in_code(character):
    assert [kind for kind, _, _ in kinds(f"const a{character}b = 1")] == ["invisible"]


def test_many_zero_width_characters_in_a_string_hide_something():
    assert kinds("x = '" + "\u200b\u200c" * 40 + "'")[0][2] == "80 characters from U+200B ZERO WIDTH SPACE in a string"


def test_a_payload_in_variation_selectors():
    payload = "".join(chr(0xE0100 + byte) for byte in b"console.log(1)")
    (one,) = kinds(f"const s = v => [...v]; eval(s(`\u2764{payload}`))")
    assert one[0] == "variation-run"
    assert one[2] == "14 characters from U+E0163 VARIATION SELECTOR-116 in a string"


def test_an_emoji_s_selector_typed_thrice_hides_nothing_but_a_long_row_of_them_might():
    assert kinds("x = '\U0001f6a8" + "\ufe0f" * 3 + " obsolete'") == []
    assert kinds("x = '\U0001f6a8\ufe0f\ufe0e\ufe0f'")[0][0] == "variation-run"
    assert kinds("x = '" + "\ufe0f" * 16 + "'")[0][0] == "variation-run"


def test_tag_characters():
    assert [kind for kind, _, _ in kinds("x = '\U000e0068\U000e0069'")] == ["tag"]


@pytest.mark.parametrize("word", ["p\u0430ypal", "\u0410dmin", "fetc\u04bb", "c\u043enst_a"])
def test_look_alikes_in_identifiers(word):
    assert [kind for kind, _, _ in kinds(f"{word} = 1", "python")] == ["homoglyph"]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffx = 1",
        "x = '👩\u200d👩\u200d👧 ❤\ufe0f'",
        f"x = '{FLAG}'",
        "x = 'می\u200cخواهم'  ",
        "// soft\u00adhyphen in a comment",
        "имя = 1",
        "Δx = 1\nσ_x = 2\nλ = 3",
        "s = 'Москва and Moscow, аbc'",
        "re = /[а-яёa-z]/",
        "x = '" + " " * 400 + "y'",
        "x = 1;" + " " * 400 + "// far away comment",
        "x = [" + " " * 400 + "]",
        "x = 1" + " " * 4000 + "\ny = 2",
        "\n".join(" " * 200 + f"deep{n}()" for n in range(1, 4)).replace(" " * 200, "  if (a) {\n" + " " * 120, 1),
    ],
)
def test_ordinary_text(text):
    assert kinds(text) == []


@pytest.mark.parametrize(
    "blanks", [" " * OFFSCREEN_BLANKS, "\t" * OFFSCREEN_BLANKS, " \t" * OFFSCREEN_BLANKS, "\t" * 23 + " " * 140]
)
def test_code_pushed_off_the_screen(blanks):
    ((kind, line, detail),) = kinds(f"a();\nconst x = 1;{blanks}require('c' + 'p').exec('id')\nb();")
    assert (kind, line) == ("offscreen", 2)
    assert detail == f"{len(blanks)} blanks in code, then: require('c' + 'p').exec('id')"


def test_code_pushed_off_the_screen_from_the_lines_start():
    assert kinds("a = 1\n" + " " * 300 + "\\\nimport os\n", "python") == []
    assert [kind for kind, _, _ in kinds("a();\n" + " " * 300 + "evil();\nb();")] == ["offscreen"]


def test_anomalies_of_a_kind_are_bounded():
    assert len(text_anomalies(("x = '\u202e'\n" * 500).encode(), "python")) == MAX_OF_A_KIND


def test_bytes_that_are_no_text():
    assert text_anomalies(b"\xff\xfe\x00a" * 100, "python") == ()


@pytest.mark.parametrize(
    "text",
    [
        " " * 600_000,
        (" " * 149 + "\n") * 4_000,
        "а" * 300_000,
        "a\u0430" * 100_000,
        "\u200b" * 300_000,
        " \t" * 300_000 + "\n",
    ],
)
def test_hostile_texts_take_little_time(text):
    start = time.process_time()
    text_anomalies(text.encode(), "javascript")
    assert time.process_time() - start < 2


@given(st.text(max_size=300), st.sampled_from(["javascript", "typescript", "python"]))
@settings(max_examples=150, deadline=None)
def test_any_text(text, language):
    for one in text_anomalies(text.encode("utf-8", "replace"), language):
        assert one.line >= 1
        assert one.column >= 1
