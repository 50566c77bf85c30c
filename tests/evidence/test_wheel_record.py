"""A wheel's RECORD against its members."""

import base64
import hashlib

from customhouse.evidence.wheel_record import record_issues
from customhouse.model.content import Member, RecordIssue

RECORD = "a-1.dist-info/RECORD"


def member(path, data=b"x"):
    return Member(path, len(data), hashlib.sha256(data).hexdigest())


def row(path, data=b"x", algorithm="sha256"):
    digest = base64.urlsafe_b64encode(hashlib.new(algorithm, data).digest()).decode().rstrip("=")
    return f"{path},{algorithm}={digest},{len(data)}"


def issues(rows, *members):
    return record_issues({RECORD: "\n".join([*rows, f"{RECORD},,"]).encode()}, [*members, member(RECORD)])


def test_a_true_record_has_no_issue():
    assert issues([row("a.py"), row('"b,c.py"')], member("a.py"), member("b,c.py")) == ()
    assert issues([row("a\\b.py")], member("a/b.py")) == ()


def test_what_is_not_listed_listed_otherwise_or_gone():
    found = issues([row("a.py"), row("gone.py")], member("a.py", b"y"), member("b.py"), member("notes.txt"))
    assert found == (
        RecordIssue("digest", "a.py"),
        RecordIssue("missing", "gone.py"),
        RecordIssue("unlisted", "b.py"),
        RecordIssue("unlisted", "notes.txt"),
    )


def test_signatures_and_other_algorithms_are_left_alone():
    assert issues([row("a.py", b"other", "sha512")], member("a.py"), member("a-1.dist-info/RECORD.jws")) == ()


def test_no_record_and_one_that_cannot_be_read():
    assert record_issues({}, []) == (RecordIssue("absent", "RECORD"),)
    assert record_issues({RECORD: b"\xff\xfe"}, []) == (RecordIssue("unreadable", RECORD),)
