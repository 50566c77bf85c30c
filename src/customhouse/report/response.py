"""Telling a plan of response: for people, and as `customhouse/response/1` for programs."""

from collections.abc import Iterator
from itertools import groupby
from typing import Literal

import msgspec

from customhouse.model.hunt import Grade
from customhouse.model.response import (
    AffectedAsset,
    Change,
    Checklist,
    Clock,
    Draft,
    Item,
    Order,
    Party,
    Phase,
    Pin,
    ProjectFix,
    Response,
    Rotation,
)
from customhouse.report.identity import utc
from customhouse.report.json import encode
from customhouse.report.text import counted, visible, visible_lines

PHASE_TITLES: dict[Phase, str] = {
    "triage": "Triage",
    "scope": "Scope",
    "preserve": "Preserve before cleaning",
    "isolate": "Isolate",
    "watchers": "Disable what watches and restarts",
    "revoke": "Revoke and rotate",
    "rebuild": "Rebuild",
    "recover": "Recover",
    "notify": "Notify",
    "review": "Review",
}
REMINDER = (
    "A reminder, and no advice: whether a rule applies, and when its time began, is for counsel to say. Times are "
    "counted from the hunt, as if you had become aware with it."
)
#: Lines of one list that text shows; the JSON has all.
SHOWN = 20


class ItemDocument(msgspec.Struct, frozen=True):
    """One item with its state; `done_by` and `done_at` are empty while it is open."""

    id: str
    phase: Phase
    state: Literal["open", "done"]
    text: str
    why: str
    details: tuple[str, ...]
    commands: tuple[str, ...]
    owner: str
    asset: str
    after: tuple[str, ...]
    done_by: str
    done_at: str


class FixDocument(msgspec.Struct, frozen=True):
    """One project: `changes` are paths of manifests that would be written, `patch` what `git apply` reads."""

    asset: str
    repository: str
    lock: str
    client: str
    owner: str
    pins: tuple[Pin, ...]
    changes: tuple[str, ...]
    snippets: tuple[tuple[str, str], ...]
    patch: str
    commands: tuple[str, ...]
    notes: tuple[str, ...]


class ResponseDocument(msgspec.Struct, frozen=True):
    """What `customhouse respond --format json` writes. Times are UTC; no value of a credential is in it."""

    schema: Literal["customhouse/response/1"]
    case: str
    made: str
    hunted: str
    grade: Grade | None
    campaigns: tuple[tuple[str, str], ...]
    assets: tuple[AffectedAsset, ...]
    rotations: tuple[Rotation, ...]
    orders: tuple[Order, ...]
    items: tuple[ItemDocument, ...]
    fixes: tuple[FixDocument, ...]
    parties: tuple[Party, ...]
    drafts: tuple[Draft, ...]
    clocks: tuple[Clock, ...]
    notes: tuple[str, ...]


def response_json(response: Response, checklist: Checklist) -> str:
    """Write a plan as `customhouse/response/1`."""
    done = checklist.done()
    document = ResponseDocument(
        schema="customhouse/response/1",
        case=response.case,
        made=utc(response.made),
        hunted=utc(response.hunted),
        grade=response.grade,
        campaigns=response.campaigns,
        assets=response.assets,
        rotations=response.rotations,
        orders=response.orders,
        items=tuple(_item(each, done.get(each.id)) for each in response.items),
        fixes=tuple(_fix(each) for each in response.fixes),
        parties=response.parties,
        drafts=response.drafts,
        clocks=response.clocks,
        notes=response.notes,
    )
    return encode(msgspec.to_builtins(document))


def _item(item: Item, change: Change | None) -> ItemDocument:
    return ItemDocument(
        item.id,
        item.phase,
        "done" if change else "open",
        item.text,
        item.why,
        item.details,
        item.commands,
        item.owner,
        item.asset,
        item.after,
        change.by if change else "",
        utc(change.at) if change else "",
    )


def _fix(fix: ProjectFix) -> FixDocument:
    return FixDocument(
        fix.asset,
        fix.repository,
        fix.lock,
        fix.client,
        fix.owner,
        fix.pins,
        tuple(each.path for each in fix.edits),
        fix.snippets,
        fix.patch,
        fix.commands,
        fix.notes,
    )


def response_text(response: Response, checklist: Checklist) -> str:
    """Write a plan for people, without a newline at its end."""
    blocks = [_head(response), *_orders(response), _assets(response), _rotations(response)]
    blocks += _checklist(response.items, checklist, details=True)
    blocks += [_one_fix(each) for each in response.fixes]
    blocks += [_told(response), _clocks(response), *(_draft(each) for each in response.drafts)]
    return "\n\n".join("\n".join(block) for block in map(list, blocks) if block)


def status_text(checklist: Checklist) -> str:
    """Write the checklist alone: an item a line, with who said that it is done."""
    blocks = _checklist(checklist.items, checklist, details=False)
    done = checklist.done()
    number = sum(each.id in done for each in checklist.items)
    blocks.append(iter([f"{number} of {counted(len(checklist.items), 'item')} done"]))
    return "\n\n".join("\n".join(block) for block in blocks)


def by_phase(items: tuple[Item, ...]) -> list[tuple[Phase, list[Item]]]:
    """Group items as they follow each other; a danger can make a phase come twice."""
    return [(phase, list(several)) for phase, several in groupby(items, lambda each: each.phase)]


