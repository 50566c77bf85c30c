"""No expression that reads what a package wrote takes longer than in proportion to it: each has its worst megabyte."""

import re

import pytest

from linear.bounds import BOUNDS, BUILT, NOT_MADE_THERE, USED_AS
from linear.collection import collect
from linear.workers import measured

#: The rooms that read content under inspection, or facts made of it. The others read what the project itself wrote.
ROOMS = (
    "customhouse.archives.",
    "customhouse.evidence.",
    "customhouse.model.",
    "customhouse.rules.",
    "customhouse.source.",
    "customhouse.ecosystems.npm.attestations:",
    "customhouse.ecosystems.npm.manifest:",
    "customhouse.ecosystems.pypi.attestations:",
    "customhouse.ecosystems.pypi.headers:",
    "customhouse.ecosystems.pypi.manifest:",
)
SIZE = 1 << 20
#: Seconds of processor time for the worst megabyte: a linear expression that tries 200 characters at each takes 0.6 on
#: a slow machine, and a quadratic one takes hours.
LIMIT = 2.0
#: For a short text: it is one of many.
SHORT_LIMIT = 0.25
#: Seconds until a process that does not answer is ended, on a machine that has other things to do.
PATIENCE = 30.0
#: How much longer eight times the text may take.
GROWTH = 24
#: Times below this are noise.
WORTH_COMPARING = 0.1


@pytest.fixture(scope="module")
def collected():
    return collect()


def of_interest(where):
    return where.startswith(ROOMS)


def task(where, text, flags, use):
    bound = BOUNDS.get(where)
    return {
        "where": where,
        "text": text.decode("latin-1") if isinstance(text, bytes) else text,
        "bytes": isinstance(text, bytes),
        "flags": flags,
        "use": USED_AS.get(where, use),
        "size": bound.size if bound else SIZE,
    }


def test_no_expression_escapes(collected):
    found, built = collected
    assert len([each for each in found if of_interest(each.where)]) > 400
    unknown = {each.where for each in built if of_interest(each.where)} - NOT_MADE_THERE
    assert unknown == set(BUILT), "tell in tests/linear/bounds.py what these are put together of"
    names = {each.where for each in found}
    assert set(BOUNDS) <= names
    assert set(USED_AS) <= names


def test_each_takes_its_worst_megabyte_in_proportion(collected):
    found, _ = collected
    tasks = [task(*each[:1], *each[2:]) for each in found if of_interest(each.where)]
    for where, build in BUILT.items():
        for each in build():
            text, flags = (each, 0) if isinstance(each, str | bytes) else (each.pattern, each.flags & ~re.UNICODE)
            tasks.append(task(where, text, flags, "search"))
    # one table line often gives the same expression to several names
    tasks = list({(each["text"], each["flags"], each["use"], each["size"]): each for each in tasks}.values())
    slow = []
    for answer in measured(tasks, limit=LIMIT, patience=PATIENCE):
        spent = answer["seconds"]
        allowed = LIMIT if answer["where"] not in BOUNDS else SHORT_LIMIT
        grows = spent is not None and spent > WORTH_COMPARING and spent > GROWTH * answer["before"]
        if spent is None or spent > allowed or grows:
            slow.append((answer["where"], answer["text"], spent, answer["before"], answer["shape"]))
    assert slow == []


def test_what_is_not_linear_is_found():
    tasks = [
        task(text, text, 0, use)
        for text, use in (
            (r"\s+$", "search"),
            (r"(?:a|aa)+b", "match"),
            (r"x\s*\(?\s*y", "search"),
            (rb"a.*b.*c", "search"),
        )
    ]
    answers = {answer["where"]: answer["seconds"] for answer in measured_with(tasks)}
    assert all(spent is None or spent > LIMIT for spent in answers.values()), answers
    assert len(answers) == len(tasks)


def measured_with(tasks):
    return measured([{**each, "where": str(each["where"])} for each in tasks], limit=LIMIT, patience=5.0)


def test_an_expression_that_hangs_is_ended_and_the_others_are_measured():
    hangs = {**task("hangs", r"(?:a|a)+b", 0, "match"), "size": 4096}
    fine = [{**task(f"fine {number}", "a", 0, "search"), "size": 4096} for number in range(4)]
    answers = {each["where"]: each["seconds"] for each in measured([hangs, *fine], limit=LIMIT, patience=2.0)}
    assert answers.pop("hangs") is None
    assert len(answers) == 4
    assert all(spent is not None and spent < LIMIT for spent in answers.values())
