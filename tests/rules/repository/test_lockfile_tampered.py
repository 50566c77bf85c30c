from datetime import UTC, datetime

import pytest

from customhouse.model.digest import Digest
from customhouse.model.locked import LockedArtifact, LockedPackage, Source
from customhouse.model.repository import RepositoryCase
from customhouse.rules.repository.lockfile_tampered import RULE

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def digest(letter, algorithm="sha256"):
    return Digest(algorithm, letter * {"sha1": 40, "sha256": 64, "sha512": 128}[algorithm])


def npm(url, name="lodash", version="4.17.21", *digests, **more):
    return LockedPackage(
        "npm", name, version, resolved=url, artifacts=(LockedArtifact(url=url, digests=digests),), **more
    )


def wheel(filename, *digests, name="attrs", version="24.2.0"):
    return LockedPackage("pypi", name, version, artifacts=(LockedArtifact(filename, digests=digests),))


def judged(*packages, base=None, path="lock"):
    before = None if base is None else (Source(path, "x", "parsed", base),)
    return list(RULE.judge(RepositoryCase(NOW, (Source(path, "x", "parsed", packages),), before)))


@pytest.mark.parametrize(
    "url",
    [
        "https://r.example/lodash/-/lodash-4.17.21.tgz",
        "https://r.example/api/npm/all/lodash/-/lodash-4.17.21.tgz?x=1#y",
        "https://r.example/download/lodash/4.17.21/abcdef",
        "https://r.example/lodash/-/4.17.21.tgz",
        "https://r.example/archive/v4.17.21.tar.gz",
        "",
        "https://[broken/-/x-1.tgz",
    ],
)
def test_addresses_that_are_the_entrys_own_or_cannot_be_told(url):
    assert not judged(npm(url))


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://r.example/lodash/-/lodash-4.17.20.tgz", "lodash 4.17.20"),
        ("https://r.example/lodahs/-/lodahs-4.17.21.tgz", "lodahs 4.17.21"),
        ("https://r.example/@evil/lodash/-/lodash-4.17.21.tgz", "@evil/lodash 4.17.21"),
        ("https://r.example/@evil%2flodash/-/lodash-4.17.21.tgz", "@evil/lodash 4.17.21"),
        ("https://r.example/evil/-/lodash-4.17.21.tgz", "evil lodash-4.17.21"),
        ("https://r.example/lodash/-/evil/-/evil-1.0.0.tgz", "evil 1.0.0"),
    ],
)
@pytest.mark.parametrize("source", ["registry", "url"])
def test_addresses_of_something_else(url, told, source):
    (found,) = judged(npm(url, source=source))
    assert (found.severity, found.confidence) == ("critical", "high")
    assert found.message.endswith(f"its address is that of {told}")


def test_scoped_names_and_build_numbers():
    assert not judged(npm("https://r.example/@acme/b/-/b-1.0.0.tgz", "@acme/b", "1.0.0+5"))
    assert not judged(npm("https://r.example/@acme/b/-/@acme/b-1.0.0.tgz", "@acme/b", "1.0.0"))


@pytest.mark.parametrize(
    ("filename", "wrong"),
    [
        ("attrs-24.2.0-py3-none-any.whl", False),
        ("attrs-24.2-py3-none-any.whl", False),
        ("Attrs-24.2.0.tar.gz", False),
        ("attrs-24.2.0-1-py3-none-any.whl", False),
        ("nonsense", False),
        ("not-a-wheel.whl", False),
        ("attrs-24.2.1-py3-none-any.whl", True),
        ("attr5-24.2.0-py3-none-any.whl", True),
        ("attr5-24.2.0.tar.gz", True),
    ],
)
def test_names_of_python_files(filename, wrong):
    assert bool(judged(wheel(filename))) == wrong


def test_a_changed_digest_of_the_same_algorithm():
    url = "https://r.example/lodash/-/lodash-4.17.21.tgz"
    (found,) = judged(npm(url, "lodash", "4.17.21", digest("b")), base=(npm(url, "lodash", "4.17.21", digest("a")),))
    assert (found.severity, found.confidence) == ("high", "medium")
    assert not judged(
        npm(url, "lodash", "4.17.21", digest("b")), base=(npm(url, "lodash", "4.17.21", digest("a", "sha1")),)
    )
    assert not judged(npm(url, "lodash", "4.17.21", digest("a")), base=(npm(url, "lodash", "4.17.21", digest("a")),))
    assert not judged(npm(url, "lodash", "4.17.21", digest("b")), base=(npm(url, "lodash", "4.17.20", digest("a")),))
    assert not judged(npm(url, "lodash", "4.17.21", digest("b")), base=())


def test_python_files_are_compared_by_name_and_new_ones_are_no_change():
    one, two = "attrs-24.2.0-py3-none-any.whl", "attrs-24.2.0.tar.gz"
    assert not judged(wheel(one, digest("a")), wheel(two, digest("b")), base=(wheel(one, digest("a")),))
    (found,) = judged(wheel(one, digest("c")), base=(wheel(one, digest("a")),))
    assert f"of {one}" in found.message


def test_hashes_of_unnamed_files_may_grow():
    (found,) = judged(wheel("", digest("c")), base=(wheel("", digest("a"), digest("b")),))
    assert (found.severity, found.confidence) == ("high", "medium")
    assert not judged(wheel("", digest("a"), digest("c")), base=(wheel("", digest("a"), digest("b")),))


def test_two_entries_that_disagree():
    url = "https://r.example/lodash/-/lodash-4.17.21.tgz"
    (found,) = judged(
        npm(url, "lodash", "4.17.21", digest("a")), npm(url, "lodash", "4.17.21", digest("b"), key="other")
    )
    assert (found.severity, found.confidence, len(found.locations)) == ("high", "medium", 2)
    one = npm(url, "lodash", "4.17.21", digest("a"), source="git")
    assert not judged(one, npm(url, "lodash", "4.17.21", digest("b"), source="git"))
    assert not judged(wheel("", digest("a")), wheel("", digest("b")))


def test_several_digests_of_one_entry_are_a_choice():
    url = "https://r.example/lodash/-/lodash-4.17.21.tgz"
    both = npm(url, "lodash", "4.17.21", digest("a"), digest("b"))
    assert not judged(both, npm(url, "lodash", "4.17.21", digest("b")))
    assert judged(both, npm(url, "lodash", "4.17.21", digest("c")))
