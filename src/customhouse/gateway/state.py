"""The gateway's state, opened: what was decided, admitted, seen and handed out, and the bytes themselves."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from customhouse.gateway.spellings import as_written, speaks_of
from customhouse.model.gateway import Admission, LedgerEntry, Pin
from customhouse.model.purl import Purl
from customhouse.storage.blobs.interface import Blobs
from customhouse.storage.blobs.location import open_blobs
from customhouse.storage.gateway.admissions import Admissions
from customhouse.storage.gateway.claims import Claims
from customhouse.storage.gateway.database import Database, open_database
from customhouse.storage.gateway.downgrades import Downgrades
from customhouse.storage.gateway.fetches import Fetches
from customhouse.storage.gateway.ledger import Ledger
from customhouse.storage.gateway.pins import Pins
from customhouse.storage.gateway.revisions import Revisions
from customhouse.storage.gateway.sightings import Sightings
from customhouse.storage.gateway.tokens import Tokens

_Record = TypeVar("_Record", bound=Admission | Pin)


class Remembered(msgspec.Struct, frozen=True):
    """What the state knows of one package: by version, and the decisions in force over it."""

    admissions: Mapping[str, tuple[Admission, ...]]
    pins: Mapping[str, tuple[Pin, ...]]
    first_seen: Mapping[str, datetime]
    in_force: tuple[LedgerEntry, ...]

    def in_force_for(self, purl: Purl) -> tuple[LedgerEntry, ...]:
        """Pick what is said of one release: by its own purl however its version is written, or of its package."""
        return tuple(each for each in self.in_force if speaks_of(each.purl, purl))


class State:
    """One database and one store of blobs. All its rooms are safe to use from several threads."""

    def __init__(self, database: Database, blobs: Blobs, policy: str) -> None:
        """Use `open_state`."""
        self._database = database
        self.blobs = blobs
        #: Names the rules, readers and settings in force: admissions under another one are judged anew.
        self.policy = policy
        self.admissions = Admissions(database)
        self.pins = Pins(database)
        self.sightings = Sightings(database)
        self.ledger = Ledger(database)
        self.tokens = Tokens(database)
        self.fetches = Fetches(database)
        self.downgrades = Downgrades(database)
        self.revisions = Revisions(database)
        self.claims = Claims(database)

    @property
    def shared(self) -> bool:
        """Whether other instances may work on the same state."""
        return self._database.is_postgresql

    @property
    def name(self) -> str:
        """Where it is, as messages may tell it."""
        return self._database.name

    def remembered(self, package: Purl, versions: Sequence[str], now: datetime) -> Remembered:
        """Gather what is known of a package; versions that were never seen are seen now. Blocks."""
        return Remembered(
            _by_version(self.admissions.of(package, verdicts=False), versions),
            _by_version(self.pins.of(package), versions),
            self.sightings.seen(package.ecosystem, package.name, versions, now),
            self.ledger.in_force(package.ecosystem, package.name, now),
        )

    def close(self) -> None:
        """Close every connection."""
        self._database.close()


def open_state(database: str, blobs: str, staging: Path, policy: str) -> State:
    """Open the database (made or migrated where that is necessary) and the store.

    Raises CustomhouseError where either cannot be used.
    """
    store = open_blobs(blobs, staging)
    return State(open_database(database), store, policy)


def _by_version(records: Sequence[_Record], versions: Sequence[str]) -> dict[str, tuple[_Record, ...]]:
    """Group records by their version, as `versions` write it."""
    if not records:
        return {}
    written = as_written(records[0].purl.ecosystem, {each.purl.version or "" for each in records}, versions)
    found: dict[str, tuple[_Record, ...]] = {}
    for each in records:
        version = written[each.purl.version or ""]
        found[version] = (*found.get(version, ()), each)
    return found
