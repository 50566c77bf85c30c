from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.rules.shared.age import in_words
from customhouse.rules.shared.step import step_between


@pytest.mark.parametrize(
    ("before", "after", "step"),
    [
        ("1.14.0", "1.14.1", "patch"),
        ("1.14.0", "1.15.0", "minor"),
        ("1.14.0", "2.0.0", "major"),
        ("1.0.0-rc.1", "1.0.0", "patch"),
        ("1.0", "1.0.post1", "patch"),
        ("1.2", "1.2.1", "patch"),
        ("1", "2", "major"),
        ("1!2.0", "1!2.1", "minor"),
        ("v1.0.0", "1.0.1", "patch"),
        ("2024.1", "2024.2", "minor"),
        ("before.tgz", "1.0.0", "unknown"),
        ("", "1.0.0", "unknown"),
    ],
)
def test_step(before, after, step):
    assert step_between(before, after) == step


@given(st.text(), st.text())
def test_any_two_texts(before, after):
    assert step_between(before, after) in ("patch", "minor", "major", "unknown")


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=47), "1 day"),
        (timedelta(days=3), "3 days"),
        (timedelta(days=800), "2 years"),
    ],
)
def test_ages_in_words(age, words):
    assert in_words(age) == words
