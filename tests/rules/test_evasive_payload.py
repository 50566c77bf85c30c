"""What the parts mean is tested with the examples, through the whole pipeline; here, that each part is needed."""

import pytest

from customhouse.rules.combined.evasive_payload import RULE
from rules.combined_parts import found, told

FIRST = found("analysis-evaded", "medium")
SECOND = found("install-time-download-and-run")


def test_both_parts_together_are_one_finding_that_tells_both():
    (finding,) = told(RULE, FIRST, SECOND)
    assert (finding.severity, finding.confidence) == ("high", "medium")
    assert finding.message == "said by analysis-evaded; and said by install-time-download-and-run"


@pytest.mark.parametrize(
    "others",
    [
        (),
        (FIRST,),
        (SECOND,),
        (FIRST, found("install-time-download-and-run", "low")),
        (found("analysis-evaded", "low"), SECOND),
        (found("analysis-evaded", "medium", "call"), SECOND),
    ],
    ids=["nothing", "first", "second", "too-little", "too-weak", "only-when-called"],
)
def test_one_part_alone_is_nothing(others):
    assert told(RULE, *others) == []


def test_where_the_parts_stand():
    assert bool(told(RULE, FIRST, found("install-time-download-and-run", path="other.js"))) is not True
