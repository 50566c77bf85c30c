"""uv: every change of an environment by name, what it builds, and what it writes into its lock."""

import re

from customhouse.hunt.logs.clients.interface import Client, Form, by_forms, expression

_FORMS: tuple[Form, ...] = (
    (expression(r"BEGIN\+ PROJECT==RELEASE(?=\s|$)"), "fetched", "was installed"),
    (expression(r"BEGIN~ PROJECT==RELEASE(?=\s|$)"), "fetched", "was installed again"),
    (expression(r"BEGIN- PROJECT==RELEASE(?=\s|$)"), "fetched", "was installed before, and was removed"),
    (expression(r"BEGIN(?:Building|Built) PROJECT==RELEASE(?=\s|$)"), "script-ran", "was built, which runs its code"),
    (expression(r"\bSelecting: PROJECT==RELEASE\b"), "resolved", "was chosen"),
    (expression(r"BEGINAdded PROJECT RELEASE(?=\s|$)"), "resolved", "was written into the lock"),
    (expression(r"BEGINUpdated PROJECT \S{1,60} -> RELEASE(?=\s|$)"), "resolved", "was written into the lock"),
)

UV = Client(
    "uv",
    "pypi",
    by_forms("pypi", _FORMS),
    naming=((b"==", re.compile(r"(?:^|\s)[+~] [A-Za-z0-9][\w.-]*==\d")),),
    silent=((b"Audited ", re.compile(r"Audited \d+ packages?")), (b"Prepared ", re.compile(r"Prepared \d+ packages?"))),
)
