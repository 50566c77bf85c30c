"""A registry that lies, stalls or dies: each a named gap or finding, the right exit code, and never a pass."""

import gzip
import io
import tarfile
from datetime import UTC, datetime

import pytest

from pipeline.projects import npm_project, package, python_project, rules_of
from simulator import (
    bomb,
    cut_body,
    huge_body,
    malformed,
    redirect_loop,
    redirect_to,
    status,
    wrong_digest,
    wrong_package,
)

OLD = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def project(registry, tmp_path):
    good = registry.npm.publish("good", "1.0.0", published=OLD)
    bad = registry.npm.publish("victim", "1.0.0", published=OLD)
    return npm_project(tmp_path / "project", {("good", "1.0.0"): good, ("victim", "1.0.0"): bad})


def check(customhouse, project):
    outcome = customhouse("check", project, "--format", "json")
    document = outcome.json
    assert package(document, "good")["verdict"] == "allow"
    return outcome.code, package(document, "victim")


@pytest.mark.parametrize("where", ["/victim/-/victim-1.0.0.tgz", "/victim"])
@pytest.mark.parametrize(
    "how",
    [
        cut_body(),
        status(403),
        status(404),
        status(410),
        redirect_loop(),
        redirect_to("http://10.0.0.1/x"),
        bomb(10**10),
    ],
    ids=["cut", "403", "404", "410", "loop", "private", "bomb"],
)
def test_what_cannot_be_fetched_is_a_named_gap(customhouse, registry, project, where, how):
    registry.misbehave(lambda path: path.split("?")[0].rstrip("/") == where, how)
    code, victim = check(customhouse, project)
    assert code == 4
    assert victim["verdict"] == "hold"
    assert victim["gaps"]
    assert all(gap["message"] for gap in victim["gaps"])


def test_a_5xx_is_tried_again(customhouse, registry, project):
    registry.misbehave("/victim", status(503, retry_after=0), times=2)
    code, victim = check(customhouse, project)
    assert (code, victim["verdict"]) == (0, "allow")


def test_a_body_without_end_is_cut_off(customhouse, registry, project):
    registry.misbehave("/victim-1.0.0.tgz", huge_body(3 * 1024**3))
    code, victim = check(customhouse, project)
    assert code == 4
    assert victim["gaps"]


def test_other_bytes_than_promised_block(customhouse, registry, project):
    registry.misbehave("/victim-1.0.0.tgz", wrong_digest())
    code, victim = check(customhouse, project)
    assert code == 20
    assert "integrity-mismatch" in rules_of(victim)


def test_a_document_of_another_package_is_not_believed(customhouse, registry, project):
    registry.misbehave(lambda path: path == "/victim", wrong_package("good"))
    code, victim = check(customhouse, project)
    assert code == 4
    assert victim["gaps"]


def test_half_a_document_is_a_gap(customhouse, registry, project):
    registry.misbehave(lambda path: path == "/victim", malformed())
    code, victim = check(customhouse, project)
    assert code == 4
    assert victim["gaps"]


def test_a_dead_registry_is_told_for_every_package(customhouse, project):
    outcome = customhouse(
        "check", project, "--npm-registry", "http://127.0.0.1:9/", "--format", "json", "--no-progress"
    )
    assert outcome.code == 4
    assert all(each["gaps"] for each in outcome.json["packages"])


def test_an_archive_made_to_hurt_is_a_finding(customhouse, registry, tmp_path):
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for name in ("package/package.json", "package/../../../etc/cron.d/x", "/etc/passwd"):
            member = tarfile.TarInfo(name)
            body = b'{"name":"evil","version":"1.0.0"}'
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    data = gzip.compress(raw.getvalue())
    registry.npm.publish("evil", "1.0.0", tarball=data, published=OLD)
    npm_project(tmp_path, {("evil", "1.0.0"): data})
    outcome = customhouse("check", tmp_path, "--format", "json")
    assert outcome.code == 20
    (finding, *_) = [each for each in package(outcome.json, "evil")["findings"] if each["rule"] == "archive-hostile"]
    assert finding["locations"][0]["path"]


def test_a_wheel_that_is_no_zip_holds(customhouse, registry, tmp_path):
    files = registry.pypi.publish("lib", "1.0", raw={"lib-1.0-py3-none-any.whl": b"PK not really"}, published=OLD)
    python_project(tmp_path, {("lib", "1.0"): files})
    outcome = customhouse("check", tmp_path, "--format", "json")
    assert outcome.code in (4, 20)
    assert package(outcome.json, "lib")["verdict"] != "allow"
