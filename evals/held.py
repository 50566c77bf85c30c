"""Write what is held or blocked to a file, as those want it who tune the rules."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from evals.judging import Outcome
from evals.result import Judged

#: Of each rule, findings that held nothing that are listed.
_EXAMPLES = 12


def held_text(outcomes: Sequence[Outcome]) -> str:
    """List every held or blocked release with its reasons, worst first, by rule; gaps apart."""
    judged = [outcome.judged for outcome in outcomes]
    stopped = sorted((one for one in judged if one.decision != "allow"), key=lambda one: (one.decision, one.rules))
    gapped = [one for one in judged if one.decision == "allow" and one.decision_with_gaps != "allow"]
    rules = Counter(rule for one in stopped for rule in {reason.rule for reason in one.reasons})
    lines = [
        (
            f"{len(judged)} releases judged, {len(stopped)} stopped by findings "
            f"({sum(one.decision == 'block' for one in stopped)} of them blocked), {len(gapped)} by gaps alone"
        ),
        "",
        "by rule: " + ", ".join(f"{rule} {count}" for rule, count in rules.most_common()),
        "",
    ]
    for one in (*stopped, *gapped):
        lines += [_head(one), *(f"    {line}" for line in _reasons(one)), ""]
    lines += ["every rule that said anything, held or not:", ""]
    for rule, count in Counter(rule for one in judged for rule in one.rules).most_common():
        lines.append(f"{count:6} {rule}")
        lines += [f"           {one.judged.purl}: {said}" for one, said in _said(outcomes, rule)[:_EXAMPLES]]
    return "\n".join(lines) + "\n"


def _said(outcomes: Sequence[Outcome], rule: str) -> list[tuple[Outcome, str]]:
    """Return what a rule said that neither held nor blocked, of each release once."""
    found = []
    for outcome in outcomes:
        said = next((each for each in outcome.said if each.rule == rule and each.decision == "allow"), None)
        if said is not None:
            found.append(
                (outcome, f"[{said.severity}/{said.confidence}] {said.message} @ {said.path}:{said.line or ''}")
            )
    return found


def _head(one: Judged) -> str:
    note = f"\n    note: {one.note}" if one.note else ""
    return f"{one.decision_with_gaps.upper():5} {one.purl}  (was {one.variation or 'not there'}; {one.family}){note}"


def _reasons(one: Judged) -> list[str]:
    return [
        f"{reason.decision} {reason.rule} [{reason.severity}/{reason.confidence}] {reason.message}"
        f" @ {reason.path}{f':{reason.line}' if reason.line else ''}"
        for reason in one.reasons
    ]


def write_held(path: Path, outcomes: Sequence[Outcome]) -> None:
    """Write the list."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(held_text(outcomes))
