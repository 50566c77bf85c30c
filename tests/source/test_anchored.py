import re

from hypothesis import given
from hypothesis import strategies as st

from customhouse.source import obfuscation
from customhouse.source.anchored import around, class_table, places, run_at, starting
from customhouse.source.javascript import capabilities, conditions, loops

_DATA = st.lists(
    st.sampled_from(
        [
            *(b"a", b"$", b"_0xab12", b"indexOf", b".indexOf(", b"[", b"]", b"(", b")", b".charAt(", b" ", b"\n", b";"),
            *(
                b".push(",
                b".shift()",
                b"shift",
                b"['push']",
                b"['shift']",
                b"while",
                b"for",
                b"(true)",
                b"(;;)",
                b"eval",
            ),
            *(b"(function(p,a,c,k,e){", b"new Date(", b"new", b"'", b"Date.now()", b"__filename", b"import.meta.url"),
            *(
                b"module.path",
                b"module.paths",
                b"process.argv[1]",
                b"lI1lI1lI",
                b"O0O0O0O0",
                b"\\x41",
                b"\\u0041",
                b"x",
            ),
            *(b"![]", b"+", b"require.main.filename", b"\xff", b"1", b"for(a;1;", b"a.push(a.shift())"),
        ]
    ),
    max_size=40,
).map(b"".join)


def _spans(matches):
    return [match.span() for match in matches]


@given(_DATA)
def test_places_are_all_that_a_search_finds(data):
    assert list(places(data, b"a")) == [match.start() for match in re.finditer(rb"(?=a)", data)]


#: A shape around a word, as far before and behind it as it reaches.
_LOOKED_UP = re.compile(rb"[A-Za-z_$][\w$]{0,40}\[\(?[A-Za-z_$][\w$]{0,40}\.indexOf\(")
_BEFORE, _BEHIND = 84, 8


@given(_DATA)
def test_around_finds_what_the_expression_finds(data):
    found = around(_LOOKED_UP, data, b"indexOf", _BEFORE, _BEHIND)
    assert _spans(found) == _spans(_LOOKED_UP.finditer(data))


def test_around_reaches_the_longest_match():
    name = b"n" * 41
    longest = name + b"[(" + name + b".indexOf("
    data = b"; " + longest + b"; " + longest
    found = around(_LOOKED_UP, data, b"indexOf", _BEFORE + 1, _BEHIND)
    assert _spans(found) == _spans(_LOOKED_UP.finditer(data))
    assert len(_spans(_LOOKED_UP.finditer(data))) == 2


@given(_DATA)
def test_starting_finds_what_the_expression_finds(data):
    for pattern, words in (
        (loops._ENDLESS, (b"while", b"for")),
        (conditions._DATE, (b"new", b"Date.now")),
        (capabilities._OWN_PATH, capabilities._OWN_PATH_WORDS),
        (obfuscation._PACKED, (b"eval",)),
    ):
        assert _spans(starting(pattern, data, words)) == _spans(pattern.finditer(data))


@given(_DATA)
def test_a_run_is_found_where_an_expression_finds_it(data):
    found = re.search(rb"[\[\]()!+]{4}", data)
    assert run_at(data, class_table(b"[]()!+"), 4) == (found.start() if found else -1)
