"""Whom to tell, what to begin with, and which deadlines may run. Pure; of the case only facts are told."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from customhouse.model.campaign import Campaign
from customhouse.model.hunt import GRADES
from customhouse.model.response import AffectedAsset, Clock, Draft, Party, Rotation
from customhouse.respond.owners import Owners, Role

_NAMED = 10
_ROLES: tuple[tuple[Role, str], ...] = (
    ("lead", "decides, and is the one voice"),
    ("security", "hunts, preserves and contains"),
    ("legal", "decides which deadlines run, and what is privileged"),
    ("privacy", "where personal data lay within reach"),
    ("communications", "tells your own people and customers"),
    ("upstream", "reports to the registry and to maintainers"),
)
_GDPR, _NIS2_EARLY, _NIS2 = timedelta(hours=72), timedelta(hours=24), timedelta(hours=72)


def parties(assets: Sequence[AffectedAsset], owners: Owners) -> tuple[Party, ...]:
    """Name whom to tell: the parts that every incident has, then the owners of what is affected."""
    found = [Party(role, owners.role(role), why) for role, why in _ROLES]
    owned: dict[str, list[str]] = {}
    for asset in assets:
        owned.setdefault(asset.owner, []).append(asset.asset)
    for owner, theirs in owned.items():
        more = f" and {len(theirs) - _NAMED} more" if len(theirs) > _NAMED else ""
        found.append(Party("owner", owner, f"of {', '.join(theirs[:_NAMED])}{more}"))
    return tuple(found)


def drafts(
    assets: Sequence[AffectedAsset], campaigns: Sequence[Campaign], rotations: Sequence[Rotation], hunted: datetime
) -> tuple[Draft, ...]:
    """Draft the internal and the customers' notice."""
    names = ", ".join(each.title for each in campaigns)
    counts = [(grade, sum(each.grade == grade for each in assets)) for grade in reversed(GRADES)]
    found = [f"{number} {_SAID[grade]}" for grade, number in counts if number]
    first = min((each.first for each in assets if each.first), default=None)
    last = max((each.last for each in assets if each.last), default=None)
    span = f"The dated traces reach from {_utc(first)} to {_utc(last)}." if first and last else ""
    kinds = [each.title for each in rotations if each.urgency == "now"]
    internal = [
        f"On {_utc(hunted)} we looked for traces of {names}.",
        *([f"Found: {'; '.join(found)}."] if found else ["No asset with traces was found."]),
        *([span] if span else []),
        *[f"- {each.asset}: {each.grade}" for each in assets[:_NAMED]],
        *([f"- and {len(assets) - _NAMED} more"] if len(assets) > _NAMED else []),
        "What to do now: install nothing and merge no change of a lock file until [time].",
        "Leave affected machines switched on, and use them for nothing.",
        "Revoke nothing on your own: [lead] says when.",
        *([f"Will be rotated: {'; '.join(kinds)}."] if kinds else []),
        "Questions and anything odd go to [contact]. The next word comes at [time].",
    ]
    customers = [
        f"On {_utc(hunted)} we examined our systems for {names}, an attack on packages that software is built from.",
        *([f"We found {'; '.join(found)}."] if found else ["We found no traces of it where we looked."]),
        "Whether data of yours or software that we released is concerned: [to be established, and not to be guessed].",
        "What we have done: [from the checklist, what is done].",
        "What we ask of you: [nothing, or what]. Contact: [name, address]. We will write again by [time].",
    ]
    return (
        Draft("internal", f"Security incident: {names}", tuple(internal)),
        Draft("customers", f"Notice of a security incident ({names})", tuple(customers)),
    )


_SAID = {
    "declared": "asset(s) that ask for an affected release",
    "resolved": "asset(s) whose lock pins an affected release",
    "fetched": "asset(s) that fetched an affected release",
    "script-ran": "asset(s) where its code ran",
    "contacted": "asset(s) that called what the attack calls",
}


def clocks(hunted: datetime) -> tuple[Clock, ...]:
    """Name deadlines that may run, counted from the hunt where they begin with awareness."""
    return (
        Clock(
            "GDPR, Article 33",
            "72 hours to the supervisory authority",
            "when you become aware of a breach of personal data",
            hunted + _GDPR,
        ),
        Clock(
            "NIS2, Article 23",
            "24 hours: early warning to the CSIRT or authority",
            "when an essential or important entity becomes aware of a significant incident",
            hunted + _NIS2_EARLY,
        ),
        Clock("NIS2, Article 23", "72 hours: notification; one month later: final report", "as above", hunted + _NIS2),
        Clock(
            "SEC Form 8-K, Item 1.05",
            "four business days",
            "when a listed company determines that the incident is material, which must be without unreasonable delay",
        ),
    )


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
