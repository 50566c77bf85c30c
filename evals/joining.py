"""Putting what archives cost to the releases that they are of."""

from collections.abc import Mapping

import msgspec

from evals.judging import Outcome
from evals.measuring import Cost, PeerCost
from evals.result import PeerResult


def with_costs(outcome: Outcome, ours: Mapping[str, Cost], theirs: Mapping[str, PeerCost] | None) -> Outcome:
    """Add the seconds of a release's archives, and GuardDog's result where it was asked of every one of them.

    GuardDog's score is the highest of the archives, which is kinder to it than its command, that looks at one.
    """
    digests = [archive.sha256 for archive in outcome.archives]
    mine = [ours[digest] for digest in digests if digest in ours]
    judged = msgspec.structs.replace(
        outcome.judged,
        wall=sum(cost.wall for cost in mine),
        cpu=sum(cost.cpu for cost in mine),
        peer=peer_result([theirs[digest] for digest in digests if digest in theirs], len(digests)) if theirs else None,
    )
    return msgspec.structs.replace(outcome, judged=judged)


def peer_result(costs: list[PeerCost], wanted: int) -> PeerResult | None:
    """Sum up GuardDog's word on a release's archives; None unless it was asked of all `wanted` of them."""
    if not costs or len(costs) < wanted:
        return None
    return PeerResult(
        max(cost.score for cost in costs), sum(cost.cpu for cost in costs), sum(cost.failed for cost in costs)
    )
