"""Names of archives, in addresses and alone: `axios-1.14.1.tgz`, `litellm-1.82.8-py3-none-any.whl`."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from customhouse.hunt.logs.clients.interface import Named
from customhouse.model.hunt import Grade

_TARBALL = re.compile(
    r"(?:(@[\w.~-]{1,100})/)?([\w.~-]{1,214})/-/(?:@[\w.~-]{1,100}/)?([\w.~+-]{1,300})\.tgz", re.IGNORECASE
)
_WHEEL = re.compile(
    r"(?<![\w.-])([A-Za-z0-9][\w.]{0,100})-([0-9][\w.!+]{0,60})(?:-[0-9]\w{0,20})?-[\w.]{2,80}-\w{2,60}-[\w.]{2,200}\.whl"
    r"(\.metadata)?"
)
_SDIST = re.compile(
    r"(?<![\w.-])([A-Za-z0-9][\w.-]{0,100}?)-([0-9][\w.!+]{0,60}?)\.(?:tar\.gz|tar\.bz2|zip)\b(\.metadata)?"
)
_STATUS = re.compile(r"\bGET \(?([0-9]{3})\b|\bHTTP/[0-9.]{1,3}\"? ([0-9]{3})\b|\b[A-Z_]{3,40}/([0-9]{3})\b")
_GOT = re.compile(
    r"(?i)\b(?:download(?:ing|ed)|using cached|fetch(?:ed|ing)|performing \"GET\"|GET|saved|http cache)\b"
)


def archives_in(line: str) -> Iterator[Named]:
    """Give the releases whose archives a line names; fetched where it tells of a download that did not fail."""
    text = unquote(line) if "%" in line else line
    grade, says = _grade(text)
    for scope, base, file in _TARBALL.findall(text):
        if file.startswith(f"{base}-"):
            yield Named("npm", f"{scope}/{base}" if scope else base, file[len(base) + 1 :], grade, says)
    for found in (*_WHEEL.finditer(text), *_SDIST.finditer(text)):
        if found[3] and grade == "fetched":
            yield Named("pypi", found[1], found[2], "resolved", "was looked at, by its metadata")
        else:
            yield Named("pypi", found[1], found[2], grade, says)


def _grade(text: str) -> tuple[Grade, str]:
    status = _STATUS.search(text)
    code = next((group for group in status.groups() if group), "") if status else ""
    if code[:1] in ("4", "5"):
        return "resolved", f"was asked for, and answered with {code}"
    if code or _GOT.search(text):
        return "fetched", "was downloaded"
    return "resolved", "has its archive named"
