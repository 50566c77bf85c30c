"""The log: bounded, printable, never losing what is fatal."""

from customhouse.archives.interface import Limits
from customhouse.archives.issues import IssueLog, printable


def test_issues_beyond_the_limit_are_counted():
    log = IssueLog(Limits(max_issues=3))
    for at in range(10):
        log.add("traversal", f"x{at}", "climbs")
    log.add("device", "d", "is one")
    log.halt("traversal", "last", "the end")
    log.close()
    log.close()
    assert [(issue.member, issue.fatal) for issue in log.issues] == [
        ("x0", False),
        ("x1", False),
        ("x2", False),
        ("d", False),
        ("last", True),
        ("", False),
    ]
    assert log.issues[-1].detail == "and 7 more of this kind"


def test_names_are_made_printable_and_short():
    assert printable("a/ü.js") == "a/ü.js"
    assert printable("a\x1b[2J\n\u202eb") == "a\\x1b[2J\\n\\u202eb"
    assert printable("\udcff") == "\\udcff"
    assert len(printable("x" * 10_000)) < 300
