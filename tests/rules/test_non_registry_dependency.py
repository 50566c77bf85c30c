import pytest

from customhouse.rules.dependency.non_registry_dependency import RULE
from rules.cases import PYPI, Dependency, added, case, change, content, findings, manifest, metadata, only


def with_dependency(specifier, *, new=False, purl=None, days=30, **parts):
    dependency = Dependency("thing", specifier, **parts)
    subject = {"contents": (content(manifest=manifest(dependency)),), "metadata": metadata(days=days)}
    if new:
        subject["change"] = change(added_dependencies=(added("thing", specifier, resolution="not-registry"),))
    return case(purl, **subject) if purl else case(**subject)


def grade(*args, **parts):
    finding = only(RULE, with_dependency(*args, **parts))
    return finding.severity, finding.confidence


def test_the_grades():
    assert grade("github:u/r#abc") == ("medium", "high")
    assert grade("github:u/r#abc", new=True) == ("high", "medium")
    assert grade("https://files.example.invalid/x.tgz", new=True) == ("high", "medium")
    assert grade("http://files.example.invalid/x.tgz") == ("high", "high")
    assert grade("file:../x", new=True) == ("low", "high")
    assert grade("u/r", days=400) == ("medium", "medium")


def test_an_optional_one_is_said_to_be_optional():
    finding = only(RULE, with_dependency("u/r", kind="optional", new=True))
    assert (
        "its optional dependency thing from a git repository: u/r, which the version before did not" in finding.message
    )


@pytest.mark.parametrize("kind", ["dev", "peer", "bundled", "build"])
def test_what_is_not_installed_is_not_looked_at(kind):
    assert findings(RULE, with_dependency("u/r", kind=kind)) == []


def test_direct_references_of_python():
    assert grade("@ git+https://git.example.invalid/x.git", purl=PYPI) == ("medium", "high")
    assert grade("@ https://files.example.invalid/x.whl", purl=PYPI) == ("medium", "high")
    assert findings(RULE, with_dependency(">=2,<3", purl=PYPI)) == []


def test_one_that_only_the_registry_lists_is_told_too():
    subject = case(
        metadata=metadata(manifest=manifest(Dependency("thing", "u/r"))), contents=(content(manifest=manifest()),)
    )
    assert only(RULE, subject)
