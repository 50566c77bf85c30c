"""Exit codes of the commands that ask for a verdict (docs/adr/ explains the order)."""

from customhouse.model.audit import Audit
from customhouse.model.verdict import Decision, Verdict
from customhouse.policy.decide import rests_on_gap

ALLOW = 0
NOTHING_TO_AUDIT = 3
INCOMPLETE = 4
HOLD = 10
BLOCK = 20


def exit_code(decision: Decision, *, incomplete: bool, nothing: bool = False) -> int:
    """Return 20 for a block, 4 when missing evidence holds, 3 for nothing to audit, 10 for a hold, else 0."""
    if decision == "block":
        return BLOCK
    if incomplete:
        return INCOMPLETE
    if nothing:
        return NOTHING_TO_AUDIT
    return HOLD if decision == "hold" else ALLOW


def audit_exit_code(audit: Audit) -> int:
    """Return the code of an audited project.

    No package found anywhere is never success by itself. Compared with a base it may be: what is unchanged is not
    inspected again, a change may drop the last dependency, and a project whose manifests ask for nothing has none.
    """
    nothing = not audit.packages
    if nothing and audit.changes is not None:
        removed = any(lock.changes for lock in audit.changes.locks)
        manifests = [source.manifest for source in audit.sources if source.manifest is not None]
        without = bool(manifests) and not any(each.declared for each in manifests)
        nothing = not (audit.changes.unchanged or (audit.sources and (removed or without)))
    return exit_code(audit.decision, incomplete=audit.incomplete, nothing=nothing)


def verdict_exit_code(verdict: Verdict) -> int:
    """Return the code of one inspected release."""
    return exit_code(verdict.decision, incomplete=rests_on_gap(verdict))
