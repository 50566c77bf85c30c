"""Which words of a file can be the names of files."""

import re

from hypothesis import given
from hypothesis import strategies as st

from customhouse.evidence import started_files
from customhouse.evidence.started_files import names_in

_WORDS = st.sampled_from(
    [b"run.js", b"ab", b"a" * 79, b".b", b" ", b"\n", b"/", b"'", b"@c", b"\xc3\xa9", b"x-y_z+1,2"]
)


@given(st.lists(_WORDS, max_size=30).map(b"".join), st.integers(1, 40))
def test_names_are_all_the_words_that_are_known(data, part):
    every = {match[0].decode() for match in re.finditer(rb"[\w@+,.-]{3,80}", data)}
    before, started_files._PART = started_files._PART, part
    try:
        assert names_in(data, every) == every
        assert names_in(data, {"run.js", "absent", "ab"}) == every & {"run.js"}
    finally:
        started_files._PART = before
