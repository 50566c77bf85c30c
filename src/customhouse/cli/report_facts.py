"""What documents say of themselves: when they were made, and of what."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from customhouse.model.audit import Audit
from customhouse.model.errors import CustomhouseError

#: Environment variable of reproducible builds: seconds since 1970 (https://reproducible-builds.org/specs/).
_EPOCH = "SOURCE_DATE_EPOCH"


def report_time(audit: Audit) -> datetime:
    """Return the time to put on a document: SOURCE_DATE_EPOCH, else that of the latest evidence, else now (UTC).

    Raises CustomhouseError when SOURCE_DATE_EPOCH is no time.
    """
    given = os.environ.get(_EPOCH, "")
    if given:
        try:
            return datetime.fromtimestamp(int(given), UTC)
        except (ValueError, OverflowError, OSError):
            raise CustomhouseError(
                f"{_EPOCH} is no time: {given!r}", hint=f"write seconds since 1970: {_EPOCH}=$(git log -1 --format=%ct)"
            ) from None
    collected = [
        status.collected for one in audit.packages for status in one.verdict.evidence if status.collected is not None
    ]
    return max(collected, default=datetime.now(UTC))


def project_name(paths: Sequence[Path]) -> str:
    """Name what was looked at: the folder that the first path is, or lies in."""
    first = paths[0].resolve()
    return (first if first.is_dir() else first.parent).name or "project"
