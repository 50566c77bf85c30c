"""What holds for one version, or one file of it, at one moment: pure, and the same for the list and for the file.

The order is: what somebody blocked here; what is wrong with the bytes; what somebody approved here; what the inspection
found; what the advisories say; how old it is. The first that speaks against it is told. No approval answers for what
the advisories block: that takes an exception in the policy, which names the advisory.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec

from customhouse.model.gateway import Admission, Ground, LedgerEntry, Reason, Standing
from customhouse.model.verdict import DECISIONS, Decision
from customhouse.policy.decide import worst
from customhouse.rules.shared.age import in_words, moment

#: Clocks differ a little: a release dated as far ahead is not from the future.
_AHEAD = timedelta(minutes=5)
#: What is judged anew at every look, from the clock and the advisories of the moment, and not kept with an admission.
OF_THE_MOMENT = frozenset({"release-too-young", "gap:publish-time", "known-malicious", "known-vulnerable"})


class Word(msgspec.Struct, frozen=True):
    """A decision and what it rests on; `allow` without reasons where there is nothing to say."""

    decision: Decision = "allow"
    reasons: tuple[Reason, ...] = ()


class VersionFacts(msgspec.Struct, frozen=True):
    """All that is known of a version (or file) when it is asked for. Times in UTC.

    `published` is the registry's word, `first_seen` our own first sight. `admissions` are those of the files that are
    asked about, `digests` (`sha256:…`) the bytes they are pinned to. `in_force` are the approvals and blocks of the
    release or of its whole package, the newest last. `fixes` names the advisory that covers what clients would get
    instead and not this one.
    """

    version: str
    published: datetime | None = None
    first_seen: datetime | None = None
    minimum_age: timedelta = timedelta()
    admissions: tuple[Admission, ...] = ()
    digests: tuple[str, ...] = ()
    in_force: tuple[LedgerEntry, ...] = ()
    advisories: Word = Word()
    fixes: str = ""
    #: What upstream names now and what the pin says, where they differ; empty where they do not.
    replaced: str = ""


def standing_of(facts: VersionFacts, now: datetime) -> Standing:
    """Judge one version. `now` is UTC."""
    said = msgspec.structs.replace(_judged(facts, now), published=facts.published or facts.first_seen)
    return msgspec.structs.replace(said, first_seen=facts.published is None and facts.first_seen is not None)


def _judged(facts: VersionFacts, now: datetime) -> Standing:
    if blocked := _newest(facts.in_force, "block"):
        reason = (Reason("blocked-here", blocked.reason),)
        return _said(facts, "block", "blocked-here", reason, since=blocked.at, until=_end(blocked.expires), by=blocked)
    if facts.replaced:
        return _said(facts, "block", "bytes-replaced", (Reason("bytes-replaced", facts.replaced),))
    # What advisories block is malware: that may have become known after the approval, which then does not speak of it.
    if facts.advisories.decision != "block" and (approved := _approval(facts)):
        reason = (Reason("approved", approved.reason),)
        return _said(facts, "allow", "approved", reason, since=approved.at, until=_end(approved.expires), by=approved)
    found = _verdict(facts.admissions)
    if found.decision != "allow":
        since = max(each.judged for each in facts.admissions)
        recheck = min((each.recheck for each in facts.admissions if each.recheck), default=None)
        return _said(facts, found.decision, "verdict", found.reasons, since=since, until=recheck)
    if facts.advisories.decision != "allow":
        return _said(facts, facts.advisories.decision, "advisory", facts.advisories.reasons)
    return _by_age(facts, now)


def _by_age(facts: VersionFacts, now: datetime) -> Standing:
    admitted: Ground = "admitted" if facts.admissions else "not-inspected"
    if not facts.minimum_age:
        return _said(facts, "allow", admitted)
    born = facts.published or facts.first_seen
    if born is None:
        message = "nobody says when it was published, and it has not been seen here before"
        return _said(facts, "hold", "undated", (Reason("gap:publish-time", message),))
    free = born + facts.minimum_age
    if now >= free:
        return _said(facts, "allow", admitted)
    if facts.fixes and born <= now + _AHEAD:
        message = f"younger than {in_words(facts.minimum_age)}, and let through because it fixes {facts.fixes}"
        return _said(facts, "allow", "fixes-advisory", (Reason("release-too-young", message, "medium"),), until=free)
    said = "was first seen here" if facts.published is None else "was published"
    ahead = born > now + _AHEAD
    age = "which has not come yet" if ahead else f"{in_words(now - born)} ago"
    message = f"{said} on {moment(born)}, {age}; releases come in after {in_words(facts.minimum_age)}"
    return _said(facts, "hold", "cooldown", (Reason("release-too-young", message, "medium"),), since=born, until=free)


def _said(
    facts: VersionFacts,
    decision: Decision,
    ground: Ground,
    reasons: tuple[Reason, ...] = (),
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    by: LedgerEntry | None = None,
) -> Standing:
    return Standing(facts.version, decision, ground, reasons, since, until, owner=by.owner if by else "")


def _newest(entries: Sequence[LedgerEntry], act: str) -> LedgerEntry | None:
    return next((each for each in reversed(entries) if each.act == act), None)


def _approval(facts: VersionFacts) -> LedgerEntry | None:
    """Return the approval that answers for every byte that is asked about, and for what was known of it.

    What an inspection blocked after the approval was given, nobody has answered for.
    """
    named = {digest for each in facts.in_force if each.act == "approve" for digest in each.digests}
    asked = {f"sha256:{each.sha256}" for each in facts.admissions} or set(facts.digests)
    newest = _newest(facts.in_force, "approve") if asked and asked <= named else None
    later = newest is not None and any(
        each.decision == "block" and each.judged > newest.at for each in facts.admissions
    )
    return None if later else newest


def _verdict(admissions: Sequence[Admission]) -> Word:
    """Put the words on several files together: the worst decides, and each reason is told once."""
    decision = worst(each.decision for each in admissions)
    strict = [each for each in admissions if DECISIONS.index(each.decision) == DECISIONS.index(decision)]
    return Word(decision, tuple(dict.fromkeys(reason for each in strict for reason in each.reasons)))


def _end(expires: date | None) -> datetime | None:
    """The moment after the last day (UTC) on which it holds."""
    return datetime(expires.year, expires.month, expires.day, tzinfo=UTC) + timedelta(days=1) if expires else None
