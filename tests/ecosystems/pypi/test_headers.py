from email.parser import BytesHeaderParser
from email.policy import compat32

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from customhouse.ecosystems.pypi.headers import read_headers

_PIECES = ("Name", "name", "Version", ":", ": ", "a", "1.0", " ", "\t", "\n", "\r\n", "\r", "\n ", "\n\t", "\r\n  ", "From ",
           "\n\n", "é", "\x0b", "\x0c", "\x1c", "\x85", "\0", ";", "Requires-Dist: b\n")  # fmt: skip


def _by_email(data: bytes) -> dict[str, list[str]]:
    message = BytesHeaderParser(policy=compat32).parsebytes(data)
    found: dict[str, list[str]] = {}
    for name in message:
        found[name.lower()] = [str(value) for value in message.get_all(name, [])]
    return found


@given(st.lists(st.sampled_from(_PIECES), max_size=24).map("".join))
@example("Name: a\nVersion: 1\n b\n\nName: body\n")
@example("Name: a\nname: b\r\n\tc\r\nVersion:\n")
@example("Name: a\n \nVersion: 1\n\n")
@example("Name: a\rVersion: 1\r\rbody")
def test_headers_are_what_the_email_package_reads(text: str) -> None:
    data = text.encode()
    assert dict(read_headers(data)) == _by_email(data)


@pytest.mark.parametrize("data", [b"", b"\n", b"no header\n", b"\xef\xbb\xbfName: a\n", b" folded: a\nName: b\n"])
def test_what_is_malformed_is_read_as_the_email_package_does(data: bytes) -> None:
    assert dict(read_headers(data)) == _by_email(data)


def test_values_keep_their_order_and_folds() -> None:
    found = read_headers(b"Name: a\nClassifier: x\nclassifier:  y\n  z\n\nClassifier: body\n")
    assert found == {"name": ["a"], "classifier": ["x", "y\n  z"]}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("middle", ["", "no header", " folded", "Name"])
def test_a_block_ends_at_a_blank_line_and_nowhere_else(end: str, middle: str) -> None:
    data = end.join(["Name: a", middle, "Version: 1", "", "Name: b", "", "text"]).encode()
    assert dict(read_headers(data)) == _by_email(data)
