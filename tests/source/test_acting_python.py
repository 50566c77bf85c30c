import sys
import time
import unicodedata

import pytest

from customhouse.source.first_look import first_look


@pytest.mark.parametrize(
    "code", ['x = "™"', "# ℠ here", 'x = {"tm": "™", "a": "🅰"}', "def f() -> None: ...  # nothing\nimport os"]
)
def test_signs_that_no_identifier_holds_and_ellipses_are_plain(code: str) -> None:
    assert first_look(code.encode(), "python").plain


@pytest.mark.parametrize(
    "code", ["ｅval(x)", "import os\nos.ſystem('x')", "_ﬁ = 1", "𝐞𝐱𝐞𝐜(x)", "import os\n(os.  # c\n system)('x')"]
)
def test_letters_that_fold_and_hidden_members_are_not(code: str) -> None:
    assert not first_look(code.encode(), "python").plain


@pytest.mark.parametrize("beside", [b"\x89\x89", b"\xc6", "…".encode(), "\u2028".encode(), b"\xf0\x9f\x98"])
def test_what_is_no_letter_ends_a_word(beside: bytes) -> None:
    for code in (b"exec%s(x)", b"%sexec(x)", b"import%s os\nos.system(x)", b"x\n%simport os\nos.system(x)"):
        assert not first_look(code % beside, "python").plain, code


@pytest.mark.parametrize("code", ["éexec(x)", "execé(x)", "exec名(x)", "𝓍ℯ_eval名(x)"])
def test_letters_of_any_script_belong_to_the_word(code: str) -> None:
    assert first_look(code.encode(), "python").plain


def test_what_folds_to_ascii_in_an_identifier_is_an_identifier_before_it_folds() -> None:
    """What the judge relies on: the compiler refuses every other letter before it folds."""
    folding = [
        letter
        for letter in map(chr, range(0x80, sys.maxunicode + 1))
        if not f"a{letter}".isidentifier() and unicodedata.normalize("NFKC", letter).isascii()
    ]
    assert "™" in folding
    for letter in folding:
        with pytest.raises(SyntaxError):
            compile(f"a{letter} = 1\nb{letter}c = 1", "a.py", "exec")


@pytest.mark.parametrize(
    "unit", [b"import ", b"import (#", b"import (", b"from a import ", b"import\\\n", b"import\n "]
)
def test_lists_that_overlap_are_not_read_again_and_again(unit):
    started = time.process_time()
    first_look(unit * (1_000_000 // len(unit)), "python")
    assert time.process_time() - started < 10
