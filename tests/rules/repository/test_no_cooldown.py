from datetime import UTC, datetime, timedelta

import pytest

from customhouse.model.clients import ClientState
from customhouse.model.repository import RepositoryCase, RepositoryWishes
from customhouse.rules.repository.no_cooldown import RULE


def judged(state, **wishes):
    case = RepositoryCase(datetime(2026, 11, 1, tzinfo=UTC), clients=(state,), wishes=RepositoryWishes(**wishes))
    return list(RULE.judge(case))


def npm(cooldown, seconds=None, **more):
    return ClientState(
        "npm", "a", cooldown=cooldown, cooldown_seconds=seconds, because_path="package-lock.json", **more
    )


def test_the_policys_age_of_the_ecosystem_counts():
    day = npm("on", 86_400)
    assert judged(day)[0].message == "npm waits 24 hours, and policy wants 3 days"
    assert not judged(day, npm_minimum_age=timedelta(days=1))
    assert judged(day, pypi_minimum_age=timedelta(days=1))
    assert not judged(day, npm_minimum_age=timedelta())


def test_a_fixed_day_is_a_cooldown():
    assert not judged(npm("on"))


@pytest.mark.parametrize(("cooldown", "severity"), [("off", "medium"), ("unsupported", "info")])
def test_severity(cooldown, severity):
    (found,) = judged(npm(cooldown, cooldown_note="npm takes all", cooldown_path=".npmrc", cooldown_line=4))
    assert (found.severity, found.message, found.locations[0].line) == (severity, "npm takes all", 4)


def test_short_spans_are_told_in_minutes():
    assert "30 minutes" in judged(npm("on", 1_800))[0].message
