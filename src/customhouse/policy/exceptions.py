"""Exceptions: which findings and gaps somebody answers for, and when that ends.

An exception names rule, release and digest. It covers a release only when *every* archive that was inspected is named
by an exception of the same rule: a file added to the release later, as PyPI permits, is not covered.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from customhouse.model.errors import CustomhouseError
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import Purl, parse_purl
from customhouse.model.verdict import RepositoryVerdict, Verdict
from customhouse.policy.configuration import Configuration, PolicyException

#: What can name bytes: an inspected archive's sha256; of what was not inspected, a strong digest of the lock's own, or
#: the commit of a git dependency.
DIGEST_PATTERN = r"sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}|git:(?:[0-9a-f]{40}|[0-9a-f]{64})"
DIGEST = lazy_regex(DIGEST_PATTERN)
SHA256 = lazy_regex(r"sha256:[0-9a-f]{64}")
#: The forms of DIGEST, in words.
DIGEST_FORMS = "sha256: and 64 lower-case hex digits (or sha512:…, git:<whole commit> of what was not inspected)"
#: The rule whose findings can be said not to affect a project.
_VULNERABILITY_RULE = "known-vulnerable"
#: A year, with its leap day.
LONGEST = timedelta(days=366)
#: Somebody east of UTC may write tomorrow's date.
_TIME_ZONES = timedelta(days=1)


def gap_rule(kind: str) -> str:
    """Return the name by which an exception speaks of a gap."""
    return f"gap:{kind}"


def problems_of(exception: PolicyException) -> Iterator[str]:
    """Say what is wrong with an exception whatever the day is."""
    if (exception.purl is None) == (exception.path is None):
        yield "must name a release (`purl`) or a place in the repository (`path`)"
    elif exception.path is not None:
        from customhouse.policy.path_exceptions import path_problems  # noqa: PLC0415 - it knows this module

        yield from path_problems(exception)
    else:
        yield from _release_problems(exception)
    if exception.approved and exception.expires < exception.approved:
        yield f"expires ({exception.expires}) before it was approved ({exception.approved})"
    if exception.approved and exception.expires - exception.approved > LONGEST:
        yield f"lasts longer than a year: {exception.approved} to {exception.expires}"


def _release_problems(exception: PolicyException) -> Iterator[str]:
    try:
        purl = parse_purl(exception.purl or "")
    except CustomhouseError as error:
        yield error.message
    else:
        if purl.version is None:
            yield f"names no version: {exception.purl}"
    if not exception.digests:
        yield "names no digest"
    for digest in exception.digests:
        if not DIGEST.fullmatch(digest):
            yield f"{digest!r} is not {DIGEST_FORMS}"
    if exception.justification and exception.rule != _VULNERABILITY_RULE:
        yield f"`justification` is for {_VULNERABILITY_RULE}, not for {exception.rule}"


def check_dates(configuration: Configuration, today: date) -> None:
    """Refuse exceptions that end more than a year from now, or were approved in the future.

    Raises CustomhouseError naming every one.
    """
    told: list[str] = []
    for index, exception in enumerate(configuration.exceptions):
        where = configuration.origin("exceptions", str(index)) or "an exception"
        if exception.approved and exception.approved > today + _TIME_ZONES:
            told.append(f"{where}: approved in the future, on {exception.approved}")
        elif exception.expires > (exception.approved or today) + LONGEST:
            told.append(f"{where}: ends on {exception.expires}, more than a year away")
    if told:
        latest = today + timedelta(days=365)
        raise CustomhouseError("\n".join(told), hint=f"set `expires` to {latest} or earlier")


def covering(
    configuration: Configuration, rule: str, purl: Purl, digests: Sequence[str], now: datetime
) -> tuple[int, ...]:
    """Return the exceptions, by index, that together cover this rule for this release; empty when they do not."""
    open_digests, used = set(digests), []
    if not open_digests or not configuration.exceptions:
        return ()
    today = now.astimezone(UTC).date()
    for index, exception in enumerate(configuration.exceptions):
        if _speaks_of(exception, rule, purl) and usable(exception, today) and open_digests & set(exception.digests):
            open_digests.difference_update(exception.digests)
            used.append(index)
    return () if open_digests else tuple(used)


def exception_warnings(
    configuration: Configuration,
    verdicts: Collection[Verdict],
    now: datetime,
    *,
    whole_project: bool,
    repository: RepositoryVerdict | None = None,
) -> tuple[str, ...]:
    """Warn of exceptions that expired and of those that covered nothing.

    When a single release was inspected (`whole_project` False), only exceptions about it are spoken of; those for
    places in the repository only where its verdict is given.
    """
    if not configuration.exceptions:
        return ()
    today = now.astimezone(UTC).date()
    inspected = {str(verdict.purl) for verdict in verdicts}
    used = {index for verdict in verdicts for index in _used_by(configuration, verdict, now)}
    told: list[str] = []
    for index, exception in enumerate(configuration.exceptions):
        if exception.purl is None:
            continue
        purl = str(parse_purl(exception.purl))
        if index in used or not (whole_project or purl in inspected):
            continue
        where = configuration.origin("exceptions", str(index)) or "configuration"
        named = f"exception for {exception.rule} on {purl} ({where})"
        if not usable(exception, today):
            told.append(f"{named} expired on {exception.expires} and no longer works: approve it anew or remove it")
        elif purl not in inspected:
            told.append(f"{named} is unused: no such release here; remove it")
        else:
            told.append(f"{named} is unused: no such finding for archives of these digests; remove it")
    if repository is not None:
        from customhouse.policy.path_exceptions import path_warnings  # noqa: PLC0415 - it knows this module

        told += path_warnings(configuration, repository, now)
    return tuple(told)


def _used_by(configuration: Configuration, verdict: Verdict, now: datetime) -> Iterator[int]:
    """Tell which exceptions a verdict rests on: the same question that `decide` asked, asked again."""
    rules = {judgement.finding.rule for judgement in verdict.findings if judgement.excepted}
    rules |= {gap_rule(judgement.gap.kind) for judgement in verdict.gaps if judgement.excepted}
    for rule in rules:
        yield from covering(configuration, rule, verdict.purl, verdict.digests, now)


def _speaks_of(exception: PolicyException, rule: str, purl: Purl) -> bool:
    return exception.rule == rule and exception.purl is not None and parse_purl(exception.purl) == purl


def usable(exception: PolicyException, today: date) -> bool:
    """Whether an exception works on a day (UTC)."""
    start = exception.approved or today
    return start <= today + _TIME_ZONES and today <= exception.expires <= start + LONGEST
