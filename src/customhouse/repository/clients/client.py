"""What one file a client gives: its state in a folder, and the settings that it should have."""

import math
from collections.abc import Callable, Iterator
from datetime import timedelta

import msgspec

from customhouse.model.clients import ClientName, ClientState, Protection
from customhouse.model.hardening import Impossible, Setting
from customhouse.model.purl import Ecosystem
from customhouse.repository.clients.project import Project
from customhouse.repository.clients.written import Written


class Found(msgspec.Struct, frozen=True):
    """What was found of one protection. `note` says in a clause why it is not on."""

    protection: Protection
    at: Written | None = None
    note: str = ""
    #: Of a cooldown, where it is a span.
    seconds: float | None = None


class Wanted(msgspec.Struct, frozen=True):
    """What policy wants of the clients: the least age of a release, and exact versions when dependencies are added."""

    npm_age: timedelta
    pypi_age: timedelta
    exact: bool = False

    def age(self, ecosystem: Ecosystem) -> timedelta:
        """The least age of a release of one ecosystem."""
        return self.npm_age if ecosystem == "npm" else self.pypi_age


Harden = Callable[[Project, ClientState, Wanted], Iterator[Setting | Impossible]]


class Client(msgspec.Struct, frozen=True):
    """A client: how its state is read, and what it should be told."""

    name: ClientName
    ecosystem: Ecosystem
    read: Callable[[Project], ClientState]
    harden: Harden


def state(
    client: ClientName, project: Project, version: str, *, scripts: Found, cooldown: Found, frozen: Found
) -> ClientState:
    """Put a state together."""
    return ClientState(
        client,
        str(project.folder),
        version,
        scripts=scripts.protection,
        scripts_path=scripts.at.path if scripts.at else "",
        scripts_line=scripts.at.line if scripts.at else None,
        scripts_note=scripts.note,
        cooldown=cooldown.protection,
        cooldown_seconds=cooldown.seconds,
        cooldown_path=cooldown.at.path if cooldown.at else "",
        cooldown_line=cooldown.at.line if cooldown.at else None,
        cooldown_note=cooldown.note,
        frozen=frozen.protection,
        frozen_path=frozen.at.path if frozen.at else "",
        frozen_line=frozen.at.line if frozen.at else None,
    )


def too_short(found: ClientState, age: timedelta) -> bool:
    """Whether a client's cooldown is missing, or shorter than what policy wants."""
    if age <= timedelta() or found.cooldown == "unsupported":
        return False
    if found.cooldown == "off":
        return True
    return found.cooldown_seconds is not None and found.cooldown_seconds < age.total_seconds()


def days(age: timedelta) -> int:
    """Whole days, rounded up, for clients that know nothing finer."""
    return math.ceil(age / timedelta(days=1))


def minutes(age: timedelta) -> int:
    """Whole minutes, rounded up."""
    return math.ceil(age / timedelta(minutes=1))


def seconds(age: timedelta) -> int:
    """Whole seconds, rounded up."""
    return math.ceil(age / timedelta(seconds=1))


def scripted_comments(project: Project, then: str) -> tuple[str, ...]:
    """Say which packages of the lock have install scripts, for whoever wonders what stopped working."""
    if not project.scripted:
        return ()
    few = ", ".join(project.scripted[:8]) + (f" and {len(project.scripted) - 8} more" if project.scripted[8:] else "")
    return (f"Packages of the lock that have install scripts: {few}", then)


def number(value: object) -> float | None:
    """Read a number that stands as one, or as text; None for anything else."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        found = float(str(value))
    except ValueError:
        return None
    return found if math.isfinite(found) and found >= 0 else None


def is_true(written: Written | None) -> bool:
    """Whether a setting says true, as a boolean or as text."""
    return written is not None and str(written.value).strip().lower() == "true"


def is_false(written: Written | None) -> bool:
    """Whether a setting says false."""
    return written is not None and str(written.value).strip().lower() == "false"
