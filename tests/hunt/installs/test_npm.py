"""What npm leaves: trees, logs and its cache; and what a payload that hides cannot take away."""

import json
import os
import shutil
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from customhouse.hunt.asked import Asked
from customhouse.hunt.installs.npm_log import archive_release
from customhouse.model.campaign import Fact
from customhouse.model.digest import Digest, digest_of
from hunt.campaigns import ASKED, AXIOS
from hunt.installs.homes import cached, hits, hunted, installed, tarball, write

SCRIPT = {"hasInstallScript": True}
HOOK = json.dumps({"name": "plain-crypto-js", "version": "4.2.1", "scripts": {"postinstall": "node setup.js"}})
CLEAN = {"name": "plain-crypto-js", "version": "4.2.0"}


def rewritten(project, row=SCRIPT):
    """The tree as axios's payload left it: the decoy's manifest in its place, its own files gone."""
    installed(
        project,
        {
            "axios": ("1.14.1", {"index.js": "x"}, {}),
            "plain-crypto-js": ("4.2.1", {"package.json": json.dumps(CLEAN), "index.js": "x"}, row),
        },
    )
    return project


def test_a_tree_that_the_payload_rewrote(tmp_path):
    notes = hunted(rewritten(tmp_path / "p"))
    (found,) = hits(notes, "plain-crypto-js")
    assert (found.campaign, found.grade, found.anomaly) == (AXIOS.id, "script-ran", "tree-changed")
    assert found.subject == "pkg:npm/plain-crypto-js@4.2.1"
    assert "`npm ls` shows version 4.2.0, and the hidden lock says 4.2.1" in found.message
    assert found.place.path.endswith("node_modules/.package-lock.json")
    assert found.place.line == 10
    assert found.asset == str(tmp_path / "p")
    (other,) = hits(notes, "axios")
    assert (other.grade, other.anomaly) == ("fetched", "")
    assert {one.kind for one in notes.places} >= {"node_modules/.package-lock.json"}


@pytest.mark.parametrize("how", ["npmrc", "log"])
def test_a_rewritten_tree_ran_whatever_the_settings_say(tmp_path, how):
    project = rewritten(tmp_path / "p")
    off(project, how)
    assert hits(hunted(tmp_path), "plain-crypto-js")[0].grade == "script-ran"


def off(project, how):
    if how.startswith("npmrc"):
        write(project, {".npmrc": "ignore-scripts=true\n"})
        if how == "npmrc":
            os.utime(project / ".npmrc", (1, 1))
    else:
        text = f'8 verbose argv "ci" "--ignore-scripts"\n8 silly reify moves {{}}\n9 verbose cwd {project}\n'
        logs = project.parent / "home/.npm/_logs"
        write(logs, {"2026-03-31T00_30_00_000Z-debug-0.log": text})
        if how == "logs":
            text = text.replace(' "--ignore-scripts"', "")
            write(logs, {"2026-03-31T00_40_00_000Z-debug-0.log": text})


@pytest.mark.parametrize("how", ["npmrc", "log", "npmrc, written afterwards", "logs", ""])
def test_an_untouched_tree_ran_unless_scripts_were_off(tmp_path, how):
    files = {"package.json": HOOK, "setup.js": "x"}
    project = installed(tmp_path / "p", {"plain-crypto-js": ("4.2.1", files, SCRIPT)})
    if how:
        off(project, how)
    (found,) = hits(hunted(tmp_path), "plain-crypto-js")
    assert (found.grade, found.anomaly) == ("fetched" if how in ("npmrc", "log") else "script-ran", "")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"package.json": HOOK}, "starts setup.js, which is gone"),
        ({"package.json": HOOK, "setup.js": "x", "package.md": "{}"}, "package.md"),
        ({"package.json": "{"}, "cannot be read"),
        ({"package.json": json.dumps(CLEAN | {"version": "4.2.1"})}, "names none"),
    ],
)
def test_every_sign_of_rewriting(tmp_path, files, said):
    off(installed(tmp_path / "p", {"plain-crypto-js": ("4.2.1", files, SCRIPT)}), "npmrc")
    (found,) = hits(hunted(tmp_path / "p"), "plain-crypto-js")
    assert (found.grade, found.anomaly) == ("script-ran", "tree-changed")
    assert said in found.message


