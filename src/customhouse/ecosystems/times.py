"""Publish times as registries write them."""

from datetime import UTC, datetime


def read_time(value: object) -> datetime | None:
    """Read an ISO 8601 time into UTC; without a zone it is UTC already. None when it is not one."""
    if not isinstance(value, str):
        return None
    try:
        when = datetime.fromisoformat(value)
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
