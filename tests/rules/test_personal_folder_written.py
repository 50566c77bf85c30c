import pytest

from customhouse.rules.code.personal_folder_written import RULE
from rules.cases import call, can, code, code_case, grades, only


def writing(path, callee="fs.writeFileSync", when="load", reach="import"):
    file = code(can("filesystem", callee, when=when), calls=(call(callee, path, "x", when=when),), reach=reach)
    return code_case(file)


@pytest.mark.parametrize(
    "path",
    [
        "~/Desktop/a.txt",
        "~/OneDrive/Desktop/NOTE.txt",
        "~/{}/WITH-LOVE.txt",
        "C:\\Users\\{}\\Documents\\a.txt",
        "~/note.txt",
        "~/Downloads/setup.exe",
    ],
)
def test_a_folder_that_a_person_looks_at(path):
    finding = only(RULE, writing(path))
    assert (finding.severity, finding.confidence, finding.phase) == ("high", "medium", "import")
    assert path in finding.message


@pytest.mark.parametrize(
    "path",
    ["~/.cache/a.txt", "~/.npmrc", "~/Library/Caches/a.txt", "{__dirname}/Documents/a", "a.txt", "~/{}", "/var/a.txt"],
)
def test_other_places_are_other_rules_business(path):
    assert not grades(RULE, writing(path))


def test_when_it_is_asked_to_it_is_told_and_no_more():
    assert grades(RULE, writing("~/Desktop/a.txt", when="call")) == [("low", "medium")]
    assert not grades(RULE, writing("~/Desktop/a.txt", reach="other"))
    assert only(RULE, writing("~/Desktop/a.txt", reach="install")).phase == "install"


def test_reading_is_not_writing():
    assert not grades(RULE, writing("~/Desktop/a.txt", callee="fs.readFileSync"))
