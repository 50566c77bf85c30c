import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.versions.compare import nearest, newer


@pytest.mark.parametrize(
    ("ecosystem", "version", "other", "expected"),
    [
        ("npm", "1.10.0", "1.9.0", True),
        ("npm", "1.0.0-rc.1", "1.0.0", False),
        ("pypi", "2.0.post1", "2.0", True),
        ("pypi", "1!0.1", "9.0", True),
        ("npm", "zz", "1.0.0", True),
    ],
)
def test_newer_is_by_the_ecosystems_order(ecosystem, version, other, expected):
    assert newer(ecosystem, version, other) is expected


@pytest.mark.parametrize(
    ("version", "others", "expected"),
    [
        ("1.5.0", ["1.2.0", "1.4.0", "2.0.0"], "1.4.0"),
        ("3.0.0", ["1.0.0", "2.0.0"], "2.0.0"),
        ("1.0.0", ["1.2.0", "1.1.0"], "1.1.0"),
        ("0.5.0", ["0.4.9", "0.5.1"], "0.5.1"),
        ("odd", ["1.0.0", "2.0.0"], "2.0.0"),
        ("1.0.0", ["odd"], "odd"),
    ],
)
def test_the_nearest_is_of_the_line_and_not_newer_where_there_is_one(version, others, expected):
    assert nearest("npm", version, others) == expected


VERSIONS = st.tuples(*(st.integers(0, 3),) * 3).map(lambda parts: ".".join(map(str, parts)))


@given(VERSIONS, st.lists(VERSIONS, min_size=1, max_size=6))
def test_nearest_hangs_on_the_set_alone_and_finds_equals(version, others):
    found = nearest("npm", version, others)
    assert found in others
    assert nearest("npm", version, sorted(others, reverse=True)) == found
    if version in others:
        assert found == version
