import asyncio
from datetime import UTC, datetime

import pytest

from customhouse.ecosystems.registries import open_registries
from customhouse.engine.public_names import internal_names, with_public_answers
from customhouse.model.declared import Declared, ProjectManifest
from customhouse.model.locked import LockedPackage, Source
from customhouse.model.repository import ConfiguredRegistry, RepositoryCase
from customhouse.policy.configuration import Configuration, Repository

POLICY = Configuration(repository=Repository(internal=("acme-*", "@acme/*")))
LOCK = Source(
    "package-lock.json",
    "package-lock",
    "parsed",
    (
        LockedPackage("npm", "acme-utils", "1.0.0", line=6),
        LockedPackage("npm", "acme-free", "1.0.0", line=9),
        LockedPackage("npm", "@acme/bound", "1.0.0", line=12),
        LockedPackage("npm", "lodash", "4.17.21", line=15),
        LockedPackage("npm", "acme-git", "1.0.0", source="git"),
    ),
)
NEEDS = Source(
    "requirements.txt", "requirements", "parsed", (LockedPackage("pypi", "acme-core", "1.0"),), kind="lockfile"
)


def asked(registry, tmp_path, *, offline=False, public=None, npmrc=""):
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / ".npmrc").write_text(npmrc)
    environ = {"HOME": str(tmp_path / "home"), "PIP_CONFIG_FILE": "/dev/null", "NETRC": str(tmp_path / "netrc")}
    public = public or registry.npm_url
    known = (
        ConfiguredRegistry("npm", public, public=True),
        ConfiguredRegistry("pypi", registry.pypi_url, public=True),
    )
    case = RepositoryCase(datetime(2026, 1, 1, tzinfo=UTC), (LOCK, NEEDS), registries=known)

    async def run():
        async with open_registries(
            tmp_path, environ, npm_registry=registry.npm_url, pypi_index=registry.pypi_url, offline=offline
        ) as registries:
            return await with_public_answers(case, registries, POLICY, offline=offline)

    return asyncio.run(run())


def test_only_names_that_the_clients_would_ask_there_are_asked(registry, tmp_path):
    registry.npm.publish("acme-utils", "9.9.9")
    registry.pypi.publish("acme-core", "9.9")
    case = asked(registry, tmp_path, npmrc="@acme:registry=https://npm.acme.test/\n")
    assert [(one.name, one.status, one.line) for one in case.public_answers] == [
        ("acme-utils", "taken", 6),
        ("acme-free", "absent", 9),
        ("acme-core", "taken", None),
    ]
    assert case.gaps == ()
    paths = [request.path for request in registry.requests]
    assert not [path for path in paths if "bound" in path or "lodash" in path or "acme-git" in path]


def test_a_mirror_for_the_default_registry_is_not_asked(registry, tmp_path):
    registry.npm.publish("acme-utils", "9.9.9")
    case = asked(registry, tmp_path, public="https://registry.example/")
    assert [one.name for one in case.public_answers] == ["acme-core"]


def test_offline_nothing_is_asked(registry, tmp_path):
    assert asked(registry, tmp_path, offline=True).public_answers == ()
    assert registry.requests == []


def test_names_of_manifests_count_once():
    manifest = ProjectManifest(
        "npm", declared=(Declared("acme-utils", "^1"), Declared("b", "1"), Declared("acme-w", "", source="workspace"))
    )
    source = Source("package.json", "package.json", "parsed", kind="manifest", manifest=manifest)
    assert [(one.name, one.path) for one in internal_names((LOCK, source), ("acme-utils", "acme-w"))] == [
        ("acme-utils", "package-lock.json")
    ]
    assert list(internal_names((LOCK,), ())) == []


@pytest.mark.parametrize("status", [500, 403])
def test_no_answer_is_a_gap(registry, tmp_path, status, monkeypatch):
    from customhouse.ecosystems.npm.registry import NpmRegistry  # noqa: PLC0415
    from customhouse.model.errors import UnreachableUpstream  # noqa: PLC0415

    async def refuse(_, name):
        raise UnreachableUpstream(f"{name}: {status}", hint="wait")

    monkeypatch.setattr(NpmRegistry, "project", refuse)
    case = asked(registry, tmp_path)
    assert [gap.kind for gap in case.gaps] == ["public-names"] * 3
