"""The bounds on archives: built in, and as configured."""

import msgspec

from customhouse.archives.stream import DEFAULT_LIMITS, Limits
from customhouse.policy.configuration import Configuration


def archive_limits(configuration: Configuration) -> Limits:
    """Return the bounds on archives: the built-in ones, and what the configuration sets of them."""
    configured = msgspec.structs.asdict(configuration.limits)
    del configured["max_archive"]  # bounds the download, not the reading
    return msgspec.structs.replace(
        DEFAULT_LIMITS, **{name: value for name, value in configured.items() if value is not None}
    )
