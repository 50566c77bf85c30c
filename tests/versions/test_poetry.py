import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.versions import pypi
from customhouse.versions.poetry import satisfies, to_specifiers


# The tables of Poetry's own documentation on dependency specification.
@pytest.mark.parametrize(
    ("constraint", "within", "outside"),
    [
        ("^1.2.3", ["1.2.3", "1.9"], ["1.2.2", "2.0.0"]),
        ("^1.2", ["1.2.0", "1.99"], ["2.0"]),
        ("^1", ["1.0", "1.9"], ["0.9", "2"]),
        ("^0.2.3", ["0.2.3", "0.2.9"], ["0.3.0"]),
        ("^0.0.3", ["0.0.3"], ["0.0.4"]),
        ("^0.0", ["0.0.9"], ["0.1.0"]),
        ("^0", ["0.9"], ["1.0"]),
        ("~1.2.3", ["1.2.3", "1.2.9"], ["1.3"]),
        ("~1.2", ["1.2.9"], ["1.3"]),
        ("~1", ["1.9"], ["2.0"]),
        ("*", ["0.1", "9"], []),
        ("1.*", ["1.9"], ["2.0"]),
        ("1.2.*", ["1.2.9"], ["1.3"]),
        ("==1.2.*", ["1.2.9"], ["1.3"]),
        ("1.2.3", ["1.2.3"], ["1.2.4"]),
        ("=1.2.3", ["1.2.3"], ["1.2.4"]),
        (">=1.2,<1.5", ["1.4"], ["1.5", "1.1"]),
        (">= 1.2 < 1.5", ["1.4"], ["1.5", "1.1"]),
        ("!=1.3", ["1.4"], ["1.3"]),
        ("~=1.4.2", ["1.4.9"], ["1.5"]),
        ("<1.0 || >=2.0,<3", ["0.9", "2.5"], ["1.5", "3.0"]),
        ("^1 | ^3", ["1.5", "3.5"], ["2.5"]),
    ],
)
def test_what_a_constraint_lets_in(constraint: str, within: list[str], outside: list[str]) -> None:
    assert [one for one in within if not satisfies(one, constraint)] == []
    assert [one for one in outside if satisfies(one, constraint)] == []


@pytest.mark.parametrize("text", ["^x", "not a version", ">=", "1.0 ?", "^*", ">1.*", "||y"])
def test_what_is_no_constraint(text: str) -> None:
    assert to_specifiers(text) is None
    assert not satisfies("1.0", text)


@given(st.lists(st.tuples(st.sampled_from([">=", "<=", "<", ">", "==", "!="]), st.integers(0, 9), st.integers(0, 9))))
def test_pep_440_means_the_same(clauses: list[tuple[str, int, int]]) -> None:
    text = ",".join(f"{operator}{major}.{minor}" for operator, major, minor in clauses)
    for version in ("0.5", "3.3", "9.9"):
        assert satisfies(version, text) == pypi.satisfies(version, text)


@given(st.text(max_size=30))
def test_any_text(text: str) -> None:
    to_specifiers(text)
