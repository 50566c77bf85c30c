from datetime import UTC, datetime

from customhouse.model.declared import Declared, ProjectManifest
from customhouse.model.locked import LockedPackage, Source
from customhouse.model.repository import ConfiguredRegistry, IndexUse, PublicAnswer, RepositoryCase, RepositoryWishes
from customhouse.rules.repository.dependency_confusion import RULE

PUBLIC = ConfiguredRegistry("npm", "https://registry.example/", public=True)
BOUND = ConfiguredRegistry("npm", "https://npm.acme.test/", "@acme")


def judged(*packages, internal=(), registries=(PUBLIC,), **more):
    case = RepositoryCase(
        datetime(2026, 1, 1, tzinfo=UTC),
        (Source("lock", "x", "parsed", packages), *more.pop("sources", ())),
        registries=registries,
        wishes=RepositoryWishes(internal=internal),
        **more,
    )
    return list(RULE.judge(case))


def package(name, host, ecosystem="npm"):
    return LockedPackage(ecosystem, name, "1.0.0", resolved=f"https://{host}/x" if host else "")


def test_only_what_is_internal_counts():
    assert not judged(package("lodash", "registry.example"), internal=("acme-*",))
    assert judged(package("acme-x", "registry.example"), internal=("acme-*",))
    assert not judged(package("acme-x", "npm.acme.test"), internal=("acme-*",))
    assert not judged(package("acme-x", "registry.example"))


def test_a_bound_scope_needs_no_policy():
    (found,) = judged(package("@acme/b", "registry.example"), registries=(PUBLIC, BOUND))
    assert (found.severity, found.confidence) == ("high", "high")
    assert not judged(package("@acme/b", "npm.acme.test"), registries=(PUBLIC, BOUND))
    to_public = ConfiguredRegistry("npm", "https://registry.example/", "@acme")
    assert not judged(package("@acme/b", "registry.example"), registries=(PUBLIC, to_public))


def test_answers():
    taken = PublicAnswer("npm", "acme-x", "taken", "package.json", 3)
    (found,) = judged(public_answers=(taken,))
    assert (found.severity, found.confidence, found.locations[0].line) == ("high", "medium", 3)
    (found,) = judged(public_answers=(PublicAnswer("npm", "acme-x", "absent", "package.json"),))
    assert found.severity == "medium"


def test_a_second_index_matters_where_internal_python_names_are_used():
    index = IndexUse("pypi", "https://python.acme.test/simple/", "requirements.txt", 1, extra=True)
    manifest = ProjectManifest("pypi", declared=(Declared("acme-core", ">=1"),))
    declared = (Source("pyproject.toml", "pyproject.toml", "parsed", kind="manifest", manifest=manifest),)
    (found,) = judged(internal=("acme-*",), indexes=(index,), sources=declared)
    assert found.message.endswith("either may answer for acme-core")
    assert not judged(internal=("other-*",), indexes=(index,), sources=declared)
    assert not judged(package("acme-x", ""), internal=("acme-*",), indexes=(index,))
