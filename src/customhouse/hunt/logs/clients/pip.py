"""pip: it names every distribution that it collects, downloads and installs."""

import re
from collections.abc import Iterator

from customhouse.hunt.logs.clients.interface import Client, Form, Named, by_forms, expression

_FORMS: tuple[Form, ...] = (
    (expression(r"BEGINCollecting PROJECT(?:\[[^\]]{0,200}\])?===?RELEASE(?=[\s;,]|$)"), "declared", "was asked for"),
    (expression(r"Found existing installation: PROJECT RELEASE(?=\s|$)"), "fetched", "was installed already"),
    (expression(r"(?:Successfully uninstalled|Uninstalling) PROJECT-RELEASE(?=[\s:]|$)"), "fetched",
     "was installed before"),
    (expression(r"Would install (?:.{0,4000}? )?PROJECT-RELEASE(?=\s|$)"), "resolved", "would be installed"),
    # `pip freeze` and `pip list`, a line for each.
    (expression(r"^\s{0,4}PROJECT==RELEASE\s*(?:\\|#.*|--hash.*|;.*)?$"), "resolved", "is listed"),
    (expression(r"^PROJECT {1,60}RELEASE\s*$"), "resolved", "is listed"),
)  # fmt: skip
_forms = by_forms("pypi", _FORMS)
_INSTALLED = re.compile(r"Successfully installed (.{1,20000})")
_ONE = expression(r"^PROJECT-RELEASE$")
_SATISFIED = expression(r"Requirement already satisfied: PROJECT\b.{0,400}? in .{0,400}?\(RELEASE\)")
_PINNED = expression(r"Requirement already satisfied: PROJECT==RELEASE(?=\s|$)")


def _read(line: str) -> Iterator[Named]:
    yield from _forms(line)
    if installed := _INSTALLED.search(line):
        for word in installed[1].split():
            if one := _ONE.match(word):
                yield from _splits(one[1], one[2])
    for found in (*_SATISFIED.finditer(line), *_PINNED.finditer(line)):
        yield Named("pypi", found[1], found[2], "fetched", "was installed already")


def _splits(name: str, version: str) -> Iterator[Named]:
    """Give what `a-1-2` may mean: a name may hold `-1`, and so may a version (`1.0-2`)."""
    whole = f"{name}-{version}"
    parts = whole.split("-")
    for at in range(1, min(len(parts), 12)):
        if parts[at][:1].isdigit():
            yield Named("pypi", "-".join(parts[:at]), "-".join(parts[at:]), "fetched", "was installed")


PIP = Client(
    "pip",
    "pypi",
    _read,
    naming=(
        (b"Collecting ", re.compile(r"(?:^|\s)Collecting [A-Za-z0-9]")),
        (b"Successfully installed ", re.compile(r"Successfully installed \S+-\d")),
        (b"Requirement already satisfied: ", re.compile(r"Requirement already satisfied: \S")),
    ),
)