def test_a_folder_that_is_gone_still_counts(tmp_path):
    project = installed(tmp_path / "p", {"plain-crypto-js": ("4.2.1", {}, SCRIPT)})
    for path in (project / "node_modules" / "plain-crypto-js").iterdir():
        path.unlink()
    (project / "node_modules" / "plain-crypto-js").rmdir()
    (found,) = hits(hunted(project))
    assert found.grade == "script-ran"
    assert "its folder is gone" in found.message


def test_what_no_campaign_knows_is_odd_and_no_more(tmp_path):
    project = installed(
        tmp_path / "p",
        {
            "liar": ("1.0.0", {"package.json": '{"name": "liar", "version": "0.9.0"}'}, {}),
            "built": ("1.0.0", {"binding.gyp": "{}"}, SCRIPT),
            "honest": ("1.0.0", {"package.md": "# read me"}, {}),
        },
    )
    write(project, {"node_modules/stowaway/package.json": '{"name": "stowaway", "version": "1.0.0"}'})
    write(project, {"node_modules/.cache/x/package.json": "{}", "node_modules/notes/readme": ""})
    found = {one.subject: one for one in hunted(project).hits}
    assert set(found) == {"pkg:npm/liar@1.0.0", "stowaway"}
    assert {one.campaign for one in found.values()} == {""}
    assert {one.anomaly for one in found.values()} == {"tree-changed"}


def test_an_unlisted_package_that_is_affected(tmp_path):
    project = installed(tmp_path / "p", {"other": ("1.0.0", {}, {})})
    own = '{"name": "axios", "version": "0.30.4"}'
    write(project, {"node_modules/other/node_modules/axios/package.json": own})
    (found,) = hits(hunted(project))
    assert (found.campaign, found.grade, found.subject) == (AXIOS.id, "fetched", "pkg:npm/axios@0.30.4")


def test_aliases_scopes_and_links(tmp_path):
    project = installed(
        tmp_path / "p",
        {"http": ("1.14.1", {"package.json": '{"name": "axios", "version": "1.14.1"}'}, {"name": "axios"})},
    )
    (found,) = hits(hunted(project))
    assert found.subject == "pkg:npm/axios@1.14.1"


def test_the_archive_in_the_cache_tells_what_is_gone(tmp_path):
    data = tarball({"package.json": HOOK, "setup.js": "payload", "index.js": "x"})
    integrity = cached(tmp_path / "home/.npm/_cacache", "k", data)
    rewritten(tmp_path / "p", {**SCRIPT, "integrity": integrity})
    (found,) = hits(hunted(tmp_path), "plain-crypto-js")
    assert "its archive, which npm's cache still has, holds setup.js, and its folder does not" in found.message


def test_files_with_known_digests(tmp_path):
    known = digest_of(b"payload").hex
    campaign = replace(AXIOS, facts=(Fact("digest", f"sha256:{known}", "payload"),))
    installed(tmp_path / "p", {"innocent": ("1.0.0", {"lib/a.js": "payload"}, {})})
    notes = hunted(tmp_path, asked=Asked([campaign]))
    (found,) = notes.hits
    assert (found.subject, found.grade) == (f"sha256:{known}", "fetched")
    assert found.place.path.endswith("innocent/lib/a.js")


