"""pnpm: direct dependencies by name, the others only where a script of theirs runs or is kept from it."""

import re
from collections.abc import Iterator

from customhouse.hunt.logs.clients.interface import Client, Form, Named, by_forms, expression

_FORMS: tuple[Form, ...] = (
    (expression(r"BEGIN\+ NAME VERSION(?=\s|$)"), "fetched", "was added"),
    (
        expression(r"\.pnpm/NAME@VERSION(?:[_(][^/\s]{0,300})?/node_modules/\S{1,300} (?:pre|post)?install[$:]"),
        "script-ran",
        "ran a script of its own",
    ),
    (expression(r"(?i)\bwarn\s{1,4}deprecated NAME@VERSION"), "resolved", "was chosen, and is deprecated"),
)
_forms = by_forms("npm", _FORMS)
_KEPT = re.compile(r"(?i)ignored build scripts: (.{1,2000})")
_EACH = expression(r"(?:^|[\s,])NAME@VERSION")
#: In the store a scope's slash is a plus.
_STORED = re.compile(r"(?<=\.pnpm/)(@[^/+\s]{1,100})\+")


def _read(line: str) -> Iterator[Named]:
    yield from _forms(_STORED.sub(r"\1/", line))
    if kept := _KEPT.search(line):
        for name, version in _EACH.findall(kept[1]):
            yield Named("npm", name, version, "fetched", "was installed, its scripts kept from running")


PNPM = Client(
    "pnpm",
    "npm",
    _read,
    silent=(
        (b"Progress: resolved ", re.compile(r"Progress: resolved \d+")),
        (b"Packages: +", re.compile(r"Packages: \+\d+")),
    ),
)
