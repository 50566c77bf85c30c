"""A plan of response as Markdown, for a ticket or a page. Nothing of a case becomes markup, a link or a mention."""

from collections.abc import Iterator

from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.response import Change, Checklist, Item, ProjectFix, Response
from customhouse.report.identity import utc
from customhouse.report.markdown import code, escape
from customhouse.report.response import (
    PHASE_TITLES,
    REMINDER,
    SHOWN,
    by_phase,
    danger_order,
    danger_text,
    headline,
    pin_text,
)
from customhouse.report.text import visible_lines

_BACKTICKS = lazy_regex(r"`+")


def response_markdown(response: Response, checklist: Checklist) -> str:
    """Write a plan, without a newline at its end."""
    return "\n".join(_lines(response, checklist))


def _lines(response: Response, checklist: Checklist) -> Iterator[str]:
    yield f"# Plan of response: {escape(', '.join(title for _, title in response.campaigns) or 'no traces')}"
    yield f"\n{escape(headline(response))} Made {utc(response.made)} of the case {code(response.case, table=False)}."
    for note in response.notes:
        yield f"\n> Note: {escape(note)}"
    for order in response.orders:
        yield f"\n> **Danger.** {escape(danger_text(order))} {escape(danger_order(order))}"
    yield from _affected(response)
    yield from _rotations(response)
    if response.items:
        yield "\n## Checklist"
    done = checklist.done()
    for phase, items in by_phase(response.items):
        yield f"\n### {PHASE_TITLES[phase]}\n"
        for item in items:
            yield from _item(item, done.get(item.id))
    if response.fixes:
        yield "\n## Pins"
    for fix in response.fixes:
        yield from _fix(fix)
    yield from _telling(response)


def _affected(response: Response) -> Iterator[str]:
    if response.assets:
        yield "\n## Affected\n\n| Grade | Asset | Kind | First trace | Within reach | Owner |"
        yield "|---|---|---|---|---|---|"
    for asset in response.assets:
        kinds = ", ".join(dict.fromkeys(each.kind for each in asset.reach)) if asset.reach_known else "not known"
        cells = (
            asset.grade,
            code(asset.asset),
            asset.kind,
            utc(asset.first) if asset.first else "",
            escape(kinds),
            escape(asset.owner),
        )
        yield f"| {' | '.join(cells)} |"


def _rotations(response: Response) -> Iterator[str]:
    if response.rotations:
        yield "\n## To rotate, in this order\n"
    for number, rotation in enumerate(response.rotations, 1):
        when = "" if rotation.urgency == "now" else " (if anything was installed)"
        yield f"{number}. **{escape(rotation.title)}**{when}: {escape(rotation.how)}"


def _telling(response: Response) -> Iterator[str]:
    if response.parties:
        yield "\n## To tell\n\n| Part | Who | Why |\n|---|---|---|"
    for party in response.parties:
        yield f"| {party.role} | {escape(party.who or 'name one')} | {escape(party.why)} |"
    if response.clocks:
        yield f"\n## Deadlines that may run\n\n{REMINDER}\n"
    for clock in response.clocks:
        due = f" ({utc(clock.due)})" if clock.due else ""
        yield f"- {escape(clock.rule)}: {escape(clock.deadline)}, {escape(clock.begins)}{due}"
    for draft in response.drafts:
        yield f"\n## Draft for {draft.audience}: {escape(draft.subject)}"
        yield from (f"\n{escape(line)}" for line in draft.body)


def _item(item: Item, change: Change | None) -> Iterator[str]:
    state = f" (done by {escape(change.by)}, {utc(change.at)})" if change else ""
    owner = f" · {escape(item.owner)}" if item.owner else ""
    yield f"- [{'x' if change else ' '}] **{escape(item.id)}** {escape(item.text)}{state}{owner}"
    yield f"  - why: {escape(item.why)}"
    if item.after:
        yield f"  - after: {', '.join(code(each, table=False) for each in item.after[:SHOWN])}"
    yield from (f"  - {escape(each)}" for each in item.details[:SHOWN])
    if len(item.details) > SHOWN:
        yield f"  - and {len(item.details) - SHOWN} more: plan.json has all"
    yield from (f"  - {code(each, table=False)}" for each in item.commands)


def _fix(fix: ProjectFix) -> Iterator[str]:
    yield f"\n### {code(fix.lock, table=False)}\n"
    yield from (f"- {escape(pin_text(each))}" for each in fix.pins)
    yield from (f"- note: {escape(each)}" for each in fix.notes)
    yield from (f"- then {code(each, table=False)}" for each in fix.commands)
    for file, text in fix.snippets:
        yield f"\n{code(file, table=False)}:\n\n{_fenced(text, '')}"
    if fix.patch:
        yield f"\nAs a patch:\n\n{_fenced(fix.patch.rstrip(chr(10)), 'diff')}"


def _fenced(text: str, language: str) -> str:
    fence = "`" * max(3, *(len(run) + 1 for run in ("", *_BACKTICKS.findall(text))))
    return f"{fence}{language}\n{visible_lines(text)}\n{fence}"
