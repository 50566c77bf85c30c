"""Whether a project had a history when it made the release: what a name alone cannot tell."""

from datetime import timedelta

from customhouse.model.evidence import Case
from customhouse.rules.shared.age import in_words
from customhouse.rules.shared.dependency_risk import FEW_RELEASES, YOUNG_PROJECT

#: Of a project with few releases, how long it is taken for one without a history.
_QUIET = timedelta(days=180)


def project_age(case: Case) -> timedelta | None:
    """How long the project had existed at the release; None where nobody says, or dates contradict versions."""
    facts = case.metadata
    if facts is None or facts.release.published is None or facts.first_published is None or not facts.dates_in_order:
        return None
    return max(facts.release.published - facts.first_published, timedelta(0))


def youth(case: Case) -> str:
    """The project's age at the release in words, when it was young: 45 days, or half a year with fewer than 5 releases.

    Empty for one with a history, and where the age is not known: nothing is said of it then.
    """
    age = project_age(case)
    if age is None or case.metadata is None:
        return ""
    if age < YOUNG_PROJECT or (age < _QUIET and case.metadata.earlier_count < FEW_RELEASES):
        return in_words(age) if case.metadata.earlier_count else "its first release"
    return ""


def spoken_youth(case: Case) -> str:
    """The same within a sentence: `a project of 3 days`, `a project at its first release`; empty when not young."""
    said = youth(case)
    if not said:
        return ""
    return f"a project of {said}" if case.metadata and case.metadata.earlier_count else f"a project at {said}"