LOG = """0 verbose cli /usr/bin/node /usr/bin/npm
7 verbose title npm install
8 verbose argv "install" "axios@^1.14.0"
14 silly fetch manifest axios@^1.14.0
15 silly placeDep ROOT axios@1.14.1 OK for: p@1.0.0 want: ^1.14.0
15 silly placeDep ROOT plain-crypto-js@4.2.1 OK for: axios@1.14.1 want: ^4.2.1
16 silly reify moves {}
17 http fetch GET 200 https://registry.example/axios/-/axios-1.14.1.tgz 120ms (cache miss)
17 http fetch GET 200 https://registry.example/axios 20ms (cache miss)
18 info run plain-crypto-js@4.2.1 postinstall node_modules/plain-crypto-js node setup.js
19 info run plain-crypto-js@4.2.1 postinstall { code: 0, signal: null }
21 warn something
22 verbose cwd /srv/build
26 verbose exit 0
"""
NAME = "2026-03-31T01_30_49_829Z-debug-0.log"


def test_a_debug_log(tmp_path):
    notes = hunted(write(tmp_path, {f".npm/_logs/{NAME}": LOG}))
    assert {(one.subject, one.grade, one.place.line) for one in notes.hits} == {
        ("pkg:npm/axios@1.14.1", "declared", 3),
        ("pkg:npm/axios@1.14.1", "resolved", 5),
        ("pkg:npm/plain-crypto-js@4.2.1", "resolved", 6),
        ("pkg:npm/axios@1.14.1", "fetched", 8),
        ("pkg:npm/plain-crypto-js@4.2.1", "script-ran", 10),
    }
    at = datetime(2026, 3, 31, 1, 30, 49, 829000, tzinfo=UTC)
    assert {one.when.at for one in notes.hits} == {at}
    (looked,) = notes.places
    assert (looked.kind, looked.control, looked.note) == ("npm debug log", True, "")


def test_an_old_npm_and_a_log_cut_short(tmp_path):
    text = "5 info lifecycle plain-crypto-js@4.2.1~postinstall: plain-crypto-js@4.2.1\n6 http fetch GET 404 https://registry.example/axios/-/axios-1.14.1.tgz\n"
    notes = hunted(write(tmp_path, {"npm-debug.log": text, "2026-99-31T01_30_49_829Z-debug.log": "\0" * 99}))
    (found,) = notes.hits
    assert (found.grade, found.when.by) == ("script-ran", "file time")
    assert [one.control for one in notes.places] == [False, True]
    assert all("does not tell how" in one.note for one in notes.places)


@given(st.text())
def test_any_address_is_read_or_not(text):
    found = archive_release(text)
    assert found is None or all(isinstance(one, str) for one in found)


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://registry.example/axios/-/axios-1.14.1.tgz", ("axios", "1.14.1")),
        ("https://registry.example/npm/@a/b/-/b-1.0.0-rc.1.tgz?x=1", ("@a/b", "1.0.0-rc.1")),
        ("https://registry.example/@a%2fb/-/b-1.0.0.tgz", ("@a/b", "1.0.0")),
        ("https://registry.example/axios", None),
    ],
)
def test_addresses_of_archives(url, wanted):
    assert archive_release(url) == wanted


KEY = "make-fetch-happen:request-cache:https://registry.example"


def test_the_cache(tmp_path):
    cache = tmp_path / ".npm" / "_cacache"
    data = b"the archive"
    campaign = replace(
        AXIOS,
        releases=(
            replace(AXIOS.releases[0], digests=(Digest("sha1", digest_of(data, "sha1").hex),)),
            AXIOS.releases[1],
        ),
    )
    cached(cache, f"{KEY}/axios/-/axios-1.14.1.tgz", data)
    cached(cache, f"{KEY}/axios", b"{}")
    cached(cache, f"{KEY}/plain-crypto-js/-/plain-crypto-js-4.2.1.tgz", b"", keep=False, tombstone=True)
    cached(cache, f"{KEY}/axios/-/axios-0.30.4.tgz", b"other", keep=False)
    notes = hunted(tmp_path, asked=Asked([campaign]))
    found = {one.subject: one for one in notes.hits}
    assert {one.grade for one in found.values()} == {"fetched"}
    assert "are those that were reported" in found["pkg:npm/axios@1.14.1"].message
    assert found["pkg:npm/axios@1.14.1"].when.at == datetime(2026, 3, 31, 0, 22, 10, tzinfo=UTC)
    assert found["pkg:npm/axios@1.14.1"].digest == str(digest_of(data))
    assert "told to forget" in found["pkg:npm/plain-crypto-js@4.2.1"].message
    assert "bytes are gone" in found["pkg:npm/axios@0.30.4"].message
    (looked,) = notes.places
    assert "show no fetch" in looked.note


