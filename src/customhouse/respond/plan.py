"""The plan of a case: everything that its parts say, put together. Pure but for what `projects` has read before."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from customhouse.model.campaign import Campaign
from customhouse.model.hunt import Hunted
from customhouse.model.response import AffectedAsset, Response
from customhouse.respond.affected import affected
from customhouse.respond.containing import containing
from customhouse.respond.dangers import with_dangers
from customhouse.respond.fixes import fix
from customhouse.respond.notices import clocks, drafts, parties
from customhouse.respond.owners import Owners
from customhouse.respond.projects import ProjectFacts
from customhouse.respond.restoring import restoring
from customhouse.respond.rotation import rotations
from customhouse.respond.situation import Situation


def plan(
    hunted: Hunted,
    campaigns: Sequence[Campaign],
    facts: Sequence[ProjectFacts],
    owners: Owners,
    *,
    case: str,
    made: datetime,
    notes: Sequence[str] = (),
) -> Response:
    """Plan. `campaigns` are those of the case; `case` is its folder as a command names it; `made` is UTC."""
    by_id = {each.id: each for each in campaigns}
    assets = affected(hunted, by_id, _owners(hunted, facts, owners))
    hit = {campaign for each in assets for campaign in each.campaigns}
    concerned = tuple(each for each in campaigns if each.id in hit)
    fixes = tuple(fix(each, campaigns) for each in facts)
    taken = rotations(assets)
    situation = Situation(hunted, concerned, assets, taken, fixes, owners, case)
    items, orders = with_dangers([*containing(situation), *restoring(situation)] if assets else [], concerned)
    return Response(
        case,
        made,
        hunted.started,
        hunted.worst,
        tuple((each.id, each.title) for each in concerned),
        assets,
        taken,
        orders,
        items,
        fixes,
        parties(assets, owners) if assets else (),
        drafts(assets, concerned, taken, hunted.started) if assets else (),
        clocks(hunted.started) if assets else (),
        (*notes, *_unknown(hunted, by_id, assets)),
    )


def _owners(hunted: Hunted, facts: Sequence[ProjectFacts], owners: Owners) -> Mapping[str, str]:
    """Say whose each asset is: by its lock where CODEOWNERS covers that, else by the contacts file."""
    found = {each.asset: each.owner for each in reversed(facts) if each.owner}
    for hit in hunted.hits:
        if hit.asset not in found:
            inside = Path(hit.asset)
            top = next((each for each in (inside, *inside.parents) if str(each) in found), None)
            found[hit.asset] = owners.of_asset(hit.asset) or (found[str(top)] if top else "")
    return found


def _unknown(hunted: Hunted, campaigns: Mapping[str, Campaign], assets: Sequence[AffectedAsset]) -> tuple[str, ...]:
    """Say what the plan rests on that nobody knows."""
    notes = [
        f"the pack of {each} is not here, so its dangers are not known: name it with --pack before anything is revoked"
        for each in dict.fromkeys(hit.campaign for hit in hunted.hits if hit.campaign)
        if each not in campaigns
    ]
    if not assets:
        notes.append("no asset of the case has traces of a campaign: there is nothing to respond to")
    if any(not campaigns[each].takes for asset in assets for each in asset.campaigns if each in campaigns):
        notes.append("what the payload takes is not told of: everything within reach counts as taken")
    return tuple(notes)
