from datetime import UTC, datetime

from customhouse.model.digest import Digest
from customhouse.model.locked import LockedArtifact, LockedPackage, Source
from customhouse.model.repository import RepositoryCase, RepositoryWishes
from customhouse.rules.repository.unhashed_requirement import RULE

HASH = (LockedArtifact(digests=(Digest("sha256", "0" * 64),)),)


def said(*packages, format_id="requirements", status="parsed", hashes=True):
    source = Source("r.txt", format_id, status, packages)
    case = RepositoryCase(datetime(2026, 11, 1, tzinfo=UTC), (source,), wishes=RepositoryWishes(hashes=hashes))
    return list(RULE.judge(case))


def one(name, artifacts=(), **fields):
    return LockedPackage("pypi", name, "1.0", artifacts=artifacts, **fields)


def test_each_file_once_with_its_lines():
    (found,) = said(one("a", line=1), one("b", line=3))
    assert (found.severity, found.confidence) == ("medium", "medium")
    assert [place.line for place in found.locations] == [1, 3]
    assert "its one requirement" in said(one("a"))[0].message


def test_a_file_of_which_pip_refuses_a_part():
    (found,) = said(one("a", HASH), one("b"))
    assert (found.severity, found.confidence) == ("low", "high")


def test_what_has_no_file_to_hash_and_other_formats():
    assert not said(one("a", source="git"), one("b", source="file"))
    assert not said(one("a"), format_id="uv-lock")
    assert not said(one("a"), status="failed")
    assert not said(one("a"), hashes=False)
