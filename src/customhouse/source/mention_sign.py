r"""One line of the table of mentions.

A pattern is a regular expression of yara-x (no lookaround, bounded repetition; `\b` works), without regard to case
unless it says so. It is searched in the bytes of a file that can act, and in every text that was folded or decoded.
`where` says what a match may stand in: `s` a string or a template, `c` code (names, calls), `p` the pattern of a
regular expression. A match in a comment or a docstring counts nowhere. Texts are searched as if quoted by `"`.
"""

from typing import NamedTuple

from customhouse.model.code import MentionKind


class Sign(NamedTuple):
    """One line: `label` is the mention's detail; empty where it is to be what was matched."""

    kind: MentionKind
    label: str
    pattern: str
    where: str = "s"
    #: Whether letters' case matters.
    exact: bool = False


def hosts(kind: MentionKind, names: str) -> tuple[Sign, ...]:
    """Names of services: themselves and what is below them, not `notwebhook.site`."""
    return tuple(Sign(kind, name, rf"\b{name.replace('.', chr(92) + '.')}\b") for name in names.split())
