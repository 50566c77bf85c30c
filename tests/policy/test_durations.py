from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.policy.durations import duration


@pytest.mark.parametrize(
    ("text", "hours"), [("0", 0), ("72h", 72), ("3d", 72), ("1d12h", 36), ("2w", 336), ("90m", 1.5), ("3600s", 1)]
)
def test_what_people_write(text, hours):
    assert duration(text) == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", "72", "h", "-3d", "3 d", "3D", "1.5h", "P3D", "3d\n", "9999999d", "٣d"])
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match="not a duration"):
        duration(text)


@given(st.lists(st.tuples(st.integers(0, 999_999), st.sampled_from("smhdw")), min_size=1, max_size=4))
def test_parts_add_up(parts):
    text = "".join(f"{count}{unit}" for count, unit in parts)
    assert duration(text) == sum((duration(f"{count}{unit}") for count, unit in parts), timedelta())
