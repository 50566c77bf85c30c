"""Blanks that only Unicode knows separate words as spaces do."""

import pytest

from customhouse.evidence.plain_imports import plain_imports
from customhouse.source.first_look import first_look
from customhouse.source.javascript.blanks import spaced
from customhouse.source.javascript.reader import read_javascript

BLANKS = ["\u00a0", "\u1680", "\u2000", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff"]


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize(
    "code",
    ["{}require('child_process').exec('x')", "x;{}require{}('child_process').exec('x')", "let a={}eval{}(y)"],
)
def test_no_blank_hides_a_word(code, blank):
    hidden, plain = code.replace("{}", blank).encode(), code.replace("{}", " ").encode()
    assert not first_look(hidden, "javascript").plain
    found, expected = read_javascript("a.js", hidden, "javascript"), read_javascript("a.js", plain, "javascript")
    assert [(call.callee, call.when) for call in found.calls] == [(call.callee, call.when) for call in expected.calls]
    assert [each.module for each in found.imports] == [each.module for each in expected.imports]
    assert found.calls


@pytest.mark.parametrize("blank", BLANKS)
def test_places_stay_where_they_were(blank):
    data = f"a{blank}b\nc".encode()
    assert len(spaced(data)) == len(data)
    assert spaced(data).split() == [b"a", b"b", b"c"]
    assert spaced("é\u00e8".encode()) == "é\u00e8".encode()
    assert plain_imports(b"require('x')", "javascript") == ("x",)
