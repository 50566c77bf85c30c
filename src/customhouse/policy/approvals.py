"""Approvals: which releases somebody has let into a project, bound to their bytes, until a day.

They stand in customhouse.approvals.toml at the repository's root, apart from the policy, so that code owners can be
asked about the one file. An approval answers the rule `new-dependency` and nothing else: whatever else is found in the
release still counts.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from customhouse.model.errors import CustomhouseError
from customhouse.model.purl import Purl, parse_purl
from customhouse.model.verdict import Verdict
from customhouse.policy.configuration import Approval, ApprovalsFile, Configuration
from customhouse.policy.exceptions import DIGEST, DIGEST_FORMS, LONGEST
from customhouse.policy.reading import parse_tables

APPROVALS_FILE = "customhouse.approvals.toml"
#: The rule whose findings approvals answer.
APPROVAL_RULE = "new-dependency"
#: Somebody east of UTC may write tomorrow's date.
_TIME_ZONES = timedelta(days=1)


def parse_approvals(text: str, path: str) -> tuple[tuple[Approval, ...], dict[tuple[str, ...], str]]:
    """Read the file: its approvals, and where each stands, by `("approvals", "<index>")`.

    Raises CustomhouseError naming file and line of every mistake: unknown keys, a release twice with the same digest
    and end, an end more than a year after the approval.
    """
    found = parse_tables(text, path, ApprovalsFile, "approvals", lambda file: _problems(file.approvals))
    return (found[0].approvals, found[1]) if found is not None else ((), {})


def approving(configuration: Configuration, purl: Purl, digests: Sequence[str], now: datetime) -> str:
    """Say by whom a release was approved; empty when not by anybody, or not all of its archives."""
    left, used = set(digests), []
    if not left:
        return ""
    today = now.astimezone(UTC).date()
    for index, approval in enumerate(configuration.approvals):
        if parse_purl(approval.purl) == purl and usable(approval, today) and left & set(approval.digests):
            left.difference_update(approval.digests)
            origin = configuration.origin("approvals", str(index)) or APPROVALS_FILE
            used.append(f"approved by {approval.owner} until {approval.expires} ({origin}): {approval.reason}")
    return "" if left else "; ".join(used)


def approval_warnings(
    configuration: Configuration, verdicts: Collection[Verdict], present: Collection[Purl], now: datetime
) -> tuple[str, ...]:
    """Warn of approvals that do not do what they say.

    `verdicts` are those of the releases that changed, `present` names every release of the project. An approval of a
    release that has long arrived is history, and nothing to warn of.
    """
    today = now.astimezone(UTC).date()
    judged = {verdict.purl: verdict for verdict in verdicts}
    told: list[str] = []
    for index, approval in enumerate(configuration.approvals):
        purl = parse_purl(approval.purl)
        named = f"approval of {purl} ({configuration.origin('approvals', str(index)) or APPROVALS_FILE})"
        verdict = judged.get(purl)
        held = verdict is not None and any(
            each.finding.rule == APPROVAL_RULE and not each.excepted for each in verdict.findings
        )
        if purl not in present:
            told.append(f"{named} is unused: no lock here has that release; remove it")
        elif held and not usable(approval, today):
            told.append(f"{named} expired on {approval.expires} and no longer works: approve it anew or remove it")
        elif held and verdict is not None and not set(verdict.digests) <= set(approval.digests):
            found = ", ".join(verdict.digests) or "nothing that names its bytes"
            told.append(f"{named} names other bytes than those that are here now: {found}")
    return tuple(told)


def usable(approval: Approval, today: date) -> bool:
    """Say whether an approval works on a day."""
    return approval.approved <= today + _TIME_ZONES and today <= approval.expires <= approval.approved + LONGEST


def _problems(approvals: Sequence[Approval]) -> Iterator[list[str]]:
    seen: set[tuple[object, ...]] = set()
    for approval in approvals:
        said = list(_problems_of(approval))
        key = (approval.purl, tuple(sorted(approval.digests)), approval.expires)
        if key in seen:
            said.append(f"approves {approval.purl} with the same digest until the same day a second time")
        seen.add(key)
        yield said


def _problems_of(approval: Approval) -> Iterator[str]:
    try:
        purl = parse_purl(approval.purl)
    except CustomhouseError as error:
        yield error.message
    else:
        if purl.version is None:
            yield f"names no version: {approval.purl}"
    if not approval.digests:
        yield "names no digest"
    for digest in approval.digests:
        if not DIGEST.fullmatch(digest):
            yield f"{digest!r} is not {DIGEST_FORMS}"
    if approval.expires < approval.approved:
        yield f"expires ({approval.expires}) before it was approved ({approval.approved})"
    if approval.expires - approval.approved > LONGEST:
        yield f"lasts longer than a year: {approval.approved} to {approval.expires}"
