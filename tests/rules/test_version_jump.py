import pytest

from customhouse.rules.metadata.version_jump import RULE
from rules.cases import case, findings, grades
from rules.past import at, with_past, young


@pytest.mark.parametrize("version", ["99.10.9", "999.0", "100.0.0", "9999.1.2", "90"])
def test_a_first_release_out_of_nowhere(version):
    assert grades(RULE, young(f"pkg:npm/acme-core@{version}")) == [("medium", "medium")]


@pytest.mark.parametrize(
    "version", ["1.0.0", "26.1", "2026.4.1", "20260401", "202604.1", "2025.12", "25.12", "89.0", "x"]
)
def test_first_releases_that_begin_as_they_do(version):
    assert findings(RULE, young(f"pkg:pypi/acme-core@{version}")) == []


@pytest.mark.parametrize(
    ("before", "after", "grade"),
    [
        ("1.4.2", "99.0.0", [("medium", "medium")]),
        ("1.4.2", "70.0.0", [("low", "medium")]),
        ("2.0.0", "9.0.0", []),
        ("1.4.2", "2026.1.0", []),
        ("22.1.0", "26.1.0", []),
        ("120.0.0", "121.0.0", []),
        ("94.0.0", "100.0.0", []),
        ("", "99.0.0", []),
    ],
)
def test_from_one_to_the_next(before, after, grade):
    past = [at(10, before)] if before else [at(10, "1.0.0")]
    assert grades(RULE, with_past(f"pkg:npm/a@{after}", *past, before=before or None)) == grade


def test_what_was_reached_before_in_another_line_is_no_jump():
    assert findings(RULE, with_past("pkg:npm/a@99.0.0", at(10, "98.0.0"), before="1.0.0")) == []


def test_a_number_beyond_all_bounds_is_read():
    assert grades(RULE, young(f"pkg:npm/a@{'9' * 4000}.0.0")) == [("medium", "medium")]
    assert findings(RULE, case("pkg:npm/a@99.0.0")) == []
