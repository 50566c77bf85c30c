import pytest

from customhouse.model.content import BuildFacts
from customhouse.rules.install.build_backend_changed import RULE
from rules.cases import PYPI, case, change, content, findings, grades, metadata, only

SETUPTOOLS = BuildFacts("setuptools.build_meta", (), ("setuptools",))


def built(after, before=SETUPTOOLS, previous="1.14.0", days=30):
    held = content(filename="request-maker-1.14.1.tar.gz", build=after)
    return case(PYPI, contents=(held,), change=change(previous, build_before=before), metadata=metadata(days=days))


IN_TREE = BuildFacts("backend", ("_build",), ("setuptools",))
UNKNOWN = BuildFacts("helper.build", (), ("helper",))


def test_a_backend_that_is_not_usual():
    assert grades(RULE, built(UNKNOWN)) == [("medium", "high")]
    assert grades(RULE, built(UNKNOWN, days=100)) == [("medium", "medium")]
    assert grades(RULE, built(UNKNOWN, previous="1.13.0")) == [("medium", "medium")]
    assert findings(RULE, built(UNKNOWN, before=UNKNOWN)) == []


@pytest.mark.parametrize("previous", ["1.14.0", "1.13.0"])
def test_a_backend_of_its_own_is_reported(previous):
    assert grades(RULE, built(IN_TREE, previous=previous)) == [("medium", "medium")]
    assert findings(RULE, built(IN_TREE, before=IN_TREE)) == []


def test_usual_backends_are_low():
    assert grades(RULE, built(BuildFacts("hatchling.build", (), ("hatchling",)))) == [("low", "high")]
    assert grades(RULE, built(BuildFacts("setuptools.build_meta", ("build",)), before=IN_TREE)) == [("low", "high")]


def test_what_is_fetched_first():
    more = BuildFacts("setuptools.build_meta", (), ("setuptools>=61", "Wheel", "Helper_X>1"))
    finding = only(RULE, built(more))
    assert (finding.severity, finding.confidence) == ("low", "medium")
    assert "fetches helper-x before it is built, which 1.14.0 did not" in finding.message
    address = BuildFacts("setuptools.build_meta", (), ("setuptools", "x @ https://files.example.invalid/x.zip"))
    assert grades(RULE, built(address)) == [("high", "high")]
    assert grades(RULE, built(address, before=address)) == []


def test_without_an_earlier_sdist_nothing_is_said():
    assert findings(RULE, built(IN_TREE, before=None)) == []
    assert findings(RULE, case(PYPI, contents=(content(build=IN_TREE),))) == []
