import os
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.engine.approval import append_exception, exception_text, write_atomically
from customhouse.model.errors import CustomhouseError
from customhouse.policy.configuration import PolicyException
from customhouse.policy.reading import parse_configuration

EXCEPTION = PolicyException(
    rule="install-script",
    purl="pkg:npm/a@1.0.0",
    digest="sha256:" + "0" * 64,
    reason="read",
    owner="me",
    expires=date(2027, 1, 1),
    approved=date(2026, 11, 21),
)


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b"# only a comment, without a newline",
        b'[cooldown]\nminimum_age = "1d"   # odd   spacing stays\n\n\n',
        b'[cooldown]\r\nminimum_age = "1d"\r\n',
        "# schön\n[gaps]\ndefault = 'hold'\n".encode(),
    ],
)
def test_what_stood_there_stays_byte_for_byte(tmp_path, before):
    path = tmp_path / "customhouse.toml"
    path.write_bytes(before)
    result = append_exception(path, EXCEPTION)
    after = path.read_bytes()
    assert after.startswith(before)
    assert result.exceptions == (EXCEPTION,)
    assert parse_configuration(after.decode(), str(path)) == result
    assert (b"\r\n" in before) == (b"\r\n" in after)
    assert after.count(b"\r\n") in (0, after.count(b"\n"))


def test_several_in_a_row(tmp_path):
    path = tmp_path / "customhouse.toml"
    other = PolicyException(**{key: getattr(EXCEPTION, key) for key in EXCEPTION.__struct_fields__} | {"rule": "other"})
    append_exception(path, EXCEPTION)
    assert append_exception(path, other).exceptions == (EXCEPTION, other)
    with pytest.raises(CustomhouseError, match="already there"):
        append_exception(path, EXCEPTION)


def test_pyproject_gets_its_table(tmp_path):
    path = tmp_path / "pyproject.toml"
    path.write_text('[project]\nname = "x"\n')
    append_exception(path, EXCEPTION)
    assert "[[tool.customhouse.exceptions]]" in path.read_text()
    assert path.read_text().startswith('[project]\nname = "x"\n')


@pytest.mark.parametrize("before", ["exceptions = []\n", "polcy = 1\n", "[broken\n"])
def test_a_result_that_would_not_parse_is_not_written(tmp_path, before):
    path = tmp_path / "customhouse.toml"
    path.write_text(before)
    with pytest.raises(CustomhouseError):
        append_exception(path, EXCEPTION)
    assert path.read_text() == before
    assert [left.name for left in tmp_path.iterdir()] == ["customhouse.toml"]


@given(
    st.text(st.characters(exclude_categories=["Cs"])).filter(str.strip),
    st.lists(st.integers(0, 9), min_size=2, max_size=3),
)
def test_any_reason_reads_back(reason, digits):
    digests = tuple("sha256:" + str(digit) * 64 for digit in digits)
    exception = PolicyException(
        rule="r", purl="pkg:npm/a@1.0.0", digest=digests, reason=reason, owner=reason, expires=date(2027, 1, 1)
    )
    assert parse_configuration(exception_text(exception), "customhouse.toml").exceptions == (exception,)


def test_mode_and_symbolic_link_are_kept(tmp_path):
    path, link = tmp_path / "customhouse.toml", tmp_path / "link.toml"
    path.write_text("")
    path.chmod(0o640)
    link.symlink_to(path)
    append_exception(link, EXCEPTION)
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert "[[exceptions]]" in path.read_text()


def test_a_disk_that_refuses_is_one_error_and_leaves_no_trace(tmp_path, monkeypatch):
    path = tmp_path / "customhouse.toml"
    path.write_text("# before\n")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CustomhouseError, match="No space left"):
        write_atomically(path, b"after")
    assert path.read_text() == "# before\n"
    assert [left.name for left in tmp_path.iterdir()] == ["customhouse.toml"]
