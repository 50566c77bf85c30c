"""The exit code of a hunt: the same numbers as elsewhere, for how far an attack got."""

from customhouse.model.hunt import GRADES, Hunted
from customhouse.policy.exit_code import ALLOW, BLOCK, HOLD, INCOMPLETE, NOTHING_TO_AUDIT


def hunt_exit_code(hunted: Hunted) -> int:
    """Return 20 when something was fetched or worse, 10 for any lesser trace, 4 for a serious gap, 3 for nothing."""
    worst = hunted.worst
    if worst is not None and GRADES.index(worst) >= GRADES.index("fetched"):
        return BLOCK
    if hunted.hits:
        return HOLD
    if any(each.serious for each in hunted.unexamined):
        return INCOMPLETE
    return ALLOW if hunted.looked else NOTHING_TO_AUDIT
