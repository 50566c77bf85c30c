import pytest

from customhouse.rules.change.size_jump import RULE, bytes_in_words
from rules.cases import case, change, content, findings, grades, hook, only


def grown(before, after, *, previous="1.14.0", hooks=(), largest=(("dist/a.js", 3_600_000),)):
    facts = change(previous, size_before=before, size_after=after, largest_added=largest)
    return case(contents=(content(hooks=hooks),), change=facts)


@pytest.mark.parametrize(
    ("before", "after", "previous", "told"),
    [
        (300_000, 900_000, "1.14.0", True),
        (300_000, 899_999, "1.14.0", False),
        (100_000, 599_999, "1.14.0", False),
        (300_000, 900_000, "1.13.0", False),
        (300_000, 3_000_000, "1.13.0", True),
        (300_000, 3_000_000, "0.1.0", True),
        (0, 3_000_000, "1.14.0", False),
        (3_000_000, 300_000, "1.14.0", False),
    ],
)
def test_thresholds(before, after, previous, told):
    assert bool(findings(RULE, grown(before, after, previous=previous))) is told


def test_a_bundle_that_is_started_at_install_holds():
    starting = (hook("node dist/a.js", path="dist/a.js"),)
    finding = only(RULE, grown(4_000, 3_604_000, hooks=starting))
    assert (finding.severity, finding.confidence) == ("medium", "high")
    assert finding.message == (
        "request-maker@1.14.1 unpacks to 3.6 MB, 901 times the 4.0 KB of 1.14.0; "
        "largest added: dist/a.js (3.6 MB); dist/a.js is started at install"
    )


def test_otherwise_it_is_reported_even_when_no_file_is_named():
    assert grades(RULE, grown(4_000, 3_604_000)) == [("medium", "medium")]
    assert only(RULE, grown(4_000, 3_604_000, largest=())).locations[0].path == "package.json"


def test_sizes_are_written_in_decimal_units():
    assert [bytes_in_words(size) for size in (12, 1_500, 2_000_000, 3_200_000_000)] == [
        "12 bytes",
        "1.5 KB",
        "2.0 MB",
        "3.2 GB",
    ]
