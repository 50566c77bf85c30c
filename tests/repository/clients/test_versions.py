import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.repository.clients.versions import Version, at_least, below, lowest


@pytest.mark.parametrize(
    ("text", "numbers", "exact"),
    [
        ("9.1.0+sha512.0123abcd", (9, 1, 0), True),
        ("11.6.0", (11, 6, 0), True),
        ("==0.9.17", (0, 9, 17), True),
        (">=11.10", (11, 10), False),
        ("^9 || >=10.1 <11", (9,), False),
        (">=2,<3", (2,), False),
        ("~1.22.0", (1, 22, 0), False),
        ("8 - 10", (8,), False),
        ("10.x", (10,), False),
        ("4.0.0-rc.1", (4, 0, 0), True),
    ],
)
def test_lowest(text, numbers, exact):
    assert lowest(text) == Version(numbers, exact=exact)


@pytest.mark.parametrize("text", ["", "*", "<11", "latest", ">=1 || <9"])
def test_no_lower_bound(text):
    assert lowest(text) is None


def test_a_lower_bound_is_never_known_to_be_below():
    assert not below(Version((10,)), 10, 16)
    assert below(Version((10, 2, 0), exact=True), 10, 16)
    assert at_least(Version((11,)), 10, 16)
    assert not at_least(None, 1)
    assert not below(None, 99)


@given(st.text(max_size=60))
def test_any_text(text):
    found = lowest(text)
    assert found is None or all(number >= 0 for number in found.numbers)
