"""A registry as it stood at a moment, and what is made of dates that cannot be."""

import asyncio
from datetime import UTC, datetime

import pytest

from customhouse.model.history import Publication
from customhouse.model.purl import Purl
from customhouse.model.release import Release, ReleaseTime
from evals.as_of import ProjectAsOf, RegistryAsOf, dated_out_of_order

_NOW = datetime(2026, 3, 10, tzinfo=UTC)


class Project:
    def __init__(self, days):
        self.days = days
        self.purl = Purl("npm", "a")

    def _at(self, version):
        day = self.days[version]
        return day and datetime.fromisoformat(day).replace(tzinfo=UTC)

    @property
    def times(self):
        return tuple(ReleaseTime(version, self._at(version)) for version in self.days)

    @property
    def created(self):
        return min((one for one in self.times if one.published), key=lambda one: one.published, default=None)

    def release(self, version):
        return Release(Purl("npm", "a", version), published=self._at(version)) if version in self.days else None


def seen(days, judged="1.1.0", name="a", had=""):
    return ProjectAsOf(Project(days), _NOW, Purl("npm", name, judged), had)


def test_later_releases_are_not_there():
    project = seen({"1.0.0": "2026-01-01", "1.1.0": "2026-03-09", "1.2.0": "2026-03-11"})
    assert [one.version for one in project.times] == ["1.0.0", "1.1.0"]
    assert project.release("1.2.0") is None
    assert project.release("1.1.0").published == datetime(2026, 3, 9, tzinfo=UTC)
    assert project.created.version == "1.0.0"


def test_an_earlier_version_dated_later_is_there_without_its_date():
    """A mirror dates releases by when it copied them."""
    project = seen({"1.0.0": "2026-05-01", "1.1.0": "2026-03-09", "2.0.0": "2026-05-01"})
    assert project.times == (ReleaseTime("1.0.0"), ReleaseTime("1.1.0", datetime(2026, 3, 9, tzinfo=UTC)))
    assert project.release("1.0.0").published is None
    assert project.created is None, "the judged release only looks like the first"


def test_the_version_that_the_project_has_is_there_when_it_steps_back():
    days = {"1.0.0": "2026-01-01", "1.1.0": "2026-03-09", "1.2.0": "2026-03-13", "1.3.0": "2026-03-14"}
    project = seen(days, had="1.2.0")
    assert [one.version for one in project.times] == ["1.0.0", "1.1.0", "1.2.0"]
    assert project.release("1.2.0").published is None
    assert project.release("1.3.0") is None
    assert [one.version for one in seen(days, name="another", had="1.2.0").times] == ["1.0.0", "1.1.0"], "not of others"


def test_of_other_projects_dates_are_believed():
    project = seen({"1.0.0": "2026-05-01"}, name="another")
    assert (project.times, project.created, project.release("1.0.0")) == ((), None, None)


def test_of_other_projects_what_came_within_a_day_was_there():
    """What was published together, a mirror copies one after another."""
    project = seen({"1.0.0": "2026-02-01", "1.1.0": "2026-03-10T20:00", "1.2.0": "2026-03-11T01:00"}, name="another")
    assert [one.version for one in project.times] == ["1.0.0", "1.1.0"]
    assert project.release("1.1.0").published == _NOW
    assert project.created.version == "1.0.0"


def test_a_release_without_a_date_is_there():
    assert [one.version for one in seen({"1.0.0": None}).times] == ["1.0.0"]


def test_evidence_of_two_moments_is_kept_apart():
    class Inner:
        ecosystem = "npm"

        def origin(self, name):
            return f"https://registry.example/ for {name}"

        async def project(self, _):
            return Project({"1.0.0": "2026-01-01", "1.2.0": "2026-03-11"})

        async def fetch(self, _, __):
            return b"bytes"

    registry = RegistryAsOf(Inner(), _NOW, Purl("npm", "a", "1.2.0"))
    assert registry.ecosystem == "npm"
    assert registry.origin("a") == "https://registry.example/ for a as of 2026-03-10T00:00:00+00:00 (5)"
    assert [one.version for one in asyncio.run(registry.project("a")).times] == ["1.0.0"]
    assert asyncio.run(registry.fetch(Purl("npm", "a"), None)) == b"bytes"


@pytest.mark.parametrize("version", ["", "not a version"])
def test_a_version_that_does_not_read(version):
    assert seen({"1.0.0": "2026-05-01"}, judged=version).release("2.0.0") is None


def test_tags_and_publications_are_those_of_then():
    class Tagged(Project):
        def __init__(self, days):
            super().__init__(days)
            self.tags = {"latest": "2.0.0", "old": "1.0.0", "gone": "3.0.0"}

        def publication(self, version):
            return Publication(version, self._at(version)) if version in self.days else None

    days = {"1.0.0": "2026-01-01", "1.1.0": "2026-03-09", "1.0.5": "2026-05-01", "2.0.0": "2026-05-01"}
    project = ProjectAsOf(Tagged(days), _NOW, Purl("npm", "a", "1.1.0"))
    assert project.tags == {"latest": "1.1.0", "old": "1.0.0", "gone": "1.1.0"}
    assert project.publication("1.0.0").published == datetime(2026, 1, 1, tzinfo=UTC)
    assert project.publication("1.0.5").published is None
    assert [project.publication(version) for version in ("2.0.0", "9.9.9")] == [None, None]


def dated(*months):
    return Project({f"1.{number}.0": f"2025-{month:02}-01" for number, month in enumerate(months)})


@pytest.mark.parametrize(
    ("project", "told"),
    [
        (dated(1, 2, 3, 4), False),
        (dated(1, 5, 3, 4), True),  # the one below came later
        (dated(1, 2, 4, 3), True),  # the one above came earlier
        (dated(5, 2, 3, 4), False),  # what is out of order is none of its neighbours
        (Project({"1.2.0": "2025-05-01", "2.0.0": "2025-04-01"}), False),  # a backport
        (Project({"1.1.0": None, "1.2.0": "2025-05-01", "1.3.0": None}), False),
        (Project({"1.1.0": "2025-05-01"}), False),
    ],
)
def test_a_date_that_is_a_mirrors_own(project, told):
    assert dated_out_of_order(project, "1.2.0") is told
