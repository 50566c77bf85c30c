"""A plan of response: who is affected, what could be taken, what to do in which order, and what to tell whom."""

from datetime import datetime
from typing import Literal

import msgspec

from customhouse.model.hunt import Grade
from customhouse.model.purl import Ecosystem

#: The order of response. `watchers` is what acts by itself: monitors, and what starts the payload again.
Phase = Literal[
    "triage", "scope", "preserve", "isolate", "watchers", "revoke", "rebuild", "recover", "notify", "review"
]
PHASES: tuple[Phase, ...] = (
    "triage", "scope", "preserve", "isolate", "watchers", "revoke", "rebuild", "recover", "notify", "review",
)  # fmt: skip
#: What an asset is, by the gravest kind of evidence that names it.
AssetKind = Literal["machine", "installation", "build", "network", "repository"]
#: `now`: the attack was fetched where this lies. `if-installed`: it lies where a lock would have brought it.
Urgency = Literal["now", "if-installed"]


class Reach(msgspec.Struct, frozen=True):
    """Credentials of one kind within reach of what ran: paths, with the names of keys and variables; no value."""

    kind: str
    where: tuple[str, ...]
    urgency: Urgency


class AffectedAsset(msgspec.Struct, frozen=True):
    """One asset with traces of a campaign."""

    asset: str
    kind: AssetKind
    grade: Grade
    campaigns: tuple[str, ...]
    #: Releases (purls) that were found there.
    releases: tuple[str, ...]
    #: UTC: the first and last dated trace.
    first: datetime | None = None
    last: datetime | None = None
    reach: tuple[Reach, ...] = ()
    #: Whether anybody looked at what lies within its reach; if not, nothing in `reach` says that there is nothing.
    reach_known: bool = False
    #: Package clients that left traces there.
    clients: tuple[str, ...] = ()
    #: Files and folders of the traces.
    paths: tuple[str, ...] = ()
    owner: str = ""


class Rotation(msgspec.Struct, frozen=True):
    """One kind of credentials to rotate. `how` says in plain words where that is done."""

    kind: str
    title: str
    how: str
    urgency: Urgency
    #: Each asset with where it lies there.
    places: tuple[tuple[str, tuple[str, ...]], ...]


class Item(msgspec.Struct, frozen=True):
    """One thing to do. `after` are ids of items that must be done before it; `details` and `commands` a line each."""

    id: str
    phase: Phase
    text: str
    why: str
    details: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    owner: str = ""
    asset: str = ""
    after: tuple[str, ...] = ()


class Change(msgspec.Struct, frozen=True):
    """Somebody said that an item is done, or took it back. `at` is UTC."""

    id: str
    done: bool
    by: str
    at: datetime


class Checklist(msgspec.Struct, frozen=True):
    """The items in the order in which they are to be done, and every change of their states since."""

    items: tuple[Item, ...] = ()
    changes: tuple[Change, ...] = ()

    def done(self) -> dict[str, Change]:
        """Return, of every item that is done, the change that says so."""
        last = {each.id: each for each in self.changes}
        return {name: each for name, each in last.items() if each.done}


class Order(msgspec.Struct, frozen=True):
    """A danger of a campaign turned into an order: `first` are ids of items before those of `then`."""

    campaign: str
    act: str
    before: str
    because: str
    first: tuple[str, ...]
    then: tuple[str, ...]


class Pin(msgspec.Struct, frozen=True):
    """A release to leave, and where to go. `basis` says why that version; empty where none is known."""

    ecosystem: Ecosystem
    name: str
    version: str
    campaign: str
    safe: str = ""
    basis: str = ""
    direct: bool = False


class Edit(msgspec.Struct, frozen=True):
    """A manifest as it is (empty when there is none) and as it would be."""

    path: str
    before: str
    after: str


class ProjectFix(msgspec.Struct, frozen=True):
    """How one project leaves the releases that a campaign is about."""

    asset: str
    #: The folder of the repository, or of the lock where there is none.
    repository: str
    lock: str
    client: str
    pins: tuple[Pin, ...]
    edits: tuple[Edit, ...] = ()
    #: What to write by hand where it is not written here: a file's name and the text.
    snippets: tuple[tuple[str, str], ...] = ()
    #: The edits as `git apply` reads them, relative to `repository`.
    patch: str = ""
    #: Commands that make the lock anew, to be run in the lock's folder.
    commands: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    owner: str = ""


class Party(msgspec.Struct, frozen=True):
    """Somebody to tell. `who` is empty where nobody is named for the part."""

    role: str
    who: str
    why: str


class Draft(msgspec.Struct, frozen=True):
    """A notice to begin with: facts of the case alone, and gaps in square brackets."""

    audience: Literal["internal", "customers"]
    subject: str
    body: tuple[str, ...]


class Clock(msgspec.Struct, frozen=True):
    """A deadline that may run. A reminder, and no advice: whether a rule applies is for counsel to say."""

    rule: str
    deadline: str
    begins: str
    #: UTC; when it would end, had it begun with the hunt. None where it cannot be counted so.
    due: datetime | None = None


class Response(msgspec.Struct, frozen=True):
    """A whole plan. Times are UTC."""

    case: str
    made: datetime
    hunted: datetime
    grade: Grade | None
    #: Id and title of each.
    campaigns: tuple[tuple[str, str], ...]
    #: Gravest first.
    assets: tuple[AffectedAsset, ...]
    rotations: tuple[Rotation, ...]
    orders: tuple[Order, ...]
    items: tuple[Item, ...]
    fixes: tuple[ProjectFix, ...]
    parties: tuple[Party, ...]
    drafts: tuple[Draft, ...]
    clocks: tuple[Clock, ...]
    #: What the plan could not look at or does not know, a sentence each.
    notes: tuple[str, ...] = ()
