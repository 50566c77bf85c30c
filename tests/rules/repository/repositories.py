"""An example written to a folder, and judged as `customhouse check` would judge the repository itself."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from customhouse.ecosystems.discovery import discover
from customhouse.engine.repository import judge_case, repository_case
from customhouse.model.locked import Source
from customhouse.model.repository import RepositoryCase
from customhouse.model.verdict import RepositoryVerdict
from customhouse.policy.configuration import Configuration
from customhouse.policy.reading import parse_configuration
from customhouse.rules.repository.example import RepositoryExample


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Stand in a folder, so that paths are told relative to it."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files, each to its path below `folder`."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return folder


def _sources(folder: Path) -> tuple[Source, ...]:
    with inside(folder):
        return discover((Path(),))


def case_of(example: RepositoryExample, folder: Path) -> tuple[RepositoryCase, Configuration]:
    """Write the example's files and gather its case; what the network would have said is the example's."""
    configuration = parse_configuration(example.configuration, "customhouse.toml")
    base = None
    if example.base is not None:
        (folder / "base").mkdir()
        base = _sources(write(folder / "base", example.base))
    (folder / "now").mkdir()
    now = write(folder / "now", example.files)
    with inside(now):
        case = repository_case((Path(),), _sources(now), configuration, example.now, base)
    if example.registries:
        case = msgspec.structs.replace(case, registries=example.registries)
    if example.public:
        case = msgspec.structs.replace(case, public_answers=example.public)
    return case, configuration


def judged(example: RepositoryExample, folder: Path) -> RepositoryVerdict:
    """Run every rule over the example's repository, and decide."""
    return judge_case(*case_of(example, folder))
