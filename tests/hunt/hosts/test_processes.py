"""Live processes and connections, of real children of these tests; and orphans, in a /proc made for it."""

import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from customhouse.hunt.asked import Asked
from customhouse.hunt.hosts.processes import hunt_processes
from customhouse.hunt.hosts.systems import System
from customhouse.hunt.hosts.tree import Tree
from customhouse.hunt.notes import Notebook
from customhouse.model.campaign import Fact
from hunt.hosts.inert import AXIOS

live = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def hunted(facts, *, proc="/proc", live=True, platform="linux"):
    notes = Notebook()
    system = System(platform, Tree("/", notes), "here", (), live=live)
    hunt_processes(system, Asked((msgspec.structs.replace(AXIOS, facts=tuple(facts)),)), notes, proc)
    return notes


def is_campaigns(hit):
    return hit.campaign == AXIOS.id


@live
def test_a_process_whose_command_line_names_a_fact(tmp_path):
    script = tmp_path / "customhouse-inert-4711.py"
    script.write_text("import sys\nprint(flush=True)\nsys.stdin.read()\n")
    command = [sys.executable, str(script), "--token=hidden-value-1", "--user-password", "hidden-value-2"]
    environment = {"NPM_TOKEN": "hidden-value-3", "HOME": "/"}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as child:
        child.stdout.readline()
        notes = hunted([Fact("process", script.name, "payload"), Fact("process", "nobody-runs-this", "payload")])
        child.stdin.close()
    (hit,) = filter(is_campaigns, notes.hits)
    assert (hit.grade, hit.subject, hit.place.path) == ("script-ran", script.name, f"/proc/{child.pid}/cmdline")
    assert "hidden-value" not in repr(notes.hits)
    assert "NPM_TOKEN" in hit.message
    assert "***" in hit.excerpt
    assert abs(hit.when.at - datetime.now(UTC)) < timedelta(minutes=5)
    (looked,) = notes.places
    assert dict(looked.counts)["processes"] > 1


@live
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_connection_to_a_fact_s_address(host):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, 0), family=family)
    except OSError:
        pytest.skip(f"no {host} here")
    with listener:
        port = listener.getsockname()[1]
        text = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        other = f"[{host}]:1" if ":" in host else f"{host}:1"
        code = "import socket,sys; s=socket.create_connection((sys.argv[1], int(sys.argv[2]))); print(flush=True); sys.stdin.read()"
        with subprocess.Popen(
            [sys.executable, "-c", code, host, str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as child:
            accepted, _ = listener.accept()
            with accepted:
                child.stdout.readline()
                notes = hunted([Fact("address", text, "contact"), Fact("address", other, "contact")])
            child.stdin.close()
    found = [hit for hit in notes.hits if is_campaigns(hit) and hit.place.path == f"/proc/{child.pid}/fd"]
    assert [(hit.grade, hit.subject) for hit in found] == [("contacted", text)]
    assert f"process {child.pid}" in found[0].message
    assert not [hit for hit in notes.hits if hit.subject == other]


@live
def test_this_program_and_those_that_started_it_are_not_told():
    notes = hunted([Fact("text", word, "payload") for word in sys.argv[:1] if word])
    assert not list(filter(is_campaigns, notes.hits))


def process(proc, pid, parent, words, *, exe="/usr/bin/node", cwd="/"):
    folder = proc / str(pid)
    folder.mkdir(parents=True)
    (folder / "stat").write_text(f"{pid} (no) de ) S {parent} " + "0 " * 17 + "500 0 0\n")
    (folder / "cmdline").write_bytes(b"\0".join(word.encode() for word in words) + b"\0")
    (folder / "exe").symlink_to(exe)
    (folder / "cwd").symlink_to(cwd)


def test_orphans_of_temporary_folders_are_odd(tmp_path):
    proc = tmp_path / "proc"
    proc.mkdir()
    (proc / "stat").write_text("cpu 1\nbtime 1774918800\n")
    process(proc, 1, 0, ["init"], exe="/sbin/init")
    process(proc, 10, 1, ["node", "--no-warnings", "/tmp/a/x.js"])
    process(proc, 11, 1, ["python3", "ld.py"], exe="/usr/bin/python3.12", cwd="/tmp")
    process(proc, 12, 1, ["kworkerd"], exe="/dev/shm/.k (deleted)")
    process(proc, 20, 1, ["node", "/srv/app/server.js"])
    process(proc, 21, 10, ["node", "/tmp/a/child.js"])
    process(proc, 22, 1, ["node", "/srv/x.js", "/tmp/out"])
    process(proc, 23, 1, ["nginx", "/tmp/a"], exe="/usr/sbin/nginx")
    notes = hunted([], proc=str(proc))
    assert [(hit.place.path.split("/")[-2], hit.anomaly) for hit in notes.hits] == [
        ("10", "orphaned-child"),
        ("11", "orphaned-child"),
        ("12", "orphaned-child"),
    ]
    assert notes.hits[2].message.count("deleted") == 1
    assert notes.hits[0].when.at == datetime.fromtimestamp(1774918805, UTC)


def test_who_looks_for_a_fact_is_told_as_that_and_a_program_at_a_wild_path_with_doubt(tmp_path):
    proc = tmp_path / "proc"
    proc.mkdir()
    process(proc, 5, 4, ["grep", "-r", "/tmp/ld.py", "/var"], exe="/usr/bin/grep")
    process(proc, 6, 4, ["[kworker]"], exe="/tmp/.aB3dE6")
    process(proc, 7, 4, ["vi", "/tmp/.vimrc1"], exe="/usr/bin/vi")
    facts = [Fact("path", "/tmp/ld.py", "payload", "linux"), Fact("path", "/tmp/.<random 6 chars>", "payload", "linux")]
    found = {hit.place.path.split("/")[-2]: (hit.grade, hit.confidence) for hit in hunted(facts, proc=str(proc)).hits}
    assert found == {"5": ("declared", "low"), "6": ("script-ran", "low")}


def test_of_images_and_other_systems_it_is_told_that_processes_were_not_read():
    assert [each.serious for each in hunted([], live=False).left_out] == [False]
    assert [each.serious for each in hunted([], platform="macos").left_out] == [True]
