import pytest

from customhouse.model.change import AddedFile
from customhouse.rules.change.new_odd_file import RULE, odd
from rules.cases import case, change, findings, grades, metadata, only

LONG = AddedFile("bundle.js", 60_000, "install", lines=3, longest=59_000)
DATA = AddedFile("data.js", 4_000, "import", lines=3, longest=3_900, encoded=3_800)


def adding(*files, days=10, **parts):
    return case(change=change(added_code=files, **parts), metadata=metadata(days))


def test_at_install_it_is_held_until_it_is_settled_and_on_load_reported():
    finding = only(RULE, adding(LONG))
    assert (finding.severity, finding.confidence, finding.phase) == ("high", "medium", "install")
    assert "bundle.js (60.0 KB) runs at install and has a line of 59.0 KB" in finding.message
    assert grades(RULE, adding(LONG, days=100)) == [("medium", "medium")]
    assert grades(RULE, adding(DATA)) == [("medium", "medium")]


@pytest.mark.parametrize(
    ("file", "before"),
    [
        (AddedFile("a.js", 9_000, "install", 200, 120), {}),
        (AddedFile("a.js", 9_000, "other", 2, 8_000), {}),
        (AddedFile("a.js", 9_000, "install", 2, 8_000, known=0.9), {}),
        (LONG, {"longest_before": 20_000}),
        (DATA, {"encoded_before": 2_500}),
        (AddedFile("a.js", 90_000, "import", 900, 3_000, encoded=2_900), {}),
    ],
    ids=["plain", "not loaded", "renamed", "had long lines", "had data", "a small part"],
)
def test_what_is_not_odd(file, before):
    assert findings(RULE, adding(file, **before)) == []


def test_a_package_with_long_lines_may_still_gain_encoded_data():
    assert odd(DATA, longest_before=20_000) == "3.8 KB of it are encoded data"
    assert findings(RULE, case()) == []
