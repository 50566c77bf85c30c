"""What `customhouse harden` would set: the keys, the files as they would be, and what cannot be set, and why."""

from typing import Literal

import msgspec

from customhouse.model.clients import ClientName

Protects = Literal["scripts", "cooldown", "frozen", "exact"]
Syntax = Literal["npmrc", "yarnrc", "yaml", "toml", "requirements"]
Value = bool | int | str | tuple[str, ...]


class Setting(msgspec.Struct, frozen=True):
    """One key that one client should have. `key` is the path of keys in the file; `why` a clause."""

    client: ClientName
    protects: Protects
    path: str
    syntax: Syntax
    key: tuple[str, ...]
    value: Value
    why: str
    #: Lines put above a new key, without the sign that makes them comments.
    comments: tuple[str, ...] = ()
    #: What must be run once the file is written, for the lock to agree with it; empty when nothing.
    after: str = ""


class Impossible(msgspec.Struct, frozen=True):
    """A protection that a client cannot be given here."""

    client: ClientName
    folder: str
    protects: Protects
    reason: str
    hint: str


class FileChange(msgspec.Struct, frozen=True):
    """A file as it is (empty when there is none) and as it would be, with the settings that make the difference."""

    path: str
    before: str
    after: str
    settings: tuple[Setting, ...]


class Hardening(msgspec.Struct, frozen=True):
    """Everything that could be set in a repository, and what could not."""

    changes: tuple[FileChange, ...] = ()
    impossible: tuple[Impossible, ...] = ()
    #: Clients found, as `pnpm 10.16.0 in services/a`.
    clients: tuple[str, ...] = ()
