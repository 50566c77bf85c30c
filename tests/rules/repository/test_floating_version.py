from datetime import UTC, datetime

import pytest

from customhouse.model.declared import Declared, ProjectManifest
from customhouse.model.locked import Source
from customhouse.model.repository import RepositoryCase, RepositoryWishes
from customhouse.rules.repository.floating_version import RULE


def fires(ecosystem, *declared, exact=True):
    manifest = ProjectManifest(ecosystem, declared=declared)
    source = Source("m", "package.json", "parsed", kind="manifest", manifest=manifest)
    wishes = RepositoryWishes(exact_versions=exact)
    return list(RULE.judge(RepositoryCase(datetime(2026, 11, 1, tzinfo=UTC), (source,), wishes=wishes)))


@pytest.mark.parametrize("specifier", ["^1.2.3", "~1", "1.x", "1", "latest", "", "*", ">=1.2.3", "1.2.3 || 2.0.0"])
def test_npm_ranges(specifier):
    assert fires("npm", Declared("a", specifier))


@pytest.mark.parametrize(
    "specifier", ["1.2.3", "=1.2.3", "v1.2.3", "1.2.3-rc.1", "file:../a", "workspace:*", "catalog:"]
)
def test_npm_exact_versions_and_what_names_none(specifier):
    assert not fires("npm", Declared("a", specifier))


@pytest.mark.parametrize(("specifier", "floats"), [("==1.2", False), ("===1.2", False), ("==1.*", True), (">=1", True)])
def test_python(specifier, floats):
    assert bool(fires("pypi", Declared("a", specifier))) == floats


def test_peers_extras_and_what_comes_from_elsewhere_are_left_alone():
    assert not fires(
        "npm",
        Declared("a", "^1", "peer"),
        Declared("b", "^1", optional=True),
        Declared("c", "main", source="git"),
    )


def test_without_the_wish_only_anything_is_told_and_only_of_npm():
    (found,) = fires("npm", Declared("a", "*", line=4), Declared("b", "^1"), exact=False)
    assert (found.severity, found.locations[0].line) == ("low", 4)
    assert not fires("pypi", Declared("a", ""), exact=False)
