"""How a project has been publishing, by the releases before this one: what tells a habit from a break with it."""

from collections.abc import Sequence
from itertools import pairwise

from customhouse.model.evidence import Case
from customhouse.model.history import Publication


def earlier(case: Case) -> tuple[Publication, ...]:
    """The releases before this one, newest first; empty where the registry gives no times."""
    return case.metadata.earlier if case.metadata else ()


def published_before(case: Case, name: str) -> bool:
    """Whether this account published one of the latest releases before this one."""
    return bool(name) and any(one.publisher == name for one in earlier(case))


def address_used_before(case: Case, email: str) -> bool:
    """Whether this address stood on one of the latest releases before this one."""
    return bool(email) and any(one.email.casefold() == email.casefold() for one in earlier(case))


def in_team(case: Case, name: str) -> bool:
    """Whether this account could publish when the release before was made, or has published before."""
    previous = case.metadata.previous if case.metadata else None
    then = previous.maintainers_then if previous is not None else None
    return name in (then or ()) or published_before(case, name)


def by_turns(before: Sequence[bool | None]) -> bool:
    """Whether a sign came and went before: `before` is told newest first, None where nobody said."""
    told = [one for one in before if one is not None]
    return any(older and not newer for newer, older in pairwise(told))
