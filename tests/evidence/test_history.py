from datetime import UTC, datetime, timedelta

import pytest

from customhouse.evidence.history import KEPT, history_of
from customhouse.model.history import Publication
from customhouse.model.purl import Purl
from customhouse.model.release import Release, ReleaseTime

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)


class Project:
    """What `history_of` reads of a project: versions by hours before NOON."""

    purl = Purl("npm", "a")

    def __init__(self, **hours):
        self.times = tuple(
            ReleaseTime(version.strip("v").replace("_", "."), None if ago is None else NOON - timedelta(hours=ago))
            for version, ago in hours.items()
        )

    def publication(self, version):
        when = next(each.published for each in self.times if each.version == version)
        return Publication(version, when, publisher="ann")


def history(project, version="1.14.1", ago=0.0):
    return history_of(project, Release(Purl("npm", "a", version), published=NOON - timedelta(hours=ago)))


def test_the_releases_before_newest_first_in_any_line():
    found = history(Project(v1_14_0=90, v0_30_3=50, v1_14_1=0, v2_0_0=-5, v1_0_0=None))
    assert [one.version for one in found.earlier] == ["0.30.3", "1.14.0"]
    assert found.earlier[0].publisher == "ann"
    assert found.earlier_count == 2


def test_no_more_than_twenty_are_kept_and_all_are_counted():
    found = history(Project(**{f"v1_0_{number}": 1000 - number for number in range(50)}))
    assert (len(found.earlier), found.earlier_count) == (KEPT, 50)
    assert found.earlier[0].version == "1.0.49"


def test_what_is_around_is_told_in_order_of_time():
    found = history(Project(v1_14_0=90, v0_30_4=-0.65, v1_14_1=0, v0_29_0=23, v0_28_0=25))
    assert [one.version for one in found.around] == ["0.29.0", "0.30.4"]


def test_an_undated_release_has_no_history():
    assert history_of(Project(v1_0_0=5), Release(Purl("npm", "a", "1.0.0"))).earlier == ()


@pytest.mark.parametrize(
    ("hours", "count"),
    [
        ({"v1_0_0": 500, "v2_0_0": 495}, 1),
        ({"v1_0_0": 500, "v2_0_0": 495, "v1_0_1": 300, "v2_0_1": 299, "v3_0_0": 298}, 2),
        ({"v1_0_0": 500, "v1_0_1": 495}, 0),
        ({"v1_0_0": 500, "v2_0_0": 480}, 0),
        ({"v1_0_0": 11, "v2_0_0": 10}, 0),
    ],
    ids=["once", "twice", "one line", "a day apart", "now"],
)
def test_occasions_on_which_several_lines_came_together(hours, count):
    assert history(Project(v0_30_4=0.5, **hours)).lines_together_before == count


def test_occasions_are_not_counted_where_nothing_is_around():
    assert history(Project(v1_0_0=500, v2_0_0=495)).lines_together_before == 0


@pytest.mark.parametrize(
    ("hours", "in_order"),
    [
        ({"v1_0_0": 90, "v1_0_1": 80, "v1_1_0": 70, "v2_0_0": 60, "v1_1_1": 50, "v1_2_0": 40}, True),
        ({"v1_0_0": 80, "v1_0_1": 90}, False),
        ({"v1_1_0": 90, "v1_0_0": 80}, False),
        ({"v2_0_0": 90, "v1_0_0": 80}, False),
        ({"v1_0_0": 80, "v1_0_1": 80.5}, True),
        ({"v1_0_0": None, "v1_0_1": 90}, True),
        ({}, True),
    ],
    ids=["lines side by side", "patches", "minors", "majors", "an hour's slack", "undated", "nothing"],
)
def test_dates_that_contradict_versions_are_a_mirror_s(hours, in_order):
    assert history(Project(**hours)).dates_in_order is in_order
