from datetime import UTC, date, datetime

import pytest

from customhouse.model.errors import CustomhouseError
from customhouse.model.evidence import Gap
from customhouse.model.finding import Finding, Location
from customhouse.model.locked import Source
from customhouse.policy.configuration import Configuration, PolicyException
from customhouse.policy.decide import decide_audit, decide_repository
from customhouse.policy.exceptions import exception_warnings
from customhouse.policy.reading import parse_configuration

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DIGEST = "sha256:" + "a" * 64
OTHER = "sha256:" + "b" * 64


def exception(rule, path, digest=(), expires=date(2027, 1, 1)):
    return PolicyException(rule=rule, path=path, digest=digest, reason="read", owner="me", expires=expires)


def finding(path, rule="lockfile-missing", severity="medium"):
    return Finding(rule, severity, "high", None, "no lock", (Location(path, 3),), "make one")


def decided(*exceptions, findings=(), gaps=(), sources=(), own=str):
    configuration = Configuration(exceptions=exceptions)
    verdict = decide_repository(findings, gaps, configuration, NOW, sources=sources, own=own)
    return verdict, exception_warnings(configuration, (), NOW, whole_project=True, repository=verdict)


@pytest.mark.parametrize("path", ["services/a/package.json", "services/*/package.json", "services/*"])
def test_a_finding_at_a_path(path):
    verdict, warnings = decided(exception("lockfile-missing", path), findings=[finding("services/a/package.json")])
    assert verdict.decision == "allow"
    assert verdict.findings[0].excepted
    assert "exception of me until 2027-01-01" in verdict.findings[0].because
    assert "[else hold]" in verdict.findings[0].because
    assert verdict.used == (0,)
    assert warnings == ()


@pytest.mark.parametrize(
    ("rule", "path", "expires", "told"),
    [
        ("lockfile-missing", "services/b/package.json", date(2027, 1, 1), "is unused: nothing of the kind"),
        ("floating-version", "services/*", date(2027, 1, 1), "is unused"),
        ("lockfile-missing", "services/*", date(2026, 11, 20), "expired on 2026-11-20"),
    ],
)
def test_what_covers_nothing_is_told(rule, path, expires, told):
    verdict, warnings = decided(exception(rule, path, expires=expires), findings=[finding("services/a/package.json")])
    assert verdict.decision == "hold"
    assert len(warnings) == 1
    assert told in warnings[0]


def test_paths_are_compared_as_they_stand_below_the_root():
    verdict, _ = decided(
        exception("lockfile-missing", "a/package.json"),
        findings=[finding("/home/me/repository/a/package.json")],
        own=lambda path: path.removeprefix("/home/me/repository/"),
    )
    assert verdict.decision == "allow"


def test_a_gap_at_a_path():
    gap = Gap("repository", "other-gap", "cannot be read", path="ci/a.yml")
    assert decided(gaps=[gap])[0].decision == "hold"
    verdict, warnings = decided(exception("gap:other-gap", "ci/*.yml"), gaps=[gap])
    assert verdict.decision == "allow"
    assert verdict.gaps[0].excepted
    assert warnings == ()


@pytest.mark.parametrize("status", ["unsupported", "failed"])
def test_a_file_that_cannot_be_read_is_answered_for_while_its_bytes_stay(status):
    source = Source("bun.lockb", "bun.lockb", status, digest=DIGEST)
    answer = exception(f"gap:{status}-source", "bun.lockb", DIGEST)
    verdict, warnings = decided(answer, sources=[source])
    assert decide_audit((), [source], verdict) == ("allow", False)
    assert "exception of me" in verdict.answered[0].because
    assert warnings == ()
    for other in (
        Source("bun.lockb", "bun.lockb", status, digest=OTHER),
        Source("a/bun.lockb", "bun.lockb", status, digest=DIGEST),
        Source("bun.lockb", "bun.lockb", status),
    ):
        verdict, warnings = decided(answer, sources=[other])
        assert decide_audit((), [other], verdict) == ("hold", True)
        assert "no such file with these bytes" in warnings[0]


def test_one_kind_of_unread_does_not_answer_for_the_other():
    source = Source("bun.lockb", "bun.lockb", "failed", digest=DIGEST)
    verdict, _ = decided(exception("gap:unsupported-source", "bun.lockb", DIGEST), sources=[source])
    assert verdict.answered == ()


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('path = "a"\npurl = "pkg:npm/a@1"', "must name a release (`purl`) or a place"),
        ("", "must name a release (`purl`) or a place"),
        ('path = "/a"', "not relative to the repository's root"),
        ('path = "../a"', "not relative to the repository's root"),
        (f'path = "a"\ndigest = "{DIGEST}"', "names a digest, which only a release"),
        ('path = ""', "is empty"),
    ],
)
def test_mistakes(lines, told):
    text = f'[[exceptions]]\nrule = "r"\nreason = "x"\nowner = "y"\nexpires = 2027-01-01\n{lines}\n'
    with pytest.raises(CustomhouseError) as error:
        parse_configuration(text, "customhouse.toml")
    assert told in error.value.message


@pytest.mark.parametrize(
    ("path", "digest", "told"),
    [("a", "", "names no digest"), ("*", DIGEST, "must name one file"), ("a", "sha256:1", "64 lower-case hex digits")],
)
def test_mistakes_about_files(path, digest, told):
    text = f'[[exceptions]]\nrule = "gap:failed-source"\npath = "{path}"\nreason = "x"\nowner = "y"\nexpires = 2027-01-01\n'
    with pytest.raises(CustomhouseError) as error:
        parse_configuration(text + (f'digest = "{digest}"\n' if digest else ""), "customhouse.toml")
    assert told in error.value.message
