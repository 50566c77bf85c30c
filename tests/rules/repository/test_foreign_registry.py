from datetime import UTC, datetime

from customhouse.model.locked import LockedArtifact, LockedPackage, Source
from customhouse.model.repository import ConfiguredRegistry, IndexUse, RepositoryCase, RepositoryWishes
from customhouse.rules.repository.foreign_registry import RULE

HOME = ConfiguredRegistry("npm", "https://registry.example/", public=True)
INDEX = ConfiguredRegistry("pypi", "https://index.example/simple/", hosts=("files.example",), public=True)


def package(name, url, **more):
    return LockedPackage("npm", name, "1.0.0", resolved=url, **more)


def judged(*packages, registries=(HOME, INDEX), **more):
    source = Source("lock", "x", "parsed", packages)
    return list(RULE.judge(RepositoryCase(datetime(2026, 1, 1, tzinfo=UTC), (source,), registries=registries, **more)))


def test_ports_and_passwords_do_not_hide_a_host():
    home = package("a", "https://registry.example/a/-/a-1.0.0.tgz")
    port = package("b", "https://registry.example:8443/b/-/b-1.0.0.tgz")
    user = package("c", "https://registry.example@evil.invalid/c/-/c-1.0.0.tgz")
    (first, second) = judged(home, home, home, port, user)
    assert "registry.example:8443" in first.message
    assert "evil.invalid" in second.message


def test_other_kinds_of_source_are_not_registries():
    assert not judged(package("a", "https://host.invalid/a.tgz", source="url"), package("b", "file:b", source="file"))
    assert not judged(package("a", ""))


def test_files_of_the_public_index_lie_on_its_own_host():
    def wheel(name, url):
        return LockedPackage(
            "pypi", name, "1", resolved="https://index.example/simple", artifacts=(LockedArtifact(url=url),)
        )

    good = wheel("a", "https://files.example/a-1-py3-none-any.whl")
    assert not judged(good)
    (found,) = judged(good, wheel("b", "https://files.invalid/b-1-py3-none-any.whl"))
    assert (found.severity, "pypi" in found.message or "b" in found.message) == ("high", True)


def test_without_a_readable_configuration_nothing_is_said():
    assert not judged(package("a", "https://host.invalid/a/-/a-1.0.0.tgz"), registries=())


def test_a_list_of_policys_leaves_no_benefit_of_doubt():
    wishes = RepositoryWishes(registries=("https://npm.acme.test/",))
    (found,) = judged(package("a", "https://mirror.test/a/-/a-1.0.0.tgz"), wishes=wishes)
    assert found.severity == "high"
    assert not judged(package("a", "https://npm.acme.test/a/-/a-1.0.0.tgz"), wishes=wishes)
    use = IndexUse("npm", "https://evil.invalid/", ".npmrc", 3, "@acme")
    (found,) = judged(wishes=wishes, indexes=(use,))
    assert found.message == ".npmrc names evil.invalid for @acme, which policy does not list among the registries"


def test_places_are_bounded():
    many = [package(f"p{n}", "https://host.invalid/x/-/x-1.0.0.tgz") for n in range(40)]
    home = [package(f"h{n}", "https://registry.example/x/-/x-1.0.0.tgz") for n in range(60)]
    (found,) = judged(*many, *home)
    assert len(found.locations) == 5
    assert "and 37 more" in found.message
