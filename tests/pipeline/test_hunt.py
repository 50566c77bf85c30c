"""The real command over laid-out traces: what it says, how it ends, and what it keeps."""

import json

import pytest

from customhouse.storage.case_folder import CaseFolder
from report.schemas import validator


def _written(path, document):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document) if isinstance(document, dict) else document)


@pytest.fixture
def shop(tmp_path):
    """A project whose tree was rewritten as axios's payload did: `npm ls` would show the decoy's version."""
    folder = tmp_path / "shop"
    hidden = {
        "node_modules/axios": {"version": "1.14.1"},
        "node_modules/plain-crypto-js": {"version": "4.2.1", "hasInstallScript": True},
    }
    _written(folder / "package.json", {"name": "shop", "dependencies": {"axios": "1.14.0"}})
    _written(folder / "node_modules/.package-lock.json", {"name": "shop", "lockfileVersion": 3, "packages": hidden})
    _written(folder / "node_modules/axios/package.json", {"name": "axios", "version": "1.14.1"})
    _written(folder / "node_modules/plain-crypto-js/package.json", {"name": "plain-crypto-js", "version": "4.2.0"})
    return folder


def test_a_rewritten_tree_ran_its_script(customhouse, shop):
    done = customhouse("hunt", shop, "--pack", "axios-2026-03", "--format", "json", "--no-progress")
    assert done.code == 20, done.stderr
    assert not list(validator("../../docs/schemas/hunt-1.json").iter_errors(done.json))
    assert done.json["grade"] == "script-ran"
    told = [hit for hit in done.json["hits"] if hit["subject"] == "pkg:npm/plain-crypto-js@4.2.1"]
    assert told[0]["grade"] == "script-ran"
    assert any("4.2.0" in hit["message"] and "4.2.1" in hit["message"] for hit in told)
    assert "script-ran" in customhouse("hunt", shop, "--pack", "axios-2026-03").stdout


def test_the_case_is_kept_and_comes_back(customhouse, shop, tmp_path):
    done = customhouse("hunt", shop, "--pack", "axios-2026-03", "--case", tmp_path / "case")
    custody = done.stderr.strip().rpartition(" ")[2]
    case = CaseFolder(tmp_path / "case")
    assert case.problems() == ()
    assert case.read().worst == "script-ran"
    assert len(custody) == 64


def test_a_log_and_a_network_record_tell_of_the_same_campaign(customhouse, tmp_path):
    log = "2026-03-31T03:04:40.4092421Z npm http fetch GET 200 https://registry.example/axios/-/axios-1.14.1.tgz 30ms\n"
    dns = "Mar 31 03:04:41 gw dnsmasq[1]: query[A] sfrclak.com from 10.0.0.7\n"
    _written(tmp_path / "build.log", log)
    _written(tmp_path / "dns.log", dns)
    done = customhouse(
        "hunt", "--pack", "axios-2026-03", "--logs", tmp_path / "build.log", "--network", tmp_path / "dns.log",
        "--format", "json",
    )  # fmt: skip
    assert done.code == 20
    grades = {(hit["area"], hit["grade"]) for hit in done.json["hits"]}
    assert {("log", "fetched"), ("network", "contacted")} <= grades


def test_a_clean_project_says_where_it_was_looked(customhouse, tmp_path):
    _written(tmp_path / "package.json", {"name": "clean", "dependencies": {"left-pad": "1.3.0"}})
    done = customhouse("hunt", tmp_path, "--pack", "axios-2026-03")
    assert done.code == 0, done.stdout
    assert "no traces of axios-2026-03 where it was looked for" in done.stdout
    assert "lock files and manifests: 1 place" in done.stdout


def test_a_lock_alone_is_a_hold(customhouse, tmp_path):
    lock = {
        "name": "x",
        "lockfileVersion": 3,
        "packages": {"": {"name": "x"}, "node_modules/axios": {"version": "1.14.1"}},
    }
    _written(tmp_path / "package-lock.json", lock)
    done = customhouse("hunt", tmp_path, "--pack", "axios-2026-03", "--format", "json")
    assert (done.code, done.json["grade"]) == (10, "resolved")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--pack", "axios-2026-3"), "did you mean axios-2026-03"),
        (("--pack", "missing.toml"), "missing.toml"),
        (("--since", "yesterday"), "is no time"),
        (("--since", "2026-04-02", "--until", "2026-04-01"), "before"),
        (("nowhere",), "no such file or folder"),
    ],
)
def test_a_wrong_word_is_said_with_what_to_do(customhouse, tmp_path, arguments, said):
    done = customhouse("hunt", *arguments, cwd=tmp_path)
    assert done.code == 2, done.stderr
    assert said in done.stderr


def test_names_with_escapes_reach_no_terminal(customhouse, tmp_path):
    folder = tmp_path / "a\x1b[2Jb"
    lock = {"lockfileVersion": 3, "packages": {"node_modules/axios": {"version": "1.14.1"}}}
    _written(folder / "package-lock.json", lock)
    done = customhouse("hunt", tmp_path, "--pack", "axios-2026-03")
    assert done.code == 10
    assert "\x1b" not in done.stdout
