from datetime import timedelta

import pytest

from customhouse.model.closure import Arrival, LockChange
from customhouse.model.digest import Digest
from customhouse.model.evidence import MetadataFacts
from customhouse.model.locked import LockedArtifact, LockedPackage
from customhouse.rules.dependency.new_dependency import RULE
from rules.cases import NOW, case, content, release

ENTRY = LockedPackage(
    "npm", "request-maker", "1.14.1", artifacts=(LockedArtifact(digests=(Digest("sha512", "0" * 128),)),), line=7
)


def said(novelty="name", before=None, locked=ENTRY, weight=None, dependents=(), **parts):
    arrival = Arrival("main", LockChange("added", "app/package-lock.json", before, locked, novelty), weight, dependents)
    found = case(locked=locked, lock_path="app/package-lock.json", arrival=arrival, **parts)
    (finding,) = RULE.judge(found)
    return finding


def test_it_points_at_the_line_of_the_lock_and_hints_at_the_command():
    finding = said(contents=(content(),))
    assert [(place.path, place.line) for place in finding.locations] == [("app/package-lock.json", 7)]
    assert "customhouse approve pkg:npm/request-maker@1.14.1 --reason" in finding.hint


def test_it_names_what_makes_it_worth_a_look():
    facts = MetadataFacts(release(maintainers=("a", "b")), first_published=NOW - timedelta(days=1))
    message = said(metadata=facts, weight=3, dependents=("axios@1.0.0", "b", "c", "d", "e")).message
    assert "needed by axios@1.0.0, b, c and 2 more" in message
    assert "brings 3 packages along" in message
    assert "2 maintainers only (a, b)" in message
    assert message.endswith("first published 1 day ago")


@pytest.mark.parametrize("maintainers", [None, ("a", "b", "c")])
def test_three_maintainers_and_unknown_ones_are_not_spoken_of(maintainers):
    assert "maintainer" not in said(metadata=MetadataFacts(release(maintainers=maintainers))).message


def test_what_nothing_names_cannot_be_approved():
    bare = LockedPackage("npm", "request-maker", "1.14.1", artifacts=(LockedArtifact(),))
    assert said(locked=bare).hint.startswith("pin its bytes first")
