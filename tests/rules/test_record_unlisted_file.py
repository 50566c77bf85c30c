import pytest

from customhouse.model.content import RecordIssue
from customhouse.rules.archive.record_unlisted_file import RULE
from rules.cases import PYPI, case, content, findings, grades, only


def wheel(*issues, natives=()):
    held = content(filename="a-1-py3-none-any.whl", record=tuple(RecordIssue(*it) for it in issues), natives=natives)
    return case(PYPI, contents=(held,))


@pytest.mark.parametrize(
    ("issue", "grade"),
    [
        (("unlisted", "a.pth"), ("high", "medium")),
        (("unlisted", "a/b.cpython-312-x86_64-linux-gnu.so"), ("high", "medium")),
        (("unlisted", "a/LICENSE"), ("low", "medium")),
        (("digest", "a/__init__.py"), ("high", "medium")),
        (("digest", "a/data.json"), ("low", "medium")),
        (("missing", "a/gone.py"), ("low", "medium")),
        (("absent", "RECORD"), ("medium", "medium")),
        (("unreadable", "a-1.dist-info/RECORD"), ("medium", "medium")),
    ],
)
def test_by_kind_and_file(issue, grade):
    assert grades(RULE, wheel(issue)) == [grade]


def test_a_program_counts_by_what_it_is():
    assert grades(RULE, wheel(("unlisted", "a/tool"), natives=("a/tool",))) == [("high", "medium")]


def test_one_finding_a_kind_with_the_places():
    finding = only(RULE, wheel(("unlisted", "a.py"), ("unlisted", "b.py")))
    assert finding.message == "a-1-py3-none-any.whl holds a.py and 1 more, which its RECORD does not list"
    assert [place.path for place in finding.locations] == ["a.py", "b.py"]
    assert findings(RULE, wheel()) == []
