"""Relatives of a young project, asked of the simulator through the real clients."""

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from customhouse.ecosystems.registries import open_registries
from customhouse.evidence.metadata import describe
from customhouse.evidence.related import Asked, named_by_repository, related_projects, worth_asking
from customhouse.model.evidence import MetadataFacts
from customhouse.model.purl import Purl, make_purl
from customhouse.model.release import Manifest, Release

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
README = (
    "# NAME\n\nNAME does what has to be done with ciphers, and does it slowly.\nIt was written on a train to NAME.\n"
)


def facts(days=1.0, age=0.0, count=0):
    published = NOW - timedelta(days=days)
    return MetadataFacts(
        Release(Purl("npm", "a", "1.0.0"), published=published),
        first_published=published - timedelta(days=age),
        earlier_count=count,
    )


@pytest.mark.parametrize(
    ("it", "worth"),
    [
        (facts(), True),
        (facts(age=80, count=40), True),
        (facts(age=1000, count=4), True),
        (facts(age=1000, count=5), False),
        (facts(days=91), False),
    ],
)
def test_only_recent_releases_without_history_are_asked_about(it, worth):
    assert worth_asking(it, NOW) is worth
    undated = msgspec.structs.replace(it, release=Release(Purl("npm", "a", "1.0.0")))
    assert worth_asking(undated, NOW) is False


@pytest.mark.parametrize(
    ("name", "repository", "directory", "other"),
    [
        ("plain-cipher-js", "github:brook/cipher-js", "", "cipher-js"),
        ("cipher-js", "github:brook/cipher-js", "", ""),
        ("@brook/cipher-js", "github:brook/cipher-js", "", ""),
        ("cipher-stream", "github:brook/cipher-js", "packages/stream", ""),
        ("a", "github:brook/..", "", ""),
        ("a", "", "", ""),
    ],
)
def test_what_the_repository_is_named_after(name, repository, directory, other):
    manifest = Manifest(name, "1", repository=repository, directory=directory)
    assert named_by_repository("npm", name, manifest) == other
    assert named_by_repository("npm", name, None) == ""


def test_python_names_are_canonical():
    assert named_by_repository("pypi", "a", Manifest("a", "1", repository="github:o/Some_Thing")) == "some-thing"


def ask(registry, tmp_path, name, popular=(), ecosystem="npm", manifest=None, npmrc=""):
    (tmp_path / ".npmrc").write_text(npmrc)

    async def run():
        async with open_registries(
            tmp_path, {"HOME": str(tmp_path)}, npm_registry=registry.npm_url, pypi_index=registry.pypi_url
        ) as registries:
            one = registries.for_(ecosystem)
            project = await one.project(name)
            found, _ = describe(project, make_purl(ecosystem, name, "1.0.0"))
            return await related_projects(one, Asked(found.release, manifest or found.release.manifest), popular)

    return asyncio.run(run())


def test_a_copy_is_told_in_all_its_parts(registry, tmp_path):
    said = {"repository": "github:brook/cipher-js", "homepage": "https://cipher.example/", "author": "Brook"}
    for version in ("3.0.0", "4.0.0"):
        registry.npm.publish("cipher-js", version, files={"package.json": said}, publisher=("brook", "b@mail.invalid"))
    registry.npm.readme("cipher-js", README.replace("NAME", "cipher-js"))
    registry.npm.publish("plain-cipher-js", "1.0.0", files={"package.json": said}, publisher=("x", "x@mail.invalid"))
    registry.npm.readme("plain-cipher-js", README.replace("NAME", "plain-cipher-js"))
    (other,) = ask(registry, tmp_path, "plain-cipher-js")
    assert (other.name, other.relation, other.release_count) == ("cipher-js", "repository", 2)
    assert (other.same_repository, other.same_homepage, other.same_author) == (True, True, True)
    assert (other.readme_shared, other.same_people) == (1.0, False)


def test_the_same_people_and_other_words(registry, tmp_path):
    registry.npm.publish("cipher-js", "4.0.0", files={"package.json": {"repository": "github:brook/cipher-js"}})
    registry.npm.readme("cipher-js", README)
    registry.npm.publish("stream-js", "1.0.0", files={"package.json": {"repository": "github:brook/cipher-js"}})
    registry.npm.readme("stream-js", "Something else altogether, said in a longer line.\n")
    (other,) = ask(registry, tmp_path, "stream-js")
    assert (other.same_people, other.readme_shared, other.same_homepage) == (True, 0.0, None)


def test_who_is_not_there_or_does_not_answer_is_left_out(registry, tmp_path):
    registry.npm.publish("plain-cipher-js", "1.0.0", files={"package.json": {"repository": "github:brook/cipher-js"}})
    assert ask(registry, tmp_path, "plain-cipher-js", popular=("lodash",)) == ()


def test_a_private_package_s_repository_is_told_to_no_other_registry(registry, tmp_path):
    registry.npm.publish("@acme/billing", "1.0.0", files={"package.json": {"repository": "github:acme/secret-plans"}})
    npmrc = f"@acme:registry={registry.elsewhere_url}/\n"
    assert ask(registry, tmp_path, "@acme/billing", npmrc=npmrc) == ()
    assert not [request for request in registry.requests if "secret-plans" in request.path]


def test_python_s_documents_are_read_too(registry, tmp_path):
    registry.pypi.publish("requests", "2.0.0")
    registry.pypi.publish("reqeusts", "1.0.0")
    (other,) = ask(registry, tmp_path, "reqeusts", popular=("requests",), ecosystem="pypi")
    assert (other.name, other.relation, other.same_people, other.same_repository) == ("requests", "name", None, None)
