"""Requirements files that a manifest takes its dependencies from (`file = ["requirements.in"]` of setuptools)."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.lockfile import printable
from customhouse.ecosystems.manifest_format import MAX_MANIFEST
from customhouse.ecosystems.pypi.lockfiles.requirements_lines import decode, lines
from customhouse.ecosystems.pypi.projects.requirement_texts import NoRequirementError, declared
from customhouse.model.declared import Declared, DeclaredScope


def from_files(
    names: object,
    folder: Path,
    files: Files,
    told: tuple[DeclaredScope, str, bool],
    problems: list[str],
) -> Iterator[Declared]:
    """Read what the files ask for; `told` is the scope, group and whether it is optional, of all of it.

    Their lines are the files' own, so none is given. Setuptools takes plain requirements and comments alone.
    """
    scope, group, optional = told
    for name in [names] if isinstance(names, str) else names if isinstance(names, list) else []:
        path = Path(os.path.normpath(folder / name)) if isinstance(name, str) and "\0" not in name else None
        if path is None:
            problems.append(f"{group}: {printable(repr(name))} names no file")
            continue
        try:
            text = decode(files.read(path, MAX_MANIFEST))
        except UnreadableError as error:
            problems.append(f"{group}: {printable(str(name))} cannot be read: {error}")
            continue
        for line in lines(text):
            if line.kind != "requirement" or line.problem:
                problems.append(f"{name} line {line.number}: {line.problem or 'setuptools takes no such line'}")
                continue
            try:
                yield declared(line.text, scope, group, optional=optional)
            except NoRequirementError as error:
                problems.append(f"{name} line {line.number}: {error}")


def from_texts(
    texts: Iterable[tuple[int | None, str]], told: tuple[DeclaredScope, str, bool], problems: list[str]
) -> Iterator[Declared]:
    """Read requirements with the lines they stand in."""
    scope, group, optional = told
    for line, text in texts:
        try:
            yield declared(text, scope, group, line, optional=optional)
        except NoRequirementError as error:
            problems.append(f"line {line}: {error}" if line else f"{group}: {error}")
