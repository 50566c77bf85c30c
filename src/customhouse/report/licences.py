"""Licences as releases state them: SPDX expressions where they are such, a stranger's text where they are not."""

import hashlib
from functools import cache
from typing import Any

import msgspec

#: Characters; what is longer is a licence's text, not its name, and slow to read as an expression.
_LONGEST = 300


class Licence(msgspec.Struct, frozen=True):
    """One statement: `expression` in SPDX's canonical spelling, empty where it is none and only `text` stands."""

    text: str
    expression: str = ""

    @property
    def reference(self) -> str:
        """The name by which an SPDX document speaks of a text that is no expression."""
        return f"LicenseRef-{hashlib.sha256(self.text.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


@cache
def read_licence(text: str) -> Licence:
    """Read `MIT OR Apache-2.0`. Anything with names that SPDX does not list is kept as a text."""
    text = text.strip()
    if len(text) > _LONGEST or not text.isascii():
        return Licence(text)
    from license_expression import ExpressionError  # noqa: PLC0415 - most inventories have no licence to read

    try:
        parsed = _licensing().parse(text, validate=True, strict=True)
    except (ExpressionError, ValueError, RecursionError):
        return Licence(text)
    if parsed is None or any(str(name).startswith("LicenseRef-") for name in parsed.literals):
        return Licence(text)
    return Licence(text, str(parsed))


@cache
def _licensing() -> Any:
    from license_expression import get_spdx_licensing  # noqa: PLC0415 - as above

    return get_spdx_licensing()
