"""Poetry and PDM: every installation by name."""

import re

from customhouse.hunt.logs.clients.interface import Client, Form, by_forms, expression

_POETRY: tuple[Form, ...] = (
    (
        expression(r"[-•] (?:Installing|Downgrading|Updating) PROJECT \((?:\S{1,60} -> )?RELEASE(?: [0-9a-f]{7,40})?\)"
                   r"(?!: Skipped)"),
        "fetched",
        "was installed",
    ),
    (expression(r"[-•] Removing PROJECT \(RELEASE\)"), "fetched", "was installed before, and was removed"),
    (expression(r"[-•] Installing PROJECT \(RELEASE\): Skipped"), "resolved", "was chosen, and was left out"),
)  # fmt: skip
_PDM: tuple[Form, ...] = (
    (expression(r"(?:Install|Update|Reinstall) PROJECT (?:\S{1,60} -> )?RELEASE successful"), "fetched",
     "was installed"),
    (expression(r"Remove PROJECT RELEASE successful"), "fetched", "was installed before, and was removed"),
    (expression(r"(?:Adding|New pin|Use) PROJECT RELEASE(?=\s|$)"), "resolved", "was chosen"),
)  # fmt: skip

POETRY = Client(
    "poetry",
    "pypi",
    by_forms("pypi", _POETRY),
    naming=((b" Installing ", re.compile(r"[-•] Installing \S+ \(\d")),),
    silent=((b"No dependencies to install", re.compile(r"No dependencies to install or update")),),
)
PDM = Client(
    "pdm",
    "pypi",
    by_forms("pypi", _PDM),
    naming=((b" successful", re.compile(r"(?:Install|Update) \S+ \S+.* successful")),),
    silent=((b"All packages are synced", re.compile(r"All packages are synced")),),
)
