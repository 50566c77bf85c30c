import pytest

from customhouse.evidence.severity import severity_of

V2 = {"type": "CVSS_V2", "score": "AV:N/AC:L/Au:N/C:C/I:C/A:C"}
V30 = {"type": "CVSS_V3", "score": "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N"}
V31 = {"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}
V4 = {"type": "CVSS_V4", "score": "CVSS:4.0/AV:L/AC:H/AT:P/PR:H/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N"}


@pytest.mark.parametrize(
    ("word", "vectors", "expected"),
    [
        ("MODERATE", [V31], ("medium", True)),
        ("critical", [], ("critical", True)),
        ("", [V2], ("high", True)),
        (None, [V30], ("medium", True)),
        (None, [V30, V31, V2], ("critical", True)),
        (None, [V31, V4], ("low", True)),
        (None, [{"score": "nonsense/"}, V31], ("critical", True)),
        (None, [{"score": "7.5"}], ("medium", False)),
        (None, [], ("medium", False)),
        (7, [{}], ("medium", False)),
    ],
)
def test_the_word_then_the_newest_vector_then_an_assumption(word, vectors, expected):
    assert severity_of(word, vectors) == expected
