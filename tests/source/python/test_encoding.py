import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.source.python.encoding import decode_source, pth_lines


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"x = '\xc3\xa9'", "x = 'é'"),
        (b"\xef\xbb\xbfx", "x"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'", "# -*- coding: latin-1 -*-\nx = 'é'"),
        (
            b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'\x80'",
            "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'€'",
        ),
        (b"x = 1\n# coding: latin-1\n'\xc3\xa9'", "x = 1\n# coding: latin-1\n'é'"),
        (b"'\xe9'", "'é'"),
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
        (b"# coding: utf-7\n+AGk-mport os", "# coding: utf-7\nimport os"),
        (b"# coding: unicode_escape\n\\x69mport os", "# coding: unicode_escape\nimport os"),
    ],
)
def test_text_is_what_python_compiles(data, text):
    assert decode_source(data).data.decode() == text
    assert not decode_source(data).unread


def test_a_disguise_is_named():
    assert decode_source(b"# coding: utf-7\n").disguise == "utf-7"
    assert not decode_source(b"# coding: latin-1\n").disguise


@pytest.mark.parametrize("codec", [b"rot13", b"base64", b"punycode", b"idna", b"undefined", b"no-such-codec", b"pyxl"])
def test_codecs_that_python_refuses_or_that_hide(codec):
    assert decode_source(b"# coding: " + codec + b"\nx").unread


def test_null_bytes():
    source = decode_source(b"x = 1 # \0\nimport os")
    assert "null" in source.unread
    assert b"\0" not in source.data


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"# coding: utf-7\n", b"# coding: shift_jis\n", b"# coding: hz\n", b"\xef\xbb\xbf"]),
)
@settings(max_examples=200, deadline=None)
def test_any_bytes_give_text(data, head):
    source = decode_source(head + data)
    source.data.decode()
    assert b"\r" not in source.data


def test_pth_lines_keep_their_numbers():
    assert pth_lines(b"../x\nimport a\n import b\nimport\tc\nimportlib\n# import d") == b"\nimport a\n\nimport\tc\n\n"


def test_pth_lines_end_where_any_python_says():
    assert pth_lines("x\x0cimport a\u2028import b".encode()) == b"import a; import b"
    assert pth_lines(b"import a; '\x0cimport b'") == b"import a; '\x0cimport b'"
