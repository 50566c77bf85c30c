"""Who wrote a document, and what names it: stable from run to run, so that two inventories can be compared."""

import uuid
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

#: Name space of the documents' UUIDs (RFC 9562, version 5): theirs are derived from what they say.
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:customhouse:document")


def tool() -> tuple[str, str]:
    """Return our name and version; `unreleased` in a source tree that nobody installed."""
    try:
        return "Customhouse", version("customhouse")
    except PackageNotFoundError:
        return "Customhouse", "unreleased"


def utc(moment: datetime) -> str:
    """Write a moment as every one of these formats wants it: `2026-11-21T12:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