def test_a_packument_alone_is_no_fetch_and_a_lying_line_is_none(tmp_path):
    cache = tmp_path / "_cacache"
    cached(cache, f"{KEY}/axios", b"{}")
    write(
        cache / "index-v5/00/11",
        {"22": "0" * 40 + '\t{"key": "https://x.test/axios/-/axios-1.14.1.tgz"}\nrubbish axios\n'},
    )
    notes = hunted(tmp_path, asked=ASKED)
    assert notes.hits == ()
    assert dict(notes.places[0].counts)["broken"] == 2


def test_packages_installed_below_a_workspace(tmp_path):
    row = {"version": "4.2.1", **SCRIPT}
    own = {"packages/a": {"version": "1.0.0"}, "node_modules/a": {"resolved": "packages/a", "link": True}}
    project = installed(tmp_path / "p", {}, **own, **{"packages/a/node_modules/plain-crypto-js": row})
    write(project, {"packages/a/node_modules/plain-crypto-js/package.json": json.dumps(CLEAN)})
    found = hits(hunted(project), "plain-crypto-js@4.2.1")
    assert [(one.grade, one.anomaly) for one in found] == [("script-ran", "tree-changed")]


@pytest.mark.parametrize("how", ["text", "number", "truncated", "twice"])
def test_an_entry_of_the_hidden_lock_that_cannot_be_read_is_graded_by_its_version(tmp_path, how):
    """What cannot be read of it says nothing against what can: the version is the affected one."""
    project = rewritten(tmp_path / "p")
    path = project / "node_modules/.package-lock.json"
    lock = json.loads(path.read_text())
    for row in lock["packages"].values():
        row["integrity"] = {"text": "sha512-?", "number": 7}.get(how, "sha512-" + "A" * 86 + "==")
    text = json.dumps(lock, indent=2)
    text = text[:-9] if how == "truncated" else text
    path.write_text(text.replace('"name": "p"', '"name": "p", "name": "q"') if how == "twice" else text)
    notes = hunted(project)
    (found,) = hits(notes, "plain-crypto-js")
    assert (found.campaign, found.grade, found.anomaly) == (AXIOS.id, "script-ran", "tree-changed")
    assert found.place.line is not None
    (other,) = hits(notes, "axios")
    assert other.grade == "fetched"
    assert any(one.path == str(path) for one in notes.left_out), "that it is broken is told all the same"


def test_a_manifest_that_one_may_not_read_is_no_rewritten_tree(tmp_path, monkeypatch):
    project = installed(tmp_path / "p", {"axios": ("1.14.1", {}, {}), "other": ("1.0.0", {}, {})})
    real = os.open

    def refusing(path, *rest, **more):
        if str(path).endswith("package.json"):
            raise PermissionError(13, "Permission denied")
        return real(path, *rest, **more)

    monkeypatch.setattr(os, "open", refusing)
    notes = hunted(project)
    (found,) = notes.hits
    assert (found.grade, found.anomaly) == ("fetched", "")
    assert any("permission denied" in one.reason for one in notes.left_out)


def test_no_secret_of_a_log_is_evidence(tmp_path):
    said = '0 verbose argv "install" "axios@1.14.1" "--//registry.example/:_authToken=npm_abcdefghijklmnop123456"\n'
    write(tmp_path, {"_logs/2026-03-31T00_30_00_000Z-debug-0.log": said})
    (found,) = hits(hunted(tmp_path), "axios")
    assert found.excerpt
    assert "npm_abc" not in found.excerpt


