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

UNREAD: tuple[UnreadFormat, ...] = (
    UnreadFormat("yarn-lock", "npm", "yarn.lock", _NPM),
    UnreadFormat("pnpm-lock", "npm", "pnpm-lock.yaml", _NPM),
    UnreadFormat("bun-lock", "npm", "bun.lock", _NPM),
    UnreadFormat("bun-lockb", "npm", "bun.lockb", _NPM),
    UnreadFormat("deno-lock", "npm", "deno.lock", _NPM),
)


def unread_format(path: PurePath) -> UnreadFormat | None:
    """Recognise a file by its name."""
    return next((one for one in UNREAD if fnmatchcase(path.name, one.name)), None)


def unsupported(path: Path, one: UnreadFormat) -> Source:
    """Account for such a file."""
    return Source(
        str(path), one.id, "unsupported", (), f"{one.id} files are recognised and cannot be read yet", one.hint
    )
