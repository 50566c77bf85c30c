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


#: pnpm 1 and 2 wrote it; pnpm 3 renamed it.
_PNPM = "write a lock that can be read, with pnpm 3 or later: `pnpm install --lockfile-only`"

UNREAD: tuple[UnreadFormat, ...] = (
    UnreadFormat("pnpm-shrinkwrap", "npm", "shrinkwrap.yaml", _PNPM),
    UnreadFormat(
        "bun-lockb",
        "npm",
        "bun.lockb",
        "write it as text and commit that: `bun install --save-text-lockfile --frozen-lockfile --lockfile-only`",
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
