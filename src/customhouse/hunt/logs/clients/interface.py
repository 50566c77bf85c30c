"""What a client's lines tell: which release, and how far it got."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from customhouse.model.hunt import Grade
from customhouse.model.intelligence import Confidence
from customhouse.model.purl import Ecosystem


class Named(NamedTuple):
    """A release that a line names. `version` is empty where the line tells of the package alone."""

    ecosystem: Ecosystem
    name: str
    version: str
    grade: Grade
    #: What the line says of it, after its name: `was added`.
    says: str
    confidence: Confidence = "high"


class Client(msgspec.Struct, frozen=True):
    """One client: how its lines are read, and what shows that it would have named a package.

    Both lists hold a text that is quickly searched for, and an expression that decides on the line that it stands in.
    """

    name: str
    ecosystem: Ecosystem
    read: Callable[[str], Iterator[Named]]
    #: Lines that name every package that is installed, or looked at on the way.
    naming: tuple[tuple[bytes, re.Pattern[str]], ...] = ()
    #: Lines that tell of an installation, and not of what.
    silent: tuple[tuple[bytes, re.Pattern[str]], ...] = ()


#: Names and versions as npm's clients write them; bounded, for lines may be long.
NPM_NAME = r"(@[\w.~-]{1,100}/[\w.~-]{1,214}|[\w.~-]{1,214})"
NPM_VERSION = r"v?([0-9]{1,20}\.[0-9]{1,20}\.[0-9]{1,20}(?:-[\w.-]{1,100})?(?:\+[\w.-]{1,100})?)"
#: Names and versions of Python's (PEP 508, PEP 440).
PY_NAME = r"([A-Za-z0-9](?:[\w.-]{0,100}[A-Za-z0-9])?)"
PY_VERSION = r"v?([0-9](?:[\w.!+]{0,60}[A-Za-z0-9])?)"
#: What a line may begin with before a client's own words: a runner's prefix, a frame, blanks.
BEGIN = r"(?:^|[\s\]|│:])"


def expression(text: str) -> re.Pattern[str]:
    """Compile a line's form: NAME and VERSION are npm's, PROJECT and RELEASE Python's, BEGIN its beginning."""
    for word, meaning in (("NAME", NPM_NAME), ("VERSION", NPM_VERSION), ("PROJECT", PY_NAME), ("RELEASE", PY_VERSION),
                          ("BEGIN", BEGIN)):  # fmt: skip
        text = text.replace(word, meaning)
    return re.compile(text)


#: A form of line: its expression with groups for name and version, the grade, and what it says.
Form = tuple[re.Pattern[str], Grade, str]


def by_forms(ecosystem: Ecosystem, forms: tuple[Form, ...]) -> Callable[[str], Iterator[Named]]:
    """Make a reader of forms that each have a name and a version, in this order."""

    def read(line: str) -> Iterator[Named]:
        for form, grade, says in forms:
            for found in form.finditer(line):
                yield Named(ecosystem, found[1], found[2], grade, says)

    return read
