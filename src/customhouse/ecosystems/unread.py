"""Lockfiles that are known and cannot be read yet: named, so that nobody takes them for audited."""

from fnmatch import fnmatchcase
from pathlib import Path, PurePath

import msgspec

from customhouse.model.locked import Source
from customhouse.model.purl import Ecosystem


class UnreadFormat(msgspec.Struct, frozen=True):
    """A format that is recognised by name. `hint` says what can be audited instead."""

    id: str
    ecosystem: Ecosystem
    #: Glob of the file's name.
    name: str
    hint: str


_NPM = (
    "write a lock that can be read, in a copy of the project: `npm install --package-lock-only`, then check that copy"
)
_PYTHON = "export what it pins and check that: `{}`"

UNREAD: tuple[UnreadFormat, ...] = (
    UnreadFormat("pnpm-lock", "npm", "pnpm-lock.yaml", _NPM),
    UnreadFormat(
        "bun-lockb",
        "npm",
        "bun.lockb",
        "write it as text and commit that: `bun install --save-text-lockfile --frozen-lockfile --lockfile-only`",
    ),
    UnreadFormat(
        "poetry-lock",
        "pypi",
        "poetry.lock",
        _PYTHON.format("poetry export --format requirements.txt -o requirements.txt"),
    ),
    UnreadFormat(
        "pipfile-lock", "pypi", "Pipfile.lock", _PYTHON.format("pipenv requirements --hash > requirements.txt")
    ),
    UnreadFormat(
        "pdm-lock", "pypi", "pdm.lock", _PYTHON.format("pdm export --format requirements -o requirements.txt")
    ),
    UnreadFormat(
        "pylock", "pypi", "pylock.toml", _PYTHON.format("uv pip compile --generate-hashes -o requirements.txt")
    ),
    UnreadFormat(
        "pylock", "pypi", "pylock.*.toml", _PYTHON.format("uv pip compile --generate-hashes -o requirements.txt")
    ),
)


def unread_format(path: PurePath) -> UnreadFormat | None:
    """Recognise a file by its name."""
    return next((one for one in UNREAD if fnmatchcase(path.name, one.name)), None)


def unsupported(path: Path, one: UnreadFormat) -> Source:
    """Account for such a file."""
    return Source(
        str(path), one.id, "unsupported", (), f"{one.id} files are recognised and cannot be read yet", one.hint
    )
