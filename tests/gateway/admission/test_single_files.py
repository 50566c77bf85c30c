"""Files of one release that are judged apart from it, through a gateway before the registry simulator."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from customhouse.policy.configuration import Cooldown
from customhouse.policy.durations import duration
from managed_gateway import ManagedGateway

OLD = datetime.now(UTC) - timedelta(days=400)
YESTERDAY = datetime.now(UTC) - timedelta(days=1)
PURE, COMPILED = "demo-1.0-py3-none-any.whl", "demo-1.0-cp311-cp311-manylinux_2_17_x86_64.whl"


@pytest.fixture
def index(registry):
    registry.pypi.publish("demo", "1.0", published=OLD)
    return registry.pypi


def later(index, published):
    tagged = COMPILED.removeprefix("demo-1.0-").removesuffix(".whl")
    index.publish("demo", "1.0", wheels={tagged: {"demo/__init__.py": "import os\n"}}, published=published)


def address(index, filename):
    file = next(each for each in index._projects["demo"] if each.filename == filename)
    return f"/pypi/files/http/{index.files_url.partition('://')[2]}{file.path}"


def page(gateway):
    answer = gateway.ask("GET", "/pypi/simple/demo/", headers={"accept": "application/vnd.pypi.simple.v1+json"})
    return answer.json()


@pytest.mark.parametrize("dated", [True, False], ids=["dated", "undated"])
def test_a_file_added_to_an_old_release_is_as_old_as_itself(registry, index, tmp_path, dated):
    index.upload_times = index.json_documents = dated
    if not dated:  # the release itself came of age here
        with ManagedGateway(tmp_path, registry) as gateway:
            gateway.state.sightings.seen("pypi", "demo", ["1.0", PURE], OLD)
            later(index, YESTERDAY)
            held(gateway, index)
        return
    later(index, YESTERDAY)
    with ManagedGateway(tmp_path, registry) as gateway:
        held(gateway, index)


def held(gateway, index):
    told = page(gateway)
    assert [each["filename"] for each in told["files"]] == [PURE]
    assert "release-too-young" in told["meta"]["_hidden"][COMPILED]
    assert COMPILED not in gateway.ask("GET", "/pypi/simple/demo/").text.replace(f"hidden: {COMPILED}", "")
    answer = gateway.ask("GET", address(index, COMPILED))
    assert answer.status_code == 403
    assert "release-too-young" in answer.text
    assert gateway.ask("GET", f"{address(index, COMPILED)}.metadata").status_code == 404
    assert gateway.ask("GET", address(index, PURE)).status_code == 200
    assert not [each for each in gateway.desk.orders if each[1] == COMPILED], "nor is it fetched"


def test_a_page_differs_by_the_files_that_it_hides(registry, index, tmp_path):
    later(index, datetime.now(UTC) - duration(Cooldown().minimum_age) + timedelta(seconds=5))
    with ManagedGateway(tmp_path, registry) as gateway:
        young = gateway.ask("GET", "/pypi/simple/demo/")
        assert COMPILED not in young.text.replace(f"hidden: {COMPILED}", "")
        for _ in range(100):
            old = gateway.ask("GET", "/pypi/simple/demo/", headers={"if-none-match": young.headers["etag"]})
            if old.status_code == 200:
                break
            time.sleep(0.1)
        assert f">{COMPILED}</a>" in old.text


def test_what_is_held_is_one_file_and_what_is_blocked_the_release(registry, index, tmp_path):
    later(index, OLD)
    with ManagedGateway(tmp_path, registry) as gateway:
        gateway.desk.words[COMPILED] = ("hold", "some-rule", "it looks odd")
        assert gateway.ask("GET", address(index, COMPILED)).status_code == 403
        gateway.run(gateway.watch.look())
        assert [each["filename"] for each in page(gateway)["files"]] == [PURE]
        assert gateway.ask("GET", address(index, PURE)).status_code == 200
    with ManagedGateway(tmp_path / "other", registry) as gateway:
        gateway.desk.words[COMPILED] = ("block", "some-rule", "it steals")
        assert gateway.ask("GET", address(index, COMPILED)).status_code == 403
        gateway.run(gateway.watch.look())
        assert page(gateway)["files"] == []
        answer = gateway.ask("GET", address(index, PURE))
        assert answer.status_code == 403
        assert "it steals" in answer.text


def test_a_release_all_of_whose_files_are_held_is_held(registry, index, tmp_path):
    with ManagedGateway(tmp_path, registry) as gateway:
        gateway.desk.words[PURE] = ("hold", "some-rule", "it looks odd")
        assert gateway.ask("GET", address(index, PURE)).status_code == 403
        gateway.run(gateway.watch.look())
        assert [each["version"] for each in gateway.explain("pkg:pypi/demo")["hidden"]] == ["1.0"]


def test_a_stored_file_that_is_written_to_while_the_gateway_runs_is_fetched_again(registry, index, tmp_path):
    with ManagedGateway(tmp_path, registry) as gateway:
        content = gateway.ask("GET", address(index, PURE)).content
        (blob,) = [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]
        blob.chmod(0o600)
        blob.write_bytes(b"x" * len(content))
        gateway.watch.forget()  # small files are kept in memory
        answer = gateway.ask("GET", address(index, PURE))
        assert answer.status_code == 503 or answer.content == content
