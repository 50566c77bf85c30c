"""What one Python client is configured to ask: the same record for pip and for uv."""

from collections.abc import Mapping

import msgspec


class Stated(msgspec.Struct, frozen=True):
    """A setting as written, user information and all, and the file or variable that says it."""

    value: str
    source: str

    def __repr__(self) -> str:
        """Leave the value out: it may hold a password."""
        return f"Stated(…, {self.source!r})"


class IndexSettings(msgspec.Struct, frozen=True):
    """The indexes of one client. URLs are as written."""

    default: Stated | None = None
    #: Asked before the default, in this order.
    extra: tuple[Stated, ...] = ()
    #: Canonical project name → the only indexes it may come from.
    pins: Mapping[str, tuple[Stated, ...]] = msgspec.field(default_factory=dict)
    cafile: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def silent(self) -> bool:
        """Whether it names no index on the network at all."""
        stated = (*self.extra, *([self.default] if self.default else []))
        return not any(one.value.startswith(("http://", "https://")) for one in stated)
