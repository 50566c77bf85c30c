"""The gateway's log: one JSON object a line on standard error, through structlog; the access log goes the same way."""

import logging
import sys
from typing import Any

import msgspec
import structlog


def configure_log() -> None:
    """Set structlog up for this process, and let what libraries log through."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _as_json,
        ],
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")


def _as_json(_logger: Any, _method: str, event: structlog.typing.EventDict) -> bytes:
    """Write a line; what JSON has no form for is written as text."""
    try:
        return msgspec.json.encode(event)
    except (TypeError, UnicodeEncodeError):
        return msgspec.json.encode({key: repr(value) for key, value in event.items()})
