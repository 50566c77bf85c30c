from datetime import UTC, datetime

from customhouse.model.declared import Declared, ProjectManifest
from customhouse.model.locked import Source
from customhouse.model.repository import RepositoryCase
from customhouse.rules.repository.lockfile_missing import RULE

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def findings(*declared, name="", format_id="package.json", covered_by="", status="parsed"):
    manifest = ProjectManifest("npm", name, declared=declared)
    source = Source(
        "a/" + format_id, format_id, status, hint="pin", kind="manifest", manifest=manifest, covered_by=covered_by
    )
    return list(RULE.judge(RepositoryCase(NOW, (source,))))


def test_names_are_told_as_they_are_installed_and_the_rest_is_counted():
    (found,) = findings(*(Declared(f"p{n}", "1", line=n, alias="other" if n == 3 else "") for n in range(2, 8)))
    assert "p2, other, p4 and 3 more" in found.message
    assert found.locations[0].line == 2
    assert found.hint == "pin"
    assert found.subject is None


def test_own_projects_and_what_may_be_absent_need_no_lock():
    assert not findings(Declared("a", "workspace:*", source="workspace"), Declared("b", "1", optional=True))
    assert not findings()


def test_a_manifest_that_failed_is_told_elsewhere():
    assert not findings(Declared("a", "1"), status="failed")


def test_a_named_python_project_is_told_and_an_unnamed_one_is_held():
    (library,) = findings(Declared("a", ">=1"), name="dates", format_id="pyproject.toml")
    (application,) = findings(Declared("a", ">=1"), format_id="pyproject.toml")
    assert (library.severity, application.severity) == ("low", "medium")
