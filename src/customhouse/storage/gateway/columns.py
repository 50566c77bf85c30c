"""How texts and moments lie in the columns, and which texts may.

Names, versions and headers come from whoever writes them, so each must come back as it was, or not be kept: two that
differ must never meet in one row.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from customhouse.model.purl import Purl
from customhouse.storage.gateway.errors import NotKeepableError

#: Bytes (as kept) of one name, version or file name. npm allows 214 and 256, file systems 255. Four of them are a key,
#: and PostgreSQL refuses keys over 2,704 bytes.
LONGEST = 512

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# PostgreSQL keeps no NUL, and UTF-8 has no lone surrogates. The backslash is what the others are written with.
_UNKEPT = re.compile("[\\\\\x00\ud800-\udfff]")
_WIDEST = 5  # bytes that one character takes at most, escaped
_ESCAPED = re.compile(r"\\([0-9a-f]{4})")


class Words(TypeDecorator[str]):
    r"""Any text that Python can hold: NUL, lone surrogates and backslashes lie as `\xxxx`. Compared byte by byte."""

    impl = sqlalchemy.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL is told to compare bytes, as SQLite does, so that both put rows in the same order."""
        return postgresql.TEXT(collation="C") if dialect.name == "postgresql" else sqlalchemy.Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - its signature
        """Escape what cannot lie there."""
        return value if value is None else escaped(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Undo it."""
        if value is None or "\\" not in value:
            return value
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, to the microsecond: `timestamptz` in PostgreSQL, microseconds since 1970 in SQLite."""

    impl = sqlalchemy.BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose by database."""
        return postgresql.TIMESTAMP(timezone=True) if dialect.name == "postgresql" else sqlalchemy.BigInteger()

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Raises ValueError for a time that does not say where on Earth it is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC) if dialect.name == "postgresql" else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return it in UTC, whatever the session's zone is."""
        if value is None:
            return None
        moment: datetime = value if dialect.name == "postgresql" else _EPOCH + timedelta(microseconds=value)
        return moment.astimezone(UTC)


def escaped(text: str) -> str:
    """Return a text as `Words` keeps it."""
    if "\\" not in text and text.isprintable():
        return text
    return _UNKEPT.sub(lambda found: f"\\{ord(found[0]):04x}", text)


def keepable(*texts: str) -> bool:
    """Whether each is short enough to be part of a key."""
    return all(len(text) * _WIDEST <= LONGEST or len(escaped(text).encode()) <= LONGEST for text in texts)


def require_keepable(purl: Purl, filename: str = "", *, as_text: bool = False) -> None:
    """Raise NotKeepableError unless this can be part of a key; with `as_text`, the purl's text by itself as well."""
    # That text is up to three times as long as what it names.
    too_long = as_text and len(str(purl)) > 2 * LONGEST
    if too_long or not keepable(purl.name, purl.version or "", filename):
        raise NotKeepableError(
            f"{str(purl)[:100]}… or its file's name is longer than {LONGEST} bytes, so nothing is kept of it",
            hint="no registry takes such names: look at where it came from",
        )


def cut(text: str, length: int = LONGEST) -> str:
    """Cut a text to so many bytes as kept: for what is told of a client, where a part is better than nothing."""
    if len(text) * _WIDEST <= length:
        return text
    kept = escaped(text)
    if len(kept.encode()) <= length:
        return text
    while len(kept.encode()) > length:
        text = text[: min(len(text) - 1, length)]
        kept = escaped(text)
    return text
