"""Tags of a git remote: a real repository, served over loopback HTTP as a folder of files."""

import asyncio
import functools
import http.server
import os
import shutil
import subprocess
import threading

import pytest

from customhouse.evidence.git_remote import ask_source, remote_to_ask, tag_of
from customhouse.model.purl import Purl
from customhouse.model.release import Manifest, Release

GIT = shutil.which("git")


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        (["v1.14.1", "v1.14.0"], "v1.14.1"),
        (["1.14.1"], "1.14.1"),
        (["axle@1.14.1", "other@1.14.1"], "axle@1.14.1"),
        (["@scope/axle@1.14.1"], "@scope/axle@1.14.1"),
        (["release-1.14.1"], "release-1.14.1"),
        (["axle-v1.14.1"], "axle-v1.14.1"),
        (["releases/1.14.1"], "releases/1.14.1"),
        (["REL_1_14_1"], "REL_1_14_1"),
        (["v1.14.10", "v11.14.1", "v1.14.1-rc.1", "nightly"], ""),
        ([], ""),
    ],
)
def test_the_tag_of_a_version(tags, found):
    assert tag_of("@scope/axle", "1.14.1", tags) == found


@pytest.mark.parametrize(
    ("repository", "hosts", "remote"),
    [
        ("github:o/r", ("github.com",), "https://github.com/o/r.git"),
        ("https://code.example/o/r", ("github.com", "http://code.example:8080"), "http://code.example:8080/o/r.git"),
        ("https://code.example/o/r", ("github.com",), None),
        ("https://evil.example/github.com/r", ("github.com",), None),
        ("nowhere", ("github.com",), None),
        ("github:o/r", (), None),
        ("github:o/r", ("ssh://github.com",), None),
    ],
)
def test_only_hosts_that_are_named_are_asked(repository, hosts, remote):
    assert remote_to_ask(Manifest("a", "1", repository=repository), hosts) == remote
    assert remote_to_ask(None, hosts) is None


@pytest.fixture(scope="module")
def remote(tmp_path_factory):
    """A bare repository with two annotated tags and a light one, as plain files over HTTP."""
    if GIT is None:
        pytest.skip("git is not installed")
    home = tmp_path_factory.mktemp("remote")
    work = home / "work"
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1"}

    def git(*words, cwd=work):
        names = ("-c", "user.name=a", "-c", "user.email=a@mail.invalid")
        ran = subprocess.run(
            [GIT, *names, *words], cwd=cwd, env=environment, check=True, capture_output=True, text=True
        )
        return ran.stdout.strip()

    work.mkdir()
    git("init", "--quiet", "--initial-branch=main")
    for version in ("1.0.0", "1.1.0"):
        git("commit", "--quiet", "--allow-empty", "-m", version)
        git("tag", "-a", f"v{version}", "-m", version)
    head = git("rev-parse", "HEAD")
    git("commit", "--quiet", "--allow-empty", "-m", "1.2.0")
    git("tag", "v1.2.0")
    bare = home / "served/o/axle.git"
    bare.parent.mkdir(parents=True)
    git("clone", "--quiet", "--bare", str(work), str(bare), cwd=home)
    git("update-server-info", cwd=bare)
    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(quiet, directory=str(home / "served")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", head
    server.shutdown()
    server.server_close()


def ask(address, version, commit="", earlier=("1.1.0", "1.0.0")):
    release = Release(Purl("npm", "axle", version), commit=commit)
    return asyncio.run(ask_source(address, release, earlier, {"PATH": os.environ["PATH"]}))


def test_a_real_remote_answers(remote):
    address, head = remote
    found = ask(f"{address}/o/axle.git", "1.2.0", commit=head)
    assert (found.status, found.tag) == ("reached", "v1.2.0")
    assert (found.earlier_looked_for, found.earlier_tagged) == (2, 2)
    assert found.commit_at_ref is True  # where an annotated tag leads


def test_a_release_that_the_remote_does_not_know(remote):
    found = ask(f"{remote[0]}/o/axle.git", "1.3.0", commit="0" * 40, earlier=("1.2.0", "0.9.0"))
    assert (found.tag, found.earlier_tagged, found.commit_at_ref) == ("", 1, False)
    assert ask(f"{remote[0]}/o/axle.git", "1.3.0").commit_at_ref is None


def test_what_does_not_answer_is_unreachable(remote):
    assert ask(f"{remote[0]}/o/nothing.git", "1.0.0").status == "unreachable"
    assert ask("http://127.0.0.1:9/o/r.git", "1.0.0").status == "unreachable"


@pytest.mark.parametrize(
    "address", ["--upload-pack=touch /tmp/x", "ext::sh -c true", "file:///etc", "ssh://127.0.0.1/x"]
)
def test_other_protocols_and_options_are_not_followed(address):
    assert ask(address, "1.0.0").status == "unreachable"


def test_without_git_it_is_unreachable():
    release = Release(Purl("npm", "axle", "1.0.0"))
    assert asyncio.run(ask_source("http://127.0.0.1:9/a.git", release, (), {"PATH": ""})).status == "unreachable"
