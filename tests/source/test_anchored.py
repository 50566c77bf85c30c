import re

from hypothesis import given
from hypothesis import strategies as st

from customhouse.source import obfuscation
from customhouse.source.anchored import around, class_table, places, run_at, starting
from customhouse.source.javascript import capabilities, conditions, decoders, loops

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


@given(_DATA)
def test_around_finds_what_the_expression_finds(data):
    shape = dict(decoders._SHAPES)[b"indexOf"]
    assert _spans(around(shape, data, b"indexOf", *decoders._REACH[b"indexOf"])) == _spans(shape.finditer(data))
    turned = obfuscation._TURN
    found = around(turned, data, b"shift", obfuscation._BEFORE_SHIFT, obfuscation._AFTER_SHIFT)
    assert _spans(found) == _spans(turned.finditer(data))


def test_around_reaches_the_longest_match():
    name = b"n" * 41
    blanks = b" " * 8
    longest = name + b".charAt(" + blanks + b"(" + blanks + name + b".indexOf("
    shape = dict(decoders._SHAPES)[b"indexOf"]
    data = b"; " + longest + b"; " + longest
    assert _spans(around(shape, data, b"indexOf", *decoders._REACH[b"indexOf"])) == _spans(shape.finditer(data))
    assert len(_spans(shape.finditer(data))) == 2
    table, gap = b"t" * 61, b" " * 4
    turning = (
        table + gap + b"[" + gap + rb"'\x70\x75\x73\x68'" + gap + b"]" + gap + b"(" + gap + table + gap + b"[" + gap
    )
    turning += rb"'\x73\x68\x69\x66\x74'" + gap + b"]" + gap + b"(" + gap + b")" + gap + b")"
    assert obfuscation._TURN.fullmatch(turning)
    word = obfuscation._SHIFTS[1]
    found = list(around(obfuscation._TURN, b";" + turning, word, obfuscation._BEFORE_SHIFT, obfuscation._AFTER_SHIFT))
    assert _spans(found) == [(1, 1 + len(turning))]


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


@given(_DATA)
def test_marks_are_those_of_the_plain_expressions(data):
    spelled = [match.span() for match in re.finditer(rb"(?:\\x[2-7][0-9a-fA-F]|\\u00[2-7][0-9a-fA-F]){4,}", data)]
    assert _spans(obfuscation._SPELLED.finditer(data)) == spelled
    assert obfuscation._alike(data) == obfuscation._ALIKE_NAME.findall(data)
    whole = re.findall(rb"(?<![\w$])_0x[0-9a-fA-F]{3,8}(?![\w$])", data)
    assert obfuscation._generated(data) == whole
