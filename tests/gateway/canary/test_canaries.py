"""Canaries before a whole gateway: answered in every form that clients ask for, never passed on, and written down."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.gateway.canary.names import canary_name, is_nonce, new_nonce, nonce_in
from managed_gateway import ManagedGateway
from simulator import RegistrySimulator

JSON = "application/vnd.pypi.simple.v1+json"


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with RegistrySimulator() as registry, ManagedGateway(tmp_path_factory.mktemp("gateway"), registry) as served:
        yield served


@pytest.fixture
def name():
    return canary_name(new_nonce())


def questions(gateway, name, number, **named):
    """Wait until so many questions are written down, and return them all."""
    end = time.monotonic() + 10
    while True:
        document = gateway.ask("GET", f"/-/customhouse/canaries/{name[-16:]}", **named).json()
        if len(document["questions"]) >= number or time.monotonic() > end:
            assert (document["schema"], document["name"]) == ("customhouse/gateway-canary/1", name)
            return document["questions"]
        time.sleep(0.05)


def test_npm_asks_in_each_form(shared, name):
    full = shared.ask("GET", f"/npm/{name}", headers={"user-agent": "npm/11.0.0"}).json()
    assert (full["name"], list(full["versions"])) == (name, ["1.0.0"])
    short = shared.ask("GET", f"/npm/{name}", headers={"accept": "application/vnd.npm.install-v1+json"}).json()
    assert short["dist-tags"] == {"latest": "1.0.0"}
    assert short["versions"]["1.0.0"]["dist"]["tarball"].startswith(f"{shared.url}/npm/{name}/-/")
    assert shared.ask("GET", f"/npm/{name}/latest").json()["version"] == "1.0.0"
    assert [each["ecosystem"] for each in questions(shared, name, 3)] == ["npm"] * 3


def test_python_asks_in_each_form(shared, name):
    page = shared.ask("GET", f"/pypi/simple/{name}/", headers={"accept": JSON}).json()
    (file,) = page["files"]
    assert file["filename"] == f"{name.replace('-', '_')}-1.0.0-py3-none-any.whl"
    text = shared.ask("GET", f"/pypi/simple/{name}/", headers={"accept": "text/html"}).text
    assert file["filename"] in text
    metadata = shared.ask("GET", f"/pypi/{file['url'].removeprefix('../../')}.metadata")
    assert f"Name: {name}\n" in metadata.text
    assert [each["ecosystem"] for each in questions(shared, name, 3)] == ["pypi"] * 3


def test_there_is_no_file_to_have(shared, name):
    tarball = f"{name}/-/{name}-1.0.0.tgz"
    wheel = f"files/https/canary.invalid/{name.replace('-', '_')}-1.0.0-py3-none-any.whl"
    for path in (f"/npm/{tarball}", f"/{tarball}", f"/pypi/{wheel}"):
        assert shared.ask("GET", path).status_code == 404


def test_upstream_never_hears_of_it(shared, name):
    for path in (
        f"/npm/{name}",
        f"/npm/{name}/1.0.0",
        f"/pypi/simple/{name}/",
        f"/pypi/pypi/{name}/json",
        f"/{name}/-/x",
    ):
        shared.ask("GET", path)
    asked = [each.path for kind in ("npm", "pypi", "files") for each in shared.registry.asked(kind)]
    assert not [path for path in asked if name in path]


def test_every_question_is_told_with_who_asked(shared, name):
    """Also the second, which could have been answered from memory."""
    for number in range(3):
        headers = {"user-agent": f"some/{number}", "customhouse-project": "shop"}
        shared.ask("GET", f"/npm/{name}", headers=headers, role="reader")
    told = questions(shared, name, 3)
    assert [each["agent"] for each in told] == ["some/0", "some/1", "some/2"]
    assert {each["client"] for each in told} == {"some-reader"}
    assert {each["project"] for each in told} == {"shop"}
    assert questions(shared, canary_name(new_nonce()), 0) == []


def test_they_are_no_files_in_the_metrics(shared, name):
    shared.ask("GET", f"/npm/{name}")
    questions(shared, name, 1)
    assert "customhouse_gateway_files_total{" not in shared.ask("GET", "/-/metrics").text


def test_what_is_no_canary_is_refused(shared):
    for digits in ("1", "G" * 16, "0" * 17, "%30" * 16):
        answer = shared.ask("GET", f"/-/customhouse/canaries/{digits}")
        assert answer.status_code == 400
        assert answer.json()["hint"]


def test_where_tokens_are_required_none_is_told_without_one(tmp_path):
    name = canary_name(new_nonce())
    with RegistrySimulator() as registry, ManagedGateway(tmp_path, registry, require_tokens=True) as gateway:
        assert gateway.ask("GET", f"/npm/{name}").status_code == 401
        assert gateway.ask("GET", f"/-/customhouse/canaries/{name[-16:]}").status_code == 401
        assert gateway.ask("GET", f"/npm/{name}", role="reader").status_code == 200
        assert len(questions(gateway, name, 1, role="reader")) == 1


@given(st.binary(min_size=8, max_size=8))
def test_a_name_is_found_in_whatever_it_is_asked_by(digits):
    nonce = digits.hex()
    name = canary_name(nonce)
    assert is_nonce(nonce)
    underscored = name.replace("-", "_")
    for path in (f"/{name}", f"/simple/{name}/", f"/{name}/-/{name}-1.0.0.tgz", f"/files/x/{underscored}-1.0.0.whl"):
        assert nonce_in(path) == nonce
    for path in (f"/x{name}", f"/{name}0", f"/@scope-{name}", f"/{name[:-1]}", "/canary", json.dumps(name)[:-3]):
        assert nonce_in(path) == ""
