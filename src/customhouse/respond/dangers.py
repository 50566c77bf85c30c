"""A campaign's dangers turned into order: what must not be done before what. Pure.

Dangers are sentences of people, so what an act is about is told by its words. An act whose words tell nothing stands
behind the precaution with everything that could be meant by it.
"""

import re
from collections.abc import Iterable, Sequence

from customhouse.model.campaign import Campaign, Danger
from customhouse.model.response import Item, Order, Phase

_ABOUT: tuple[tuple[re.Pattern[str], tuple[Phase, ...]], ...] = (
    (re.compile(r"revo|rotat|token|credential|password|secret|\bkeys?\b", re.IGNORECASE), ("revoke",)),
    (re.compile(r"isolat|disconnect|network|offline|unplug|quarantin", re.IGNORECASE), ("isolate",)),
    (
        re.compile(r"rebuil|reimag|clean|delet|remov|uninstall|reboot|restart|shut|power|kill", re.IGNORECASE),
        ("rebuild",),
    ),
    (re.compile(r"notif|announc|publish|disclos|tell", re.IGNORECASE), ("notify",)),
)
_ANY: tuple[Phase, ...] = ("isolate", "revoke", "rebuild", "recover")


def phases_of(danger: Danger) -> tuple[Phase, ...]:
    """Return the phases that a danger's act is part of."""
    found = [phase for pattern, phases in _ABOUT for phase in phases if pattern.search(danger.act)]
    return tuple(dict.fromkeys(found)) or _ANY


def precaution(campaign: Campaign, index: int) -> str:
    """Return the id of the item that a danger puts before its act."""
    return f"watchers-{campaign.id}" if len(campaign.dangers) == 1 else f"watchers-{campaign.id}-{index + 1}"


def with_dangers(items: Sequence[Item], campaigns: Iterable[Campaign]) -> tuple[tuple[Item, ...], tuple[Order, ...]]:
    """Put items behind the precautions, and in an order that obeys every `after`; also return what was ordered.

    Where revoking is the danger, machines are isolated behind the precaution too: a monitor may take a line that is
    cut for a token that is revoked.
    """
    orders: list[Order] = []
    behind: dict[str, dict[str, None]] = {each.id: dict.fromkeys(each.after) for each in items}
    for campaign in campaigns:
        for index, danger in enumerate(campaign.dangers):
            first = precaution(campaign, index)
            if first not in behind:
                continue
            phases = set(phases_of(danger))
            if "revoke" in phases:
                phases.add("isolate")
            then = tuple(each.id for each in items if each.phase in phases)
            for each in then:
                behind[each][first] = None
            orders.append(Order(campaign.id, danger.act, danger.before, danger.because, (first,), then))
    placed = [
        Item(
            each.id, each.phase, each.text, each.why, each.details, each.commands, each.owner, each.asset,
            tuple(behind[each.id]),
        )
        for each in items
    ]  # fmt: skip
    return _ordered(placed), tuple(orders)


def _ordered(items: Sequence[Item]) -> tuple[Item, ...]:
    """Order items so that each stands behind what it waits for, and otherwise as they stand.

    What waits for itself in a circle keeps its place.
    """
    known = {each.id for each in items}
    waiting = list(items)
    done: set[str] = set()
    placed: list[Item] = []
    while waiting:
        ready = next(
            (each for each in waiting if all(one in done or one not in known for one in each.after)), waiting[0]
        )
        waiting.remove(ready)
        done.add(ready.id)
        placed.append(ready)
    return tuple(placed)


def too_early(items: Sequence[Item], done: Iterable[str], item: str) -> tuple[Item, ...]:
    """Return what stands before an item and is not done."""
    held = set(done)
    by_id = {each.id: each for each in items}
    mine = by_id[item].after if item in by_id else ()
    return tuple(by_id[each] for each in mine if each in by_id and each not in held)
