"""Cases made of source text by the readers, for rules whose facts are easier to write as code than as records."""

import textwrap
from typing import Any

import msgspec

from customhouse.model.code import CodeFacts, Reach
from customhouse.model.evidence import Case
from customhouse.source.read import language_of, read_source
from rules.cases import NPM, PYPI, code_case


def facts(text: str, path: str = "setup.js", reach: Reach = "install", size: int = 0) -> CodeFacts:
    """Read a text as the file at `path`; `size` replaces its size."""
    data = textwrap.dedent(text).encode()
    found = read_source(path, data, language_of(path, data) or "shell")
    assert not found.unread
    return msgspec.structs.replace(found, reach=reach, size=size or found.size)


def of_text(text: str, path: str = "setup.js", reach: Reach = "install", size: int = 0, **parts: Any) -> Case:
    """A release of one file."""
    return code_case(facts(text, path, reach, size), purl=PYPI if path.endswith(".py") else NPM, **parts)
