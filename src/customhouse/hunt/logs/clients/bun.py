"""Bun: direct dependencies by name."""

import re

from customhouse.hunt.logs.clients.interface import Client, Form, by_forms, expression

_FORMS: tuple[Form, ...] = (
    (expression(r"BEGINinstalled NAME@VERSION(?=\s|$)"), "fetched", "was installed"),
    (expression(r"\[GetManifest\].{0,40}NAME@VERSION"), "resolved", "was chosen"),
)

BUN = Client(
    "bun",
    "npm",
    by_forms("npm", _FORMS),
    silent=((b" packages installed", re.compile(r"\d+ packages? installed \[")),),
)
