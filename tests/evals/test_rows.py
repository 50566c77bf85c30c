"""Results that a killed run leaves: every whole line counts, the torn one does not, and the next run goes on."""

import msgspec
import pytest

from evals.rows import Rows


class Row(msgspec.Struct, frozen=True):
    value: int
    text: str = ""


def test_what_was_added_is_there_again(tmp_path):
    rows = Rows(tmp_path / "deep" / "rows.jsonl", Row)
    rows.add("a", Row(1))
    rows.add("b", Row(2, "two\nlines"))
    rows.add("a", Row(3))
    again = Rows(tmp_path / "deep" / "rows.jsonl", Row)
    assert [again.get("a"), again.get("b"), again.get("c")] == [Row(3), Row(2, "two\nlines"), None]
    assert again.values() == [Row(3), Row(2, "two\nlines")]


@pytest.mark.parametrize("cut", [1, 5, 12])
def test_a_line_torn_by_a_kill_is_left_out_and_does_not_spoil_the_next(tmp_path, cut):
    path = tmp_path / "rows.jsonl"
    rows = Rows(path, Row)
    rows.add("a", Row(1))
    rows.add("b", Row(2))
    path.write_bytes(path.read_bytes()[:-cut])
    resumed = Rows(path, Row)
    assert (resumed.get("a"), resumed.get("b")) == (Row(1), None)
    resumed.add("c", Row(3))
    assert [Rows(path, Row).get(key) for key in "abc"] == [Row(1), None, Row(3)]
