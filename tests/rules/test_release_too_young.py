from datetime import timedelta

import msgspec

from customhouse.rules.metadata.release_too_young import RULE
from rules.cases import NOW, PYPI, Artifact, case, content, findings, metadata, only, release


def test_younger_than_the_cooldown_says_when_it_comes_free():
    finding = only(RULE, case(metadata=metadata(days=2)))
    assert (finding.severity, finding.confidence) == ("medium", "high")
    assert finding.message == "request-maker@1.14.1 was published 2 days ago; the cooldown is 7 days"
    assert "comes free on 2026-04-12 12:00 UTC" in finding.hint
    assert finding.hint.startswith("keep request-maker@1.14.0")


def test_exactly_as_old_as_asked_is_old_enough():
    assert findings(RULE, case(metadata=metadata(days=7))) == []
    assert findings(RULE, case(metadata=metadata(days=7 - 1e-6)))


def test_without_a_time_the_gap_speaks():
    facts = metadata()
    unknown = msgspec.structs.replace(facts, release=msgspec.structs.replace(facts.release, published=None))
    assert findings(RULE, case(metadata=unknown)) == []
    assert findings(RULE, case()) == []


def test_a_file_added_to_an_old_release_is_as_young_as_it_is():
    files = (
        Artifact("request_maker-1.14.1-py3-none-any.whl", "wheel", uploaded=NOW - timedelta(days=400)),
        Artifact("request_maker-1.14.1-cp313-linux.whl", "wheel", uploaded=NOW - timedelta(hours=5)),
    )
    facts = metadata(days=400, artifacts=files)
    finding = only(RULE, case(PYPI, metadata=facts))
    assert "cp313-linux.whl, a file of request-maker==1.14.1, was published 5 hours ago" in finding.message
    opened = content(filename="request_maker-1.14.1-py3-none-any.whl")
    assert findings(RULE, case(PYPI, metadata=facts, contents=(opened,))) == []


def test_a_clock_that_runs_a_minute_ahead_is_not_the_future():
    facts = metadata(days=-1 / 1440)
    assert "less than a minute ago" in only(RULE, case(metadata=facts)).message
    assert "has not come yet" in only(RULE, case(metadata=metadata(days=-1))).message


def test_the_first_release_has_nothing_to_keep():
    facts = msgspec.structs.replace(metadata(days=1), previous=None, release=release(days=1))
    assert only(RULE, case(metadata=facts)).hint.startswith("do not install request-maker@1.14.1")
