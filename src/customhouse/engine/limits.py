"""The bounds on archives: built in, and as configured."""

import msgspec

from customhouse.archives.stream import DEFAULT_LIMITS, Limits
from customhouse.policy.configuration import Configuration

#: A configured bound → the archives room's name for it.
_LIMITS = {
    "max_unpacked_bytes": "max_unpacked",
    "max_member_bytes": "max_member",
    "max_members": "max_members",
    "max_ratio": "max_ratio",
    "max_nesting": "max_nesting",
}


def archive_limits(configuration: Configuration) -> Limits:
    """Return the bounds on archives: the built-in ones, and what the configuration sets of them."""
    configured = msgspec.structs.asdict(configuration.limits)
    named = {ours: configured[theirs] for theirs, ours in _LIMITS.items() if configured[theirs] is not None}
    return msgspec.structs.replace(DEFAULT_LIMITS, **named)
