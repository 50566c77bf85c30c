"""Scoring: what is missed, misgraded, made up; and that whoever reports everything has found nothing."""

import msgspec
import pytest

from customhouse.drill.scoring import score
from customhouse.model.drill import AnswerKey, Decoy, Reported, Trace
from drill.laid import CLOCK

LOCK, LOG, HOST = "projects/a/package-lock.json", "logs/run.txt", "hosts/b/tmp/ld.py"
AXIOS, DROPPER = "pkg:npm/axios@1.14.1", "pkg:npm/plain-crypto-js@4.2.1"
KEY = AnswerKey(
    "customhouse/drill-key/1",
    "d-1",
    "d",
    "/drill",
    1,
    CLOCK,
    (
        Trace("lock", "project", LOCK, "resolved", AXIOS, "pinned"),
        Trace("since", "history", LOCK, "resolved", AXIOS, "since"),
        Trace("fetched", "log", LOG, "fetched", AXIOS, "fetched"),
        Trace("ran", "log", LOG, "script-ran", DROPPER, "ran"),
        Trace("stage", "host", HOST, "script-ran", "/tmp/ld.py", "second stage", also=("hosts/b/tmp",)),
    ),
    (
        Decoy("clean", "projects/c", "another project", "clean"),
        Decoy("range", "projects/d/package.json", "a range", "its lock excludes it", at_most="declared"),
        Decoy("line", LOG, "another name", "another", line=7),
    ),
)
ALL = tuple(Reported(each.path, each.grade, each.area, each.subject) for each in KEY.traces)


def results(reported):
    return {each.trace.id: each.result for each in score(KEY, reported).traces}


def test_full_marks():
    found = score(KEY, ALL)
    assert (found.marks, found.out_of, found.full) == (10, 10, True)
    assert (found.decoys, found.beside) == ((), ())


@pytest.mark.parametrize("left", range(len(ALL)))
def test_each_trace_that_is_missed_costs_its_marks(left):
    found = score(KEY, ALL[:left] + ALL[left + 1 :])
    assert (found.marks, found.full) == (8, False)
    assert [each.trace.id for each in found.traces if each.result == "missed"] == [KEY.traces[left].id]


@pytest.mark.parametrize(
    ("one", "decoy", "graded"),
    [
        (Reported("projects/c/package-lock.json", "declared", "project", AXIOS), "clean", "declared"),
        (Reported("projects/c", "resolved"), "clean", "resolved"),
        (Reported("projects/d/package.json", "resolved", "project", AXIOS), "range", "resolved"),
        (Reported(LOG, "contacted", "log", "sfrclak.com", 7), "line", "contacted"),
    ],
)
def test_a_decoy_that_is_reported_costs_two(one, decoy, graded):
    found = score(KEY, (*ALL, one, one))
    assert (found.marks, found.full) == (8, False)
    assert [(each.decoy.id, each.graded) for each in found.decoys] == [(decoy, graded)]


@pytest.mark.parametrize(
    "one",
    [
        Reported("projects/d/package.json", "declared", "project", AXIOS),
        Reported(LOG, "contacted", "log", "sfrclak.com", 8),
        Reported("projects/cc/package-lock.json", "resolved", "project", AXIOS),
    ],
)
def test_what_is_right_to_say_costs_nothing(one):
    assert score(KEY, (*ALL, one)).full


def test_another_grade_is_half_the_marks():
    less = (*ALL[:3], Reported(LOG, "fetched", "log", DROPPER), ALL[4])
    more = (*ALL[:4], Reported(HOST, "contacted", "host", "/tmp/ld.py"))
    for reported, name in ((less, "ran"), (more, "stage")):
        found = score(KEY, reported)
        assert found.marks == 9
        assert [each.trace.id for each in found.traces if each.result == "misgraded"] == [name]


def test_who_says_everything_has_found_nothing():
    grades = ("declared", "resolved", "fetched", "script-ran", "contacted")
    every = [Reported(path, grade) for path in (LOCK, LOG, HOST) for grade in grades]
    assert set(results(every).values()) == {"misgraded"}


def test_a_report_without_subject_means_any_trace_of_its_file():
    assert results([Reported(LOCK, "resolved")]) == {
        "lock": "found", "since": "found", "fetched": "missed", "ran": "missed", "stage": "missed",
    }  # fmt: skip
    both = results([Reported(LOG, "fetched"), Reported(LOG, "script-ran")])
    assert (both["fetched"], both["ran"]) == ("found", "found")
    assert results([Reported(LOCK, "resolved", "history")])["lock"] == "missed"


def test_another_place_of_the_same_counts():
    assert results([Reported("hosts/b/tmp", "script-ran", "host")])["stage"] == "found"


def test_what_was_planted_nowhere_stands_beside():
    one = Reported("homes/z/.npmrc", "fetched")
    found = score(KEY, (*ALL, one))
    assert (found.beside, found.full) == ((one,), True)


def test_a_decoy_that_is_only_called_odd_costs_nothing_and_is_named():
    found = score(KEY, ALL, odd=[Reported("projects/c/x", "script-ran"), Reported(HOST, "script-ran")])
    assert (found.odd, found.full) == (("clean",), True)


def test_nothing_reported_is_no_mark_and_never_less():
    assert score(KEY, ()).marks == 0
    assert score(KEY, [Reported("projects/c", "contacted")]).marks == 0
    assert msgspec.structs.asdict(score(KEY, ()))["laid"] == 3