def headline(response: Response) -> str:
    """Say in one sentence what the case is."""
    if not response.assets:
        return "No asset of this case has traces of a campaign."
    titles = ", ".join(title for _, title in response.campaigns) or "a campaign whose pack is not here"
    return f"{counted(len(response.assets), 'asset')} with traces of {titles}; at worst {response.grade}."


def danger_text(order: Order) -> str:
    """Say a danger and what it asks for."""
    return f"Do not {order.act} before you {order.before}: {order.because}."


def danger_order(order: Order) -> str:
    """Say the order that follows."""
    if any(each.startswith("revoke") for each in order.then):
        return f"First {order.before}; then isolate the machines; then revoke, from a clean machine."
    return f"First {order.before}; only then {order.act}."


def _head(response: Response) -> Iterator[str]:
    yield visible(f"Plan of response for {response.case}, made {utc(response.made)}")
    yield visible(headline(response))
    for note in response.notes:
        yield visible(f"note: {note}")


def _orders(response: Response) -> Iterator[Iterator[str]]:
    for order in response.orders:
        yield iter([visible(f"DANGER ({order.campaign}): {danger_text(order)}"), visible(f"  {danger_order(order)}")])


def _assets(response: Response) -> Iterator[str]:
    for asset in response.assets:
        owner = f", {asset.owner}" if asset.owner else ""
        yield visible(f"{asset.grade.upper():12} {asset.asset} ({asset.kind}{owner})")
        if asset.first and asset.last:
            yield f"  traces dated {utc(asset.first)} to {utc(asset.last)}"
        if asset.releases:
            yield visible(f"  {', '.join(asset.releases[:6])}")
        for reach in asset.reach[:SHOWN]:
            when = "within reach" if reach.urgency == "now" else "within reach if installed"
            more = f" and {len(reach.where) - 3} more" if len(reach.where) > 3 else ""  # noqa: PLR2004
            yield visible(f"  {when}: {reach.kind}: {', '.join(reach.where[:3])}{more}")
        if not asset.reach_known:
            yield "  what was within its reach is not known"


def _rotations(response: Response) -> Iterator[str]:
    if response.rotations:
        yield "To rotate, in this order:"
    for number, rotation in enumerate(response.rotations, 1):
        when = "" if rotation.urgency == "now" else " (if anything was installed)"
        yield visible(f"{number:3}. {rotation.title}{when}")
        yield visible(f"     {rotation.how}")


def _checklist(items: tuple[Item, ...], checklist: Checklist, *, details: bool) -> list[Iterator[str]]:
    done = checklist.done()
    return [_phase(phase, several, done, details=details) for phase, several in by_phase(items)]


def _phase(phase: Phase, items: list[Item], done: dict[str, Change], *, details: bool) -> Iterator[str]:
    yield f"{PHASE_TITLES[phase]}:"
    for item in items:
        change = done.get(item.id)
        state = f" (done by {change.by}, {utc(change.at)})" if change else ""
        yield visible(f"  [{'x' if change else ' '}] {item.id}: {item.text}{state}")
        if not details:
            continue
        owner = f"; {item.owner}" if item.owner else ""
        yield visible(f"      why: {item.why}{owner}")
        if item.after:
            more = f" and {len(item.after) - 4} more" if len(item.after) > 4 else ""  # noqa: PLR2004
            yield visible(f"      after: {', '.join(item.after[:4])}{more}")
        yield from (visible(f"      - {each}") for each in item.details[:SHOWN])
        if len(item.details) > SHOWN:
            yield f"      - and {len(item.details) - SHOWN} more (--format json has all)"
        yield from (visible(f"      $ {each}") for each in item.commands)


def pin_text(pin: Pin) -> str:
    """Say where to go from one release."""
    to = f"to {pin.safe} ({pin.basis})" if pin.safe else "no safe version is known"
    return f"{pin.name} {pin.version}: {to}"


def _one_fix(fix: ProjectFix) -> Iterator[str]:
    yield visible(f"Pins of {fix.lock} ({fix.client or 'no client known'}):")
    yield from (visible(f"  {pin_text(each)}") for each in fix.pins)
    yield from (visible(f"  note: {each}") for each in fix.notes)
    for file, text in fix.snippets:
        yield visible(f"  in {file}:")
        yield from (f"    {line}" for line in visible_lines(text).split("\n"))
    yield from (visible(f"  then $ {each}") for each in fix.commands)


def _told(response: Response) -> Iterator[str]:
    if response.parties:
        yield "To tell:"
    for party in response.parties:
        yield visible(f"  {party.role}: {party.who or '[name one: --contacts FILE]'}: {party.why}")


def _clocks(response: Response) -> Iterator[str]:
    if response.clocks:
        yield f"Deadlines that may run. {REMINDER}"
    for clock in response.clocks:
        due = f"; {utc(clock.due)}" if clock.due else ""
        yield f"  {clock.rule}: {clock.deadline}, {clock.begins}{due}"


def _draft(draft: Draft) -> Iterator[str]:
    yield visible(f"Draft for {'your own people' if draft.audience == 'internal' else 'customers'}: {draft.subject}")
    yield from (visible(f"  {line}") for line in draft.body)
