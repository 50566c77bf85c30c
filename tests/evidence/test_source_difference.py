"""Wheel against sdist, by digests and names."""

from customhouse.evidence.source_difference import source_difference
from customhouse.model.content import Member, Tree


def members(*files):
    return Tree(tuple(Member(path, 5, digest) for path, digest in files))


def difference(wheel, sdist):
    return source_difference("a.whl", members(*wheel), "a.tar.gz", members(*sdist))


def test_the_same_bytes_anywhere_explain_a_module():
    assert difference([("a/b.py", "1"), ("a-1.data/purelib/c.py", "2")], [("lib/x.py", "1"), ("c.py", "2")]) is None


def test_what_is_absent_and_what_differs():
    found = difference(
        [("a/b.py", "1"), ("a/c.py", "2"), ("a/d.py", "3"), ("tests/x.py", "9"), ("a/data.json", "8")],
        [("src/a/b.py", "7"), ("other/b.py", "6"), ("a/c.py", "2")],
    )
    assert found is not None
    assert found.absent == ("a/d.py",)
    assert found.differing == (("a/b.py", "src/a/b.py"),)
    assert found.compared == 3


def test_a_template_is_the_source_of_what_is_made_of_it():
    found = difference([("a/version.py", "1")], [("a/version.py.in", "2")])
    assert found is not None
    assert found.differing == (("a/version.py", "a/version.py.in"),)


def test_an_init_has_to_share_its_folder():
    found = difference([("a/__init__.py", "1")], [("b/__init__.py", "2")])
    assert found is not None
    assert found.absent == ("a/__init__.py",)
