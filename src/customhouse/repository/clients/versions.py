"""The version of a client that a repository names, or the lowest that it lets in."""

import re

import msgspec

from customhouse.model.lazy_regex import lazy_regex

_COMPARATOR = lazy_regex(r"(<=|>=|===|==|~=|!=|<|>|\^|~|=)?\s*v?(\d+(?:\.\d+){0,2})(?:\.[x*])*")
_EXACT = lazy_regex(r"\s*=*\s*v?\d+\.\d+(?:\.\d+)?\s*")


class Version(msgspec.Struct, frozen=True):
    """A version that is in use, or, when not `exact`, the lowest of those that may be."""

    numbers: tuple[int, ...]
    exact: bool = False

    def __str__(self) -> str:
        """Write it, with `>=` where higher ones may be in use."""
        return ("" if self.exact else ">=") + ".".join(str(part) for part in self.numbers)


def lowest(text: str) -> Version | None:
    """Give the lowest version that a version or a range admits; None when it has no lower bound.

    Reads npm ranges (`^9 || >=10.1 <11`) and Python specifiers (`>=2,<3`) alike, and passes over what follows a
    version, as the digest in `pnpm@9.1.0+sha512…`.
    """
    found: list[tuple[int, ...]] = []
    plain = re.sub(r"[+-][0-9A-Za-z][0-9A-Za-z.+-]*", " ", text)
    for alternative in plain.split("||"):
        bounds = [
            tuple(int(part) for part in number.split("."))
            for operator, number in _COMPARATOR.findall(alternative.partition(" - ")[0])
            if operator not in ("<", "<=", "!=")
        ]
        if not bounds:
            return None
        found.append(max(bounds))
    return Version(min(found), exact=bool(_EXACT.fullmatch(plain)))


def shown(version: Version | None) -> str:
    """Write a version; empty for none."""
    return str(version) if version else ""


def at_least(version: Version | None, *wanted: int) -> bool:
    """Whether a version is known to be as high as `wanted`."""
    return version is not None and version.numbers >= wanted


def below(version: Version | None, *wanted: int) -> bool:
    """Whether a version is known to be lower than `wanted`: one that is only a lower bound never is."""
    return version is not None and version.exact and version.numbers < wanted
