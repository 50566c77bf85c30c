"""What the parts mean is tested with the examples, through the whole pipeline; here, that each part is needed."""

import pytest

from customhouse.rules.combined.traces_removed_after_acting import RULE
from rules.combined_parts import found, told

FIRST = found("own-traces-removed", "medium")
SECOND = found("install-time-download-and-run")


def test_both_parts_together_are_one_finding_that_tells_both():
    (finding,) = told(RULE, FIRST, SECOND)
    assert (finding.severity, finding.confidence) == ("critical", "high")
    assert finding.message == "said by own-traces-removed; and said by install-time-download-and-run"


@pytest.mark.parametrize(
    "others",
    [
        (),
        (FIRST,),
        (SECOND,),
        (FIRST, found("install-time-download-and-run", "low")),
        (found("own-traces-removed", "low"), SECOND),
        (found("own-traces-removed", "medium", "call"), SECOND),
    ],
    ids=["nothing", "first", "second", "too-little", "too-weak", "only-when-called"],
)
def test_one_part_alone_is_nothing(others):
    assert told(RULE, *others) == []


def test_where_the_parts_stand():
    assert bool(told(RULE, FIRST, found("install-time-download-and-run", path="other.js"))) is not False
