"""npm: what it prints, and what it prints with `--loglevel http`, `verbose` or `silly`."""

import re

from customhouse.hunt.logs.clients.interface import Client, Form, by_forms, expression

_SCRIPT = r"(?:pre|post)?(?:install|prepare)"
_FORMS: tuple[Form, ...] = (
    (expression(r"BEGIN\+ NAME@VERSION(?=\s|$)"), "fetched", "was added"),
    (expression(r"(?i)\b(?:sill|silly) (?:extract|ADD|tarball trying) NAME@VERSION"), "fetched", "was unpacked"),
    (expression(rf"> NAME@VERSION {_SCRIPT}\b"), "script-ran", "ran a script of its own"),
    (expression(rf"\binfo run NAME@VERSION {_SCRIPT}\b"), "script-ran", "ran a script of its own"),
    (expression(rf"\binfo lifecycle NAME@VERSION~{_SCRIPT}:"), "script-ran", "ran a script of its own"),
    (expression(r"\b(?:sill|silly) placeDep \S{1,400} NAME@VERSION"), "resolved", "was placed in the tree"),
    (expression(r"\b(?:add|change) NAME (?:\S{1,60} => )?VERSION(?=\s|$)"), "resolved", "would be added"),
    (expression(r"(?i)\bwarn deprecated NAME@VERSION"), "resolved", "was chosen, and is deprecated"),
    (expression(r"(?:[├└+`][─-]{2}[┬─-]?|[├└]─┬) (?:UNMET \w+ )*NAME@VERSION"), "resolved", "stands in the tree"),
)

NPM = Client(
    "npm",
    "npm",
    by_forms("npm", _FORMS),
    naming=(
        (b"http fetch GET ", re.compile(r"http fetch GET \d{3} \S+\.tgz")),
        (b"http cache ", re.compile(r"http cache \S+\.tgz")),
        (b" placeDep ", re.compile(r"sill(?:y)? placeDep ")),
    ),
    silent=(
        (b"added ", re.compile(r"added \d+ packages?\b")),
        (b"changed ", re.compile(r"changed \d+ packages?\b")),
        (b"up to date", re.compile(r"\bup to date(?:,| in )")),
    ),
)
