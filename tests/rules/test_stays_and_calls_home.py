"""What the parts mean is tested with the examples, through the whole pipeline; here, that each part is needed."""

import pytest

from customhouse.rules.combined.stays_and_calls_home import RULE
from rules.combined_parts import found, told

FIRST = found("persistence-written", "high")
SECOND = found("drop-service-contacted")


def test_both_parts_together_are_one_finding_that_tells_both():
    (finding,) = told(RULE, FIRST, SECOND)
    assert (finding.severity, finding.confidence) == ("critical", "high")
    assert finding.message == "said by persistence-written; and said by drop-service-contacted"


@pytest.mark.parametrize(
    "others",
    [
        (),
        (FIRST,),
        (SECOND,),
        (FIRST, found("drop-service-contacted", "low")),
        (found("persistence-written", "low"), SECOND),
        (found("persistence-written", "high", "call"), SECOND),
    ],
    ids=["nothing", "first", "second", "too-little", "too-weak", "only-when-called"],
)
def test_one_part_alone_is_nothing(others):
    assert told(RULE, *others) == []


def test_where_the_parts_stand():
    assert bool(told(RULE, FIRST, found("drop-service-contacted", path="other.js"))) is not True
