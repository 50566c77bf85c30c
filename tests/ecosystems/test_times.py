from datetime import UTC, datetime

import pytest

from customhouse.ecosystems.times import read_time

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026-03-31T12:00:00.000Z", NOON),
        ("2026-03-31T14:00:00+02:00", NOON),
        ("2026-03-31T12:00:00", NOON),
        ("yesterday", None),
        ("0001-01-01T00:00:00+23:00", None),
        (17, None),
    ],
)
def test_times(text, when):
    assert read_time(text) == when
