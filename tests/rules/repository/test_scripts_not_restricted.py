from datetime import UTC, datetime

import pytest

from customhouse.model.clients import ClientState
from customhouse.model.locked import LockedArtifact, LockedPackage, Source
from customhouse.model.repository import RepositoryCase
from customhouse.rules.repository.scripts_not_restricted import RULE

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def judged(state, *packages):
    sources = (Source(state.because_path or "x", "uv-lock", "parsed", packages),)
    return list(RULE.judge(RepositoryCase(NOW, sources, clients=(state,))))


@pytest.mark.parametrize("protection", ["on", "default"])
def test_nothing_is_said_of_what_is_restricted(protection):
    assert not judged(ClientState("npm", "a", "11.6.0", scripts=protection, because_path="a/package-lock.json"))


def test_a_client_of_an_unknown_version_weighs_less():
    (known,) = judged(ClientState("npm", "a", "11.6.0", scripts="off", because_path="l", scripts_note="npm runs"))
    (unknown,) = judged(ClientState("npm", "a", scripts="off", because_path="l", scripts_note="npm runs"))
    (said,) = judged(ClientState("npm", "a", scripts="off", scripts_path=".npmrc", scripts_line=2, scripts_note="npm"))
    assert (known.severity, unknown.severity, said.severity) == ("medium", "low", "medium")
    assert (said.locations[0].path, said.locations[0].line) == (".npmrc", 2)
    assert known.hint == "see the setting: customhouse harden a"


def test_python_packages_that_all_have_wheels_weigh_less():
    state = ClientState("uv", ".", scripts="off", because_path="uv.lock", scripts_note="uv builds")
    wheel = LockedPackage(
        "pypi", "a", "1", artifacts=(LockedArtifact("a-1-py3-none-any.whl"), LockedArtifact("a-1.tar.gz"))
    )
    sdist = LockedPackage("pypi", "b", "1", artifacts=(LockedArtifact("b-1.tar.gz"),))
    assert [one.severity for one in judged(state, wheel)] == ["low"]
    assert [one.severity for one in judged(state, wheel, sdist)] == ["medium"]


def test_what_cannot_be_said_is_information():
    (found,) = judged(
        ClientState("pipenv", "a", scripts="unsupported", because_path="Pipfile.lock", scripts_note="no file")
    )
    assert (found.severity, found.message) == ("info", "pipenv: no file")
