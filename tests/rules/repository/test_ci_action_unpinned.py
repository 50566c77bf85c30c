from datetime import UTC, datetime

import pytest

from customhouse.model.repository import RepositoryCase
from customhouse.model.workflow import ActionUse
from customhouse.rules.repository.ci_action_unpinned import RULE

COMMIT = "0123456789" * 4


def said(system, kind, name, ref, *more):
    uses = (ActionUse(system, name, ref, "a.yml", 3, kind), *more)
    return list(RULE.judge(RepositoryCase(datetime(2026, 11, 1, tzinfo=UTC), actions=uses)))


@pytest.mark.parametrize(
    ("system", "kind", "name", "ref"),
    [
        ("github", "action", "a/b", COMMIT),
        ("github", "workflow", "a/b/.github/workflows/c.yml", COMMIT + "0" * 24),
        ("github", "image", "node", "sha256:ab"),
        ("dockerfile", "image", "${BASE}", ""),
        ("gitlab", "include", "https://ci.example/a.yml", "sha256-abc="),
        ("gitlab", "include", "acme/ci", COMMIT),
        ("gitlab", "include", "ci.example/acme/lint", "1.2.3"),
        ("circleci", "orb", "a/b", "1.2.3"),
    ],
)
def test_what_cannot_be_moved_is_silent(system, kind, name, ref):
    assert said(system, kind, name, ref) == []


@pytest.mark.parametrize(
    ("system", "kind", "name", "ref", "severity"),
    [
        ("github", "action", "a/b", "v1", "medium"),
        ("github", "action", "a/b", COMMIT[:39], "medium"),
        ("github", "action", "a/b", "", "medium"),
        ("github", "action", "Actions/checkout", "v4", "low"),
        ("github", "workflow", "a/b/.github/workflows/c.yml", "main", "medium"),
        ("gitlab", "image", "node", "", "low"),
        ("gitlab", "include", "https://ci.example/a.yml", "", "medium"),
        ("gitlab", "include", "acme/ci", "main", "low"),
        ("gitlab", "include", "ci.example/acme/lint", "~latest", "medium"),
        ("azure", "include", "acme/pipelines", "refs/tags/1", "low"),
        ("jenkins", "include", "library", "", "low"),
        ("circleci", "orb", "a/b", "volatile", "medium"),
        ("circleci", "orb", "a/b", "1.2", "medium"),
    ],
)
def test_what_can_be_moved(system, kind, name, ref, severity):
    (found,) = said(system, kind, name, ref)
    assert (found.severity, found.confidence) == (severity, "medium")
    assert name in found.message


def test_the_same_use_is_told_once_a_file_with_every_line():
    more = [ActionUse("github", "a/b", "v1", path, 9) for path in ("a.yml", "b.yml")]
    found = said("github", "action", "a/b", "v1", *more)
    assert [[(place.path, place.line) for place in one.locations] for one in found] == [
        [("a.yml", 3), ("a.yml", 9)],
        [("b.yml", 9)],
    ]