@pytest.mark.parametrize("algorithm", ["sha512", "sha256", "sha1"])
def test_a_file_with_a_known_digest_of_any_length(tmp_path, algorithm):
    project = installed(tmp_path / "p", {"other": ("1.0.0", {"x.js": "bytes that are known"}, {})})
    fact = Fact("digest", digest_of(b"bytes that are known", algorithm).hex, "payload")
    (found,) = hunted(project, asked=Asked([replace(AXIOS, facts=(fact,))])).hits
    assert found.place.path.endswith("x.js")


def test_what_may_not_be_read_below_a_trace_is_said(tmp_path, monkeypatch):
    installed(tmp_path / "p", {"other": ("1.0.0", {"closed/x.js": "x", "y.js": "y"}, {})})
    cached(tmp_path / "_cacache", "make-fetch-happen:request-cache:https://registry.example/a", b"x")
    scandir, opened = os.scandir, os.open

    def listing(path="."):
        if str(path).endswith("closed") or "index-v5/" in str(path):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    def opening(path, *rest, **more):
        if str(path).endswith("y.js"):
            raise PermissionError(13, "Permission denied")
        return opened(path, *rest, **more)

    monkeypatch.setattr(os, "scandir", listing)
    monkeypatch.setattr(os, "open", opening)
    told = " ".join(f"{one.path}: {one.reason}" for one in hunted(tmp_path).left_out)
    assert "closed" in told
    assert "index-v5" in told
    assert "1 of its files cannot be read" in told


def test_a_log_that_is_longer_than_is_read_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("customhouse.hunt.installs.npm_log._MAX_LOG", 100)
    write(tmp_path, {"_logs/2026-03-31T00_30_00_000Z-debug-0.log": "1 silly x\n" * 30})
    assert any("only" in one.reason for one in hunted(tmp_path).left_out)


def image_of(tmp_path):
    """An image whose links lead to the machine that it is examined on, and to places of its own."""
    outside = rewritten(tmp_path / "outside")
    image = tmp_path / "image"
    installed(image / "home/dev/p", {"other": ("1.0.0", {}, {})})
    lock = image / "home/dev/p/node_modules/.package-lock.json"
    installed(image / "srv/shared", {"axios": ("1.14.1", {}, {})})
    (image / "srv/shared/node_modules/.package-lock.json").rename(image / "srv/lock.json")
    return outside, image, lock


def test_a_link_of_an_image_leads_to_nothing_of_this_machine(tmp_path):
    outside, image, lock = image_of(tmp_path)
    lock.unlink()
    lock.symlink_to(outside / "node_modules/.package-lock.json")
    shutil.rmtree(image / "srv")
    assert hunted(image, image=image).hits == ()
    assert hits(hunted(image), "axios"), "without an image links are followed, as clients do that link into caches"


def test_an_absolute_link_of_an_image_is_its_own(tmp_path):
    _, image, lock = image_of(tmp_path)
    lock.unlink()
    lock.symlink_to("/srv/lock.json")
    (found,) = [one for one in hits(hunted(image, image=image), "axios") if one.place.path == str(lock)]
    assert found.grade == "fetched"


def test_a_package_that_is_linked_out_of_an_image_is_not_taken_for_changed(tmp_path):
    outside, image, lock = image_of(tmp_path)
    rows = {"node_modules/axios": {"version": "1.14.1"}}
    lock.write_text(json.dumps({"lockfileVersion": 3, "packages": rows}))
    (lock.parent / "axios").symlink_to(outside / "node_modules/plain-crypto-js")
    (found,) = [one for one in hits(hunted(image, image=image), "axios") if one.place.path == str(lock)]
    assert (found.grade, found.anomaly) == ("fetched", "")
